"""`calsync admin`: what an administrator allows on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _, mark
from calsync_cli.config.policy import PROVIDERS

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("For administrators: which providers may be connected on this machine."),
        policy,
        {"enable": enable, "disable": disable, "policy": policy},
        writes=frozenset(),
    )


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
