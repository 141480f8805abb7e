"""Mail by IMAP, whatever signs in to it."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.app.catalog.line import Wish
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.net.login import Access
from calsync_cli.state.settings import Connection


def find_imap(wish: Wish, access: Access) -> str:
    """Sign in once, and say where that was."""
    from calsync_cli.providers.imap.discovery import discover_imap

    return discover_imap(wish.post, access, ca_file=wish.ca_file).endpoint


def means_mail(said: str, kept: str) -> bool:
    """Whether what was typed leads to the mail server that is kept. Raises E001."""
    from calsync_cli.providers.imap.discovery import leads_to

    return leads_to(said, kept)


def open_imap(connection: Connection, access: Access, every: float) -> MailAccount:
    """Where it was found."""
    from calsync_cli.providers.imap.account import open_imap as opened
    from calsync_cli.providers.imap.discovery import parse_imap_url

    place = parse_imap_url(connection.mail)
    return opened(
        place.host,
        place.port,
        tls=place.tls,
        starttls=place.starttls,
        login=access,
        ca_file=Path(connection.ca_file) if connection.ca_file else None,
        every=every,
    )
