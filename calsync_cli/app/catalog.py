"""The providers, one line of a table each: how to sign in, and how to open the agenda that was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.app.reports.wanted import Question
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.core.ports import Account
from calsync_cli.state.settings import Connection

Reveal = Callable[[], str]
"""Gives the password when it is needed, and not before."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to be connected where; everything that discovery needs, but the password."""

    email: str
    user: str
    where: str
    """A host (kerio) or a URL (caldav); for kerio a URL too, where one was given."""
    ca_file: Path | None
    post: str = ""
    """Where the mail is: an IMAP URL, or a host."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One line of the table."""

    name: str
    title: str
    """What people call it; never translated."""
    asks: Question
    """What has to be known beside address and password."""
    discover: Callable[[Wish, Reveal], Connection]
    """Fill in every setting. Raises E108, E402, E404, E504."""
    agenda: Callable[[Connection, Reveal, float], Account]
    """Open the calendars; the number is how often, in seconds, the bell rings."""
    find_mail: Callable[[Wish, Reveal], str]
    """Sign in to the mail: its URL, as it is kept. Raises E001, E108, E402, E404, E504."""
    mail: Callable[[Connection, Reveal, float], MailAccount]
    """Open the mail."""


def _discover_caldav(wish: Wish, reveal: Reveal) -> Connection:
    return _discover("caldav", wish, reveal)


def _discover_kerio(wish: Wish, reveal: Reveal) -> Connection:
    return _discover("kerio", wish, reveal)


def _discover(name: str, wish: Wish, reveal: Reveal) -> Connection:
    # The provider's room brings its HTTP library, which only whoever talks to a server has to load.
    from calsync_cli.net.login import Login
    from calsync_cli.net.origin import origin_of
    from calsync_cli.providers import quirks
    from calsync_cli.providers.caldav.discovery import discover

    known = quirks.KERIO if name == "kerio" else quirks.GENERIC
    found = discover(wish.where, Login(wish.user, reveal), ca_file=wish.ca_file, quirks=known)
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


def _open_agenda(connection: Connection, reveal: Reveal, every: float) -> Account:
    from calsync_cli.net.login import Login
    from calsync_cli.providers import quirks
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
        Login(connection.user, reveal),
        ca_file=Path(connection.ca_file) if connection.ca_file else None,
        quirks=quirks.KERIO if connection.provider == "kerio" else quirks.GENERIC,
        every=every,
    )


def _find_imap(wish: Wish, reveal: Reveal) -> str:
    from calsync_cli.net.login import Login
    from calsync_cli.providers.imap.discovery import discover_imap

    return discover_imap(wish.post, Login(wish.user, reveal), ca_file=wish.ca_file).endpoint


def means_mail(said: str, kept: str) -> bool:
    """Whether what was typed leads to the mail server that is kept. Raises E001."""
    from calsync_cli.providers.imap.discovery import leads_to

    return leads_to(said, kept)


def _open_imap(connection: Connection, reveal: Reveal, every: float) -> MailAccount:
    from calsync_cli.net.login import Login
    from calsync_cli.providers.imap.account import open_imap
    from calsync_cli.providers.imap.discovery import parse_imap_url

    place = parse_imap_url(connection.mail)
    return open_imap(
        place.host,
        place.port,
        tls=place.tls,
        starttls=place.starttls,
        login=Login(connection.user, reveal),
        ca_file=Path(connection.ca_file) if connection.ca_file else None,
        every=every,
    )


PROVIDERS: Mapping[str, Provider] = {
    "kerio": Provider("kerio", "Kerio Connect", Question.SERVER, _discover_kerio, _open_agenda, _find_imap, _open_imap),
    "caldav": Provider("caldav", "CalDAV", Question.URL, _discover_caldav, _open_agenda, _find_imap, _open_imap),
}
"""Every provider that this version can connect."""
