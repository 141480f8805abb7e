"""`calsync admin`: what an administrator allows on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _, mark
from calsync_cli.config.policy import PROVIDERS

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("For administrators: who may connect to what here, and what domains have to trust."),
        policy,
        {"trust": trust, "enable": enable, "disable": disable, "policy": policy},
        writes=frozenset(),
    )


def trust(
    asked: Asked,
    *,
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help=_which())],
    client_file: Annotated[
        str | None,
        typer.Option("--client-file", metavar="FILE", help=_("The organisation's own OAuth client (google).")),
    ] = None,
    service_account: Annotated[
        str | None,
        typer.Option("--service-account", metavar="FILE", help=_("For administrators: no browser at all (google).")),
    ] = None,
) -> None:
    """Show what the administrator of the domain has to enter so that people can sign in."""
    from calsync_cli.app import trust as use_case
    from calsync_cli.cli.view import show, trust
    from calsync_cli.cli.work import working

    values.apart(service_account=service_account, client_file=client_file)
    client = values.readable("--client-file", client_file)
    service = values.readable("--service-account", service_account)
    with working(asked) as (desk, screen):
        report = use_case.trust(desk, provider=provider, client_file=client, service_account=service)
        show(screen, report, trust.shown)


def enable(asked: Asked, *, provider: Annotated[str, typer.Argument(metavar="PROVIDER", help=_which())]) -> None:
    """Let accounts of a provider be connected."""
    from calsync_cli.app import admin as use_case
    from calsync_cli.cli.view import admin, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.enable(desk, provider=provider, dry_run=asked.dry_run), admin.enabled)


def disable(asked: Asked, *, provider: Annotated[str, typer.Argument(metavar="PROVIDER", help=_which())]) -> None:
    """Refuse new connections to a provider; what is connected stays connected."""
    from calsync_cli.app import admin as use_case
    from calsync_cli.cli.view import admin, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.disable(desk, provider=provider, dry_run=asked.dry_run), admin.disabled)


def policy(asked: Asked) -> None:
    """Show the policy in force, and where it stands."""
    from calsync_cli.app import admin as use_case
    from calsync_cli.cli.view import admin, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.policy(desk), admin.policy)


def _which() -> str:
    """What an administrator can name: whether it is enabled or not, and in this version or not."""
    return _("Which one: {providers}").format(providers=" | ".join(PROVIDERS))
