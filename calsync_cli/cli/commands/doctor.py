"""`calsync doctor`: look at everything that can be wrong, and mend what can be mended."""

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
    return tree.verb(doctor)


def doctor(
    asked: Asked,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help=_("Rebuild what calsync remembers; nothing is deleted."))
    ] = False,
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="FILE", help=_("Write a report without secrets and content."))
    ] = None,
) -> None:
    """Check configuration, disk, secrets, server and sign-in; says what to do about each."""
    from calsync_cli.app import doctor as use_case
    from calsync_cli.cli.view import checks, show
    from calsync_cli.cli.work import working

    if asked.dry_run and (repair or bundle):
        raise CalsyncError("E001", "both", flag="--repair" if repair else "--bundle", other="--dry-run")
    with working(asked) as (desk, screen):
        report = use_case.doctor(desk, repair=repair, bundle=values.path(bundle))
        show(screen, report, checks.examined)
    raise typer.Exit(report.exit_code)
