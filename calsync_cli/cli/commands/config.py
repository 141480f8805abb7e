"""`calsync config`: read and change settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("Read and change settings. Your own config.toml is never rewritten."),
        list_,
        {"list": list_, "get": get, "set": set_, "unset": unset, "path": path},
        writes=frozenset({"set", "unset"}),
    )


def list_(
    asked: Asked,
    *,
    origin: Annotated[bool, typer.Option("--origin", help=_("Show where each value comes from."))] = False,
) -> None:
    """List all settings; locked ones are marked."""
    from calsync_cli.app import settings as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.settings(desk), settings.with_origin if origin else settings.listed)


def get(
    asked: Asked, *, key: Annotated[str, typer.Argument(metavar="KEY", help=_("Section and name, as sync.every."))]
) -> None:
    """Show one setting."""
    from calsync_cli.app import settings as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.get(desk, key=key), settings.value)


def set_(
    asked: Asked,
    *,
    key: Annotated[str, typer.Argument(metavar="KEY", help=_("Section and name, as sync.every."))],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=_("A list is written as JSON."))],
) -> None:
    """Change one setting."""
    from calsync_cli.app import settings as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.set_key(desk, key=key, value=value), settings.changed)


def unset(
    asked: Asked, *, key: Annotated[str, typer.Argument(metavar="KEY", help=_("Section and name, as sync.every."))]
) -> None:
    """Forget a change made with “config set”."""
    from calsync_cli.app import settings as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.unset_key(desk, key=key), settings.changed)


def path(asked: Asked) -> None:
    """Show where the settings are read from."""
    from calsync_cli.app import settings as use_case
    from calsync_cli.cli.view import settings, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        show(screen, use_case.paths(desk), settings.paths)
