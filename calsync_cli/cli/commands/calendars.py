"""`calsync calendars`: which calendars are shown here, and in which ones events can be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _, mark
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("The calendars of the account: which ones are shown, and which ones can be edited here."),
        list_,
        {"list": list_, "hide": hide, "show": show_, "set": set_},
        writes=frozenset({"hide", "show", "set"}),
    )


def list_(asked: Asked) -> None:
    """List the calendars."""
    from calsync_cli.app import calendars as use_case
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.calendars(desk), accounts.calendars)


def hide(
    asked: Asked, *, name: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name in the list."))]
) -> None:
    """Take a calendar off this disk; it stays at the provider."""
    _shown(asked, name, shown=False)


def show_(
    asked: Asked, *, name: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name in the list."))]
) -> None:
    """Show a hidden calendar again."""
    _shown(asked, name, shown=True)


def set_(
    asked: Asked,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name in the list."))],
    two_way: Annotated[bool, typer.Option("--two-way", help=_("Its events can be edited here."))] = False,
    view_only: Annotated[bool, typer.Option("--view-only", help=_("Its events can only be read here."))] = False,
) -> None:
    """Say whether the events of a calendar can be edited here."""
    from calsync_cli.app import calendars as use_case
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    if two_way == view_only:
        raise CalsyncError("E002", flag="--two-way | --view-only")
    with working(asked) as (desk, screen):
        show(screen, use_case.set_mode(desk, name=name, two_way=two_way), accounts.calendars)


def _shown(asked: Asked, name: str, *, shown: bool) -> None:
    from calsync_cli.app import calendars as use_case
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.set_shown(desk, name=name, shown=shown), accounts.calendars)
