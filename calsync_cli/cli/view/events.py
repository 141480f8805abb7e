"""One event on the screen: what a command did to it, who hears of it, and all that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from calsync_cli.cli.dates.spoken import spoken_row, spoken_when
from calsync_cli.cli.view.safe import cells, safe
from calsync_cli.cli.words import _, mark, ngettext
from calsync_cli.core.times import Moment, span
from calsync_cli.core.zones import named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from calsync_cli.app.reports.events import AttendeeRow, EventReport, EventRow
    from calsync_cli.cli.event.reading import Clock
    from calsync_cli.cli.view.screen import Screen

DONE = {
    "added": mark("Added to {calendar}, {when}  ({id})"),
    "edited": mark("Changed in {calendar}: {title}, {when}  ({id})"),
    "deleted": mark("Deleted from {calendar}: {title}, {when}  ({id})"),
    "invited": mark("Invited to {title}, {when}  ({id})"),
    "answered": mark("Answered: {title}, {when}  ({id})"),
}

POST = {
    "added": mark("invitation by {provider}: {who}"),
    "edited": mark("message by {provider}: {who}"),
    "deleted": mark("cancellation by {provider}: {who}"),
    "invited": mark("invitation by {provider}: {who}"),
    "answered": mark("answer by {provider}: {who}"),
}

REACH = {
    "all": mark("all occurrences"),
    "one": mark("this occurrence only"),
    "following": mark("this occurrence and all after it"),
}

ANSWERS = {
    "needs-action": mark("no answer yet"),
    "accepted": mark("accepted"),
    "declined": mark("declined"),
    "tentative": mark("perhaps"),
    "delegated": mark("delegated"),
}

STATUSES = {"cancelled": mark("cancelled"), "tentative": mark("not certain yet"), "confirmed": mark("certain")}

WARNINGS = {
    "no-provider": mark("Nobody can be invited before a calendar is active. Later, this invites them: {fix}"),
    "no-mail": mark("{provider} here sends no invitations: the attendees are on the event, and hear of it from you."),
    "colleague-silent": mark("A colleague without an invitation may not see it in their own agenda: {fix}"),
    "colleague-missed": mark("It could not be written into the agenda of {missed} just now."),
    "twin": mark("An event with this title was there at this time already. Now there are two."),
    "undecided": mark("Nobody said whether these are invited, so they are not: {undecided}"),
    "no-reply": mark("Only your own copy is gone; the organiser is not told."),
    "changes-lost": mark("Changed occurrences that the new recurrence has not are gone; “calsync undo” has them."),
    "held": mark("Nobody is told, and the server cannot be quiet: it is not sent until you type {fix}"),
    "held-deletion": mark(
        "Nobody is told, and the server cannot be quiet: it stays there until “calsync conflicts” lets it go."
    ),
    "unchanged": mark("Nothing is different: nothing was written."),
}

GAP = "      "
LONGEST_LINE = 400
"""Characters of a line of notes."""


def changed(report: EventReport, screen: Screen, *, on: Clock) -> None:
    """What was done, or in a dry run would be, on one line where that is wide enough."""
    text = _joined([_done(report, on), *_post(report)], screen)
    if report.dry_run:
        screen.data(text)
    else:
        screen.told("good", text)
    for before in report.events[:-1]:
        screen.say(GAP + _("before it: {when}  ({id})").format(when=_when(before, on), id=before.short))
    _warn(report, screen)
    if report.dry_run:
        screen.say(_("Nothing was changed."))
    _next(report.next, screen)


def shown(report: EventReport, screen: Screen, *, on: Clock) -> None:
    """All that is known of it."""
    for event in report.events:
        screen.data(screen.out.paint("bold", f"{safe(event.title, LONGEST_LINE) or _('(no title)')}  ({event.short})"))
        for name, text in _fields(event, report, on):
            screen.data(f"  {name}: {text}")
        for attendee in event.attendees:
            screen.data(f"    {_attendee(attendee, mine=event.mine)}")
        screen.data(*(f"  | {safe(line, LONGEST_LINE)}" for line in event.notes.splitlines()))
    _warn(report, screen)
    _next(report.fix, screen)


def _done(report: EventReport, on: Clock) -> str:
    event = report.events[-1]  # of a series that was cut in two: the part that was changed
    text = _(DONE[report.did]).format(
        calendar=safe(event.calendar), title=safe(event.title), when=_when(event, on), id=event.short
    )
    reach = _(REACH[report.reach]) if report.reach else ""
    return f"{text}  {reach}".rstrip()


def _post(report: EventReport) -> list[str]:
    """Who hears of it, who is on it and does not, and whose agenda has it."""
    told = []
    if report.invited:
        text = _(POST[report.did])
        told.append(text.format(provider=safe(report.provider), who=_people(report.invited)))
    if report.delivered:
        told.append(_("in their agenda: {who}").format(who=_people(report.delivered)))
    silent = [address for address in report.silent if address not in report.invited]
    if silent and (report.did in {"added", "invited"} or told):
        told.append(_("none: {who}").format(who=_people(silent)))
    return told


def _joined(pieces: Sequence[str], screen: Screen) -> str:
    """Off a terminal one line, for whoever filters lines."""
    line = GAP.join(pieces)
    stream = screen.err.file
    return line if not stream.isatty() or cells(line) + 2 <= screen.width else f"\n{GAP}".join(pieces)


def _fields(event: EventRow, report: EventReport, on: Clock) -> list[tuple[str, str]]:
    """Those that there is something to say of."""
    upcoming = ", ".join(_at(one, on) for one in report.upcoming)
    flags = [_("private") if event.private else "", _("does not block time") if event.free else ""]
    told = [
        (_("When"), _when(event, on)),
        (_("Next"), upcoming),
        (_("Where"), safe(event.where, LONGEST_LINE)),
        (_("Calendar"), safe(event.calendar)),
        (_("Status"), _(STATUSES[event.status]) if event.status in STATUSES else safe(event.status)),
        (_("Reminders"), ", ".join(_before(one) for one in event.reminders)),
        (_("Also"), ", ".join(flag for flag in flags if flag)),
        (_("Organiser"), safe(event.organizer, LONGEST_LINE)),
        (_("File"), safe(str(report.path)) if report.path else ""),
        (_("Attendees"), str(len(event.attendees)) if event.attendees else ""),
    ]
    return [(name, text) for name, text in told if text]


def _attendee(one: AttendeeRow, *, mine: bool) -> str:
    name = safe(f"{one.name} <{one.address}>" if one.name else one.address)
    answer = _(ANSWERS[one.answer]) if one.answer in ANSWERS else safe(one.answer)
    if mine and not one.invited:
        return f"{name}  {_('without an invitation')}"
    return f"{name}  {answer}"


def _when(event: EventRow, on: Clock) -> str:
    """When, and how often again."""
    told = spoken_row(event, now=on.now, zone=on.zone)
    if not event.recurrence or event.occurrence:
        return told
    from calsync_cli.cli.dates.rhythm import spoken_rule  # brings the rules of recurrences
    from calsync_cli.core.refusals import RuleError

    start = _moment(event.start, event.tz)
    if start is None:
        return told
    try:
        return f"{told}, {safe(spoken_rule(event.recurrence, start))}"
    except RuleError:  # another program's, and not what RFC 5545 allows
        return f"{told}, {safe(event.recurrence)}"


def _at(one: datetime | date, on: Clock) -> str:
    """One of the next times, by the clock here."""
    here = one.astimezone(on.now.tzinfo) if isinstance(one, datetime) else one
    moment = _moment(here, on.zone)
    return spoken_when(moment, now=on.now, zone=on.zone) if moment else ""


def _moment(at: datetime | date | None, zone: str) -> Moment | None:
    """As it stands on the clock of its zone."""
    if not isinstance(at, datetime) or at.tzinfo is None:
        return None if at is None else Moment(at)
    rules = named(zone) if zone else None
    return Moment((at.astimezone(rules) if rules else at).replace(tzinfo=None), zone)


def _before(text: str) -> str:
    """A reminder in words: so long before, or after, or at a moment."""
    length = span(text)
    if length is None:
        return safe(text)
    whole = length.days + length.clock
    minutes = abs(round(whole.total_seconds() / 60))
    if not minutes:
        return _("at the start")
    told = next(one for unit, one in _units(minutes) if minutes % unit == 0)
    form = _("{length} before") if whole.total_seconds() > 0 else _("{length} after")
    return form.format(length=told)


def _units(minutes: int) -> tuple[tuple[int, str], ...]:
    days, hours = minutes // 1440, minutes // 60
    return (
        (1440, ngettext("{n} day", "{n} days", days).format(n=days)),
        (60, ngettext("{n} hour", "{n} hours", hours).format(n=hours)),
        (1, ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)),
    )


def _people(addresses: Sequence[str]) -> str:
    return ", ".join(safe(address) for address in addresses)


def _warn(report: EventReport, screen: Screen) -> None:
    for word in report.warnings:
        text = _(WARNINGS[word]).format(
            fix=safe(report.fix),
            provider=safe(report.provider),
            missed=_people(report.missed),
            undecided=_people(report.undecided),
        )
        screen.told("warn", text)


def _next(command: str, screen: Screen) -> None:
    if command:
        screen.say(_("Next: {command}").format(command=safe(command)))
