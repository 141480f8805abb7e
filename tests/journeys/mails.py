"""A meeting whose guests live in four places, and everything that its server tells them."""

from __future__ import annotations

import json
import re
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.journeys.person import Person, Ran
from tests.journeys.test_peers import run
from tests.servers.cyrus import DOMAIN, Cyrus
from tests.servers.served import Served
from tests.servers.sink import Mail

STARTS, LATER, ENDS = "2026-12-01 14:00", "2026-12-01 15:00", "2026-12-01 15:45"
START, NEW_START = "20261201T140000Z", "20261201T150000Z"

SEVERAL = (sys.executable, str(Path(__file__).with_name("several.py")))


class Letter(NamedTuple):
    """What somebody reads in a mail: what it asks of him, and about what."""

    to: tuple[str, ...]
    method: str
    title: str
    start: str
    occurrence: str = ""


def letter(mail: Mail) -> Letter:
    said = {name: _value(mail.event, name) for name in ("SUMMARY", "DTSTART", "RECURRENCE-ID")}
    return Letter(mail.to, mail.method, said["SUMMARY"], said["DTSTART"], said["RECURRENCE-ID"])


def _value(event: str, name: str) -> str:
    """The last property of that name within the first VEVENT."""
    inside = event.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    found = re.findall(rf"^{name}(?:;[^:\r\n]*)?:([^\r\n]*)", inside, re.MULTILINE)
    return found[-1] if found else ""


@dataclass(slots=True)
class Post:
    """The mails that some people's events have caused at a server, each read once."""

    cyrus: Cyrus
    senders: frozenset[str]
    _read: int = 0

    @property
    def mails(self) -> list[Mail]:
        """All of them. Cyrus hands a mail over before it answers the request that caused it."""
        return [mail for mail in self.cyrus.sink.mails if mail.sender in self.senders]

    def new(self) -> list[Mail]:
        mails = self.mails[self._read :]
        self._read += len(mails)
        return mails

    def letters(self) -> list[Letter]:
        return sorted(letter(mail) for mail in self.new())


@dataclass(slots=True)
class Meeting:
    """Its organiser at calsync, a guest at another server, a colleague at the same one, and one who is to hear nothing."""

    me: Person
    cyrus: Cyrus
    served: Served
    """The colleague's calendar, no calsync near it."""
    post: Post
    guest: str = "guest@outside.test"
    silent: str = field(default_factory=lambda: f"quiet-{uuid.uuid4().hex}@silent.test")
    id: str = ""
    uid: str = ""
    begun: float = field(default_factory=time.time)

    @property
    def colleague(self) -> str:
        return f"{self.served.user}@{DOMAIN}"

    def types(self, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """`calsync event …`"""
        return self.me.sure("event", *words, "--json", "--no-input", codes=codes).json

    def adding(self, *more: str) -> tuple[str, ...]:
        """The words of `event add`: a guest and a colleague are invited, and somebody is silent."""
        who = ("--invite", self.guest, "--invite", self.colleague, "--silent", self.silent)
        return ("add", "Interview", "--at", STARTS, "--for", "45m", "--where", "Room 1", *who, *more)

    def adds(self, *more: str) -> dict[str, Any]:
        told = self.types(*self.adding(*more))
        self.knows(told)
        return told

    def knows(self, told: dict[str, Any]) -> None:
        """Remember what the event is called."""
        self.id, self.uid = (str(told["events"][0][name]) for name in ("id", "uid"))

    def edits(self, *more: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        return self.types("edit", self.id, *more, codes=codes)

    def shows(self) -> dict[str, Any]:
        (row,) = self.types("show", self.id)["events"]
        found: dict[str, Any] = row
        return found

    @property
    def answers(self) -> dict[str, str]:
        """Address → answer, as `event show` has it."""
        return {one["address"]: one["answer"] for one in self.shows()["attendees"]}

    def sync(self, *, codes: tuple[int, ...] = (0,)) -> int:
        """A round: the number of invitations that it says it sent."""
        return int(self.me.syncs(codes=codes)["invitations_sent"])

    def foretold(self) -> int:
        """The number that --dry-run says the next round would send."""
        return int(self.me.syncs("--dry-run")["invitations_sent"])

    def theirs(self) -> list[bytes]:
        """The colleague's copies."""
        return list(self.served.plain().bodies().values())

    def held(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.me.sure("conflicts", "--json").json["conflicts"]
        return [row for row in rows if row["what"] == "held"]

    def lets_go(self) -> Ran:
        (row,) = self.held()
        return self.me.sure("conflicts", "resolve", row["id"], "--keep", "local")


def people(cyrus: Cyrus, place: Path) -> Meeting:
    """Nobody has signed in yet."""
    mine, theirs = cyrus.user("alice").new_user(), cyrus.user("alice").new_user()
    me = Person(place, mine, email=f"{mine.user}@{DOMAIN}")
    return Meeting(me, cyrus, theirs, Post(cyrus, frozenset({me.email, f"{theirs.user}@{DOMAIN}"})))


def signed_in(met: Meeting) -> Meeting:
    """Nothing is planned."""
    _several(met.me, met.me.connecting(), ("choose-primary", met.me.primary_id))
    return met


def planned(met: Meeting, *more: str) -> Meeting:
    """Signed in, a meeting added, and all of its guests told."""
    first = met.me.connecting(), ("choose-primary", met.me.primary_id)
    added = ("event", *met.adding(*more), "--json", "--no-input")
    *_, told, _ = _several(met.me, *first, added, ("sync", "--json")).splitlines()
    met.knows(json.loads(told))
    met.post.new()
    return met


def _several(person: Person, *lines: tuple[str, ...]) -> str:
    ran = person.types(json.dumps(lines), program=SEVERAL)
    assert ran.code == 0, ran
    return ran.out


def traces(met: Meeting, word: str) -> list[str]:
    """Files of the server, written since, that hold this word: among them the log of all requests and answers."""
    sought, run = word.lower().encode(), met.cyrus.run
    since = int(met.begun)  # Cyrus gives its files the time of delivery, in whole seconds
    files = (path for path in run.rglob("*") if path.is_file() and path.stat().st_mtime >= since)
    return [str(path.relative_to(run)) for path in files if sought in _plain(path)]


_FOLD = re.compile(rb"\r?\n[ \t]")


def _plain(path: Path) -> bytes:
    return _FOLD.sub(b"", path.read_bytes()).lower()


def khal(person: Person, *words: str, stdin: str) -> None:
    """The real one, at the primary calendar."""
    place = person.place / "khal"
    place.mkdir()
    (place / "config").write_text(
        f"[calendars]\n[[mine]]\npath = {person.folder()}\n[sqlite]\npath = {place}/khal.db\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    run("khal", place, "-c", str(place / "config"), *words, stdin=stdin)
