"""A person with a Google account: signs in in a browser, types commands, looks at both sides."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.person import Person, Ran, at_home, told, uid_of
from tests.servers.dovecot import Dovecot
from tests.servers.google.control import Google, User
from tests.servers.oidc.server import Oidc

ROOT = Path(__file__).parents[2]

_BROWSER = """#!/bin/sh
PYTHONPATH="{root}" exec "{python}" -m tests.servers.oidc.browser {act} {login} "$1"
"""


@dataclass(frozen=True, slots=True)
class World:
    """What stands where Google stands."""

    google: Google
    oidc: Oidc
    dovecot: Dovecot | None = None


@dataclass(slots=True)
class Googler(Person):
    """One Google account in a home of its own."""

    served: Any = None
    world: World = field(kw_only=True)
    provider: str = "google"
    _read: int = 0

    def __post_init__(self) -> None:
        client = self.place / "client.json"
        env = at_home(self.place, "")
        client.write_text(json.dumps(self.world.oidc.client()))
        imap = f"imap://127.0.0.1:{self.world.dovecot.imap if self.world.dovecot else 9}"
        mine = {
            "CALSYNC_GOOGLE_CALENDAR_API": self.world.google.base,
            "CALSYNC_GOOGLE_CLIENT_FILE": str(client),
            "CALSYNC_GOOGLE_IMAP": imap,
        }
        self.env = {**env, **mine, **self.env}
        self.browses("allows", self.email)

    @property
    def user(self) -> User:
        """The same person at Google, at another client."""
        return self.world.google.user(self.email)

    def browses(self, act: str, login: str) -> None:
        """What this person does in the browser that is opened next: tests.servers.oidc.browser."""
        program = self.place / "browser"
        program.write_text(_BROWSER.format(root=ROOT, python=sys.executable, act=act, login=login))
        program.chmod(0o755)
        self.env["BROWSER"] = str(program)

    def connecting(self, *more: str, url: str = "") -> tuple[str, ...]:
        """The words of `connect`."""
        del url
        only = () if self.world.dovecot else ("--only", "calendar")
        return ("connect", "google", "--email", self.email, "--timeout", "60s", *only, *more)

    @property
    def primary_id(self) -> str:
        return self.email

    def folder(self, url: str = "") -> Path:
        """The directory of a calendar, by its id; of the primary, where none is named."""
        for name, far in self.rows("SELECT name, far_id FROM link"):
            if far == (url or self.email):
                return self.agenda / str(name)
        raise AssertionError(f"{url} is not linked: {self.rows('SELECT name, far_id FROM link')}")

    def titles(self, url: str = "") -> list[str]:
        """What is here, by title."""
        return sorted(one.partition("SUMMARY:")[2].partition("|")[0] for body in self.near(url) for one in told(body))

    def titles_there(self, calendar: str = "primary") -> list[str]:
        """What is there, by title."""
        return sorted(one.get("summary", "") for one in self.user.listed(calendar) if one["status"] != "cancelled")

    def event_there(self, title: str, calendar: str = "primary") -> dict[str, Any]:
        """The one event, or series, of that title."""
        events = [one for one in self.user.listed(calendar) if "recurringEventId" not in one]
        (found,) = [one for one in events if one.get("summary") == title and one["status"] != "cancelled"]
        return found

    def uid(self, title: str, url: str = "") -> str:
        """What the event of that title is called here."""
        (found,) = [body for body in self.near(url) if f"SUMMARY:{title}".encode() in body]
        return uid_of(found)

    def mails(self) -> list[tuple[str, tuple[str, ...]]]:
        """What Google would have sent since it was asked last: kind and whom to."""
        sent = self.user.mails(forget=True)
        return sorted((mail["kind"], tuple(sorted(_list(mail["to"])))) for mail in sent)

    def asked(self) -> list[dict[str, Any]]:
        """What was asked of the Calendar API since it was asked last: method, path, query, if_match, status."""
        known = self.user.requests()
        found, self._read = known[self._read :], len(known)
        return found

    def requests(self) -> list[str]:
        """The same, short: method and path."""
        return [f"{one['method']} {one['path']}" for one in self.asked()]

    def writes_there(self) -> list[tuple[str, str]]:
        """What was written to the Calendar API since it was asked last: method, and whether people were to be told."""
        writes = (one for one in self.asked() if one["method"] != "GET" and not one["path"].startswith("/batch"))
        return [(one["method"], "".join(one["query"].get("sendUpdates", []))) for one in writes]

    def quiet_round(self) -> Ran:
        """One more round, which writes nothing."""
        before = self.mtimes()
        self.asked()

        ran = self.sure("sync", "--json")

        assert self.writes_there() == []
        assert self.mails() == []
        assert self.mtimes() == before
        return ran


def _list(to: str | Sequence[str]) -> Sequence[str]:
    return [to] if isinstance(to, str) else to
