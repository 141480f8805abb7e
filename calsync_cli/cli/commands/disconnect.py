"""`calsync disconnect`: stop syncing and forget the connection; nothing is deleted at the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import ask, tree, values
from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.app.reports.accounts import DisconnectReport
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(disconnect)


def disconnect(
    asked: Asked,
    *,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help=_("Delete the local agenda and mail too."))
    ] = False,
    no_revoke: Annotated[bool, typer.Option("--no-revoke", help=_("Do not tell the provider."))] = False,
    export: Annotated[
        str | None, typer.Option("--export", metavar="DIR", help=_("First copy the local agenda and mail there."))
    ] = None,
) -> None:
    """Stop syncing and empty the connection, the primary calendar and the folder links.

    Your local agenda and mail stay. Nothing is deleted at the provider.
    """
    from calsync_cli.app import disconnect as use_case
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    target = values.path(export)
    with working(asked) as (desk, screen):
        report = use_case.disconnect(desk, delete_data=delete_data, revoke=not no_revoke, export=target, dry_run=True)
        if report.connected and not asked.dry_run:
            _sure(report, screen, asked)
            report = use_case.disconnect(
                desk, delete_data=delete_data, revoke=not no_revoke, export=target, dry_run=False
            )
        show(screen, report, accounts.disconnected)


def _sure(preview: DisconnectReport, screen: Screen, asked: Asked) -> None:
    """Ask before it is done; where local data goes too, the account's name has to be typed."""
    from calsync_cli.cli.view import accounts
    from calsync_cli.cli.view.safe import safe

    if screen.interactive and not asked.yes:
        accounts.before_disconnecting(preview, screen)
    name = safe(preview.account)
    if preview.data_deleted:
        question = _("Type {account} to delete the local data too").format(account=name)
        ask.name_typed(screen, asked, preview.account, question)
    else:
        ask.confirm(screen, asked, _("Disconnect {account}?").format(account=name))
