"""Dates, times, lengths and recurrences as people type them, in English and Dutch, and said back to them.

Why a reader of our own: measured in November 2026, dateparser 1.5 loses the hour of “morgen 9u” and of “the day
after tomorrow at 3”, takes “14u” for midnight, reads neither “half 10” nor “kwart over negen” nor “volgende
vrijdag”, costs 140 ms at its first date, and cannot say which words it skipped; parsedatetime and recurrent know no
Dutch and skip what they do not know (“tomorrow banana” is tomorrow). As a second reader, for what is refused here,
dateparser is no better: asked at two moments it gives one answer to “tue 1400” (the year 1400), “1400 hours
tomorrow” (in January), “tue 2-3pm” (in February) and “today+3” (today); of its 25 such answers to 70 texts ten were
wrong. What is written here reads every word or refuses the text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsync_cli.cli.dates.amounts import reminder, span
    from calsync_cli.cli.dates.moments import day, ends, is_clock, when
    from calsync_cli.cli.dates.places import zone
    from calsync_cli.cli.dates.repeats import repeat
    from calsync_cli.cli.dates.rhythm import spoken_rule
    from calsync_cli.cli.dates.spoken import spoken_row, spoken_when
    from calsync_cli.cli.dates.windows import window

__all__ = [
    "day",
    "ends",
    "is_clock",
    "reminder",
    "repeat",
    "span",
    "spoken_row",
    "spoken_rule",
    "spoken_when",
    "when",
    "window",
    "zone",
]

_PLACES = {
    **dict.fromkeys(("reminder", "span"), "amounts"),
    **dict.fromkeys(("day", "ends", "is_clock", "when"), "moments"),
    **dict.fromkeys(("spoken_row", "spoken_when"), "spoken"),
    "zone": "places",
    "repeat": "repeats",
    "spoken_rule": "rhythm",
    "window": "windows",
}


def __getattr__(name: str) -> Callable[..., object]:
    """Each reader is loaded when it is used: a date in ISO 8601 needs none of the words."""
    if name not in _PLACES:
        raise AttributeError(name)
    found: Callable[..., object] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found
