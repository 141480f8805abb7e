"""A folder on an IMAP server as a mailbox: look, fetch, sketch, write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from calsync_cli.core.mail.heading import title
from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.model import CollectionId, Cursor, Fetched, Missing, Page, Ref, Traits, Unreadable
from calsync_cli.core.ops import Done, Op
from calsync_cli.providers.imap import ladder
from calsync_cli.providers.imap.appending import flags_of
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.echo import Echo
from calsync_cli.providers.imap.fetching import MOST, Fetching
from calsync_cli.providers.imap.looking import Looking, searched
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.rows import day, merged
from calsync_cli.providers.imap.selected import Selected
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import uid_fetch, uid_sets
from calsync_cli.providers.imap.writing import Writing, moves
from calsync_cli.providers.quirks import Quirks

_ZONES = 50_400.0
"""Fourteen hours, the farthest from Greenwich that a server's day can be."""
_SUBJECT = b"(UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])"


class ImapMailbox:
    """core.mail.ports.Mailbox over one folder. Its traits are those that the folder itself told when it was opened."""

    def __init__(
        self,
        pool: Pool,
        name: CollectionId,
        *,
        quirks: Callable[[], Quirks],
        bin_: CollectionId | None = None,
        clock: Callable[[], float] = time.time,
        echo: Echo | None = None,
    ) -> None:
        self._pool = pool
        self._echo = echo or Echo(name)
        self._name = str(name)
        self._quirks = quirks
        self._bin = bin_ if bin_ is not None and bin_ != name else CollectionId("")
        self._clock = clock
        self._sizes: dict[int, int] = {}
        self._traits: Traits | None = None

    @property
    def traits(self) -> Traits:
        """What the folder can do; it is opened for that, where it has not been yet."""
        if self._traits is None:
            with self._pool.lend(self._name) as session:
                self._learn(session, opened(session, self._name))
        assert self._traits is not None
        return self._traits

    def new_ref(self, _key: str, /) -> Ref:
        """The server chooses: what it chose is in the answer to a Create."""
        return Ref("")

    def look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        """What is there, or what changed `since`; see core.ports.Store and ladder."""
        told = False
        try:
            for page in self._look(since, known):
                told = True
                yield page
        except LostError:
            if told:
                raise
            yield from self._look(since, known)  # a kept connection that the server had closed meanwhile

    @property
    def sizes(self) -> dict[int, int]:
        """UID → octets, as far as a look has told: so that large messages are fetched by themselves."""
        return self._sizes

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, in order."""
        yield from self._fetching().fetch(refs)

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """Message-ID, size and date of each."""
        yield from self._fetching().sketch(refs)

    def recent(self, since: float) -> frozenset[Ref]:
        """What arrived since then. A server counts days, of whichever time zone it likes (RFC 9051 section 6.4.4)."""
        with self._pool.lend(self._name) as session:
            life = opened(session, self._name).uidvalidity
            uids = searched(session, self._name, b"SINCE", day(max(since - _ZONES, 0.0)))
            return frozenset(ladder.ref(life, uid) for uid in uids)

    def titles(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """Their subjects, of those that are there."""
        with self._pool.lend(self._name) as session:
            life = opened(session, self._name).uidvalidity
            uids = {uid: ref for ref in refs if (uid := ladder.uid_of(ref, life)) is not None}
            answers = session.ask(*(uid_fetch(one, _SUBJECT) for one in uid_sets(uids)))
            rows = merged(line for answer in answers for line in answer.lines)
            return {uids[uid]: title(row.head) for uid, row in rows.items() if uid in uids and row.head is not None}

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order."""
        writing = Writing(self._pool, self._name, self._bin, self._quirks().depth)
        yield from self._echo.heard(CollectionId(self._name), ops, writing.write)

    def _look(self, since: Cursor | None, known: AbstractSet[Ref]) -> Iterator[Page]:
        with self._pool.lend(self._name) as session:
            looking = Looking(session, self._name, known, trusted=self._quirks().rung, clock=self._clock)
            for page in looking.pages(ladder.read(since)):
                for seen in page.seen:
                    if seen.size is not None:
                        self._sizes[int(seen.ref.partition(".")[2])] = seen.size
                # at the first page already: whoever asks for the traits then need not open the folder once more
                if (page.end is not None or self._traits is None) and session.selected is not None:
                    self._learn(session, session.selected)
                yield page

    def _fetching(self) -> Fetching:
        return Fetching(self._pool, self._name, self._quirks().depth, self._sizes)

    def _learn(self, session: Session, selected: Selected) -> None:
        self._traits = Traits(
            writable=selected.writable,
            deltas=True,
            guarded=False,
            moves=selected.writable and moves(session.capabilities),
            quiet=True,
            flags=flags_of(selected),
            block=MOST,
        )
