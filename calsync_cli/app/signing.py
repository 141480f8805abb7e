"""The sign-in in a browser: who is asked for what, and with which client."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import DELEGATED, Application, OAuth, Permitted
from calsync_cli.app.halves import BOTH
from calsync_cli.app.policy import permit
from calsync_cli.app.reports.wanted import Browsing, ConnectWish
from calsync_cli.app.session import PASSWORD, READ_ONLY, Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.settings import Connection


def nameless(desk: Desk, wish: ConnectWish, browsing: Browsing) -> Permitted | None:
    """Permission of whoever signs in; None where it was said who that is to be, or a password signs in."""
    oauth = PROVIDERS[wish.provider].oauth if wish.provider else None
    if oauth is None or wish.email or wish.resume:
        return None
    if desk.config[keys.SECRETS_BACKEND] == READ_ONLY:  # what another program keeps is kept under a name
        raise CalsyncError("E002", flag="--email")
    application = _application(desk, wish, oauth, browsing, halves=asked_halves(wish), stored=None, hint="")
    permitted = oauth.permission(application)
    permit(
        desk, wish.provider, address=permitted.email
    )  # else it is forgotten, as after any sign-in that is not wanted
    return permitted


def asked_halves(wish: ConnectWish) -> frozenset[str]:
    """What the command line means by itself."""
    return frozenset({wish.only}) if wish.only else BOTH


def asked_by(wish: ConnectWish) -> dict[str, str]:
    """Which client or service account the command line names, as a connection remembers it."""
    named = wish.service_account or wish.client_file
    return {"client_file": str(named or ""), DELEGATED: "yes" if wish.service_account else ""}


def application(
    session: Session, wish: ConnectWish, halves: frozenset[str], stored: Connection | None, browsing: Browsing
) -> Application:
    """For an account that is known; `stored`: how it was connected."""
    name = wish.provider or (stored.provider if stored else "")
    oauth = PROVIDERS[name].oauth
    assert oauth is not None
    return _application(session.desk, wish, oauth, browsing, halves=halves, stored=stored, hint=session.account)


def _application(
    desk: Desk,
    wish: ConnectWish,
    oauth: OAuth,
    browsing: Browsing,
    *,
    halves: frozenset[str],
    stored: Connection | None,
    hint: str,
) -> Application:
    before = stored.traits if stored is not None else {}
    delegated = bool(before.get(DELEGATED))
    file = Path(before["client_file"]) if before.get("client_file") else None
    kept = wiring.vault(desk, hint).get(PASSWORD) if hint and desk.config[keys.SECRETS_BACKEND] == READ_ONLY else None
    return Application(
        halves=halves,
        hint=hint,
        client_file=wish.client_file or (None if delegated else file) or configured_client(desk, oauth),
        client_id=before.get("client_id", ""),
        service_account=wish.service_account or (file if delegated and wish.client_file is None else None),
        browsing=browsing,
        port=wish.port,
        seconds=wish.timeout,
        ca_file=wish.ca_file or (Path(stored.ca_file) if stored is not None and stored.ca_file else None),
        now=desk.now,
        warn=desk.tell.note,
        kept=kept.reveal if kept is not None else None,
    )


def configured_client(desk: Desk, oauth: OAuth) -> Path | None:
    """The file that the settings name."""
    path = desk.config[oauth.client]
    return Path(path).expanduser() if path else None
