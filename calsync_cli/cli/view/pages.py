"""Longer texts on the screen: help topics and the demonstration."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, assert_never

from calsync_cli.app.reports.demo import Chapter, Printed, Typed
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.cli.words.story import SCENES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.app.reports.demo import DemoReport, Shown
    from calsync_cli.cli.view.screen import Screen


def topics(names: Sequence[str], screen: Screen) -> None:
    """What there is help about."""
    if screen.json:
        screen.emit({"topics": list(names)})
        return
    screen.say(_("There is help about:"))
    screen.data(*names)
    screen.say(_("Next: {command}").format(command="calsync help TOPIC"))


def topic(name: str, text: str, screen: Screen) -> None:
    """One page."""
    if screen.json:
        screen.emit({"topic": name, "text": text})
    else:
        screen.data(text.rstrip("\n"))


def scene(shown: Shown, screen: Screen) -> None:
    """A piece of the demonstration, as it happens."""
    if screen.json:
        return
    match shown:
        case Chapter():
            filled = _(SCENES[shown.scene]).format_map({name: safe(value) for name, value in shown.params.items()})
            screen.data("", screen.out.paint("bold", filled))
        case Typed():
            screen.data(screen.out.paint("dim", f"$ {shlex.join(shown.words)}"))
        case Printed():
            screen.data(*(safe(line) and line for line in shown.text.splitlines()))
        case _:
            assert_never(shown)


def demonstrated(report: DemoReport, screen: Screen) -> None:
    """How it ended."""
    if screen.json:
        from calsync_cli.cli.view.machine import plain  # --json alone

        screen.emit(plain(report))
    elif report.ok:
        screen.told("good", _("The demonstration went well: {seconds} s.").format(seconds=round(report.seconds)))
    else:
        screen.told("bad", _("The demonstration failed in: {scene}").format(scene=f"{report.failed} ({report.detail})"))
