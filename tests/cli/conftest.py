"""The command line called in this process, with use-cases that note what they were asked."""

from __future__ import annotations

import importlib
import io
import json
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import calsync_cli.app
from calsync_cli.cli import words
from calsync_cli.cli.main import run
from calsync_cli.core.errors import CalsyncError

USE_CASES = {
    "connect": ("connect",),
    "choose": ("offer", "choose"),
    "sync": ("sync", "sync_all"),
    "watch": ("watch",),
    "disconnect": ("disconnect",),
    "status": ("status",),
    "calendars": ("calendars", "set_shown", "set_mode"),
    "conflicts": ("conflicts", "show", "resolve"),
    "undo": ("items", "undo"),
    "doctor": ("doctor",),
    "log": ("log", "follow"),
    "service": ("installed", "install", "remove"),
    "admin": ("policy", "enable", "disable"),
    "trust": ("trust",),
    "settings": ("settings", "get", "set_key", "unset_key", "paths"),
    "accounts": ("accounts", "use", "add", "export", "bring_in"),
    "demo": ("demo",),
}
"""Every use-case that the command line orders."""

VERBS = {
    "agenda": ("agenda",),
    "feed": ("export",),
    "event.adding": ("add",),
    "event.answering": ("respond",),
    "event.changing": ("edit",),
    "event.deleting": ("delete",),
    "event.inviting": ("invite",),
    "event.showing": ("show", "before"),
}
"""Use-cases whose modules also have what a wish is made of: they stay, their verbs are replaced."""

HERE = ("google", "kerio", "caldav")
NO_POLICY = {
    "HERE": HERE,
    "permit": lambda *_asked, **_about: None,
    "menu": lambda _desk: HERE,
    "allowed_here": lambda _env: HERE,
}
"""What the command line looks up before it orders: everything is allowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command line led to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class _Desk(str):
    """What use-cases are handed; words about time ask it for the zone."""

    __slots__ = ()

    @property
    def env(self) -> dict[str, str]:
        return {"TZ": "UTC"}

    def now(self) -> float:
        return 1_795_000_000.0


@dataclass(slots=True)
class Office:
    """Doubles of the use-cases: they note each order and hand back what was laid ready."""

    orders: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    desks: list[dict[str, Any]] = field(default_factory=list)
    ready: dict[str, Any] = field(default_factory=dict)

    def take(self, name: str) -> Callable[..., Any]:
        def ordered(*args: Any, **kwargs: Any) -> Any:
            self.orders.append((name, args, kwargs))
            answer = self.ready.get(name, CalsyncError("E201", account="me@example.org"))
            if isinstance(answer, BaseException):
                raise answer
            return answer(*args, **kwargs) if callable(answer) else answer

        return ordered

    def desk(self, **given: Any) -> str:
        self.desks.append(given)
        return _Desk("desk")


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """The app room, replaced."""
    made = Office()
    for name, verbs in VERBS.items():
        module = importlib.import_module(f"calsync_cli.app.{name}")
        for verb in verbs:
            monkeypatch.setattr(module, verb, made.take(f"{name}.{verb}"))
    modules = {name: {one: made.take(f"{name}.{one}") for one in verbs} for name, verbs in USE_CASES.items()}
    for name, members in {**modules, "policy": NO_POLICY, "wiring": {"desk": made.desk}}.items():
        double = types.ModuleType(f"calsync_cli.app.{name}")
        vars(double).update(members)
        monkeypatch.setitem(sys.modules, double.__name__, double)
        monkeypatch.setattr(calsync_cli.app, name, double, raising=False)
    return made


@pytest.fixture
def calsync(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Answer]]:
    """Run a command line; stdin is what is given, and no terminal."""
    monkeypatch.setenv("LANG", "C")
    monkeypatch.chdir(tmp_path)

    def called(*argv: str, stdin: str = "") -> Answer:
        out, err = _Out(), _Out()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdin", io.StringIO(stdin))
            patched.setattr(sys, "stdout", out)
            patched.setattr(sys, "stderr", err)
            code = run(argv)
        return Answer(code, out.getvalue(), err.getvalue())

    yield called
    words.speak("en")


class _Out(io.StringIO):
    """A stream that says it is UTF-8, as a pipe does."""

    encoding = "utf-8"  # type: ignore[assignment]  # io.StringIO says None
