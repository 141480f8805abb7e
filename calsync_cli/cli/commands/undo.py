"""`calsync undo`: bring back what was deleted or overwritten; nobody is mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(undo)


def undo(
    asked: Asked,
    *,
    item: Annotated[str | None, typer.Argument(metavar="ITEM", help=_("Its ID in the list."))] = None,
    as_list: Annotated[bool, typer.Option("--list", help=_("Show what can be brought back."))] = False,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help=_("Everything of one run."))] = None,
) -> None:
    """Bring back what was deleted or overwritten. Nobody is mailed."""
    from calsync_cli.app import undo as use_case
    from calsync_cli.cli.view import items, show
    from calsync_cli.cli.work import working

    values.apart(list=as_list, run=run)
    number = values.whole("--run", run)
    if item is not None and (as_list or run is not None):
        raise CalsyncError("E001", "both", flag="ITEM", other="--list" if as_list else "--run")
    with working(asked) as (desk, screen):
        if as_list or (item is None and number is None):
            show(screen, use_case.items(desk), items.undoable)
        else:
            show(screen, use_case.undo(desk, item=item, run=number, dry_run=asked.dry_run), items.undone)
