"""Things that want a look or can be brought back, on the screen: conflicts, undo, log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.told import Verb
from calsync_cli.cli.view.causes import cause, known
from calsync_cli.cli.view.moments import moment, spoken
from calsync_cli.cli.view.rounds import ARROWS
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _, mark, ngettext
from calsync_cli.cli.words.errors import briefly
from calsync_cli.cli.words.reasons import reason
from calsync_cli.cli.words.told import REASONS, VERBS

if TYPE_CHECKING:
    from calsync_cli.app.reports.items import (
        ConflictField,
        ConflictRow,
        ConflictsReport,
        LogReport,
        LogRow,
        ResolveReport,
        UndoListReport,
        UndoReport,
        UndoRow,
    )
    from calsync_cli.cli.view.screen import Screen

FIELDS = {
    "SUMMARY": mark("title"),
    "LOCATION": mark("place"),
    "DESCRIPTION": mark("notes"),
    "DTSTART": mark("start"),
    "DTEND": mark("end"),
    "time": mark("time"),
    "RRULE": mark("repeats"),
    "EXDATE": mark("left out"),
    "ATTENDEE": mark("attendees"),
    "VALARM": mark("reminders"),
    "STATUS": mark("status"),
    "CATEGORIES": mark("categories"),
}

LONG, LONGEST = 60, 400
"""Columns of a title in a line, and of one that is looked at."""

KEPT = {
    "local": mark("← both changed, yours kept, the other one saved"),
    "remote": mark("← both changed, the other one kept, yours saved"),
    "merged": mark("merged"),
}


def conflicts(report: ConflictsReport, screen: Screen) -> None:
    """The list."""
    if not report.conflicts:
        screen.say(_("Nothing wants a look."))
        return
    heads = (_("ID"), _("When"), _("Where"), _("Title"), _("What happened"))
    rows = [
        (row.id, moment(row.when), safe(row.calendar or row.folder), safe(row.title), _what(row))
        for row in report.conflicts
    ]
    screen.data(*table(screen, heads, rows, whole={0, 1}, spare=(1, 2)))
    _next("calsync conflicts show ID", screen)


def conflict(report: ConflictsReport, screen: Screen) -> None:
    """One, property by property."""
    for row in report.conflicts:
        event = f" ({safe(row.event)})" if row.event else ""
        screen.data(screen.out.paint("bold", f"{safe(row.title, LONGEST)}{event}"), f"  {_what(row)}")
        if row.fields:
            heads = ("", _("before"), _("yours"), safe(row.provider) or _("theirs"), "")
            screen.data(*table(screen, heads, [_field(one) for one in row.fields]))
        if row.fix:
            _next(row.fix, screen)
        else:  # a line that can be typed as it stands; the two others beside it
            keep = f"calsync conflicts resolve {row.id} --keep"
            _next(f"{keep} both", screen)
            screen.say(_("Or: {command}").format(command=f"{keep} local"))
            screen.say(_("Or: {command}").format(command=f"{keep} remote"))


def resolved(report: ResolveReport, screen: Screen) -> None:
    """Which version stands."""
    sides = {
        "local": _("Your version stands."),
        "remote": _("Their version stands."),
        "both": _("Both are kept."),
        "retry": _("The next sync tries it again."),
        "leave": _("It is left as it is, and told no more until it changes."),
    }
    screen.told("good", f"{safe(report.conflict.title, LONG)}: {sides.get(report.keep, report.keep)}")
    _next(report.next, screen)


def undoable(report: UndoListReport, screen: Screen) -> None:
    """What can be brought back."""
    if not report.items:
        screen.say(_("There is nothing to bring back."))
        return
    heads = (_("ID"), _("When"), _("Run"), _("Where"), _("Title"), _("What happened"))
    screen.data(*table(screen, heads, [_undo_row(row) for row in report.items], whole={0, 1, 2}, spare=(1, 3)))
    _next(f"calsync undo {report.items[0].id}", screen)  # the newest


def undone(report: UndoReport, screen: Screen) -> None:
    """What was brought back, or would be."""
    count = len(report.restored)
    for row in report.restored:
        line = f"{ARROWS[row.direction]} {_(VERBS[Verb.RESTORED])}  {safe(row.title, LONG)}"
        if report.dry_run:
            screen.data(line)
        else:
            screen.say(line)
    if report.dry_run:
        screen.say(_("Nothing was changed."))
        return
    text = ngettext("{n} item brought back. Nobody was mailed.", "{n} items brought back. Nobody was mailed.", count)
    screen.told("good", text.format(n=count))
    _next(report.next, screen)


def logged(report: LogReport, screen: Screen) -> None:
    """What was done, oldest first."""
    for row in report.rows:
        logged_row(row, screen)


def logged_row(row: LogRow, screen: Screen) -> None:
    """One line of it."""
    arrow = ARROWS[row.direction] if row.direction is not None else " "
    verb = _(VERBS[Verb(row.what)]) if row.what in set(Verb) else _("run {id}").format(id=row.run)
    # Somebody who looks wants lines that can be read; whoever searches in a pipe gets all of it.
    title, detail, calendar = (LONG, 80, 40) if screen.out.file.isatty() else (0, 0, 0)
    told = (safe(row.title, title), safe(spoken(row.detail)[0], detail), safe(row.calendar, calendar))
    if row.count is not None:
        told = (str(row.count), f"({safe(row.folder, calendar)})" if row.folder else "", "")
    parts = [moment(row.when), f"{arrow} {verb}", *told]
    if row.code:
        parts.append(briefly(row.code, _))
    screen.data("  ".join(part for part in parts if part))


def _what(row: ConflictRow) -> str:
    told = _(VERBS[row.what]) + (f": {_(REASONS[row.what])}" if row.what in REASONS else "")
    if row.code and known(row.detail):
        return f"{told}: {cause(row.code, row.detail)}"
    why = f": {briefly(row.code, _)}" if row.code else ""
    detail = f" ({_fields(row.detail)})" if row.detail else ""
    return f"{told}{why}{detail}"


def _fields(names: str) -> str:
    """The properties that clashed, or the reason, as the user calls them; anything else as it is."""
    if known(names):
        return safe(reason(names, _), 160)
    return ", ".join(_(FIELDS[name]) if name in FIELDS else safe(name, 80) for name in names.split(", "))


def _field(one: ConflictField) -> tuple[str, str, str, str, str]:
    name = _(FIELDS[one.name]) if one.name in FIELDS else safe(one.name)
    note = _(KEPT[one.kept if one.clash else "merged"]) if one.kept in KEPT else safe(one.kept)
    before, yours, theirs = spoken(one.before, one.yours, one.theirs)
    return name, safe(before, 60), safe(yours, 60), safe(theirs, 60), note


def _undo_row(row: UndoRow) -> tuple[str, str, str, str, str, str]:
    what = f"{ARROWS[row.direction]} {_(VERBS[row.what])}"
    return row.id, moment(row.when), str(row.run), safe(row.calendar or row.folder), safe(row.title), what


def _next(command: str, screen: Screen) -> None:
    if command:
        screen.say(_("Next: {command}").format(command=command))
