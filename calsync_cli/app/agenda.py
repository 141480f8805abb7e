"""`agenda`: what happens when, over all shown calendars; what is like something; when nothing is (R14, R35).

Nothing is sent, no account is needed, and a file that cannot be read stops no other.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from calsync_cli.app import here, wiring
from calsync_cli.app.almanac import Almanac, Opened, almanac, order
from calsync_cli.app.company import Companies
from calsync_cli.app.homes import Home
from calsync_cli.app.leisure import leisure
from calsync_cli.app.reports.events import AgendaReport, EventRow
from calsync_cli.app.rows import row_of
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL
from calsync_cli.core.details import details_on
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.likeness import folded, may_tell, tells
from calsync_cli.core.occasions import Occasion

Row = tuple[Occasion, EventRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaWish:
    """What is asked: [begin, end) in the user's zone."""

    begin: datetime
    end: datetime
    calendar: str = ""
    search: str = ""
    free: bool = False
    hours: tuple[time, time] | None = None
    """With `free`: the hours of each day that count; None: all of the stretch."""


def agenda(desk: Desk, wish: AgendaWish) -> AgendaReport:
    """Raises E201 where there is no such account, E209 and E003 where no calendar or several are meant."""
    _known(desk)
    with almanac(desk) as book:
        homes = [_named(book.homes, wish.calendar)] if wish.calendar else list(book.homes)
        found = list(_opened(book, homes, wish))
        rows = sorted(_rows(desk, book, found, wish), key=lambda pair: order(pair[0], book.floating))
        return AgendaReport(
            begin=wish.begin,
            end=wish.end,
            events=tuple(row for _, row in rows),
            free=tuple(leisure(_not_over(desk, wish), wish.end, wish.hours, rows)) if wish.free else None,
            unreadable=book.unreadable,
            missing=tuple(home.name for home in homes if home.spot.link and not home.folder.is_dir()),
            cut=sum(each.found.cut for each in found),
        )


def _known(desk: Desk) -> None:
    name = desk.owner()
    if name != PERSONAL and name not in desk.places.accounts() and not wiring.agenda_root(desk, name).is_dir():
        raise CalsyncError("E201", account=name)


def _not_over(desk: Desk, wish: AgendaWish) -> datetime:
    """What is over is free for nobody: a stretch that has begun begins with the next minute."""
    now = here.now(desk)
    soon = now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second or now.microsecond else 0)
    return soon if wish.begin < soon < wish.end else wish.begin


def _opened(book: Almanac, homes: Sequence[Home], wish: AgendaWish) -> Iterator[Opened]:
    wanted = folded(wish.search)
    if not wanted.strip():
        return book.opened(wish.begin, wish.end, within=homes)
    return book.opened(wish.begin, wish.end, within=homes, wanted=lambda content: may_tell(content, wanted))


def _rows(desk: Desk, book: Almanac, found: Sequence[Opened], wish: AgendaWish) -> Iterator[Row]:
    companies, wanted = Companies(desk, book), folded(wish.search)
    for each in found:
        short = book.short(each.entry.id)
        for one in each.found.occasions:
            told = replace(details_on(each.laid, one, book.floating), uid=each.entry.uid)
            if not tells(told, wanted):
                continue
            company = companies.of(each.entry, told)
            row = row_of(
                told,
                each.laid.zones,
                each.entry.home,
                short=short,
                invited=company.invited,
                mine=company.mine,
                answer=company.answer,
            )
            yield one, row


def _named(homes: Sequence[Home], name: str) -> Home:
    """By directory, else by the name shown, else by that whatever its case. Raises E209, E003."""
    for same in (
        [home for home in homes if home.spot.calendar == name],
        [home for home in homes if home.name == name],
        [home for home in homes if folded(home.name) == folded(name)],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise CalsyncError("E003", "calendar", name=name, fix="calsync calendars list")
    names = [home.name for home in homes]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    raise CalsyncError("E209", "calendar", name=name, names=", ".join(near or names), fix="calsync calendars list")
