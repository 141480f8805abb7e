"""New messages: APPEND, several under way, and what becomes of those that a dying connection left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.flags import ANY
from calsync_cli.core.mail.message import canonical_size
from calsync_cli.core.mail.why import Why, because
from calsync_cli.core.model import Flags, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Unknown, Wrote
from calsync_cli.providers.imap import border, ladder
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.largest import largest
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.rows import internal_date
from calsync_cli.providers.imap.selected import Selected
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import Command, append, spellable

OCTETS = 4_000_000
MOST = 50


class Appending:
    """Appends to one folder. After a connection has died, messages go one at a time: so the guilty one is known."""

    def __init__(self, pool: Pool, name: str, depth: int) -> None:
        self._pool = pool
        self._name = name
        self._depth = depth

    def append(self, ops: Sequence[Create]) -> Iterator[Done]:
        """Each answered in order."""
        at = 0
        while at < len(ops):
            batch = list(_batch(ops, at, MOST if self._depth > 1 else 1))
            at += len(batch)
            yield from self._together(batch)

    def _together(self, batch: Sequence[Create]) -> Iterator[Done]:
        answered = 0
        try:
            with self._pool.lend(self._name) as session:
                selected = opened(session, self._name)
                sizes = [canonical_size(op.content) for op in batch]
                limit = largest(session, self._name, max(sizes))
                fitting = [op for op, size in zip(batch, sizes, strict=True) if size <= limit]
                commands = (self._command(selected, op) for op in fitting)
                statuses = (said for said in session.flow(commands, depth=len(batch)) if isinstance(said, Status))
                for op in batch:
                    done = self._done(op, next(statuses), session) if op in fitting else _too_big(op, limit)
                    answered += 1
                    yield done
                for _ in statuses:
                    pass  # the flow ends when it is asked once more
        except CalsyncError as error:
            if isinstance(error, LostError) and answered < len(batch):
                self._depth = 1
                yield from self._open_ends(batch[answered:], error)
                return
            raise

    def _command(self, selected: Selected, op: Create) -> Command:
        return append(self._name, held(selected, op.flags), op.content, internal_date(op.date))

    def _open_ends(self, ops: Sequence[Create], error: LostError) -> Iterator[Done]:
        """A server that says why it leaves, with one message before it, has refused that one (Gmail: NUL)."""
        if len(ops) == 1 and error.farewell:
            yield Denied(ops[0].ref, "E403", border.reason(Status("*", "BYE", text=error.farewell)))
            return
        for op in ops:
            yield Unknown(op.ref, error.farewell)

    def _done(self, op: Create, status: Status, session: Session) -> Done:
        if status.ok:
            return Wrote(_appended(status), Rev(""))
        error = border.slowly(status, session.host)
        if error is not None:
            raise error
        if border.gone(status):
            raise CalsyncError("E209", "folder", name=self._name)
        return Denied(op.ref, border.why(status), border.reason(status))


def held(selected: Selected, flags: Flags) -> Flags:
    """Of these flags those that the folder keeps."""
    return spellable(flags if ANY in flags_of(selected) else flags & flags_of(selected))


def flags_of(selected: Selected) -> Flags:
    """What PERMANENTFLAGS says, or the system flags where the server did not say (RFC 9051 section 7.1)."""
    named = selected.permanent or _SYSTEM
    return named | {ANY} if selected.keywords else named


_SYSTEM: Flags = frozenset({"\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted"})


def _batch(ops: Sequence[Create], at: int, most: int) -> Iterator[Create]:
    """The next few, of some megabytes together; at least one."""
    octets = 0
    for count, op in enumerate(ops[at : at + most]):
        octets += len(op.content)
        if count and octets > OCTETS:
            return
        yield op


def _too_big(op: Create, limit: float) -> Denied:
    return Denied(op.ref, "E403", because(Why.TOO_BIG, f"APPENDLIMIT={limit:.0f}"))


def _appended(status: Status) -> Ref:
    """The ref by APPENDUID (RFC 4315); "" where the server does not say."""
    words = status.argument.split()
    if status.code != "APPENDUID" or len(words) != 2 or not (words[0] + words[1]).isdigit():  # noqa: PLR2004
        return Ref("")
    return ladder.ref(int(words[0]), int(words[1]))
