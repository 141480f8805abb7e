"""`calsync demo`: the whole journey on this machine, against servers of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree
from calsync_cli.cli.words import _, language

if TYPE_CHECKING:
    from calsync_cli.cli.options import Asked


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(demo, previews=False)


def demo(
    asked: Asked,
    *,
    keep: Annotated[bool, typer.Option("--keep", help=_("Leave the servers and the files for you to try."))] = False,
) -> None:
    """Walk through the whole journey on this machine: no account, no internet, nothing left behind."""
    from calsync_cli.app import demo as use_case
    from calsync_cli.cli.view import pages
    from calsync_cli.cli.view.screen import screen

    shown = screen(asked)
    report = use_case.demo(keep=keep, language=language(), show=lambda scene: pages.scene(scene, shown))
    pages.demonstrated(report, shown)
    raise typer.Exit(0 if report.ok else 1)
