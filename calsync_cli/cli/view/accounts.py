"""Accounts and their calendars on the screen: connect, choose-primary, status, calendars, disconnect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calsync_cli.app.reports.accounts import State
from calsync_cli.app.reports.told import Note
from calsync_cli.cli.view.boxes import mail_lines, not_connected
from calsync_cli.cli.view.faults import reason, tell_failure
from calsync_cli.cli.view.moments import moment
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _, mark, ngettext
from calsync_cli.cli.words.told import NOTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calsync_cli.app.reports.accounts import (
        AccountStatus,
        CalendarRow,
        CalendarsReport,
        ConnectReport,
        DisconnectReport,
        InboxReport,
        OfferReport,
        StatusReport,
    )
    from calsync_cli.cli.view.screen import Screen

NAMES = {
    "google": "Google",
    "microsoft365": "Microsoft 365",
    "exchange": "Exchange",
    "kerio": "Kerio",
    "caldav": "CalDAV",
}

STATES = {
    State.LOCAL: mark("local agenda, not connected"),
    State.PENDING: mark("connecting was not finished"),
    State.CONNECTED: mark("connected, nothing is in step yet"),
    State.ACTIVE: mark("active"),
    State.SIGN_IN: mark("the sign-in is not accepted any more"),
    State.DAMAGED: mark("what calsync remembers is damaged"),
    State.UNREADABLE: mark("what calsync remembers cannot be read just now"),
}

_WITH_CALENDARS = mark("connected, primary calendar not chosen yet")

RIGHTS = {"owner": mark("owner"), "write": mark("write"), "read": mark("read")}

WHAT_PRIMARY_MEANS = mark(
    "You will see all calendars. New events go only to the primary one. This cannot be changed later."
)

CALENDAR_COLUMNS: Mapping[str, Any] = {"whole": {3}, "spare": (4, 1), "tails": {4}}
"""Of a table of calendars; where there is little room the directory is left out first."""

LONGEST = 100
"""Of a name within a line of text."""


def state_of(state: State, halves: Sequence[str]) -> str:
    """What is still to come depends on which halves are connected."""
    return _WITH_CALENDARS if state is State.CONNECTED and "calendar" in halves else STATES[state]


def provider_menu(names: Sequence[str], screen: Screen) -> None:
    """The providers to choose from, numbered."""
    for number, name in enumerate(names, 1):
        screen.err.write(f" {number} {NAMES[name]}")


def connected(report: ConnectReport, screen: Screen) -> None:
    """Signed in, settings filled in and locked, what comes next."""
    screen.told("good", _("Signed in as {name}").format(name=safe(report.signed_in_as)))
    filled = _("Settings filled in and locked: {server}   (to change them: {command})")
    screen.told("good", filled.format(server=safe(report.server), command="calsync disconnect"))
    if "calendar" in report.halves:
        found = ngettext("{n} calendar found", "{n} calendars found", report.calendars).format(n=report.calendars)
        screen.told("good", found)
    kept = _("The password is kept in: {place}") if report.password else _("The sign-in is kept in: {place}")
    screen.told("good", kept.format(place=safe(report.secrets)))
    if report.inbox is not None:
        _fetched(report.inbox, screen)
    if report.again:
        screen.say(_("You were connected before: primary calendar and links stay as they were."))
    _next(report.next, screen)


def _fetched(inbox: InboxReport, screen: Screen) -> None:
    told = ngettext("Inbox fetched: {n} message in {path}", "Inbox fetched: {n} messages in {path}", inbox.messages)
    params = {"n": inbox.messages, "path": safe(str(inbox.path))}
    screen.told("warn" if inbox.error else "good", told.format_map(params))
    if inbox.error is not None:
        tell_failure(inbox.error, screen)


def offered(report: OfferReport, screen: Screen) -> None:
    """The calendars to choose from."""
    screen.data(*_offer(report, screen))
    screen.say(_(WHAT_PRIMARY_MEANS))


def offered_before_asking(report: OfferReport, screen: Screen) -> None:
    """The same, just before the question: on stderr, because it is no result."""
    for line in _offer(report, screen):
        screen.err.write(line)
    screen.err.write(_(WHAT_PRIMARY_MEANS))


def stated(report: StatusReport, screen: Screen) -> None:
    """Every account, as a page."""
    if not report.accounts:
        screen.data(_("Nothing is set up yet."))
        _next("calsync connect", screen)
    for account in report.accounts:
        screen.data(*_page(account, screen))
        _next(account.next, screen)


def calendars(report: CalendarsReport, screen: Screen) -> None:
    """The calendars, or what became of the one that was changed."""
    rows = [row for row in report.calendars if not report.changed or report.changed in (row.id, row.name)]
    heads = (_("Calendar"), _("Access"), _("Here"), _("Events"), _("Directory"))
    screen.data(*table(screen, heads, [_calendar(row) for row in rows], **CALENDAR_COLUMNS))


def before_disconnecting(preview: DisconnectReport, screen: Screen) -> None:
    """What is about to happen, before the question."""
    screen.err.write(_("This stops syncing and empties the connection, the primary calendar and the folder links."))
    if preview.data_deleted:
        screen.err.write(_("Your local agenda and mail are deleted too. Nothing is deleted at the provider."))
    else:
        screen.err.write(_("Your local agenda and mail stay. Nothing is deleted at the provider."))
    _revokes(preview, screen)
    _unsent(preview, screen)


def disconnected(report: DisconnectReport, screen: Screen) -> None:
    """Done, or in a dry run what would be done."""
    name = safe(report.account)
    if not report.connected:
        screen.told("good", _("{account} was not connected.").format(account=name))
    elif report.dry_run:
        screen.data(_("{account} would be disconnected.").format(account=name))
        _revokes(report, screen)
        _unsent(report, screen)
    else:
        screen.told("good", _("{account} is disconnected. You can connect again at any time.").format(account=name))
    if report.left is not None:
        screen.told(
            "warn", _("The password could not be taken from where it is kept: {why}").format(why=reason(report.left))
        )
    if report.standing is not None:
        screen.told("warn", _("The permission still stands at the provider: {why}").format(why=reason(report.standing)))
    for place in report.kept:
        text = _("Deleted: {path}") if report.data_deleted else _("Stays: {path}")
        screen.say(text.format(path=safe(str(place))))
    if report.exported is not None:
        screen.say(_("Copied to: {path}").format(path=safe(str(report.exported))))
    _next(report.next, screen)


def _revokes(report: DisconnectReport, screen: Screen) -> None:
    """The provider keeps one permission for a person and a client, whatever the number of machines."""
    if report.revokes:
        text = _("The permission is given back at {provider}: calsync on other machines has to sign in again, too.")
        screen.err.write(text.format(provider=NAMES.get(report.provider, report.provider)))


def _unsent(report: DisconnectReport, screen: Screen) -> None:
    if report.unsent:
        text = ngettext(
            "{n} change made here has not been sent yet.",
            "{n} changes made here have not been sent yet.",
            report.unsent,
        )
        screen.told("warn", text.format(n=report.unsent))


def _offer(report: OfferReport, screen: Screen) -> list[str]:
    possible = [row for row in report.calendars if row.writable and not row.feed]
    rest = [row for row in report.calendars if row not in possible]
    numbered = [(str(number), row) for number, row in enumerate(possible, 1)] + [("-", row) for row in rest]
    rows = [
        (number, safe(row.name), _(RIGHTS.get(row.rights, row.rights)), _remark(row, report.primary))
        for number, row in numbered
    ]
    return table(screen, ("", _("Calendar"), _("Access"), ""), rows, whole={0})


def _remark(row: CalendarRow, primary: str | None) -> str:
    if row.primary or (primary is not None and primary in (row.id, row.name)):
        return _("primary")
    if row.feed:
        return _("a feed of your own agenda: left out")
    if not row.writable:
        return _("cannot be primary")
    return _("← usual choice") if row.usual else ""


def _page(account: AccountStatus, screen: Screen) -> list[str]:
    """R5's page: connection, mail, calendar, primary, links, what was last."""
    bold = screen.out.paint
    lines = [
        bold("bold", safe(account.account)) + ("  " + _("(in use)") if account.current else ""),
        _field(_("Connection"), f"{_provider(account)}  {_(state_of(account.state, account.halves))}".strip()),
        *mail_lines(account, screen),
        *_calendar_lines(account, screen),
    ]
    lines.append(_field(_("Last sync"), moment(account.last_sync)))
    if account.conflicts or account.skipped:
        want = account.conflicts + account.skipped
        look = ngettext("{n} item wants a look: {command}", "{n} items want a look: {command}", want)
        lines.append(_field(_("To look at"), look.format(n=want, command="calsync conflicts")))
    if account.error is not None:
        lines.append(_field(_("Problem"), reason(account.error)))
    return lines


