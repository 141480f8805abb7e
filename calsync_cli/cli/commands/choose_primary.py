"""`calsync choose-primary`: name the calendar that new events go to, which activates syncing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import ask, tree
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.app.reports.accounts import OfferReport
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(choose_primary)


def choose_primary(
    asked: Asked,
    *,
    calendar: Annotated[str | None, typer.Argument(metavar="CALENDAR", help=_("Its name; asked if left out."))] = None,
    as_list: Annotated[bool, typer.Option("--list", help=_("Show the calendars to choose from."))] = False,
    no_sync: Annotated[bool, typer.Option("--no-sync", help=_("Do not start the first sync now."))] = False,
) -> None:
    """Choose the calendar that new events go to, and start syncing.

    You will see all calendars; new events go only to the primary one. The choice cannot be changed later.
    """
    from calsync_cli.app import choose as use_case
    from calsync_cli.cli.view import accounts, rounds, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        if as_list:
            show(screen, use_case.offer(desk), accounts.offered)
            return
        name = calendar if calendar is not None else _chosen(use_case.offer(desk), screen)
        report = use_case.choose(desk, calendar=name, sync=not no_sync, dry_run=asked.dry_run)
        show(screen, report, rounds.chosen)
    raise typer.Exit(report.sync.exit_code if report.sync is not None else 0)


def _chosen(offer: OfferReport, screen: Screen) -> str:
    """The calendar that the user picks; a choice made before is only confirmed."""
    if offer.primary is not None:
        return offer.primary
    from calsync_cli.cli.view import accounts

    flag = "calsync choose-primary CALENDAR"
    if not screen.interactive:
        raise CalsyncError("E002", flag=flag, fix="calsync choose-primary --list")
    accounts.offered_before_asking(offer, screen)
    possible = [row for row in offer.calendars if row.writable and not row.feed]
    usual = next((number for number, row in enumerate(possible, 1) if row.usual), 1)
    return possible[
        ask.choose(screen, _("Primary calendar"), [row.name for row in possible], usual=usual, flag=flag) - 1
    ].id
