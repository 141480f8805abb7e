"""Services on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.service import Fate
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    from calsync_cli.app.reports.service import ServiceReport
    from calsync_cli.cli.view.screen import Screen

FATES = {
    Fate.NEW: mark("not installed"),
    Fate.SAME: mark("current"),
    Fate.OTHER: mark("for other settings: install again"),
    Fate.FOREIGN: mark("changed by hand"),
    Fate.REMOVED: mark("removed"),
}


def listed(report: ServiceReport, screen: Screen) -> None:
    """Which accounts have one."""
    if not report.units:
        screen.say(_("No service is installed."))
    else:
        heads = (_("Account"), _("Service"), "", _("File"))
        rows = [(safe(row.account), safe(row.name), _(FATES[row.what]), safe(str(row.path))) for row in report.units]
        screen.data(*table(screen, heads, rows))
    if report.next:
        screen.say(_("Next: {command}").format(command=report.next))


def installed(report: ServiceReport, screen: Screen) -> None:
    """Written and started; in a dry run, what would be written."""
    if report.dry_run:
        for row in report.units:
            screen.say(_("Would be written: {path}").format(path=safe(str(row.path))))
            screen.data(*(safe(line) for line in row.text.splitlines()))
        return
    for row in report.units:
        screen.told("good", _("Service {name}: {path}").format(name=safe(row.name), path=safe(str(row.path))))
    if report.told:
        screen.told(
            "good", _("Started, now and at every login. To see what it does: {command}").format(command=_look(report))
        )
        screen.say(_("To keep it running while you are logged out: {command}").format(command="loginctl enable-linger"))
    _left(report, screen)


def removed(report: ServiceReport, screen: Screen) -> None:
    """Stopped and gone."""
    if not report.units:
        screen.told("good", _("No service was installed."))
        return
    for row in report.units:
        text = _("Would be removed: {path}") if report.dry_run else _("Removed: {path}")
        screen.told("good", text.format(path=safe(str(row.path))))
    if not report.dry_run:
        _left(report, screen)


def _left(report: ServiceReport, screen: Screen) -> None:
    """For a person to type, where the user's systemd could not be told."""
    if report.commands:
        screen.told("warn", _("Your systemd could not be reached from here. Type this where you are logged in:"))
        screen.data(*(f"  {safe(command)}" for command in report.commands))


def _look(report: ServiceReport) -> str:
    names = " ".join(safe(row.name) for row in report.units)
    return f"systemctl --user status {names}"
