"""Events cut into days, and days and stretches of a day in words."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.words import _, language
from calsync_cli.cli.words.days import month, weekday

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from calsync_cli.app.reports.events import EventRow

DAY = timedelta(days=1)
_COLOR = re.compile("#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
MOST_DAYS = 400
"""Of one event: a stay of years is not told day by day."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The few signs of an agenda, each one column wide."""

    now: str
    dot: str
    again: str
    at: str
    dash: str
    on: str


UNICODE = Signs("▸", "●", "↻", "·", "\N{EN DASH}", "→")
PLAIN = Signs(">", "*", "~", "@", "-", ">")


@dataclass(frozen=True, slots=True)
class Piece:
    """An event on one day. `start` and `end` are times of that day; None: it was there before, it goes on."""

    row: EventRow
    whole: bool
    start: time | None
    end: time | None
    day: int
    days: int
    current: bool


def by_day(rows: Iterable[EventRow], begin: datetime, end: datetime, now: datetime) -> dict[date, list[Piece]]:
    """Each day of [begin, end) that has something: whole days first, then what was there before, then by time."""
    last = (end.astimezone(now.tzinfo) - timedelta(microseconds=1)).date()
    first = begin.astimezone(now.tzinfo).date()
    found: dict[date, list[Piece]] = {}
    for row in rows:
        for day, piece in _pieces(row, first, last, now):
            found.setdefault(day, []).append(piece)
    for pieces in found.values():
        pieces.sort(key=lambda piece: (not piece.whole, piece.start or time()))
    return dict(sorted(found.items()))


def _pieces(row: EventRow, first: date, last: date, now: datetime) -> Iterator[tuple[date, Piece]]:
    start, end = _local(row.start, now), _local(row.end if row.end is not None else row.start, now)
    if start is None or end is None:
        return
    final = max((end - timedelta(microseconds=1)).date(), start.date()) if end > start else start.date()
    days = (final - start.date()).days + 1
    current = start <= now.replace(tzinfo=None) < end and not row.all_day
    day = max(start.date(), first)
    until = min(final, last, day + MOST_DAYS * DAY)
    while day <= until:
        begun = None if row.all_day or day > start.date() else start.time()
        done = None if row.all_day or day < final else end.time()
        yield day, Piece(row, row.all_day, begun, done, (day - start.date()).days + 1, days, current)
        day += DAY


def _local(at: datetime | date | None, now: datetime) -> datetime | None:
    """On the clock of whoever looks; floating times are on every clock."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        return datetime.combine(at, time())
    return at.astimezone(now.tzinfo).replace(tzinfo=None) if at.tzinfo else at


def clock(piece: Piece, signs: Signs, *, short: bool) -> str:
    """`14:00-14:45`, `all day`, `22:00 →`, `→ 06:00`; the start alone where there is no room."""
    if piece.whole:
        return _("all day")
    start, end = piece.start, piece.end
    if start is None:
        return f"{signs.on} {end:%H:%M}" if end else signs.on
    if end is None:
        return f"{start:%H:%M} {signs.on}"
    return f"{start:%H:%M}" if short or start == end else f"{start:%H:%M}{signs.dash}{end:%H:%M}"


def heading(day: date, now: datetime) -> str:
    """`Tue 24 Nov`, and for the nearest days how far away they are."""
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - now.date()).days, "")
    return spoken(day, now) + (f"  {near}" if near else "")


def spoken(day: date, now: datetime) -> str:
    """`Tue 24 Nov`, `di 24 nov 2027`."""
    tongue = language()
    year = "" if day.year == now.year else f" {day.year}"
    return f"{weekday(day, tongue)} {day.day} {month(day, tongue)}{year}"


def length(stretch: timedelta) -> str:
    """`2 h`, `6 h 30 min`."""
    hours, minutes = divmod(int(stretch / timedelta(minutes=1)), 60)
    told = [_("{n} h").format(n=hours)] if hours else []
    return " ".join([*told, _("{n} min").format(n=minutes)] if minutes or not hours else told)


def tinted(color: str, text: str) -> str:
    """The text in #RRGGBB, as near as the terminal says it can (COLORTERM); as it is in any other colour."""
    if not _COLOR.fullmatch(color):
        return text
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    if os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return f"\x1b[38;2;{red};{green};{blue}m{text}\x1b[0m"
    return f"\x1b[38;5;{_of_256(red, green, blue)}m{text}\x1b[0m"


def _of_256(red: int, green: int, blue: int) -> int:
    """The nearest colour of xterm's cube of six by six by six."""
    steps = [0 if value < 48 else 1 if value < 115 else (value - 35) // 40 for value in (red, green, blue)]  # noqa: PLR2004
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
