"""`calsync conflicts`: what was changed on both sides or could not be synced, and which version stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _, mark
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked

SIDES = ("local", "remote", "both")


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("What was changed on both sides, or could not be synced."),
        list_,
        {"list": list_, "show": show_, "resolve": resolve},
        writes=frozenset({"resolve"}),
    )


def list_(asked: Asked) -> None:
    """List what wants a look."""
    from calsync_cli.app import conflicts as use_case
    from calsync_cli.cli.view import items, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.conflicts(desk), items.conflicts)


def show_(asked: Asked, *, number: Annotated[str, typer.Argument(metavar="ID", help=_("Its ID in the list."))]) -> None:
    """Show one: before, yours, theirs, and which one stands."""
    from calsync_cli.app import conflicts as use_case
    from calsync_cli.cli.view import items, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.show(desk, id=number), items.conflict)


def resolve(
    asked: Asked,
    *,
    number: Annotated[str, typer.Argument(metavar="ID", help=_("Its ID in the list."))],
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="|".join(SIDES), help=_("Which version stands."))
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help=_("Of a message: the next sync tries it again."))] = False,
    leave: Annotated[bool, typer.Option("--leave", help=_("Of a message: leave it as it is."))] = False,
) -> None:
    """Choose the version that stands; the next sync carries it over."""
    from calsync_cli.app import conflicts as use_case
    from calsync_cli.cli.view import items, show
    from calsync_cli.cli.work import working

    values.apart(keep=keep, retry=retry, leave=leave)
    if keep is None and not (retry or leave):
        raise CalsyncError("E002", flag=f"--keep {'|'.join(SIDES)}")
    choice = "retry" if retry else "leave" if keep is None else values.one_of("--keep", keep, SIDES)
    with working(asked) as (desk, screen):
        show(screen, use_case.resolve(desk, id=number, keep=choice), items.resolved)
