"""What doctor found, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.checks import Check, Health
from calsync_cli.cli.view.faults import reason
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.screen import MARKS
from calsync_cli.cli.words import _, ngettext
from calsync_cli.cli.words.checks import HEALTH, title

if TYPE_CHECKING:
    from calsync_cli.app.reports.checks import CheckRow, DoctorReport
    from calsync_cli.cli.view.screen import Screen

STYLES = {Health.OK: "good", Health.WARN: "warn", Health.FAIL: "bad"}


def examined(report: DoctorReport, screen: Screen) -> None:
    """Every check with its mark; under one that is not well, why and what to do."""
    for row in report.checks:
        if row.what is not Health.OK or not screen.quiet:
            screen.data(*_lines(row, screen))
    for account in report.repaired:
        screen.told("good", _("What calsync remembers of {account} was built anew.").format(account=safe(account)))
    if report.bundle is not None:
        screen.say(_("Report for support, without secrets and content: {path}").format(path=safe(str(report.bundle))))
    wrong = sum(row.what is Health.FAIL for row in report.checks)
    if wrong:
        screen.told("bad", ngettext("{n} thing is wrong.", "{n} things are wrong.", wrong).format(n=wrong))
    else:
        screen.told("good", _("All is well."))


def _lines(row: CheckRow, screen: Screen) -> list[str]:
    style = STYLES[row.what]
    mark = screen.out.paint(style, MARKS[style])
    lines = [f"{mark} {_(HEALTH[row.what])}  {safe(title(row, _))}"]
    if row.error is not None:
        lines.append(f"    {reason(row.error)}")
    if row.id is Check.FEED and row.what is not Health.OK:
        lines.append("    " + _("Left out, because it would show your events twice. Remove it at the provider."))
    if row.fix:
        lines.append("    " + _("Do: {fix}").format(fix=safe(row.fix)))
    return lines
