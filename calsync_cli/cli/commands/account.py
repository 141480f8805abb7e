"""`calsync account`: the accounts on this machine, and which one is meant when none is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("The accounts on this machine."),
        list_,
        {"list": list_, "use": use, "add": add, "export": export, "import": import_},
        writes=frozenset({"use", "add", "export", "import"}),
    )


def list_(asked: Asked) -> None:
    """List the accounts."""
    from calsync_cli.app import accounts as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.accounts(desk), settings.accounts)


def use(asked: Asked, *, name: Annotated[str, typer.Argument(metavar="NAME", help=_("Its name in the list."))]) -> None:
    """Say which account is meant when none is named."""
    from calsync_cli.app import accounts as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.use(desk, name=name), settings.accounts)


def add(
    asked: Asked, *, address: Annotated[str, typer.Argument(metavar="ADDR", help=_("The e-mail address."))]
) -> None:
    """Add a local agenda that is not connected yet, for yourself or a colleague."""
    from calsync_cli.app import accounts as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.add(desk, address=address), settings.accounts)


def export(asked: Asked, *, file: Annotated[str, typer.Argument(metavar="FILE", help=_("Made new."))]) -> None:
    """Write the account's set-up to a file, without its password."""
    from calsync_cli.app import accounts as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.export(desk, file=values.absolute(file)), settings.moved)


def import_(
    asked: Asked, file: Annotated[str, typer.Argument(metavar="FILE", help=_("Written by “account export”."))]
) -> None:
    """Take over an account's set-up from a file; signing in comes after it."""
    from calsync_cli.app import accounts as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.bring_in(desk, file=values.present("FILE", file)), settings.moved)
