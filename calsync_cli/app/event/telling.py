"""What an `event` command reports: the event as it is now, who hears of it, and what comes next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from enum import StrEnum

from calsync_cli.app.almanac import Home
from calsync_cli.app.event.choosing import invited, waiting_for_a_word
from calsync_cli.app.event.colleagues import Delivered, is_colleague
from calsync_cli.app.event.found import Choices, Past
from calsync_cli.app.event.ground import Ground
from calsync_cli.app.event.post import Post
from calsync_cli.app.event.rows import Short, row
from calsync_cli.app.reports.events import EventReport, EventRow
from calsync_cli.app.wiring import Desk
from calsync_cli.core.details import details
from calsync_cli.core.draft import Extent, Invitee, Reach
from calsync_cli.core.times import Moment

DELETED = "deleted"


class Warn(StrEnum):
    """What is worth knowing though it was done; the view has the sentences."""

    NO_PROVIDER = "no-provider"  # nobody can be invited before a calendar is active
    NO_MAIL = "no-mail"  # the server keeps the guests and mails nobody
    COLLEAGUE_SILENT = "colleague-silent"  # R26
    COLLEAGUE_MISSED = "colleague-missed"  # their agenda could not be written
    TWIN = "twin"  # there is one with this title at this time already
    UNDECIDED = "undecided"  # nobody said whether they are invited
    NO_REPLY = "no-reply"  # one's own copy went; the organiser hears nothing
    LOST = "changes-lost"  # changed occurrences that the new rule has not
    HELD = "held"
    HELD_DELETION = "held-deletion"  # it is here no more, so that no ID can be typed for it
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Tale:
    """One command's report in the making."""

    desk: Desk
    on: Ground
    did: str
    past: Past
    choices: Choices
    events: list[EventRow] = field(default_factory=list)
    post: Post = field(default_factory=Post)
    delivered: Delivered = field(default_factory=Delivered)
    warnings: list[Warn] = field(default_factory=list)
    undecided: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    """Those who are on it silently."""
    local: tuple[str, ...] = ()
    """Those who would be invited if somebody could."""
    reach: str = ""
    fix: str = ""

    def shows(self, content: bytes, home: Home, short: Short, *, mine: bool, at: Moment | None = None) -> None:
        """The event as it is now. Raises Broken."""
        known = invited(self.choices, self.past)
        if not mine:
            known |= frozenset(guest.address for guest in details(content, at).guests)
        self.events.append(row(content, home, short=short, invited=known, mine=mine, at=at))

    def names(self, invitees: tuple[Invitee, ...]) -> None:
        """What follows from whom was named."""
        self.colleagues = tuple(
            one.address for one in invitees if not one.invited and is_colleague(self.desk, one.address)
        )
        if not self.on.active:
            self.local = tuple(one.address for one in invitees if one.invited)
        elif not self.on.mails and any(one.invited for one in invitees):
            self.warnings.append(Warn.NO_MAIL)

    def asks(self, content: bytes) -> None:
        """Who is on it without a word."""
        self.undecided = waiting_for_a_word(details(content).guests, self.past, self.on)

    def report(self, *, dry: bool) -> EventReport:
        """The whole."""
        self._warn()
        return EventReport(
            account=self.on.account,
            did=self.did,
            events=tuple(self.events),
            invited=self.post.told,
            silent=self._silent(),
            delivered=self.delivered.to,
            held=self.post.held,
            warnings=tuple(dict.fromkeys(self.warnings)),
            dry_run=dry,
            fix=self.fix,
            next="calsync sync" if self.on.active and not dry else "",
            reach=self.reach,
            undecided=self.undecided,
            missed=self.delivered.missed,
            provider=self.on.provider,
        )

    def _silent(self) -> tuple[str, ...]:
        there = dict.fromkeys(
            one.address for event in self.events for one in event.attendees if event.mine and not one.invited
        )
        reached = {*self.delivered.to, *self.on.own, *self.local}
        return tuple(address for address in there if address not in reached)

    def _warn(self) -> None:
        """The most urgent one's command is the fix."""
        name = self.events[0].short if self.events else ""
        unreached = [one for one in self.local if one not in self.delivered.to]
        for warn, who in (
            (Warn.NO_PROVIDER, unreached),
            (Warn.COLLEAGUE_MISSED, self.delivered.missed),
            (Warn.COLLEAGUE_SILENT, self.colleagues),
            (Warn.UNDECIDED, self.undecided),
        ):
            if who:
                self.warnings.append(warn)
                self.fix = self.fix or f"calsync event invite {name} {shlex.join(who)}"
        if self.post.held:
            self.warnings.append(Warn.HELD_DELETION if self.did == DELETED else Warn.HELD)


def reached(reach: Reach, *, series: bool) -> str:
    """How far a change goes, as the echo says it."""
    return "" if reach.extent is Extent.ALL and not series else reach.extent.value
