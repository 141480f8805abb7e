"""Mail folders on the screen: map-folders, and what the first pull fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.app.reports.folders import FolderRow, FoldersReport
    from calsync_cli.cli.view.screen import Screen


def offered(report: FoldersReport, screen: Screen) -> None:
    """Local folders with what they are linked to, then the account's own."""
    screen.data(*_folders(report.folders, screen))
    heads = (_("At the provider"), _("For"), _("Messages"))
    rows = [(safe(row.name, 60), row.role, "" if row.messages is None else str(row.messages)) for row in report.remote]
    screen.data("", *table(screen, heads, rows))
    _next(report, screen)


def before_asking(report: FoldersReport, screen: Screen) -> None:
    """How many there are to choose from."""
    count = len(report.remote)
    screen.err.write(ngettext("{n} folder at the provider.", "{n} folders at the provider.", count).format(n=count))


def mapped(report: FoldersReport, screen: Screen) -> None:
    """What is linked now."""
    screen.data(*_folders([row for row in report.folders if row.remote or row.none], screen))
    linked = sum(row.remote is not None for row in report.folders)
    told = ngettext("Saved. {n} folder linked.", "Saved. {n} folders linked.", linked).format(n=linked)
    screen.told("good", told if report.missing else f"{told} {_('Set-up complete.')}")
    if report.missing:
        screen.say(_("Nothing is said yet of: {folders}").format(folders=", ".join(report.missing)))
    _next(report, screen)


def _folders(rows: Sequence[FolderRow], screen: Screen) -> Sequence[str]:
    heads = (_("Here"), _("At the provider"), _("Messages"), _("Directory"))
    return table(screen, heads, [_row(row) for row in rows], spare=(3,), tails={3})


def _row(row: FolderRow) -> tuple[str, ...]:
    remote = safe(row.remote, 60) if row.remote else _("none") if row.none else "-"
    if row.gone:
        remote = f"{remote} ({_('gone')})"
    elif row.remote is None and not row.none and row.suggested:
        remote = _("- (usual: {folder})").format(folder=safe(row.suggested, 60))
    count = "" if row.messages is None else str(row.messages)
    return (safe(row.local, 40), remote, count, safe(str(row.path)) if row.path else "")


def _next(report: FoldersReport, screen: Screen) -> None:
    if report.next:
        screen.say(_("Next: {command}").format(command=report.next))
