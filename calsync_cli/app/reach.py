"""What one sign-in reaches, as far as a round wants it: calendars, mail, or both."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.app.session import Session, without
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.core.ports import Account

CALENDAR, MAIL = "calendar", "mail"


@dataclass(frozen=True, slots=True)
class Reach:
    """The account's halves, open; None where one is not wanted, or not there."""

    agenda: Account | None = None
    post: MailAccount | None = None

    def __bool__(self) -> bool:
        return self.agenda is not None or self.post is not None

    @property
    def halves(self) -> frozenset[str]:
        """Those that are here."""
        there = {CALENDAR: self.agenda, MAIL: self.post}
        return frozenset(half for half, account in there.items() if account is not None)

    def only(self, halves: frozenset[str]) -> Reach:
        """These alone, of those that are here."""
        return Reach(self.agenda if CALENDAR in halves else None, self.post if MAIL in halves else None)

    def close(self) -> None:
        """Let go of both."""
        for half in (self.agenda, self.post):
            if half is not None:
                half.close()


def due(session: Session, only: str | None) -> frozenset[str]:
    """The halves that a round has to do with: those connected, calendars once their primary is chosen (R27, R28).

    Raises E201, E202, E203; E205 and E201 where the one half that is asked for is not there.
    """
    halves = frozenset(session.connection.halves)
    active = any(link.primary for link in session.settings.links())
    if only == CALENDAR and CALENDAR in halves and not active:
        raise CalsyncError("E205", account=session.account)
    if only is not None and only not in halves:
        raise without(session.account, session.connection, only)
    ready = halves if active else halves - {CALENDAR}
    return ready if only is None else ready & {only}


def reach(session: Session, halves: frozenset[str], *, every: float = 300.0) -> Reach:
    """Open them; mail alone signs in meanwhile. Raises E501, E106, E203."""
    agenda = session.far(every=every) if CALENDAR in halves else None
    post = session.post(every=every) if MAIL in halves else None
    if post is not None and agenda is None:  # else the calendar tries the password first: two refusals could lock it
        post.begin()
    return Reach(agenda, post)
