"""What a domain has to trust, on the screen: what to enter, where, and a letter that can be copied."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from calsync_cli.cli.view.accounts import NAMES
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _, mark

if TYPE_CHECKING:
    from calsync_cli.app.reports.trust import TrustReport
    from calsync_cli.cli.view.screen import Screen

HALVES = {"who": mark("who signs in"), "calendar": mark("calendar"), "mail": mark("mail")}

_WIDTH = 79
_BREAK = 3
"""After so many steps a line of 80 columns is full."""


def shown(report: TrustReport, screen: Screen) -> None:
    """Everything the administrator needs, on stdout: it can be mailed as it stands."""
    name = NAMES[report.provider]
    if not report.needed:
        screen.data(_("{provider} needs no such trust: people sign in with their password.").format(provider=name))
        return
    if report.service_account:
        screen.data(*_letter_of_service(report))
    else:
        screen.data(*_letter(report, name))
    screen.data("", *_steps(report))
    screen.say(_("Copy this to the administrator of your {provider} domain.").format(provider=name))
    screen.say(_("More: {command}").format(command=report.next))


def _letter(report: TrustReport, name: str) -> list[str]:
    told = _(
        "Some of us want to use calsync, a program that keeps agenda and mail on our own disk in step with {provider}."
        " Each of us signs in in the browser and allows it for his or her own account alone. {provider} lets that"
        " happen once you trust this app:"
    )
    return [*wrap(told.format(provider=name), _WIDTH), "", *_entered(report)]


def _letter_of_service(report: TrustReport) -> list[str]:
    told = _(
        "calsync, a program that keeps agenda and mail on our own disk in step, is to do so for people of our domain"
        " without anybody signing in in a browser. For that a service account has to be allowed to act for them:"
    )
    return [*wrap(told, _WIDTH), "", *_entered(report)]


def _entered(report: TrustReport) -> list[str]:
    """Each on a line of its own, so that it can be copied."""
    lines = [_("Client ID:"), f"    {safe(report.client)}"]
    if report.service:
        lines += [_("Service account:"), f"    {safe(report.service)}"]
    if report.service_account:
        every = ",".join(one for scopes in report.scopes.values() for one in scopes)
        return [*lines, _("OAuth scopes, as they are entered:"), f"    {every}"]
    for half, scopes in report.scopes.items():
        lines.append(_("Scopes ({half}):").format(half=_(HALVES[half])))
        lines += [f"    {scope}" for scope in scopes]
    return lines


def _steps(report: TrustReport) -> list[str]:
    first, then = " > ".join(report.path[:_BREAK]), " > ".join(report.path[_BREAK:])
    lines = [_("Where, in the Admin console:"), f"    {first}", f"    > {then}", f"    {report.url}"]
    if report.service_account:
        return [*lines, _("Enter the client ID and the scopes there, and press Authorise.")]
    return [
        *lines,
        _("Choose the app by its client ID, and whom it is for: everybody, or some units."),
        _("It can take a day until that counts everywhere."),
    ]
