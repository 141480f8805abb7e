"""Dates, times, lengths and recurrences as people type them, in English and Dutch, and said back to them.

Why a reader of our own: measured in November 2026, dateparser 1.5 loses the hour of “morgen 9u” and of “the day after
tomorrow at 3”, takes “14u” for midnight, reads neither “half 10” nor “kwart over negen” nor “volgende vrijdag”, costs
140 ms at its first date, and cannot say which words it skipped; parsedatetime and recurrent know no Dutch and skip
what they do not know (“tomorrow banana” is tomorrow). What is written here reads all words or refuses the text.
"""

from __future__ import annotations

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
