"""The providers, one line of a table each: how to sign in, and how to open the agenda and the mail that were found."""

from __future__ import annotations

from collections.abc import Mapping

from calsync_cli.app.catalog import dav, google, post
from calsync_cli.app.catalog.line import Provider
from calsync_cli.app.reports.wanted import Question

PROVIDERS: Mapping[str, Provider] = {
    "google": Provider(
        "google",
        "Google",
        None,
        google.access,
        google.discover,
        google.open_agenda,
        post.find_imap,
        post.open_imap,
        google.OAUTH,
    ),
    "kerio": Provider(
        "kerio",
        "Kerio Connect",
        Question.SERVER,
        dav.by_password,
        dav.discover_kerio,
        dav.open_agenda,
        post.find_imap,
        post.open_imap,
    ),
    "caldav": Provider(
        "caldav",
        "CalDAV",
        Question.URL,
        dav.by_password,
        dav.discover_caldav,
        dav.open_agenda,
        post.find_imap,
        post.open_imap,
    ),
}
"""Every provider that this version can connect."""
