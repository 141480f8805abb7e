"""`calsync service`: keep accounts in step all the time, as services of the user's systemd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli import ask, tree
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    import typer

    from calsync_cli.app.reports.service import ServiceReport
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("Keep accounts in step all the time, by systemd: “sync --watch” as a service."),
        installed,
        {"install": install, "remove": remove},
        writes=frozenset(),
    )


def installed(asked: Asked) -> None:
    """Show which accounts have a service."""
    from calsync_cli.app import service as use_case
    from calsync_cli.cli.view import service, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.installed(desk), service.listed)


def install(asked: Asked) -> None:
    """Install and start a service for every active account, or for the one that -a names."""
    from calsync_cli.app import service as use_case
    from calsync_cli.cli.view import service, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        report = use_case.install(desk, dry_run=True)
        if not asked.dry_run:
            _ask(report, asked, screen)
            report = use_case.install(desk, dry_run=False)
        show(screen, report, service.installed)


def remove(asked: Asked) -> None:
    """Stop the services and take them away: all, or that of the account that -a names."""
    from calsync_cli.app import service as use_case
    from calsync_cli.cli.view import service, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        report = use_case.remove(desk, dry_run=True)
        if not asked.dry_run:
            _ask(report, asked, screen)
            report = use_case.remove(desk, dry_run=False)
        show(screen, report, service.removed)


def _ask(report: ServiceReport, asked: Asked, screen: Screen) -> None:
    """A file that somebody else wrote, or changed, goes only when somebody says so."""
    from calsync_cli.app.reports.service import Fate
    from calsync_cli.cli.view.safe import safe

    for row in report.units:
        if row.what is Fate.FOREIGN:
            question = _("{path} was not written by calsync, or was changed since. Replace or remove it?")
            ask.confirm(screen, asked, question.format(path=safe(str(row.path))))
