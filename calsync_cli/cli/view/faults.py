"""Errors on the screen: a sentence, who can mend it, the command that does, where to read more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.cli.words.errors import WHO, fix, sentence, topic
from calsync_cli.core.errors import who

if TYPE_CHECKING:
    from calsync_cli.app.reports.told import ErrorReport
    from calsync_cli.cli.view.screen import Screen


def show_failure(error: ErrorReport, screen: Screen) -> None:
    """The error that ends the command: an object on stdout with --json, else sentences on stderr."""
    if screen.json:
        from calsync_cli.cli.view.machine import failure  # --json alone

        screen.emit({"ok": False, "error": failure(error)})
    else:
        tell_failure(error, screen)


def tell_failure(error: ErrorReport, screen: Screen) -> None:
    """The error in sentences, on stderr."""
    screen.told("bad", f"{safe(sentence(error, _))} ({error.code})")
    whose = _("Who can fix this: {who}").format(who=_(WHO[who(error.code, error.variant)]))
    remedy = _("Do: {fix}").format(fix=safe(fix(error)))
    page = _("More: {command}").format(command=f"calsync help {topic(error)}")
    screen.err.write(f"  {whose} · {remedy} · {page}")


def reason(error: ErrorReport) -> str:
    """The error in a few words, inside a report."""
    return f"{safe(sentence(error, _))} ({error.code})"
