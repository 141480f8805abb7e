"""`demo`: the whole journey on this machine, by the installed command, against a server of its own."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from calsync_cli.app.reports.demo import Chapter, DemoReport, Printed, Scene, Shown, Typed
from calsync_cli.demo.events import calendars
from calsync_cli.demo.server import Server, installed, serving
from calsync_cli.demo.story import Story
from calsync_cli.demo.typist import Typist
from calsync_cli.demo.witness import WentWrong, Witness


@dataclass(frozen=True, slots=True)
class _Audience:
    """The story's words as the pieces that a view knows."""

    show: Callable[[Shown], None]

    def chapter(self, scene: str, **params: str) -> None:
        self.show(Chapter(scene=Scene(scene), params=params))

    def typed(self, words: Sequence[str]) -> None:
        self.show(Typed(words=tuple(words)))

    def printed(self, text: str) -> None:
        self.show(Printed(text=text))


def demo(*, keep: bool, language: str, show: Callable[[Shown], None]) -> DemoReport:
    """Walk through it; however it ends, nothing is left behind, but with `keep`. Raises E102, E402."""
    installed()
    began = time.monotonic()
    audience = _Audience(show)
    try:
        today = datetime.now().astimezone().date()
        with _place(keep=keep) as place:
            password = secrets.token_urlsafe(12)
            with serving(place / "server", calendars(today), password=password, keep=keep) as server:
                _tell(audience, place, server, keep=keep, language=language)
    except WentWrong as wrong:
        failed = Scene(wrong.scene or Scene.START)
        return DemoReport(ok=False, seconds=time.monotonic() - began, failed=failed, detail=str(wrong))
    seconds = time.monotonic() - began
    if keep:
        return DemoReport(ok=True, seconds=seconds, kept=place, url=server.url, stop=_stop(place, server))
    audience.chapter(Scene.END, seconds=str(round(seconds)))
    return DemoReport(ok=True, seconds=seconds)


def _tell(audience: _Audience, place: Path, server: Server, *, keep: bool, language: str) -> None:
    home, password = place / "home", place / "password"
    _settle(place, home, password, server)
    audience.chapter(Scene.START, url=server.url)
    typist = Typist(audience, _environment(home, language))
    Story(typist, Witness(server), password).tell(keep=keep)
    if keep:
        audience.chapter(Scene.KEPT, url=server.url, home=str(home), stop=_stop(place, server))


def _stop(place: Path, server: Server) -> str:
    return f"kill {server.process.pid}; rm -r {shlex.quote(str(place))}"


@contextmanager
def _place(*, keep: bool) -> Iterator[Path]:
    """A directory that nobody else can read, gone after the block."""
    place = Path(tempfile.mkdtemp(prefix="calsync-demo-"))
    done = False
    try:
        yield place
        done = True
    finally:
        if not (keep and done):
            shutil.rmtree(place, ignore_errors=True)


def _settle(place: Path, home: Path, password: Path, server: Server) -> None:
    """Secrets in an encrypted file with a key of its own: the user's keyring is not the demonstration's business."""
    home.mkdir(mode=0o700)
    key = place / "key"
    _private(key, base64.b64encode(secrets.token_bytes(32)).decode())
    _private(password, f"{server.password}\n")
    _private(home / "config.toml", f'[secrets]\nbackend = "file"\nkey_file = {json.dumps(str(key))}\n')


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _environment(home: Path, language: str) -> Mapping[str, str]:
    """Nothing that is set for the user's own calsync counts here."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("CALSYNC_")}
    return {**usual, "CALSYNC_HOME": str(home), "CALSYNC_LANG": language, "PYTHONUTF8": "1"}
