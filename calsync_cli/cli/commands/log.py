"""`calsync log`: what was done, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(log)


def log(
    asked: Asked,
    *,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help=_("One run alone."))] = None,
    follow: Annotated[bool, typer.Option("--follow", help=_("Stay, and show what is done from now on."))] = False,
) -> None:
    """Show what was done, run by run."""
    from calsync_cli.app import log as use_case
    from calsync_cli.cli.signals import wishes
    from calsync_cli.cli.view import items, show
    from calsync_cli.cli.work import working

    number = values.whole("--run", run)
    with working(asked) as (desk, screen):
        show(screen, use_case.log(desk, run=number), items.logged)
        if follow:
            with wishes() as told:
                for row in use_case.follow(desk, run=number, stop=told.stop):
                    show(screen, row, items.logged_row)
