"""`calsync feed`: the one-way feed, for calendars that nothing is in step with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _, mark
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked

STDOUT = "-"


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("The agenda as one file to publish; superfluous once a calendar is active."),
        _alone,
        {"export": export},
        writes=frozenset(),
    )


def _alone(asked: Asked) -> None:
    del asked
    raise CalsyncError("E001", "no-verb", verbs="export")


def export(
    asked: Asked, *, file: Annotated[str, typer.Argument(metavar="FILE", help=_("Where to; - for stdout."))]
) -> None:
    """Write every shown calendar of your own to one .ics file, to be published and subscribed to.

    Anybody may read what is published: guests, organizers, reminders and attachments are left out, and of private
    events only the time is told. To leave out a calendar: calsync calendars hide NAME.
    """
    from calsync_cli.app import feed as use_case
    from calsync_cli.cli.view import feed, show
    from calsync_cli.cli.work import working

    if file == STDOUT and asked.json:
        raise CalsyncError("E001", "both", flag="FILE -", other="--json")
    target = None if file == STDOUT else values.absolute(file)
    with working(asked) as (desk, screen):
        report = use_case.export(desk, file=target, out=feed.outlet(), dry_run=asked.dry_run)
        show(screen, report, feed.exported)
