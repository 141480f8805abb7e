"""`calsync connect`: sign in to the account that agenda and mail live in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from calsync_cli.cli import ask, tree, values
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.config.policy import ALIASES, PROVIDERS
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from pathlib import Path

    from calsync_cli.app.reports.wanted import Answers, Browsing, ConnectWish
    from calsync_cli.app.wiring import Desk
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

STDIN = "-"

_PASSWORDS = frozenset({"kerio", "caldav", "exchange"})
_BROWSERS = frozenset({"google", "microsoft365"})
_LAST_PORT = 65535
_PATIENCE = 300.0


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(connect, previews=False)


def connect(
    asked: Asked,
    *,
    provider: Annotated[str | None, typer.Argument(metavar="PROVIDER", help=_offered())] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDR", help=_("Whose account it is."))] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="calendar|mail", help=_("One half alone."))] = None,
    server: Annotated[
        str | None, typer.Option("--server", metavar="HOST", help=_("The server's name (kerio); the rest follows."))
    ] = None,
    caldav: Annotated[
        str | None, typer.Option("--caldav", metavar="URL", help=_("Where the calendars are: https://…"))
    ] = None,
    imap: Annotated[
        str | None, typer.Option("--imap", metavar="URL", help=_("Where the mail is: imaps://host[:port]"))
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help=_("User name, where it is not the address."))
    ] = None,
    password_file: Annotated[
        str | None,
        typer.Option("--password-file", metavar="FILE|-", help=_("Read the password from a file, or - for stdin.")),
    ] = None,
    ca_file: Annotated[
        str | None, typer.Option("--ca-file", metavar="FILE", help=_("Certificate of a private authority."))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="30d", help=_("Fetch no mail that is older than this."))
    ] = None,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="25M", help=_("Fetch no message that is larger than this."))
    ] = None,
    client_file: Annotated[
        str | None,
        typer.Option("--client-file", metavar="FILE", help=_("The organisation's own OAuth client (google).")),
    ] = None,
    service_account: Annotated[
        str | None,
        typer.Option("--service-account", metavar="FILE", help=_("For administrators: no browser at all (google).")),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=_("Print the address to sign in at (google)."))
    ] = False,
    port: Annotated[
        str | None, typer.Option("--port", metavar="N", help=_("Where the browser comes back to (google)."))
    ] = None,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="5m", help=_("How long to wait for the browser (google)."))
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help=_("Finish a connection that was interrupted."))] = False,
) -> None:
    """Sign in to the account whose agenda and mail you want here.

    The same provider again signs in again, takes a new password or adds the other half; everything else stays.
    """
    from calsync_cli.app import connect as use_case
    from calsync_cli.app.reports.wanted import ConnectWish
    from calsync_cli.cli.view import accounts, show
    from calsync_cli.cli.work import working

    values.half(only, calendar=caldav, mail=imap)
    name = _known(provider) if provider else None
    _fitting(name, _PASSWORDS, server=server, caldav=caldav, imap=imap, user=user, password_file=password_file)
    given = {"client_file": client_file, "service_account": service_account, "port": port, "timeout": timeout}
    _fitting(name, _BROWSERS, no_browser=no_browser, **given)
    values.apart(service_account=service_account, client_file=client_file)
    values.apart(service_account=service_account, no_browser=no_browser)
    wish = ConnectWish(
        provider=name,
        email=email or asked.account,
        server=server,
        url=caldav,
        imap=imap,
        only=only,
        since=values.seconds("--since", since, "30d"),
        max_size=values.octets("--max-size", max_size),
        user=user,
        ca_file=values.readable("--ca-file", ca_file),
        resume=resume,
        password_given=password_file is not None,
        client_file=values.readable("--client-file", client_file),
        service_account=values.readable("--service-account", service_account),
        port=values.whole("--port", port, most=_LAST_PORT) or 0,
        timeout=values.seconds("--timeout", timeout, "5m") or _PATIENCE,
    )
    secret_file = None if password_file == STDIN else values.readable("--password-file", password_file)
    with working(asked) as (desk, screen):
        answers = _answers(screen, secret_file, from_stdin=password_file == STDIN)
        whole = _complete(wish, desk, screen)
        browsing = _browsing(screen, whole, browser=not no_browser)
        show(screen, use_case.connect(desk, whole, answers, browsing), accounts.connected)


def _fitting(provider: str | None, providers: frozenset[str], **flags: object) -> None:
    """Flags of another way of signing in: a password is nothing that Google takes (R37). Raises E001."""
    given = [f"--{name.replace('_', '-')}" for name, value in flags.items() if value]
    if given and provider is not None and provider not in providers:
        raise CalsyncError("E001", "provider-flag", flag=given[0], provider=provider)


def _browsing(screen: Screen, wish: ConnectWish, *, browser: bool) -> Browsing:
    from calsync_cli.cli.browsing import Terminal
    from calsync_cli.cli.view.accounts import NAMES

    return Terminal(screen, NAMES.get(wish.provider or "", "Google"), browser=browser)


def _known(provider: str) -> str:
    """The provider's own name; E001 names the five where there is no such one."""
    name = ALIASES.get(provider.lower(), provider.lower())
    if name not in PROVIDERS:
        raise CalsyncError("E001", "provider", provider=provider, providers=", ".join(_possible()))
    return name


def _possible() -> tuple[str, ...]:
    """The providers that the policy lets be connected (R58); all, where that is none."""
    from calsync_cli.app.policy import allowed_here

    return allowed_here(os.environ) or PROVIDERS


def _offered() -> str:
    """What help names."""
    return " | ".join(_possible())


def _complete(wish: ConnectWish, desk: Desk, screen: Screen) -> ConnectWish:
    """The wish with a provider: `connect --resume` knows it already, else it is chosen from a menu (R39)."""
    from calsync_cli.app import policy

    if wish.provider is not None:
        policy.permit(desk, wish.provider)
        if wish.provider not in policy.HERE:
            raise CalsyncError("E102", "later", provider=wish.provider, providers=", ".join(policy.HERE))
    if wish.provider is not None or wish.resume:
        return wish
    from dataclasses import replace

    from calsync_cli.cli.view.accounts import provider_menu

    offered = policy.menu(desk)
    flag = "calsync connect " + "|".join(offered)
    if screen.interactive:
        provider_menu(offered, screen)
    chosen = ask.choose(screen, _("Provider"), offered, usual=1, flag=flag)
    return replace(wish, provider=offered[chosen - 1])


def _answers(screen: Screen, secret_file: Path | None, *, from_stdin: bool) -> Answers:
    """Whoever sits here, asked for what the use-case finds missing."""
    from calsync_cli.app.reports.wanted import Question

    def answer(question: Question, **about: str) -> str:
        match question:
            case Question.PASSWORD:
                prompt = _("Password of {user} at {host}").format_map({"user": "?", "host": "?"} | about)
                return ask.password(screen, safe(prompt), secret_file, from_stdin=from_stdin)
            case Question.EMAIL:
                return ask.line(screen, _("Your e-mail address"), flag=question.value)
            case Question.SERVER:
                return ask.line(screen, _("Name of the server (as in webmail)"), flag=question.value)
            case Question.URL:
                return ask.line(screen, _("Address of the calendars (https://…)"), flag=question.value)
            case Question.IMAP:
                return ask.line(screen, _("Address of the mail (imaps://…)"), flag=question.value)
            case _:
                assert_never(question)

    return answer
