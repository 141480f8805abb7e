"""`calsync help`: longer explanations, by topic."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(help_)


def help_(
    asked: Asked,
    *,
    topic: Annotated[str | None, typer.Argument(metavar="TOPIC", help=_("All topics if left out."))] = None,
) -> None:
    """Explain a topic."""
    from calsync_cli.cli.view import pages
    from calsync_cli.cli.view.screen import screen
    from calsync_cli.cli.words.topics import names, page

    shown = screen(asked)
    if topic is None:
        pages.topics(names(), shown)
        return
    if topic not in names():
        import difflib

        near = difflib.get_close_matches(topic, names(), n=1)
        fix = f"calsync help {near[0]}" if near else "calsync help"
        raise CalsyncError("E003", "topic", name=topic, names=", ".join(names()), fix=fix)
    pages.topic(topic, page(topic, lambda: _mine(asked)), shown)


def _mine(asked: Asked) -> dict[str, str]:
    """This installation's paths; help needs no log, and leaves no trace."""
    from calsync_cli.app import wiring
    from calsync_cli.app.guide import mine
    from calsync_cli.cli.view.safe import safe

    desk = wiring.desk(account=asked.account, config_file=asked.config, env=os.environ, interactive=False, tell=None)
    return {name: "\n".join(safe(line) for line in value.split("\n")) for name, value in mine(desk).items()}
