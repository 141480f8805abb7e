"""`demo`: the whole journey on this machine, by the installed command, against servers of its own."""

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
from datetime import date, datetime
from pathlib import Path

from calsync_cli.app.reports.demo import Chapter, DemoReport, Printed, Scene, Shown, Typed
from calsync_cli.demo.events import calendars
from calsync_cli.demo.mailserver import PostOffice, posting, ready
from calsync_cli.demo.mailstory import MailStory
from calsync_cli.demo.mailwitness import MailWitness
from calsync_cli.demo.patience import undisturbed
from calsync_cli.demo.server import Server, installed, serving
from calsync_cli.demo.story import Story
from calsync_cli.demo.typist import Typist
from calsync_cli.demo.witness import WentWrong, Witness

PASSWORD = "password"  # noqa: S105 - the name of the file
"""Where connect reads it."""


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


@dataclass(frozen=True, slots=True)
class _Servers:
    """Both of them, and where they are."""

    place: Path
    agenda: Server
    post: PostOffice

    @property
    def urls(self) -> Mapping[str, str]:
        return {"url": self.agenda.url, "imap": self.post.url}

    @property
    def stop(self) -> str:
        """What a user types to end them."""
        return f"kill {self.agenda.process.pid} {self.post.process.pid}; rm -r {shlex.quote(str(self.place))}"


def demo(*, keep: bool, language: str, show: Callable[[Shown], None]) -> DemoReport:
    """Walk through it; however it ends, nothing is left behind, but with `keep`. Raises E102, E402."""
    installed()
    began = time.monotonic()
    audience = _Audience(show)
    today = datetime.now().astimezone().date()
    try:
        with _place(keep=keep) as place, _serving(place, today, keep=keep) as servers:
            _tell(audience, servers, today, keep=keep, language=language)
    except WentWrong as wrong:
        failed = Scene(wrong.scene or Scene.START)
        return DemoReport(ok=False, seconds=time.monotonic() - began, failed=failed, detail=str(wrong))
    seconds = time.monotonic() - began
    if keep:
        url, imap = servers.agenda.url, servers.post.url
        return DemoReport(ok=True, seconds=seconds, kept=place, url=url, imap=imap, stop=servers.stop)
    audience.chapter(Scene.END, seconds=str(round(seconds)))
    return DemoReport(ok=True, seconds=seconds)


def _tell(audience: _Audience, servers: _Servers, today: date, *, keep: bool, language: str) -> None:
    home = servers.place / "home"
    _settle(servers.place, home)
    audience.chapter(Scene.START, **servers.urls)
    typist = Typist(audience, _environment(home, language))
    mail = MailStory(typist, MailWitness(servers.post), today)
    Story(typist, Witness(servers.agenda), mail, servers.place / PASSWORD).tell(keep=keep)
    if keep:
        audience.chapter(Scene.KEPT, home=str(home), stop=servers.stop, **servers.urls)


@contextmanager
def _serving(place: Path, today: date, *, keep: bool) -> Iterator[_Servers]:
    """Both servers, which begin side by side."""
    password = secrets.token_urlsafe(12)
    _private(place / PASSWORD, f"{password}\n")
    with (
        posting(place / "mail", today, place / PASSWORD, keep=keep) as process,
        serving(place / "server", calendars(today), password=password, keep=keep) as agenda,
    ):
        yield _Servers(place, agenda, ready(process, password))


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
            with undisturbed():  # whoever presses Ctrl-C twice wants it ended, not left behind
                shutil.rmtree(place, ignore_errors=True)


def _settle(place: Path, home: Path) -> None:
    """Secrets in an encrypted file with a key of its own: the user's keyring is not the demonstration's business."""
    home.mkdir(mode=0o700)
    key = place / "key"
    _private(key, base64.b64encode(secrets.token_bytes(32)).decode())
    _private(home / "config.toml", f'[secrets]\nbackend = "file"\nkey_file = {json.dumps(str(key))}\n')


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _environment(home: Path, language: str) -> Mapping[str, str]:
    """Nothing that is set for the user's own calsync counts here."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("CALSYNC_")}
    return {**usual, "CALSYNC_HOME": str(home), "CALSYNC_LANG": language, "PYTHONUTF8": "1"}
