"""What a line of the table of providers says: how one signs in, and how agenda and mail are opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.app.reports.wanted import Browsing, Question
from calsync_cli.config.keys import Key
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.core.ports import Account
from calsync_cli.state.settings import Connection

if TYPE_CHECKING:
    from calsync_cli.net.login import Access

DELEGATED = "delegated"
"""The trait of a connection in which a service account signs in for a person: the permission is the domain's."""

Reveal = Callable[[], str]
"""Gives what the vault keeps when it is needed, and not before."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to be connected where; everything that discovery needs, but the secret."""

    email: str
    user: str
    where: str
    """A host (kerio) or a URL; for kerio a URL too, where one was given."""
    ca_file: Path | None
    post: str = ""
    """Where the mail is: an IMAP URL, or a host."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """What the sign-in settled already."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What the vault keeps for an account, and what is known of it."""

    reveal: Reveal
    keep: Callable[[str], None]
    """Takes its successor, where the provider renews it."""
    since: float | None
    """When somebody signed in, in seconds since 1970."""
    now: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Application:
    """Whom the person lets in, and where he is asked."""

    halves: frozenset[str]
    hint: str
    """The address to connect; empty: whoever signs in."""
    client_file: Path | None
    client_id: str
    """The client that the account was connected with; empty: not yet."""
    service_account: Path | None
    browsing: Browsing
    port: int
    seconds: float
    ca_file: Path | None
    now: Callable[[], float]
    warn: Callable[..., None]
    """Takes a Note."""
    kept: Reveal | None = None
    """What another program keeps, and calsync cannot write: nobody is asked then."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """Permission is here: `secret` goes to the vault, `traits` to the settings, `access` serves until then."""

    email: str
    secret: str = field(repr=False)
    access: Access = field(repr=False)
    traits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trusted:
    """What an administrator enters in the provider's console, and where."""

    client: str
    """The client's id."""
    delegated: bool
    """It is a service account's, which acts for everybody in the domain."""
    service: str
    """The service account's address; empty where only its id is known."""
    scopes: Mapping[str, tuple[str, ...]]
    url: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OAuth:
    """How a provider is signed in to in a browser, and what of the settings is frozen by it."""

    permission: Callable[[Application], Permitted]
    """Raises E103, E104, E105, E107, E109 and what a network raises."""
    revoke: Callable[[Connection, Reveal], bool]
    """Give permission back; whether it is gone."""
    trusted: Callable[[Path | None, Path | None, Mapping[str, str]], Trusted]
    """Of a client's file, or a service account's, or of what an account was connected with. Raises E109."""
    lacking: Callable[[Access, Collection[str]], tuple[str, ...]]
    """The halves that a permission does not cover, as far as the provider tells. Raises what signing in raises."""
    agenda: Key[str]
    """The setting that says where the calendars are."""
    mail: Key[str]
    """The setting that says where the mail is."""
    client: Key[str]
    """The setting that says which client is the organisation's own."""
    said: str
    """How the agenda is called; never translated."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One line of the table."""

    name: str
    title: str
    """What people call it; never translated."""
    asks: Question | None
    """What has to be known beside address and password; None: nothing."""
    access: Callable[[Connection, Secret], Access]
    """How to sign in each time; nothing is sent yet."""
    discover: Callable[[Wish, Access], Connection]
    """Fill in every setting. Raises E108, E402, E404, E504."""
    agenda: Callable[[Connection, Access, float], Account]
    """Open the calendars; the number is how often, in seconds, the bell rings."""
    find_mail: Callable[[Wish, Access], str]
    """Sign in to the mail: its URL, as it is kept. Raises E001, E108, E402, E404, E504."""
    mail: Callable[[Connection, Access, float], MailAccount]
    """Open the mail."""
    oauth: OAuth | None = None
    """None: a password signs in."""
