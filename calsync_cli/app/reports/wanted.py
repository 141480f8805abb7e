"""What the user wants of a use-case that takes more than a word, and what it may ask where an answer is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from calsync_cli.config.units import Amount


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
