"""An IMAP account: its folders, how they stand, a mailbox for each, and a bell for news."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder, MailServer, Role
from calsync_cli.core.mail.ports import FarMailbox, Ledger
from calsync_cli.core.model import CollectionId, Glance
from calsync_cli.providers.imap import folders, idle
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.connect import Address, Wish, sign_in
from calsync_cli.providers.imap.echo import Echo
from calsync_cli.providers.imap.introducing import introduced
from calsync_cli.providers.imap.later import Later
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.store import ImapMailbox
from calsync_cli.providers.imap.wire import command
from calsync_cli.providers.quirks import GENERIC, Quirks, greeted, skilled

if TYPE_CHECKING:
    from calsync_cli.net.login import Access
    from calsync_cli.providers.imap.gmail.account import Gmail

T = TypeVar("T")

_INBOX = CollectionId("INBOX")
_NOWHERE = CollectionId("")
_AWAY = (1.0, 5.0, 30.0, 60.0)
"""Seconds between attempts to reach a server again."""
_REFUSED = 600.0
"""Seconds before a password or a token that was refused is tried again: servers lock accounts out."""
_NO_ENTRY = frozenset({"E103", "E106", "E108", "E109"})
"""The sign-in was refused."""


class ImapAccount:
    """core.mail.ports.MailAccount over a few sessions of one user."""

    def __init__(
        self,
        address: Address,
        login: Access,
        *,
        quirks: Quirks = GENERIC,
        every: float = 300.0,
        clock: Callable[[], float] = time.time,
        away: Sequence[float] = _AWAY,
    ) -> None:
        self._address = address
        self._login = login
        self._quirks = quirks
        self._every = every
        self._clock = clock
        self._away = away
        self._sent = 0
        self._lock = threading.Lock()
        self._bin: CollectionId | None = None
        self._watching: Session | None = None
        self._echo = Echo(_INBOX)
        self._gmail: Gmail | None = None
        self._known = False
        """Whether anybody has signed in, so that one knows what the server can do."""
        self.pool = Pool(self._session, quirks.sessions, address.host)

    @property
    def requests(self) -> int:
        """How many commands were sent since it was opened."""
        return self._sent

    def begin(self) -> None:
        """Sign in meanwhile: three round trips that nobody waits for who reads books and directories first."""
        self.pool.begin()

    def folders(self) -> Sequence[Folder]:
        """Every folder, as the server lists them now."""
        found = self._read(lambda session: folders.folders(session)[0])
        if (gmail := self.gmail) is not None:
            gmail.learn(found)
        bins = [folder.id for folder in found if folder.role is Role.DELETED]
        self._bin = bins[0] if bins else CollectionId("")
        return found

    def condition(self) -> MailServer:
        """What the server tells of itself, and how full the mailbox is."""
        return self._read(introduced)

    def glance(self, folders_: Sequence[CollectionId]) -> Sequence[Glance]:
        """How each of these folders stands, in one round trip; one that is gone is left out."""
        names = [str(folder) for folder in folders_]
        found = self._read(lambda session: folders.glance(session, names)) if names else []
        return self.gmail.glanced(found) if names and self.gmail is not None else found

    def attend(self, mapped: Sequence[CollectionId], ledger: Ledger) -> None:
        """Nobody but Gmail has to know what the other folders are."""
        if self.gmail is not None:
            self.gmail.attend(mapped, ledger)

    def hidden(self) -> Mapping[CollectionId, int]:
        """None, but at Gmail."""
        return {} if self._gmail is None else self._gmail.hidden()

    def open(self, folder: CollectionId, bin_: CollectionId | None = None) -> FarMailbox:
        """The mailbox; nothing is sent yet.

        `bin_` is where removed messages go; without it the bin that the last listing of folders showed.
        """
        where = bin_ if bin_ is not None else self._bin or CollectionId("")
        return self._kind(folder, where) if self._known else Later(lambda: self._kind(folder, where))

    def _kind(self, folder: CollectionId, where: CollectionId) -> FarMailbox:
        gmail = self.gmail
        if gmail is None:
            return self._opened(folder, where)
        from calsync_cli.providers.imap.gmail.mailbox import GmailMailbox

        return GmailMailbox(gmail, str(folder), self._opened(folder), str(where))

    @property
    def gmail(self) -> Gmail | None:
        """What is known of a Gmail account; None where the server is another."""
        if not self._known:
            with self.pool.lend():
                pass  # whoever signs in learns what the server can do
        if self._gmail is None and self._quirks.skill:
            from calsync_cli.providers.imap.gmail.account import Gmail  # few servers are Gmail

            quirks = self._quirks
            self._gmail = Gmail(
                self.pool, self._address.host, self._opened, self._clock, down=quirks.down, up=quirks.up
            )
        return self._gmail

    def _opened(self, folder: CollectionId, bin_: CollectionId = _NOWHERE) -> ImapMailbox:
        return ImapMailbox(
            self.pool, folder, quirks=lambda: self._quirks, bin_=bin_, clock=self._clock, echo=self._echo
        )

    def bell(self, stop: Event) -> Iterator[CollectionId | None]:
        """News of the inbox by IDLE on a connection of its own; None every so many seconds, the net below.

        It survives whatever happens to that connection: the first ring after each reconnection is for what was missed,
        and until then it is time to ask as often as ever. A password that is refused here rings, too: whoever looks
        has to sign in anew, and meets the refusal.
        """
        attempt = 0
        due = time.monotonic() + self._every
        while not stop.is_set():
            wait, refused = 0.0, False
            try:
                for ring in self._news(stop, due):
                    attempt = 0
                    due = time.monotonic() + self._every if ring is None else due
                    yield ring
            except CalsyncError as error:
                refused = error.code in _NO_ENTRY
                wait = max(self._away[min(attempt, len(self._away) - 1)], error.retry_after or 0.0)
                attempt += 1
            if refused:
                self.pool.forget()
                yield _INBOX
            for later in self._polls(stop, due, time.monotonic() + (_REFUSED if refused else wait)):
                due = later
                yield None

    def _polls(self, stop: Event, due: float, until: float) -> Iterator[float]:
        """The times to ask until then; after each, when the next one is due."""
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if due <= time.monotonic():
                due = time.monotonic() + self._every
                yield due
            stop.wait(min(left, max(0.0, due - time.monotonic())))

    def close(self) -> None:
        """Log out."""
        self.pool.close()
        watching = self._watching
        if watching is not None:
            watching.stream.close()

    def _news(self, stop: Event, due: float) -> Iterator[CollectionId | None]:
        """One connection's rings, and the poll's."""
        self._watching = session = self._session()
        try:
            for ring in idle.news(session, self._echo, stop, due=due, every=self._every):
                yield _INBOX if ring else None
        finally:
            self._echo.listens(None)
            self._watching = None
            session.logout()

    def _session(self) -> Session:
        session = sign_in(self._address, self._login, Wish(self._quirks.rung, self._count))
        found = skilled(session.capabilities, greeted(session.greeting, self._quirks))
        self._known = True
        if found.skill and "ID" in session.capabilities:  # Google asks for it, to tell programs apart
            session.prelude = (*session.prelude, command("ID", b'("name" "calsync")'))
        if found is not self._quirks:
            self._quirks = found
            self.pool.most = min(self.pool.most, found.sessions)
            if found.rung == "list":
                session.enabled, session.prelude = frozenset(), ()
        return session

    def _read(self, deed: Callable[[Session], T]) -> T:
        """Asked once more where a kept connection turned out to be dead."""
        with suppress(LostError), self.pool.lend() as session:
            return deed(session)
        with self.pool.lend() as session:
            return deed(session)

    def _count(self) -> None:
        with self._lock:
            self._sent += 1


def open_imap(
    host: str,
    port: int,
    *,
    tls: bool,
    login: Access,
    ca_file: Path | None = None,
    quirks: Quirks = GENERIC,
    every: float = 300.0,
    starttls: bool | None = None,
) -> ImapAccount:
    """The account at a server; nothing is sent yet.

    tls: from the first byte (imaps). Otherwise STARTTLS is demanded, but on this machine.
    """
    return ImapAccount(Address(host, port, tls, ca_file, starttls), login, quirks=quirks, every=every)
