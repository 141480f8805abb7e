"""One item is one event, or a series with its exceptions and cancelled occurrences: its ref, its revision, its body."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calsync_cli.core.model import Held, Missing, Ref, Rev, Unreadable
from calsync_cli.providers.google.fields import Frame, Json, Unsayable, word
from calsync_cli.providers.google.fitting import differs, fitting
from calsync_cli.providers.google.names import is_half_made
from calsync_cli.providers.google.reading import content_of

Item = Held | Missing | Unreadable


@dataclass(frozen=True, slots=True)
class Etags:
    """The parts of a revision: the master's etag ("" where there is none to be had), and each other member's by id."""

    master: str
    others: Mapping[str, str] = field(default_factory=dict)

    def rev(self, ref: Ref) -> Rev:
        """As a rev. A single event's is its etag as received; a series' changes whenever any member does."""
        if not self.others and not self.master.startswith("["):
            return Rev(self.master)
        others = sorted([_short(ref, name), etag] for name, etag in self.others.items())
        return Rev(json.dumps([self.master, *others], separators=(",", ":")))


def etags_of(ref: Ref, rev: Rev) -> Etags:
    """A revision taken apart again."""
    if not rev.startswith("["):
        return Etags(rev)
    master, *others = json.loads(rev)
    return Etags(master, {(ref if short[0] == _SAME else "") + short[1:]: etag for short, etag in others})


_SAME, _OTHER = "~", "="


def _short(ref: Ref, name: str) -> str:
    """Occurrences are called after their series: without its id in each, revisions of long series stay small."""
    return _SAME + name.removeprefix(ref) if name.startswith(f"{ref}_") else _OTHER + name


@dataclass(slots=True)
class Members:
    """What is known of one item; a later version of a member takes the place of an earlier one."""

    ref: Ref
    master: Json | None = None
    others: dict[str, Json] = field(default_factory=dict)

    def add(self, event: Json) -> None:
        """A member, whichever it is."""
        if event["id"] == self.ref:
            self.master = event
        else:
            self.others[event["id"]] = event

    @property
    def uid(self) -> str:
        """The iCalUID that all members share, so far as one of them tells it."""
        events = [*([self.master] if self.master else []), *self.others.values()]
        return next((uid for event in events if (uid := told(event, "iCalUID"))), "")

    @property
    def alive(self) -> bool:
        """Whether there is an item: a master, or single occurrences of a series that one is not invited to."""
        if self.master is not None and not cancelled(self.master):
            return not self.half_made
        return any(not cancelled(event) for event in self.others.values())

    @property
    def half_made(self) -> bool:
        """Whether its making was broken off; whoever makes it goes on with it, to all others it is not there."""
        return self.master is not None and not cancelled(self.master) and is_half_made(self.master)

    @property
    def events(self) -> list[Json]:
        """All that belongs to it now: nothing is left of the occurrences of what repeats no more."""
        if self.master is None or cancelled(self.master):
            return [event for event in self.others.values() if not cancelled(event)]
        return [self.master, *self.others.values()] if repeats(self.master) else [self.master]

    def telling(self, frame: Frame) -> list[Json]:
        """Those that say something: exceptions that are otherwise than the series, and what is left out of its rule."""
        if self.master is None or not repeats(self.master):
            return self.events
        gone = [event for event in self.others.values() if cancelled(event)]
        there = [event for event in self.others.values() if not cancelled(event)]
        changed = [event for event in there if differs(self.master, event, frame)]
        return [self.master, *changed, *fitting(self.master, gone, frame)]

    @property
    def rev(self) -> Rev:
        """It changes with any member: one that says nothing now may say something when the series changes.

        A cancelled occurrence has no etag that can be relied on, and nothing to it but that.
        """
        etags = {event["id"]: "" if cancelled(event) else told(event, "etag") for event in self.events}
        return Etags(etags.pop(self.ref, ""), etags).rev(self.ref)

    def item(self, frame: Frame) -> Item:
        """The item as the engine takes it; Unreadable where its members cannot be told in one body."""
        if not self.alive:
            return Missing(self.ref)
        try:
            return Held(self.ref, self.rev, content_of(self.telling(frame), frame))
        except Unsayable as error:
            return Unreadable(
                self.ref, "E404", error.reason, next((word(event, "summary") for event in self.events), "")
            )


def single(event: Json, frame: Frame) -> Held | Unreadable:
    """An event that does not repeat."""
    try:
        return Held(Ref(event["id"]), Rev(told(event, "etag")), content_of([event], frame))
    except Unsayable as error:
        return Unreadable(Ref(event["id"]), "E404", error.reason, word(event, "summary"))


def ref_of(event: Json) -> Ref:
    """The item that an event belongs to."""
    return Ref(told(event, "recurringEventId") or event["id"])


def is_member(event: Json) -> bool:
    """Whether it is an occurrence of a series."""
    return bool(told(event, "recurringEventId"))


def repeats(event: Json) -> bool:
    """Whether it is a series."""
    return bool(event.get("recurrence"))


def cancelled(event: Json) -> bool:
    """Deleted, or an occurrence that is left out."""
    return event.get("status") == "cancelled"


def told(event: Json, name: str) -> str:
    """An id, an etag or a token; "" where it is none, or holds what no header and no address can."""
    found = event.get(name)
    return found if isinstance(found, str) and found.isprintable() else ""


def gathered(events: Iterable[Json]) -> dict[Ref, Members]:
    """Events by the item that they belong to."""
    items: dict[Ref, Members] = {}
    for event in events:
        ref = ref_of(event)
        items.setdefault(ref, Members(ref)).add(event)
    return items
