"""Google: permission given in a browser, or to a service account by the domain's administrator."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from calsync_cli.app.catalog.line import DELEGATED, Application, OAuth, Permitted, Reveal, Secret, Trusted, Wish
from calsync_cli.app.reports.told import Note
from calsync_cli.config import keys
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.ports import Account
from calsync_cli.net.login import Access
from calsync_cli.state.settings import Connection


def permission(application: Application) -> Permitted:
    """By a service account where one was named, else by whoever sits before the browser."""
    if application.service_account is not None:
        return _delegated(application, application.service_account)
    return _given(application, application.kept) if application.kept is not None else _consented(application)


def _consented(application: Application) -> Permitted:
    # google-auth-oauthlib takes 0.2 s to load, and nobody signs in twice a day.
    from calsync_cli.providers.google.client import read_client_file
    from calsync_cli.providers.google.consent import Asked, authorize
    from calsync_cli.providers.google.tokens import Registered, refreshing

    client = read_client_file(application.client_file)
    _same(application, client.client_id, "--client-file")
    asked = Asked(
        halves=application.halves,
        hint=application.hint,
        port=application.port,
        seconds=application.seconds,
        ca_file=application.ca_file,
    )
    browsing = application.browsing
    granted = authorize(client, asked, browsing, browsing.pages, browser=browsing.browser)
    sealed = granted.sealed(client)
    known = Registered(client.client_id, client.token_uri, granted.email, application.now(), application.ca_file)
    signed_in = refreshing(known, lambda: sealed, now=application.now, keep=_nowhere, first=granted.access)
    return Permitted(granted.email, sealed, signed_in, _traits(application, client.client_id, client.token_uri))


def _same(application: Application, client_id: str, flag: str) -> None:
    """Whoever is connected signs in again as the same client (R44). Raises E208."""
    if application.client_id not in {"", client_id}:
        raise CalsyncError("E208", "connected", flag=flag, account=application.hint)


def _given(application: Application, kept: Reveal) -> Permitted:
    """By what another program keeps: a refresh token that somebody else obtained."""
    from calsync_cli.providers.google.client import read_client_file
    from calsync_cli.providers.google.tokens import Registered, refreshing

    if not application.hint:
        raise CalsyncError("E002", flag="--email")
    client = read_client_file(application.client_file)
    known = Registered(client.client_id, client.token_uri, application.hint, None, application.ca_file)
    signed_in = refreshing(known, kept, now=application.now, keep=_nowhere)
    return Permitted(application.hint, kept(), signed_in, _traits(application, client.client_id, client.token_uri))


def _nowhere(_: str) -> None:
    """Nothing is kept before the connection counts."""


def _traits(application: Application, client_id: str, token_uri: str, *, delegated: bool = False) -> dict[str, str]:
    """What of the sign-in is no secret, and is frozen by it."""
    file = application.service_account if delegated else application.client_file
    return {
        "client_id": client_id,
        "client_file": str(file or ""),
        "token_uri": token_uri,
        DELEGATED: "yes" if delegated else "",
    }


def _delegated(application: Application, path: Path) -> Permitted:
    from calsync_cli.providers.google.delegation import delegating, read_service_account, seen_by_others

    if not application.hint:
        raise CalsyncError("E002", flag="--email")
    account = read_service_account(path)
    _same(application, account.client_id, "--service-account")
    if seen_by_others(path):
        application.warn(Note.KEY_FILE, path=str(path))
    signed_in = delegating(account, application.hint, application.halves, ca_file=application.ca_file)
    traits = _traits(application, account.client_id, account.token_uri, delegated=True)
    return Permitted(application.hint, account.text(), signed_in, traits)


def access(connection: Connection, secret: Secret) -> Access:
    """Access tokens, minted when the first request wants one."""
    ca_file = Path(connection.ca_file) if connection.ca_file else None
    if connection.traits[DELEGATED]:
        from calsync_cli.providers.google.delegation import ServiceAccount, delegating

        account = ServiceAccount.read(secret.reveal(), connection.email)
        return delegating(account, connection.email, connection.halves, ca_file=ca_file)
    from calsync_cli.providers.google.tokens import Registered, refreshing

    known = Registered(
        connection.traits["client_id"], connection.traits["token_uri"], connection.email, secret.since, ca_file
    )
    return refreshing(known, secret.reveal, now=secret.now, keep=secret.keep)


def revoke(connection: Connection, reveal: Reveal) -> bool:
    """Nothing is left at Google that could be used; a service account has nothing of one person's."""
    if connection.traits[DELEGATED]:
        return True
    from calsync_cli.providers.google.revoking import revoke as give_back
    from calsync_cli.providers.google.tokens import Sealed

    ca_file = Path(connection.ca_file) if connection.ca_file else None
    return give_back(
        connection.traits["token_uri"], Sealed.read(reveal(), connection.email).refresh_token, ca_file=ca_file
    )


