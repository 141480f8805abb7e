"""Who is on an event, and what whoever looks at it has to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.app.almanac import Almanac
from calsync_cli.app.homes import Entry
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.details import Details


@dataclass(frozen=True, slots=True)
class Company:
    """One event's. `mine`: nobody else organises it. `answer`: one's own, to somebody else."""

    mine: bool = True
    invited: frozenset[str] = frozenset()
    """Whom the provider knows, or will with the next sync; of somebody else's meeting, everybody."""
    answer: str = ""


ALONE = Company()


class Companies:
    """The state is asked only where an event has guests, and what asks it is loaded only then."""

    def __init__(self, desk: Desk, book: Almanac) -> None:
        self._desk = desk
        self._book = book
        self._own: dict[AccountName, frozenset[str]] = {}

    def of(self, entry: Entry, told: Details) -> Company:
        """An event's, or one occurrence's."""
        if not told.guests and not told.organizer:
            return ALONE
        own = self._addresses(entry.home.account)
        if told.organizer in {"", *own}:
            return Company(invited=self._invited(entry) if told.guests else frozenset())
        answer = next((guest.answer for guest in told.guests if guest.address in own), "")
        return Company(mine=False, invited=frozenset(guest.address for guest in told.guests), answer=answer)

    def _addresses(self, account: AccountName) -> frozenset[str]:
        if account not in self._own:
            from calsync_cli.app.event.ground import ground  # loads the verbs

            self._own[account] = ground(self._desk, self._book.session(account)).own
        return self._own[account]

    def _invited(self, entry: Entry) -> frozenset[str]:
        from calsync_cli.app.event.choosing import invited  # loads the verbs
        from calsync_cli.app.event.found import past

        known = past(self._book.session(entry.home.account), entry.uid, entry.home.spot.link)
        return invited(known.choices, known)
