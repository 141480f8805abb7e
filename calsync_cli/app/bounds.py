"""What holds for both halves of a round: how much it may delete, and how it waits."""

from __future__ import annotations

import random
import time

from calsync_cli.app.reports.told import Note, Tell
from calsync_cli.config.units import Amount
from calsync_cli.core.brake import Limit
from calsync_cli.engine.layers import Pause


def pausing(tell: Tell) -> Pause:
    """Waits as long as a server asks to, and says so."""

    def pause(seconds: float) -> None:
        tell.note(Note.THROTTLED, seconds=round(seconds))
        time.sleep(apart(seconds))

    return pause


def apart(seconds: float) -> float:
    """A little longer, by chance: accounts that share an organisation's quota do not all come back at once."""
    return seconds * random.uniform(1, 1.2)  # noqa: S311 - nobody is to be kept from guessing it


def limit_of(usual: Amount, told: Amount | None) -> Limit:
    """A percentage is a share, which spares small calendars; a number is a number."""
    amount = told or usual
    if amount.percent:
        return Limit(share=amount.number / 100)
    return Limit(count=amount.number, asked=told is not None)
