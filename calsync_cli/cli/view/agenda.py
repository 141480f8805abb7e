"""The agenda on the screen: day by day, as wide as the terminal, with the colours of the calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from calsync_cli.cli.view import days
from calsync_cli.cli.view.days import Piece, Signs
from calsync_cli.cli.view.safe import cells, cut, padded, safe
from calsync_cli.cli.words import _, mark, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.app.reports.events import AgendaReport, EventRow, FreeRow
    from calsync_cli.cli.view.screen import Screen

GAP = "  "
NARROW = 60
"""Columns below which only the start of an event is told."""
NARROWEST_TITLE = 8
NARROWEST_NAME = 6
PADDED = 60
"""Off a terminal nothing is cut, and no title pushes the columns further than this."""

STATUSES = {"cancelled": mark("cancelled"), "tentative": mark("not certain yet")}
ANSWERS = {"declined": mark("declined"), "tentative": mark("perhaps"), "needs-action": mark("no answer yet")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How an agenda is looked at. `searched`: a search in a stretch of time that nobody named."""

    now: datetime
    search: bool = False
    searched: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide each column is."""

    time: int
    title: int
    name: int
    cuts: bool
    dots: bool
    """A dot in its colour stands before the name of a calendar."""


def listed(report: AgendaReport, screen: Screen, seen: Seen) -> None:
    """What there is, then on stderr what could not be shown."""
    if report.free is not None:
        _free(report.free, screen, seen)
    elif report.events:
        _days(report, screen, seen)
    if seen.searched or not (report.events or report.free is not None):
        screen.say(_stretch(report, seen))
    _missing(report, screen)


def _stretch(report: AgendaReport, seen: Seen) -> str:
    first = days.spoken(report.begin.date(), seen.now)
    last = days.spoken((report.end - timedelta(microseconds=1)).date(), seen.now)
    if first == last and not seen.search:
        return _("Nothing planned on {day}.").format(day=first)
    if seen.searched:
        return _("Searched from {first} to {last}. Name a stretch of time to search in another.").format(
            first=first, last=last
        )
    if seen.search:
        return _("Nothing found from {first} to {last}.").format(first=first, last=last)
    return _("Nothing planned from {first} to {last}.").format(first=first, last=last)


def _missing(report: AgendaReport, screen: Screen) -> None:
    for name in report.missing:
        text = _("The directory of “{calendar}” is gone: its events are not shown: {command}")
        screen.told("warn", text.format(calendar=safe(name), command="calsync doctor"))
    if report.unreadable:
        text = ngettext(
            "{n} file could not be read and is not shown: {command}",
            "{n} files could not be read and are not shown: {command}",
            report.unreadable,
        )
        screen.told("warn", text.format(n=report.unreadable, command="calsync doctor"))
    if report.cut:
        text = ngettext(
            "{n} event takes place more often than is shown.",
            "{n} events take place more often than is shown.",
            report.cut,
        )
        screen.told("warn", text.format(n=report.cut))


def _free(free: Sequence[FreeRow], screen: Screen, seen: Seen) -> None:
    if not free:
        screen.say(_("Nothing is free."))
    signs = days.UNICODE if screen.out.unicode else days.PLAIN
    day: date | None = None
    for row in free:
        start, end = (at.astimezone(seen.now.tzinfo) for at in (row.start, row.end))
        if start.date() != day:
            day = start.date()
            screen.data(screen.out.paint("bold", days.heading(day, seen.now)))
        until = f"{end:%H:%M}" if end.date() == day else f"{days.spoken(end.date(), seen.now)} {end:%H:%M}"
        screen.data(f"{GAP}{start:%H:%M}{signs.dash}{until}{GAP}{days.length(row.end - row.start)}")


def _days(report: AgendaReport, screen: Screen, seen: Seen) -> None:
    """Under each day what is on it; nothing stands between days where nothing is."""
    signs = days.UNICODE if screen.out.unicode else days.PLAIN
    by_day = days.by_day(report.events, report.begin, report.end, seen.now)
    pieces = [piece for each in by_day.values() for piece in each]
    columns = _columns(pieces, screen, signs)
    for number, (day, those) in enumerate(by_day.items()):
        heading = screen.out.paint("bold", days.heading(day, seen.now))
        screen.data(*([""] if number else []), heading, *(_line(piece, columns, screen, signs) for piece in those))


def _columns(pieces: Sequence[Piece], screen: Screen, signs: Signs) -> _Columns:
    short = screen.width < NARROW and screen.out.file.isatty()
    time = max(cells(days.clock(piece, signs, short=short)) for piece in pieces)
    title = max(cells(_title(piece, signs)) for piece in pieces)
    name = max(cells(safe(piece.row.calendar)) for piece in pieces)
    dots = screen.out.color and any(piece.row.color for piece in pieces)
    if not screen.out.file.isatty():
        return _Columns(time, min(title, PADDED), name, cuts=False, dots=dots)
    id_ = max(len(piece.row.short) for piece in pieces)
    room = screen.width - 4 * len(GAP) - time - id_ - 2 * dots
    name = min(name, max(NARROWEST_NAME, room // 4))
    return _Columns(time, min(title, max(room - name, NARROWEST_TITLE)), name, cuts=True, dots=dots)


def _line(piece: Piece, columns: _Columns, screen: Screen, signs: Signs) -> str:
    short = screen.width < NARROW and columns.cuts
    at = f"{signs.now if piece.current else ' '} {padded(days.clock(piece, signs, short=short), columns.time)}"
    title = _fitted(_title(piece, signs), columns.title, cuts=columns.cuts)
    name = _fitted(safe(piece.row.calendar), columns.name, cuts=columns.cuts)
    if columns.dots:
        color = piece.row.color
        name = f"{days.tinted(color, signs.dot) if color else ' '} {name}"
    if piece.current:
        title = screen.out.paint("bold", title)
    return GAP.join((at, title, name, screen.out.paint("dim", piece.row.short))).rstrip()


def _fitted(text: str, width: int, *, cuts: bool) -> str:
    if cuts:
        return padded(cut(text, width), width)
    return text + " " * (width - cells(text))


def _title(piece: Piece, signs: Signs) -> str:
    """The title, which day of how many, that it comes again, where, and what is odd about it."""
    row = piece.row
    parts = [safe(row.title) or _("(no title)")]
    if piece.days > (1 if piece.whole else 2):  # over midnight is one evening
        parts.append(f"({piece.day}/{piece.days})")
    if row.recurrence or row.occurrence:
        parts.append(signs.again)
    remark = _remark(row)
    if remark:
        parts.append(f"({remark})")
    place = safe(row.where)
    return " ".join(parts) + (f" {signs.at} {place}" if place else "")


def _remark(row: EventRow) -> str:
    """Cancelled, not certain, or one's own answer to it."""
    word = STATUSES.get(row.status) or ("" if row.mine else ANSWERS.get(row.answer, ""))
    return _(word) if word else ""
