"""What the user wants of a use-case that takes more than a word, and what it may ask where an answer is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from calsync_cli.config.units import Amount
    from calsync_cli.net.oauth import Pages


class Question(StrEnum):
    """What `connect` may ask, by the flag that answers it."""

    EMAIL = "--email"
    SERVER = "--server"
    URL = "--caldav"
    IMAP = "--imap"
    PASSWORD = "--password-file"  # noqa: S105  (the flag's name)


class Answers(Protocol):
    """Asks whoever is there; raises E002 naming the flag where nobody is."""

    def __call__(self, question: Question, **about: str) -> str:
        """The answer, never empty. A password is returned once and kept nowhere here."""


class Browsing(Protocol):
    """Whoever sits before the browser that signs in."""

    @property
    def pages(self) -> Pages:
        """What the browser shows in the end."""

    def browser(self, url: str) -> bool:
        """Open an address; whether that could be done."""

    def opened(self, url: str, *, browser: bool) -> None:
        """The address is this one; whether a browser shows it already."""

    def line(self) -> str | None:
        """What was typed or pasted meanwhile; None at once where that is nothing."""

    def rejected(self, reason: str) -> None:
        """What was pasted is not the "address", or has another "state"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectWish:
    """What was given on the command line of `connect`; None: not said, so what is stored counts, else it is asked."""

    provider: str | None
    email: str | None = None
    server: str | None = None
    url: str | None = None
    imap: str | None = None
    only: str | None = None
    """"calendar" or "mail": this half alone."""
    since: float | None = None
    """Seconds: how old the messages of the first pull may be."""
    max_size: int | None = None
    """Octets: how large they may be."""
    user: str | None = None
    ca_file: Path | None = None
    resume: bool = False
    password_given: bool = False
    """--password-file was given: a new password is meant, whatever is stored."""
    client_file: Path | None = None
    """The organisation's own OAuth client."""
    service_account: Path | None = None
    """The key by which an administrator connects without a browser."""
    port: int = 0
    """Where the browser comes back to; 0: any that is free."""
    timeout: float = 300.0
    """Seconds that a sign-in in the browser may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncWish:
    """How a round is wanted."""

    only: str | None = None
    """"calendar" or "mail": this half alone, so it has to be there."""
    dry_run: bool = False
    full: bool = False
    pull_only: bool = False
    accept_root: bool = False
    max_delete: Amount | None = None
    wait: float | None = None
    """Seconds to wait for another run; None: not said."""
