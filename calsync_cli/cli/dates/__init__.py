"""Dates, times, lengths and recurrences as people type them, in English and Dutch, and said back to them.

Why a reader of our own: measured in November 2026, dateparser 1.5 loses the hour of “morgen 9u” and of “the day after
tomorrow at 3”, takes “14u” for midnight, reads neither “half 10” nor “kwart over negen” nor “volgende vrijdag”, costs
140 ms at its first date, and cannot say which words it skipped; parsedatetime and recurrent know no Dutch and skip what
they do not know (“tomorrow banana” is tomorrow). What is written here reads all words or refuses the text, at 1 ms. The
rules of a recurrence are python-dateutil's, which is loaded where a recurrence was typed.
"""

from __future__ import annotations

from calsync_cli.cli.dates.amounts import reminder, span
from calsync_cli.cli.dates.moments import after, day, ends, when
from calsync_cli.cli.dates.places import zone
from calsync_cli.cli.dates.windows import window

__all__ = ["after", "day", "ends", "reminder", "span", "when", "window", "zone"]
