"""The mails that Google would send: nothing leaves, all is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.servers.google.errors import Json
from tests.servers.google.state import Calendar, World

Kind = Literal["invitation", "update", "cancellation", "reply"]
_METHOD = {"invitation": "REQUEST", "update": "REQUEST", "cancellation": "CANCEL", "reply": "REPLY"}
_NOT_SHARED = frozenset({"attendees", "reminders", "colorId", "transparency", "updated", "sequence"})


@dataclass(frozen=True, slots=True)
class Post:
    """Who writes by which request, and to whom mail is wanted."""

    world: World
    calendar: Calendar
    user: str
    method: str
    wanted: str

    def of_change(self, before: Json | None, after: Json | None) -> None:
        """What the organizer's change is told by: no `before` is a new event, no `after` a deleted one."""
        old, new = guests(before, self.calendar), guests(after, self.calendar)
        whole = after or before or {}
        for address in sorted(new - old):
            self.send("invitation", address, whole)
        for address in sorted(old - new):
            self.send("cancellation", address, before or whole)
        if before is not None and after is not None and shared(before) != shared(after):
            for address in sorted(old & new):
                self.send("update", address, whole)

    def send(self, kind: Kind, to: str, data: Json) -> None:
        """One mail, where mail is wanted for this address."""
        inside = self.world.primary_of(to) is not None
        if self.wanted == "none" or (self.wanted == "externalOnly" and inside):
            return
        self.world.mails.append(
            {
                "kind": kind,
                "method": _METHOD[kind],
                "to": to,
                "user": self.user,
                "calendar": self.calendar.id,
                "event": data["id"],
                "uid": data["iCalUID"],
                "subject": data.get("summary", ""),
                "by": self.method,
                "sendUpdates": self.wanted,
            }
        )


def guests(data: Json | None, calendar: Calendar) -> frozenset[str]:
    """Whom mail about an event goes to: its guests without the organizer, this calendar and rooms."""
    if data is None or data["status"] == "cancelled":
        return frozenset()
    own = {calendar.id, data["organizer"]["email"]}
    found = (one["email"] for one in data.get("attendees", ()) if not one.get("resource"))
    return frozenset(address for address in found if address not in own)


def shared(data: Json) -> Json:
    """What all guests have in common of an event, without the list of them."""
    kept = {name: value for name, value in data.items() if name not in _NOT_SHARED}
    return {**kept, "extendedProperties": data.get("extendedProperties", {}).get("shared", {})}
