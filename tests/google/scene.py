"""A user of the stand-in with one calendar, opened as the account opens it, and what was asked of the server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Cursor, Held, Mail, Ref
from calsync_cli.core.ops import Create, Done, Edit, Op, Remove
from calsync_cli.net.http import Limits
from calsync_cli.providers.google.account import GoogleAccount, open_account
from calsync_cli.providers.google.store import GoogleStore
from tests.compliance import asking
from tests.compliance.asking import View
from tests.compliance.subjects import Token
from tests.servers.google.control import User

GUESTS: Mail = frozenset({"bea@example.org"})

LUNCH: dict[str, Any] = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "Europe/Zurich"},
}
STAND_UP = {**LUNCH, "summary": "Stand-up", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]}


def lone(name: str, day: str) -> dict[str, Any]:
    """An occurrence whose series is not in this calendar."""
    times = {
        key: {"dateTime": f"{day}T{hour}:00:00+01:00", "timeZone": "Europe/Zurich"}
        for key, hour in (("start", 12), ("end", 13), ("originalStartTime", 12))
    }
    return {"id": name, "recurringEventId": "elsewhere", "iCalUID": "else@where", "summary": "Guest talk", **times}


@dataclass(slots=True)
class Desk:
    """One user at one machine."""

    user: User
    calendar: str
    accounts: list[GoogleAccount] = field(default_factory=list)

    def account(self, **limits: Any) -> GoogleAccount:
        """Signed in anew, as a later run does."""
        token = Token(self.user.address, self.user.token)
        self.accounts.append(open_account(self.user.google.base, token, self.user.address, limits=Limits(**limits)))
        return self.accounts[-1]

    def store(self, calendar: str = "", **limits: Any) -> GoogleStore:
        """The calendar as a later run opens it; what the glance asked does not count among the requests."""
        account = self.account(**limits)
        account.glance()
        self.forget()
        return account.open(CollectionId(calendar or self.calendar))

    def look(self, since: Cursor | None = None, known: Sequence[Ref] = ()) -> View:
        """A look to its end."""
        return asking.look(self.store(), since, set(known))

    def held(self, ref: str) -> Held:
        """An item that is there; reading it does not count among the requests."""
        held = asking.held(self.store(), Ref(ref))
        self.forget()
        return held

    def write(self, *ops: Op, store: GoogleStore | None = None) -> list[Done]:
        """Ops written, with the answers."""
        return list((store or self.store()).write(ops))

    def create(self, content: bytes, *, mail: Mail = NOBODY) -> Done:
        """One new item."""
        store = self.store()
        uid = re.search(rb"UID:(\S+)", content)
        assert uid is not None
        (done,) = store.write([Create(store.new_ref(uid[1].decode()), content, mail)])
        return done

    def edit(self, base: Held, content: bytes | str, *, mail: Mail = NOBODY) -> Done:
        """One edit."""
        (done,) = self.write(Edit(base, content if isinstance(content, bytes) else content.encode(), mail))
        return done

    def remove(self, base: Held, *, mail: Mail = NOBODY) -> Done:
        """One removal."""
        (done,) = self.write(Remove(base, mail))
        return done

    def insert(self, body: dict[str, Any]) -> dict[str, Any]:
        """Another device adds an event."""
        return self.user.insert(body, self.calendar)

    def asked(self) -> list[str]:
        """What was asked since the last store was opened: verb and the last word of the path."""
        return [f"{one['method']} {_word(one['path'])}" for one in self.user.requests()]

    def counted(self) -> Counter[str]:
        """The same, counted."""
        return Counter(self.asked())

    def forget(self) -> None:
        """Count from here."""
        self.user.requests(forget=True)


def _word(path: str) -> str:
    """A request's kind: list, one event, its instances …"""
    last = path.rstrip("/").rpartition("/")[2]
    return last if last in {"events", "calendarList", "instances", "import", "move"} else "event"


def failure(caught: Any) -> tuple[str, str]:
    """Code and variant of an error that was raised."""
    error = caught.value
    assert isinstance(error, CalsyncError)
    return error.code, error.variant


def text(held: Held | None) -> str:
    """The body of an item, unfolded."""
    assert held is not None
    return held.content.decode().replace("\r\n ", "")


def lines(held: Held | None, *names: str) -> list[str]:
    """The lines of these names of its events."""
    return [
        line for line in text(held).partition("BEGIN:VEVENT")[2].split("\r\n") if re.split("[;:]", line)[0] in names
    ]


def edited(held: Held, *pairs: tuple[str, str]) -> bytes:
    """Its body with texts replaced, each of which must be there once at least."""
    body = held.content.decode()
    for old, new in pairs:
        assert old in body, old
        body = body.replace(old, new)
    return body.encode()
