"""The flags of `event`, made when a command is built: their help is in the language that is spoken then."""

from __future__ import annotations

from typing import Any

import typer

from calsync_cli.cli.words import _


def which() -> Any:
    """Which event."""
    return typer.Argument(metavar="ID", help=_("Its ID; the beginning is enough where no other event has it."))


def title() -> Any:
    """What it is called."""
    return typer.Argument(metavar="TITLE", help=_("What the event is called."))


def retitle() -> Any:
    """What it is called from now on."""
    return typer.Option("--title", metavar="TITLE", help=_("What the event is called."))


def at() -> Any:
    """When it begins."""
    return typer.Option(
        "--at", metavar="WHEN", help=_("When it begins: tue 14:00, tomorrow 9am, 24 dec, 2026-11-24T14:00.")
    )


def length() -> Any:
    """How long."""
    return typer.Option("--for", metavar="LENGTH", help=_("How long: 45m, 1h30, 2 days. An hour if nothing is said."))


def until() -> Any:
    """When it ends."""
    return typer.Option("--until", metavar="WHEN", help=_("When it ends, instead of how long it takes."))


def all_day() -> Any:
    """Without a time."""
    return typer.Option("--all-day", help=_("The whole day."))


def zone() -> Any:
    """Whose clock."""
    return typer.Option(
        "--tz", metavar="ZONE", help=_("The time zone of these times: Europe/London. Else the one here.")
    )


def where() -> Any:
    """Place."""
    return typer.Option("--where", metavar="PLACE", help=_("Where it takes place."))


def notes() -> Any:
    """Notes."""
    return typer.Option("--notes", metavar="TEXT", help=_("Notes."))


def repeat() -> Any:
    """Recurrence."""
    return typer.Option(
        "--repeat",
        metavar="RULE",
        help=_("daily, weekly, every 2 weeks, first monday of the month …, or an RRULE; none."),
    )


def remind() -> Any:
    """Reminders."""
    return typer.Option(
        "--remind", metavar="BEFORE", help=_("How long before: 15m, 1d. More than once for more; none.")
    )


def private() -> Any:
    """Not for others' eyes."""
    return typer.Option("--private", help=_("Others see only that you are busy."))


def public() -> Any:
    """For everybody's eyes."""
    return typer.Option("--public", help=_("No longer private."))


def invite() -> Any:
    """With an invitation."""
    return typer.Option("--invite", metavar="ADDR", help=_("Somebody who gets an invitation. More than once for more."))


def silent() -> Any:
    """Without one."""
    return typer.Option("--silent", metavar="ADDR", help=_("Somebody who gets no invitation. More than once for more."))


def invite_all() -> Any:
    """Everybody else."""
    return typer.Option("--invite-all", help=_("Everybody on it gets an invitation, but for those named silent."))


def invite_none() -> Any:
    """Nobody else."""
    return typer.Option("--invite-none", help=_("Nobody on it gets an invitation, but for those named to be invited."))


def occurrence() -> Any:
    """One of a series."""
    return typer.Option("--occurrence", metavar="DATE", help=_("Of a series: only the one on this day."))


def following() -> Any:
    """From one on."""
    return typer.Option("--following", metavar="DATE", help=_("Of a series: the one on this day and all after it."))


def notify() -> Any:
    """Guests hear."""
    return typer.Option("--notify", help=_("Tell the guests, whatever event.updates says; a held change goes too."))


def quietly() -> Any:
    """Nobody hears."""
    return typer.Option("--quietly", help=_("Tell nobody; where the server cannot be quiet, the change is held."))


def addresses() -> Any:
    """Whom."""
    return typer.Argument(metavar="ADDR…", help=_("Whom to invite."))


def answer() -> Any:
    """Whether one comes."""
    return typer.Argument(metavar="accept|decline|tentative", help=_("Your answer."))
