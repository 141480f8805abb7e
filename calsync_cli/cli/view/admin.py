"""The administrator's policy on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.accounts import NAMES
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.settings import toml
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    from calsync_cli.app.reports.policy import PolicyReport, ProviderRow
    from calsync_cli.cli.view.screen import Screen

OPEN = {
    "yes": mark("Accounts may be connected."),
    "no": mark("No account may be connected."),
    "auto": mark("Accounts may be connected as soon as one is active here."),
}


def policy(report: PolicyReport, screen: Screen) -> None:
    """All of it; each word of the policy with the place where it stands."""
    if report.path is None:
        screen.data(_("There is no policy: everything is allowed. One would be read from:"))
        screen.data(*(f"  {safe(str(path))}" for path in report.places))
    else:
        screen.data(_("Policy: {path}").format(path=safe(str(report.path))))
    screen.data(*_said(report), "", *_providers(report, screen))
    if report.settings:
        heads = (_("Setting"), _("Value"), _("From"))
        rows = [(row.key, toml(row), safe(row.origin)) for row in report.settings]
        screen.data("", *table(screen, heads, rows))


def enabled(report: PolicyReport, screen: Screen) -> None:
    """It may be connected now, if connecting is possible at all."""
    name = NAMES[report.provider]
    if not report.changed:
        screen.told("good", _("{provider} was enabled already.").format(provider=name))
    elif report.dry_run:
        screen.data(_("{provider} would be enabled.").format(provider=name))
    else:
        screen.told("good", _("{provider} is enabled: {path}").format(provider=name, path=safe(str(report.path))))
    if not report.open:
        screen.told("warn", _(OPEN[report.enabled]))
    if not next(row.here for row in report.providers if row.provider == report.provider):
        screen.told("warn", _("This version of calsync cannot connect {provider} yet.").format(provider=name))
    _next(report, screen)


def disabled(report: PolicyReport, screen: Screen) -> None:
    """It may not be connected any more."""
    name = NAMES[report.provider]
    if not report.changed:
        screen.told("good", _("{provider} was not enabled.").format(provider=name))
    elif report.dry_run:
        screen.data(_("{provider} would be disabled.").format(provider=name))
    else:
        screen.told("good", _("{provider} is disabled: {path}").format(provider=name, path=safe(str(report.path))))
        screen.say(_("Accounts that are connected stay so: calsync disconnect"))
    _next(report, screen)


def _said(report: PolicyReport) -> list[str]:
    lines = [(_(OPEN[report.enabled]), "enabled")]
    if report.contact:
        lines.append((_("Whom to ask: {contact}").format(contact=safe(report.contact)), "contact"))
    if report.mailboxes:
        allowed = safe(", ".join(report.mailboxes))
        lines.append((_("Only these addresses: {addresses}").format(addresses=allowed), "mailboxes"))
    return [f"  {text}{_place(report, name)}" for text, name in lines]


def _providers(report: PolicyReport, screen: Screen) -> list[str]:
    heads = (_("Provider"), _("Enabled") + _place(report, "providers"), "")
    return table(screen, heads, [_provider(row) for row in report.providers])


def _provider(row: ProviderRow) -> tuple[str, str, str]:
    return row.provider, _("yes") if row.enabled else _("no"), "" if row.here else _("not in this version yet")


def _place(report: PolicyReport, name: str) -> str:
    return f"   # {safe(report.stands[name])}" if name in report.stands else ""


def _next(report: PolicyReport, screen: Screen) -> None:
    screen.say(_("Next: {command}").format(command=report.next))
