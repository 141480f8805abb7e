"""The only place that prints: data on stdout, messages and progress on stderr; one module per noun."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsync_cli.cli.view.screen import Screen

Report = TypeVar("Report")


def show(screen: Screen, report: Report, render: Callable[[Report, Screen], None]) -> None:
    """The report as one JSON object with --json, else as `render` puts it in words."""
    if screen.json:
        from calsync_cli.cli.view.machine import plain  # --json alone

        screen.emit(plain(report))
    else:
        render(report, screen)
