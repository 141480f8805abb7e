"""CalDAV servers, Kerio Connect among them: a password, and discovery by RFC 6764."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.app.catalog.line import Secret, Wish
from calsync_cli.core.ports import Account
from calsync_cli.net.login import Access, Login
from calsync_cli.state.settings import Connection

if TYPE_CHECKING:
    from calsync_cli.providers.quirks import Quirks


def by_password(connection: Connection, secret: Secret) -> Access:
    """The same each time."""
    return Login(connection.user, secret.reveal)


def discover_caldav(wish: Wish, access: Access) -> Connection:
    """From a URL."""
    return _discover("caldav", wish, access)


def discover_kerio(wish: Wish, access: Access) -> Connection:
    """From the server's name."""
    return _discover("kerio", wish, access)


def _discover(name: str, wish: Wish, access: Access) -> Connection:
    # The provider's room brings its HTTP library, which only whoever talks to a server has to load.
    from calsync_cli.net.origin import origin_of
    from calsync_cli.providers.caldav.discovery import discover

    found = discover(wish.where, _login(access), ca_file=wish.ca_file, quirks=_quirks(name))
    return Connection(
        provider=name,
        email=wish.email,
        user=wish.user,
        server=origin_of(found.origin).host,
        endpoint=wish.where,
        principal=found.principal,
        homes=found.homes,
        addresses=found.addresses,
        traits={
            "origin": found.origin,
            "auto_schedule": "yes" if found.auto_schedule else "",
            "moves": "yes" if found.moves else "",
        },
        ca_file=str(wish.ca_file or ""),
    )


def open_agenda(connection: Connection, access: Access, every: float) -> Account:
    """What discovery found."""
    from calsync_cli.providers.caldav.account import open_account
    from calsync_cli.providers.caldav.discovery import Found

    found = Found(
        origin=connection.traits["origin"],
        principal=connection.principal,
        homes=connection.homes,
        auto_schedule=bool(connection.traits["auto_schedule"]),
        moves=bool(connection.traits["moves"]),
        addresses=connection.addresses,
    )
    return open_account(
        found,
        _login(access),
        ca_file=Path(connection.ca_file) if connection.ca_file else None,
        quirks=_quirks(connection.provider),
        every=every,
    )


def _quirks(name: str) -> Quirks:
    from calsync_cli.providers import quirks

    return quirks.KERIO if name == "kerio" else quirks.GENERIC


def _login(access: Access) -> Login:
    if not isinstance(access, Login):
        raise TypeError(access)
    return access
