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
    """A folder on a server. Messages may be created with any line ends: on the way they get those of the net."""

    def recent(self, since: float) -> frozenset[Ref]:
        """What arrived at this moment (seconds since 1970) or later, and perhaps on the day before it."""

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """The subjects of those that are there, for a person to know them by."""


class Ledger(Protocol):
    """What an account whose messages show in several folders remembers of that. A cache: nothing is lost with it."""

    def get(self, name: str) -> str:
        """A word kept under a name; "" where there is none."""

    def put(self, **words: str) -> None:
        """Keep words; "" forgets."""

    def shown(self, folder: str) -> dict[int, int]:
        """Message → UID, of a folder as it was seen last."""

    def show(self, folder: str, shown: Mapping[int, int], gone: Sequence[int], *, afresh: bool) -> None:
        """What came into the folder or has another UID, and what went; `afresh`: nothing else is there."""


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

    def attend(self, mapped: Sequence[CollectionId], ledger: Ledger) -> None:
        """A round begins, in which these folders are in step; `ledger` is the account's from now on."""

    def hidden(self) -> Mapping[CollectionId, int]:
        """How many messages the mapped folders do not show any more though nothing says that they were deleted."""

    def glance(self, folders: Sequence[CollectionId]) -> Sequence[Glance]:
        """`rev`: UIDVALIDITY, UIDNEXT, MESSAGES, UNSEEN, HIGHESTMODSEQ as far as it is told, in one round trip."""

    def open(self, folder: CollectionId, bin_: CollectionId | None = None) -> FarMailbox:
        """The mailbox; nothing is sent yet. `bin_`: where what is removed goes; "" where there is none."""

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """Rings when a look is due (IDLE, NOTIFY, poll); ends soon after `stop` is set."""

    def close(self) -> None:
        """Log out."""
