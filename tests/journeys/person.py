"""A person with an account at a server and calsync installed: types commands, edits files, looks at both sides."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests import starting
from tests.servers.served import Served
from tests.starting import CALSYNC

EMAIL = "me@example.org"
MORTAL = (sys.executable, str(Path(__file__).with_name("mortal.py")))
DOCUMENTED = frozenset({*range(11), 130, 143})
"""The exit codes that cli.md names."""

_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """What it said with --json."""
        said: dict[str, Any] = json.loads(self.out)
        return said

    @property
    def error(self) -> str:
        """The code of its error, with --json."""
        return str((self.json["error"] or {"code": ""})["code"])


def at_home(place: Path, secret: str) -> dict[str, str]:
    """Make a place to live in, with the password and the key in files; the environment of whoever lives there."""
    place.mkdir(parents=True, exist_ok=True)
    key, password = place / "key", place / "password"
    key.write_bytes(base64.b64encode(os.urandom(32)))
    password.write_text(f"{secret}\n")
    for file in (key, password):
        file.chmod(0o600)
    mine = {
        "CALSYNC_HOME": str(place / "home"),
        "CALSYNC_SECRETS_BACKEND": "file",
        "CALSYNC_SECRETS_KEY_FILE": str(key),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "UTC",
    }
    return {**os.environ, **mine}


@dataclass(slots=True)
class Person:
    """One account in a CALSYNC_HOME of its own."""

    place: Path
    served: Served
    email: str = EMAIL
    env: dict[str, str] = field(default_factory=dict)
    provider: str = "caldav"

    def __post_init__(self) -> None:
        self.env = {**at_home(self.place, self.served.password), **self.env}

    @property
    def home(self) -> Path:
        return self.place / "home"

    @property
    def agenda(self) -> Path:
        """Where the calendars lie."""
        return self.home / "agenda" / self.email

    @property
    def database(self) -> Path:
        return self.home / "state" / self.email / "state.db"

    @property
    def attic(self) -> dict[str, bytes]:
        """Everything that was displaced."""
        root = self.home / "attic" / self.email
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.ics"))}

    # ── typing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def types(self, *words: str, program: Sequence[str] = CALSYNC, stdin: bytes = b"", **more: str) -> Ran:
        """Run calsync with these words. A traceback anywhere fails the test at once."""
        done = starting.run([*program, *words], env={**self.env, **more}, stdin=stdin)
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in ran.out + ran.err, ran
        return ran

    def sure(self, *words: str, codes: Sequence[int] = (0,)) -> Ran:
        """A command that must end with one of these exit codes."""
        ran = self.types(*words)
        assert ran.code in codes, (words, ran)
        return ran

    def connects(self, *more: str, url: str = "") -> Ran:
        return self.sure(*self.connecting(*more, url=url))

    def connecting(self, *more: str, url: str = "") -> tuple[str, ...]:
        """The words of `connect`."""
        who = ("--email", self.email, "--user", self.served.user, "--password-file", str(self.place / "password"))
        return ("connect", self.provider, "--caldav", url or self.served.url, *who, "--only", "calendar", *more)

    def chooses(self, *more: str, codes: Sequence[int] = (0,)) -> Ran:
        """The served calendar becomes the primary."""
        return self.sure("choose-primary", self.primary_id, *more, codes=codes)

    @property
    def primary_id(self) -> str:
        return urlsplit(self.served.calendar_url).path

    def starts(self) -> Person:
        """Connected, chosen, first sync done."""
        self.connects()
        self.chooses()
        return self

    def syncs(self, *flags: str, codes: Sequence[int] = (0,)) -> dict[str, Any]:
        """A round, as --json tells it."""
        return self.sure("sync", "--json", *flags, codes=codes).json

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Asks the state, read only."""
        line = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return line.execute(query).fetchall()
        finally:
            line.close()

    def alters(self, statement: str, *values: object) -> None:
        """Changes the state behind calsync's back."""
        line = sqlite3.connect(self.database)
        try:
            with line:
                line.execute(statement, values)
        finally:
            line.close()

    def folder(self, url: str = "") -> Path:
        """The directory of a calendar; of the primary, where none is named."""
        wanted = unquote(urlsplit(url or self.served.calendar_url).path)
        for name, far in self.rows("SELECT name, far_id FROM link"):
            if unquote(far) == wanted:
                return self.agenda / name
        raise AssertionError(f"{wanted} is not linked: {self.rows('SELECT name, far_id FROM link')}")

    def file(self, uid: str, url: str = "") -> Path:
        """The one file that holds this event."""
        (found,) = [path for path in self.folder(url).glob("*.ics") if uid_of(path.read_bytes()) == uid]
        return found

    def writes(self, name: str, content: bytes, url: str = "") -> Path:
        """Another program makes or replaces a file, as khal does: aside, then renamed."""
        path = self.folder(url) / name
        aside = path.with_name(f".{name}.tmp")
        aside.write_bytes(content)
        aside.replace(path)
        return path

    def edits(self, uid: str, old: str, new: str, url: str = "") -> None:
        """Another program changes an event's file."""
        path = self.file(uid, url)
        content = path.read_bytes()
        assert old.encode() in content, content
        self.writes(path.name, content.replace(old.encode(), new.encode()), url)

    def edits_there(self, uid: str, old: str, new: str, url: str = "") -> None:
        """Somebody changes an event at the server."""
        plain = self.served.plain(url)
        href = self.there(url)[uid]
        content = plain.get(href)
        assert old.encode() in content, content
        plain.put(href, content.replace(old.encode(), new.encode()))

    def there(self, url: str = "") -> dict[str, str]:
        """UID → href of every event of a calendar at the server."""
        return {uid_of(body): href for href, body in self.served.plain(url).bodies().items()}

    def mtimes(self) -> dict[str, int]:
        """Every file of the agenda and when it was last written."""
        return {str(path): path.stat().st_mtime_ns for path in sorted(self.agenda.rglob("*")) if path.is_file()}

    def near(self, url: str = "") -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder(url).glob("*.ics"))]

    def far(self, url: str = "") -> list[bytes]:
        return list(self.served.plain(url).bodies().values())


