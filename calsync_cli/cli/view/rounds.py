"""Rounds on the screen: sync, sync --all, sync --watch, choose-primary."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from calsync_cli.app.reports.hooks import Hooked
from calsync_cli.app.reports.told import Verb, Way
from calsync_cli.cli.view.causes import cause
from calsync_cli.cli.view.faults import tell_failure
from calsync_cli.cli.view.moments import clock, spoken
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _, ngettext
from calsync_cli.cli.words.told import HOOKS, REASONS, VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.app.reports.rounds import BatchReport, CalendarCounts, ChooseReport, MailLine, SyncReport
    from calsync_cli.app.reports.told import Line
    from calsync_cli.cli.view.screen import Screen

ARROWS = {Way.IN: "←", Way.OUT: "→", Way.HERE: "·", Way.BOTH: "↔"}
MOST_LINES = 50
"""More than these nobody reads; the log and --json have all."""

OFFLINE = frozenset({"E401", "E402"})
"""A watch waits until these are over; a note has said so."""

WANT_A_LOOK = frozenset(
    {Verb.CONFLICT, Verb.REVIVED, Verb.PUT_BACK, Verb.TO_PRIMARY, Verb.SKIPPED, Verb.HELD, Verb.LOST}
)
WAITING = frozenset({Verb.SKIPPED, Verb.HELD})
"""Told in every round until it is over."""


def synced(report: SyncReport, screen: Screen) -> None:
    """One round: what wants a look line by line, the rest in numbers."""
    if report.dry_run:
        _planned(report, screen)
        return
    # What was told before still waits: whoever wants silence (cron) is not told again every ten minutes.
    known = WAITING if screen.quiet and not report.attention else frozenset()
    _lines([line for line in report.lines if line.verb not in known], screen)
    if report.error is not None:
        if _events(report) or _messages(report):
            screen.told("good", summary(report))
        tell_failure(report.error, screen)
        return
    screen.told("warn" if report.attention else "good", summary(report))
    _look(report, screen)
    _hooked(report, screen)
    _next(report.next, screen)


def watched(report: SyncReport, screen: Screen) -> None:
    """One round of a watch, with the time in front; a round that did nothing says nothing."""
    at = clock(datetime.now().astimezone())
    few = len(report.lines) <= MOST_LINES or screen.verbosity > 0
    for line in report.lines if few else [one for one in report.lines if one.verb in WANT_A_LOOK][:MOST_LINES]:
        screen.say(f"{at} {line_text(line)}")
    if report.error is not None:
        if report.error.code not in OFFLINE:
            tell_failure(report.error, screen)
    elif _busy(report.calendar) or _messages(report) or screen.verbosity > 0:
        screen.told("warn" if report.attention else "good", f"{at} {summary(report)}")
    _hooked(report, screen)


def synced_all(report: BatchReport, screen: Screen) -> None:
    """One line for each account."""
    for one in report.accounts:
        name = safe(one.account)
        if one.error is not None:
            screen.told("bad", name)
            tell_failure(one.error, screen)
        else:
            screen.told("warn" if one.attention else "good", f"{name}  {summary(one)}")
            _hooked(one, screen)
    failed = sum(one.error is not None for one in report.accounts)
    if failed:
        screen.told("bad", ngettext("{n} account failed.", "{n} accounts failed.", failed).format(n=failed))


def chosen(report: ChooseReport, screen: Screen) -> None:
    """The choice, and the first round that came with it."""
    name = safe(report.calendar.name)
    if report.already:
        screen.told("good", _("“{calendar}” is the primary calendar already.").format(calendar=name))
    elif report.sync is not None and report.sync.dry_run:
        screen.say(_("“{calendar}” would become the primary calendar.").format(calendar=name))
    else:
        screen.told("good", _("“{calendar}” is the primary calendar. The calendar is active.").format(calendar=name))
    if report.sync is not None:
        synced(replace(report.sync, next=""), screen)
    _next(report.next or (report.sync.next if report.sync is not None else ""), screen)


def summary(report: SyncReport) -> str:
    """The round in numbers; what is zero is left out."""
    halves = [
        f"{half} {', '.join(told)}"
        for half, told in ((_("calendar"), _events(report)), (_("mail"), _messages(report)))
        if told
    ]
    return " · ".join(halves) or _("nothing to do")


def _messages(report: SyncReport) -> list[str]:
    counts = report.mail
    flags = counts.flags_in + counts.flags_out
    return _shown(
        [
            (counts.in_, _("{n} in")),
            (counts.out, _("{n} out")),
            (counts.moved, _("{n} moved")),
            (counts.deleted_in, _("{n} deleted here")),
            (counts.deleted_out, _("{n} deleted there")),
            (flags, _("{n} flagged")),
            (counts.skipped, _("{n} skipped")),
        ]
    )


def _events(report: SyncReport) -> list[str]:
    counts = report.calendar
    told = [
        (counts.in_, _("{n} in")),
        (counts.out, _("{n} out")),
        (counts.deleted_in, _("{n} deleted here")),
        (counts.deleted_out, _("{n} deleted there")),
        (counts.conflicts, ngettext("{n} conflict", "{n} conflicts", counts.conflicts)),
        (counts.skipped, _("{n} skipped")),
        (
            report.invitations_sent,
            ngettext("{n} message by the server", "{n} messages by the server", report.invitations_sent),
        ),
    ]
    return _shown(told)


def _shown(told: Sequence[tuple[int, str]]) -> list[str]:
    return [text.format(n=number) for number, text in told if number]


def mail_text(line: MailLine) -> str:
    """`← added  14  (inbox)`."""
    return f"{ARROWS[line.direction]} {_(VERBS[line.verb])}  {line.count}  ({safe(line.folder, 40)})"


def line_text(line: Line) -> str:
    """`← changed  Intake talk  10:00 → 10:30   (Kerio)`."""
    parts = [f"{ARROWS[line.direction]} {_(VERBS[line.verb])}", safe(line.title, 60) or "-"]
    if line.detail:
        parts.append(safe(spoken(line.detail)[0], 80))
    if line.where:
        parts.append(f" ({safe(line.where, 40)})")
    if line.verb in REASONS:
        parts.append(_(REASONS[line.verb]))
    if line.code and line.verb is not Verb.HELD:  # nothing is wrong with what is held, and why was told
        parts.append(cause(line.code, line.why))
    return "  ".join(parts)


def _planned(report: SyncReport, screen: Screen) -> None:
    """A dry run: the plan is what was asked for, so it is data."""
    screen.data(*(line_text(line) for line in report.lines), *(mail_text(line) for line in report.messages))
    screen.say(_("Nothing was changed. This would be done: {summary}").format(summary=summary(report)))
    if report.error is not None:
        tell_failure(report.error, screen)


def _lines(lines: Sequence[Line], screen: Screen) -> None:
    """What wants a look is always told, the rest as long as it can be read."""
    calm = [line for line in lines if line.verb not in WANT_A_LOOK]
    wanted = [line for line in lines if line.verb in WANT_A_LOOK]
    if len(calm) <= MOST_LINES or screen.verbosity > 0:
        for line in calm:
            screen.say(line_text(line))
    for line in wanted[:MOST_LINES]:
        screen.told("warn", line_text(line))


def _look(report: SyncReport, screen: Screen) -> None:
    if report.attention:
        text = ngettext("{n} item wants a look: {command}", "{n} items want a look: {command}", report.attention)
        screen.told("warn", text.format(n=report.attention, command="calsync conflicts"))


def _hooked(report: SyncReport, screen: Screen) -> None:
    """A hook that went well is told with -v, with all that it said; one that did not, always."""
    hook = report.hook
    if hook is None:
        return
    lines = hook.said.splitlines()
    known = {"program": hook.program, "status": str(hook.status), "seconds": f"{hook.seconds:g}"}
    params = {name: safe(value, 200) for name, value in {**known, "said": lines[-1] if lines else "-"}.items()}
    if hook.what is not Hooked.WELL:
        screen.told("warn", _(HOOKS[hook.what]).format_map(params))
    elif screen.verbosity > 0:
        screen.say(_(HOOKS[hook.what]).format_map(params))
    if screen.verbosity > 0:
        for line in lines:
            screen.say(f"  {safe(line, 200)}")


def _next(command: str, screen: Screen) -> None:
    if command:
        screen.say(_("Next: {command}").format(command=command))


def _busy(counts: CalendarCounts) -> bool:
    return any((counts.in_, counts.out, counts.deleted_in, counts.deleted_out, counts.conflicts, counts.skipped))
