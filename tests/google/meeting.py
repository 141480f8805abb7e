"""A meeting of somebody who has a Google account, with a guest elsewhere, a colleague at Google, and a silent one."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.google.person import Googler
from tests.servers.google.control import User

STARTS, LATER = "2026-12-01 14:00", "2026-12-01 15:00"

Mailed = list[tuple[str, tuple[str, ...]]]
"""Kind, and whom to."""


@dataclass(slots=True)
class Meeting:
    """Who is in it, and what they heard."""

    me: Googler
    colleague: User
    guest: str = "guest@outside.test"
    silent: str = field(default_factory=lambda: f"quiet-{uuid.uuid4().hex}@silent.test")
    id: str = ""

    @property
    def invited(self) -> list[str]:
        """Who is to hear."""
        return sorted([self.guest, self.colleague.address])

    def types(self, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """`calsync event …`"""
        return self.me.sure("event", *words, "--json", "--no-input", codes=codes).json

    def adds(self, *more: str) -> dict[str, Any]:
        """`event add`: a guest and a colleague are invited, and somebody is silent."""
        who = ("--invite", self.guest, "--invite", self.colleague.address, "--silent", self.silent)
        when = ("--at", STARTS, "--for", "45m", "--where", "Room 1", "--tz", "UTC")
        told = self.types("add", "Interview", *when, *who, *more)
        self.id = str(told["events"][0]["id"])
        return told

    def edits(self, *more: str) -> dict[str, Any]:
        """`event edit`."""
        return self.types("edit", self.id, *more)

    def shows(self) -> dict[str, Any]:
        """`event show`."""
        (row,) = self.types("show", self.id)["events"]
        found: dict[str, Any] = row
        return found

    def sync(self) -> int:
        """A round: the number of invitations that it says it sent."""
        self.me.asked()
        return int(self.me.syncs()["invitations_sent"])

    def foretold(self) -> int:
        """The number that --dry-run says the next round would send."""
        return int(self.me.syncs("--dry-run")["invitations_sent"])

    def heard(self) -> Mailed:
        """Who was mailed since, and what."""
        return self.me.mails()

    def all(self, kind: str) -> Mailed:
        """Each of those who were invited, mailed this."""
        return sorted((kind, (address,)) for address in self.invited)

    def there(self) -> dict[str, Any]:
        """The one meeting at Google."""
        (found,) = [one for one in self.me.user.listed() if one["status"] != "cancelled"]
        return found

    def here(self) -> str:
        """The one meeting here, unfolded."""
        (body,) = self.me.near()
        return body.decode().replace("\r\n ", "")

    def copies(self) -> list[dict[str, Any]]:
        """What the colleague has of it."""
        return [one for one in self.colleague.listed() if one["status"] != "cancelled"]

    def kept_quiet(self) -> bool:
        """Whether the silent guest is known to nobody but to this account, there in its private properties alone."""
        public = [{**one, "extendedProperties": {}} for one in self.me.user.listed(showDeleted="true")]
        return self.silent not in json.dumps([public, self.colleague.listed(showDeleted="true")])
