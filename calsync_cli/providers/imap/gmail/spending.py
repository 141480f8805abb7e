"""How much of a day's traffic an account has used: whoever goes beyond 2500 MB down or 500 MB up is locked out.

Counted by the day in Greenwich, for nobody says where Gmail's day begins, and stopped at a distance from the limit:
other programs of the person's count along (Google Workspace Admin help, "Gmail bandwidth limits").
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.ports import Ledger

_SPENT = "gmail_spent"
_DAY = 86400
_HOUR = 3600
_MEGA = 1_000_000


@dataclass(slots=True)
class Spent:
    """Octets of one day."""

    day: int = 0
    down: int = 0
    up: int = 0


class Spending:
    """One account's. `down` and `up` are what a day allows, in octets."""

    def __init__(
        self, ledger: Callable[[], Ledger], clock: Callable[[], float], *, down: int, up: int, host: str
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._down = down
        self._up = up
        self._host = host

    @property
    def spent(self) -> Spent:
        """Today."""
        try:
            found = Spent(**json.loads(self._ledger().get(_SPENT) or "{}"))
        except (ValueError, TypeError):
            found = Spent()
        today = int(self._clock()) // _DAY
        return found if found.day == today else Spent(today)

    def down(self, octets: int) -> int:
        """How much may be fetched today once so much was."""
        now = self.spent
        now.down += octets
        return self._kept(now, octets, self._down - now.down)

    def up(self, octets: int) -> int:
        """How much may be sent today once so much was."""
        now = self.spent
        now.up += octets
        return self._kept(now, octets, self._up - now.up)

    def _kept(self, now: Spent, octets: int, left: int) -> int:
        if octets:
            self._ledger().put(**{_SPENT: json.dumps(asdict(now))})
        return left

    def over(self) -> CalsyncError:
        """The rest goes on tomorrow; flags, moves and deletions need no room and go on in an hour."""
        left = _DAY - int(self._clock()) % _DAY
        used = str((self.spent.down + self.spent.up) // _MEGA)
        return CalsyncError("E401", "daily", host=self._host, used=used, retry_after=float(min(left, _HOUR)))