def _calendar_lines(account: AccountStatus, screen: Screen) -> list[str]:
    """A local agenda is shown too, where mail alone is connected."""
    if account.halves and "calendar" not in account.halves:
        lines = [_field(_("Calendar"), not_connected(account, "calendar"))]
    elif account.calendar is None:
        return []
    else:
        lines = [_field(_("Primary calendar"), safe(account.calendar.primary or _("not chosen yet"), LONGEST))]
    rows = account.calendar.calendars if account.calendar is not None else ()
    heads = (_("Calendar"), _("Access"), _("Here"), _("Events"), _("Directory"))
    lines += table(screen, heads, [_calendar(row) for row in rows], indent="  ", **CALENDAR_COLUMNS) if rows else []
    return [*lines, *(_field(_("Superfluous"), _superfluous(row)) for row in rows if row.feed)]


def _superfluous(row: CalendarRow) -> str:
    told = _(NOTES[Note.FEED]).format(calendar=safe(row.name))
    return f"{told} {_('To see it all the same: {command}').format(command=f'calsync calendars show {safe(row.id)}')}"


def _provider(account: AccountStatus) -> str:
    name = NAMES.get(account.provider, account.provider)
    mail = account.mail.server if account.mail is not None else ""
    servers = " · ".join(dict.fromkeys(one for one in (account.server, mail) if one))
    return safe(f"{name} ({servers})" if servers else name)


def _field(name: str, text: str) -> str:
    return f"  {name}: {text}"


def _calendar(row: CalendarRow) -> tuple[str, str, str, str, str]:
    name = safe(row.name) + (" *" if row.primary else "")
    if row.feed:
        here = _("a feed of your own agenda: left out")
    elif not row.shown:
        here = _("hidden")
    elif row.primary or row.mode == "two-way":
        here = _("two-way")
    else:
        here = _("view-only")
    return (
        name,
        _(RIGHTS.get(row.rights, row.rights)),
        _("primary") if row.primary else here,
        "-" if row.items is None else str(row.items),
        "-" if row.path is None else safe(str(row.path)),
    )


def _next(command: str, screen: Screen) -> None:
    if command:
        screen.say(_("Next: {command}").format(command=command))
