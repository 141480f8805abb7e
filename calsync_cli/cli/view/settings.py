"""Settings and accounts as lists, on the screen: config, account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from calsync_cli.cli.view.accounts import NAMES, state_of
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.app.reports.accounts import AccountRow, AccountsReport, ConfigReport, ConfigRow
    from calsync_cli.cli.view.screen import Screen


def listed(report: ConfigReport, screen: Screen) -> None:
    """`key = value`, as config.toml would have it; locked ones are marked."""
    for row in report.rows:
        lock = "   # " + _("locked") if row.locked else ""
        screen.data(f"{row.key} = {toml(row)}{lock}")


def with_origin(report: ConfigReport, screen: Screen) -> None:
    """The same, with where each value comes from."""
    heads = (_("Setting"), _("Value"), _("From"), "")
    rows = [(row.key, toml(row), safe(row.origin), _("locked") if row.locked else "") for row in report.rows]
    screen.data(*table(screen, heads, rows, whole={0}, spare=(3,)))


def value(report: ConfigReport, screen: Screen) -> None:
    """The value alone, for scripts."""
    for row in report.rows:
        screen.data(safe(row.value) if isinstance(row.value, str) else toml(row))


def changed(report: ConfigReport, screen: Screen) -> None:
    """What holds now."""
    for row in report.rows:
        if row.key == report.changed:
            screen.told("good", f"{row.key} = {toml(row)}")


def paths(report: ConfigReport, screen: Screen) -> None:
    """Where settings are read from."""
    screen.data(*(safe(str(path)) for path in report.paths))


def accounts(report: AccountsReport, screen: Screen) -> None:
    """The accounts; the one in use has a mark."""
    if not report.accounts:
        screen.say(_("Nothing is set up yet."))
        screen.say(_("Next: {command}").format(command="calsync connect"))
        return
    heads = ("", _("Account"), _("Provider"), _("State"), _("Directory"))
    rows = [_account(row) for row in report.accounts]
    screen.data(*table(screen, heads, rows, whole={0}, spare=(4, 2), tails={4}))


def moved(report: AccountsReport, screen: Screen) -> None:
    """Exported to a file, or taken over from one."""
    if report.file is not None:
        name, path = safe(report.changed), safe(str(report.file))
        screen.told("good", _("{account}: {path}").format(account=name, path=path))
    accounts(report, screen)


def _account(row: AccountRow) -> tuple[str, str, str, str, str]:
    provider = safe(NAMES.get(row.provider, row.provider)) or "-"
    path = "  ".join(safe(str(one)) for one in (row.path, row.mail) if one is not None) or "-"
    return "*" if row.current else "", safe(row.account), provider, _(state_of(row.state, row.halves)), path


def toml(row: ConfigRow) -> str:
    """The value as a TOML file would have it."""
    match row.value:
        case bool():
            return str(row.value).lower()
        case int():
            return str(row.value)
        case str():
            return _quoted(row.value)
        case _:
            return "[" + ", ".join(_quoted(one) for one in row.value) + "]"


def _quoted(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON (toml.io, v1.0.0, String)."""
    return json.dumps(safe(text), ensure_ascii=False)
