"""`calsync status`: the one page that shows how every account is set up and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(status)


def status(
    asked: Asked,
    *,
    everyone: Annotated[bool, typer.Option("--all", help=_("Every account."))] = False,
    check: Annotated[bool, typer.Option("--check", help=_("Ask the server whether the sign-in still works."))] = False,
) -> None:
    """Show how the account is set up: connection, mail, calendars, primary calendar, next step."""
    from calsync_cli.app import status as use_case
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.status(desk, everyone=everyone, check=check), accounts.stated)
