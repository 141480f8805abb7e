"""Bodies and sketches: batches by octets, asked for ahead, given out in the order in which they were wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from calsync_cli.core.mail.heading import date
from calsync_cli.core.mail.message import marked, message_id
from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.model import NO_FLAGS, Fetched, Held, Missing, Ref, Rev, Unreadable
from calsync_cli.providers.imap import border, ladder
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.opening import opened, reopened
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.rows import Row, row_of
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import LONGEST_SET, uid_fetch, uid_set, uid_sets

OCTETS = 4_000_000
MOST = 100
GUESS = 50_000
"""What a message of unknown size is taken to have."""
_FIELDS = b"MESSAGE-ID DATE X-TUID X-OFFLINEIMAP CONTENT-LENGTH LINES STATUS X-STATUS"
"""What tells which message it is, and what other programs add to it on the way."""
_HEAD = b"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (" + _FIELDS + b")])"


class Fetching:
    """Reads messages of one folder; `sizes` are those that a look has told."""

    def __init__(self, pool: Pool, name: str, depth: int, sizes: Mapping[int, int]) -> None:
        self._pool = pool
        self._name = name
        self._depth = depth
        self._sizes = sizes

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Each ref answered once, in order. A connection that dies is made anew as long as that gets on."""
        for row, ref in self._rows(refs, bodies=True):
            match row:
                case None:
                    yield Missing(ref)
                case Row(body=bytes() as body):
                    row.body = None
                    rev = Rev(str(row.modseq) if row.modseq else "")
                    yield Held(ref, rev, body, row.flags or NO_FLAGS, date=row.date)
                    del body  # large ones are in memory one at a time, as long as whoever asked keeps none
                case _:
                    yield Unreadable(ref, "E404")

    def sketch(self, refs: Sequence[Ref]) -> Iterator[Sketch | Missing | Unreadable]:
        """Message-ID, size and date of each."""
        for row, ref in self._rows(refs, bodies=False):
            match row:
                case None:
                    yield Missing(ref)
                case Row(head=bytes() as head, size=int() as size):
                    yield Sketch(ref, size - marked(head), message_id(head), date(head))
                case _:
                    yield Unreadable(ref, "E404")

    def _rows(self, refs: Sequence[Ref], *, bodies: bool) -> Iterator[tuple[Row | None, Ref]]:
        refs = list(dict.fromkeys(refs))
        at, started = 0, -1
        while at < len(refs):
            try:
                with self._pool.lend(self._name) as session:
                    for row, ref in self._of_session(session, refs[at:], bodies=bodies):
                        at += 1
                        yield row, ref
            except LostError:
                if started == at:  # twice at the same place: it is no accident
                    raise
                started = at

    def _of_session(self, session: Session, refs: Sequence[Ref], *, bodies: bool) -> Iterator[tuple[Row | None, Ref]]:
        life = opened(session, self._name).uidvalidity
        uids = {ref: ladder.uid_of(ref, life) for ref in refs}
        wanted = list(dict.fromkeys(uid for uid in uids.values() if uid is not None))
        answers = self._answers(session, wanted, bodies=bodies)
        for ref in refs:
            uid = uids[ref]
            if uid is None:
                yield None, ref
                continue
            answered, row = next(answers)
            assert answered == uid
            yield row, ref
        for _ in answers:
            pass  # it ends when it is asked once more: a flow that is left early leaves a connection of no use

    def _answers(self, session: Session, uids: Sequence[int], *, bodies: bool) -> Iterator[tuple[int, Row | None]]:
        """Rows in the order of `uids`, as they come: a row waits for those before it alone, not for their status."""
        items = _body(session) if bodies else _HEAD
        batches = list(self._batches(uids, bodies=bodies))
        flow = session.flow((uid_fetch(uid_set(batch), items) for batch in batches), depth=self._depth)
        left, parked = set(uids), dict[int, Row]()
        at = end = 0
        for batch in batches:
            end += len(batch)
            for said in flow:
                if isinstance(said, Status):
                    _check(said, session, self._name)
                    break
                row = row_of(said)
                del said
                if row is None or row.uid not in left or not _whole(row, bodies=bodies):
                    continue
                left.discard(row.uid)
                parked[row.uid] = row
                del row  # whoever asked has it, and nobody here
                while at < len(uids) and uids[at] in parked:
                    yield uids[at], parked.pop(uids[at])
                    at += 1
            parked.update(self._again(left.intersection(batch), bodies=bodies))
            left.difference_update(batch)
            for uid in uids[at:end]:
                yield uid, parked.pop(uid, None)
            at = max(at, end)
        for _ in flow:
            pass

    def _again(self, uids: set[int], *, bodies: bool) -> dict[int, Row]:
        """Rows that did not come (Yahoo leaves some out), asked for once more on another connection.

        Who is there and gives no body has a row without one; who has no row at all is not there.
        """
        if not uids:
            return {}
        found: dict[int, Row] = {}
        with self._pool.lend(self._name) as session:
            reopened(session, self._name)  # nothing is missing from a folder that is gone
            for items in (b"(UID FLAGS)", _body(session) if bodies else _HEAD):
                for answer in session.ask(*(uid_fetch(one, items) for one in uid_sets(uids))):
                    _check(answer.status, session, self._name)
                    rows = (row_of(line) for line in answer.lines)
                    found.update({row.uid: row for row in rows if row is not None and row.uid in uids})
        return found

    def _batches(self, uids: Sequence[int], *, bodies: bool) -> Iterator[list[int]]:
        """In order, at most 100 messages or 4 MB each, so that the set fits a line; a larger message goes alone."""
        batch: list[int] = []
        octets = length = 0
        for uid in uids:
            size = self._sizes.get(uid, GUESS) if bodies else 500
            digits = len(str(uid)) + 1
            if batch and (len(batch) == MOST or octets + size > OCTETS or length + digits > LONGEST_SET):
                yield batch
                batch, octets, length = [], 0, 0
            batch.append(uid)
            octets += size
            length += digits
        if batch:
            yield batch


def _body(session: Session) -> bytes:
    """BODY.PEEK, for BODY[] and RFC822 mark it as seen, and iCloud answers nothing to RFC822."""
    return b"(UID FLAGS INTERNALDATE%s BODY.PEEK[])" % (b" MODSEQ" if "CONDSTORE" in session.enabled else b"")


def _whole(row: Row, *, bodies: bool) -> bool:
    """The row that was asked for, and not one about flags that somebody just changed."""
    return row.body is not None if bodies else row.head is not None


def _check(status: Status, session: Session, name: str) -> None:
    """NO to a FETCH is a partial success: what did not come is asked for by itself. Throttling is another matter."""
    error = None if status.ok else border.slowly(status, session.host)
    if error is not None:
        raise error
    if status.kind == "BAD":
        raise border.refused(status, session.host, name)
