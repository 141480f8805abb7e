"""`calsync agenda`: what happens when, and when nothing does."""

from __future__ import annotations

import functools
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.values import apart
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked

WORKDAY = (time(8), time(18))
"""What --free looks at where no times are named."""
USUAL = 7
"""Days that are shown where none are named, today included."""
BACK, AHEAD = timedelta(days=365), timedelta(days=730)
"""How far is searched where nobody says."""


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(agenda)


def agenda(
    asked: Asked,
    *,
    when: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHEN",
            show_default=False,
            help=_("today, tomorrow, week, month, a date, or FROM..TO. Without: today and the six days after it."),
        ),
    ] = None,
    calendar: Annotated[str | None, typer.Option("--calendar", metavar="NAME", help=_("This calendar alone."))] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="TEXT", help=_("Only what has these words in title, place, notes or names.")),
    ] = None,
    free: Annotated[
        bool,
        typer.Option("--free", help=_("When nothing is, from 8:00 to 18:00; FROM..TO may name other times.")),
    ] = False,
) -> None:
    """Show what happens when, over all calendars shown here."""
    apart(search=search, free=free)
    for flag, value in (("--calendar", calendar), ("--search", search)):
        if value is not None and not value.strip():
            raise CalsyncError("E001", "empty", flag=flag)
    from calsync_cli.app import agenda as use_case
    from calsync_cli.app import here
    from calsync_cli.cli.view import agenda as view
    from calsync_cli.cli.view import show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        now = here.now(desk)
        begin, end = _stretch(" ".join(when or ()), now, search=search is not None)
        wish = use_case.AgendaWish(
            begin=begin,
            end=end,
            calendar=(calendar or "").strip(),
            search=search or "",
            free=free,
            hours=WORKDAY if begin.time() == end.time() == time() else None,
        )
        seen = view.Seen(now=now, search=search is not None, searched=search is not None and not when)
        show(screen, use_case.agenda(desk, wish), functools.partial(view.listed, seen=seen))


def _stretch(said: str, now: datetime, *, search: bool) -> tuple[datetime, datetime]:
    """From when until when, in the zone of `now`."""
    if said.strip():
        from calsync_cli.cli.dates import window  # only where somebody says when

        return window(said, now=now)
    today = datetime.combine(now.date(), time(), now.tzinfo)
    return (today - BACK, today + AHEAD) if search else (today, today + timedelta(days=USUAL))