# ── what an event says, read without a line of calsync ───────────────────────────────────────────────────────────

Told = Mapping[str, str]
_SHOWN = ("UID", "SUMMARY", "LOCATION", "DTSTART", "DTEND", "RRULE", "RECURRENCE-ID")


def told(body: bytes) -> tuple[str, ...]:
    """The properties that a person reads, of each component, in an order of their own."""
    parts: list[list[str]] = []
    for line in _lines(body):
        name = line.partition(":")[0].partition(";")[0].upper()
        if line.upper() == "BEGIN:VEVENT":
            parts.append([])
        elif parts and name in _SHOWN:
            parts[-1].append(f"{name}:{_plain(name, line.partition(':')[2])}")
    return tuple(sorted("|".join(sorted(part)) for part in parts))


def _plain(name: str, value: str) -> str:
    return ";".join(sorted(value.split(";"))) if name == "RRULE" else value


def _lines(body: bytes) -> Iterator[str]:
    yield from _FOLD.sub(b"", body).decode(errors="replace").splitlines()


def uid_of(body: bytes) -> str:
    """The first UID line of an event; "" where it has none."""
    return next((line.partition(":")[2].strip() for line in _lines(body) if line.upper().startswith("UID")), "")


def agree(person: Person, *urls: str) -> dict[str, tuple[str, ...]]:
    """Both sides hold the same events, each once over all these calendars; UID → what it says."""
    found: dict[str, tuple[str, ...]] = {}
    counts: Counter[str] = Counter()
    for url in urls or ("",):
        near, far = ({uid_of(body): told(body) for body in side} for side in (person.near(url), person.far(url)))
        assert near == far, (near, far)
        for side in (person.near(url), person.far(url)):
            uids = Counter(map(uid_of, side))
            assert max(uids.values(), default=1) == 1, uids
        counts.update(far.keys())
        found |= far
    assert max(counts.values(), default=1) == 1, counts
    return found


def silent(person: Person, *, codes: Sequence[int] = (0,)) -> Ran:
    """One more round, which writes nothing: neither there (by the access log) nor here (by the mtimes)."""
    before = person.mtimes()
    person.served.log.mark()

    ran = person.sure("sync", "--json", codes=codes)

    assert person.served.log.writes() == []
    assert person.mtimes() == before
    return ran
