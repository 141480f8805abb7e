"""The shapes that mail adds to core.ports: a mailbox is a store that can sketch, an account that has folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from calsync_cli.core.mail.nouns import Folder, MailServer, Sketch
from calsync_cli.core.model import CollectionId, Glance, Missing, Ref, Unreadable
from calsync_cli.core.ports import Store


class Mailbox(Store, Protocol):
    """One mail folder, near or far.

    `look` shows refs with flags and sizes and no bodies; a body costs a `fetch`. Create's answer has the ref that the
    message got, Ref("") where the server does not say (no UIDPLUS): it is found again by its sketch.
    """

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """Message-ID, size and date of each; no body is read that need not be."""


class FarMailbox(Mailbox, Protocol):
    """A folder on a server."""

    def recent(self, since: float) -> frozenset[Ref]:
        """What arrived at this moment (seconds since 1970) or later, and perhaps on the day before it."""

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """The subjects of those that are there, for a person to know them by."""


class MailAccount(Protocol):
    """All mail folders that one sign-in reaches."""

    @property
    def requests(self) -> int:
        """How many commands were sent since it was opened."""

    def folders(self) -> Sequence[Folder]:
        """Every folder, as the server lists them now."""

    def begin(self) -> None:
        """Sign in meanwhile; what goes wrong is told to whoever asks first."""

    def condition(self) -> MailServer:
        """What the server tells of itself, and how full the mailbox is."""

    def glance(self, folders: Sequence[CollectionId]) -> Sequence[Glance]:
        """`rev`: UIDVALIDITY, UIDNEXT, MESSAGES, UNSEEN, HIGHESTMODSEQ as far as it is told, in one round trip."""

    def open(self, folder: CollectionId, bin_: CollectionId | None = None) -> FarMailbox:
        """The mailbox; nothing is sent yet. `bin_`: where what is removed goes; "" where there is none."""

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when a look is due (IDLE, NOTIFY, poll); ends soon after `stop` is set."""

    def close(self) -> None:
        """Log out."""