def lacking(access: Access, halves: Collection[str]) -> tuple[str, ...]:
    """What the last answer of the token endpoint did not name."""
    from calsync_cli.providers.google import scopes
    from calsync_cli.providers.google.tokens import Tokens

    granted = access.granted() if isinstance(access, Tokens) else None
    return scopes.missing(granted, halves) if granted else ()


def discover(wish: Wish, access: Access) -> Connection:
    """Everything is known beforehand (R42); one look at the list of calendars proves it."""
    from calsync_cli.net.origin import origin_of

    connection = Connection(
        provider="google",
        email=wish.email,
        user=wish.user,
        server=origin_of(wish.where).host,
        endpoint=wish.where,
        principal=wish.email,
        homes=(),
        addresses=(wish.email,),
        traits={**wish.traits, "tells": "yes"},
        ca_file=str(wish.ca_file or ""),
    )
    account = open_agenda(connection, access, 0.0)
    try:
        account.glance()
    finally:
        account.close()
    return connection


def open_agenda(connection: Connection, access: Access, every: float) -> Account:
    """The Calendar API."""
    from calsync_cli.providers.google.account import open_account

    return open_account(
        connection.endpoint,
        access,
        connection.email,
        ca_file=Path(connection.ca_file) if connection.ca_file else None,
        every=every,
    )


_CONSOLE = "https://admin.google.com/ac/owl"
_CONTROLS = ("Security", "Access and data control", "API controls")
_APP = ("Manage app access", "Configure new app", "OAuth client ID", "Trusted")
_DELEGATION = ("Manage domain-wide delegation", "Add new")


def trusted(client_file: Path | None, service_account: Path | None, known: Mapping[str, str]) -> Trusted:
    """support.google.com/a/answer/7281227 (apps that people sign in with), /162106 (service accounts)."""
    from calsync_cli.providers.google import scopes
    from calsync_cli.providers.google.client import read_client_file
    from calsync_cli.providers.google.delegation import read_service_account

    if service_account is not None or known.get(DELEGATED):
        account = read_service_account(service_account) if service_account is not None else None
        client, service = (account.client_id, account.email) if account else (known["client_id"], "")
        where = f"{_CONSOLE}/domainwidedelegation"
        return Trusted(client, True, service, scopes.DELEGATED, where, (*_CONTROLS, *_DELEGATION))
    client = known.get("client_id") or read_client_file(client_file).client_id
    asked = {"who": scopes.WHO, **scopes.HALVES}
    return Trusted(client, False, "", asked, f"{_CONSOLE}/list?tab=configuredApps", (*_CONTROLS, *_APP))


OAUTH = OAuth(
    permission=permission,
    revoke=revoke,
    trusted=trusted,
    lacking=lacking,
    agenda=keys.GOOGLE_CALENDAR_API,
    mail=keys.GOOGLE_IMAP,
    client=keys.GOOGLE_CLIENT_FILE,
    said="Google Calendar",
)
