"""Changing a folder: flags, moves and removals by sets of UIDs, never an EXPUNGE that names none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from calsync_cli.core.mail.nouns import DELETED
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import CollectionId, Flags, Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Partial, Remove, Stale, Unknown, Wrote
from calsync_cli.providers.imap import border, ladder
from calsync_cli.providers.imap.appending import Appending
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.copying import copied_in, copies
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.rows import Row, merged
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import (
    Command,
    command,
    mailbox,
    spellable,
    uid_fetch,
    uid_sets,
    uid_store,
    uids_in,
)

Targets = dict[int, Ref]
"""UIDs that are meant, and the refs that name them."""
_RACES = 3
_RACED = re.compile(r"\[EXPUNGEISSUED\]|no longer exist", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Writing:
    """Does ops in one folder. `bin` is where removed messages go; "" where there is none, or this is it."""

    pool: Pool
    name: str
    bin: CollectionId
    depth: int

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order; runs of the same kind go together."""
        for kind, group in groupby(ops, _kind):
            some = list(group)
            if kind == ("Create",):
                yield from self._created([op for op in some if isinstance(op, Create)])
            else:
                yield from self._together(some)

    def _created(self, ops: Sequence[Create]) -> Iterator[Done]:
        """Copied where it is there already, else uploaded."""
        copied = copies(self.pool, self.name, ops)
        appended = Appending(self.pool, self.name, self.depth).append(
            [op for at, op in enumerate(ops) if at not in copied]
        )
        for at in range(len(ops)):
            yield copied.get(at) or next(appended)
        yield from appended  # a flow ends when it is asked once more

    def _together(self, ops: Sequence[Op]) -> Iterator[Done]:
        """One change to many messages."""
        with self.pool.lend(self.name) as session:
            life = opened(session, self.name).uidvalidity
            targets = {uid: ref for ref in map(_ref, ops) if (uid := ladder.uid_of(ref, life)) is not None}
            try:
                done = self._sure(session, ops[0], targets, _RACES)
            except LostError as error:
                done = {ref: Unknown(ref, error.farewell) for ref in targets.values()}
        for op in ops:
            yield done.get(_ref(op)) or _absent(op)

    def _sure(self, session: Session, op: Op, targets: Targets, tries: int) -> dict[Ref, Done]:
        """Done, though somebody else deletes some of them meanwhile: servers refuse all of them then (RFC 5530)."""
        done = self._do(session, op, targets) if targets else {}
        raced = {uid: ref for uid, ref in targets.items() if _raced(done.get(ref))}
        if not raced or not tries:
            return done
        session.ask(command("NOOP"))  # a command with UIDs may keep back what is gone, this one tells
        there = _present(session, raced)
        settled = {ref: one for ref, one in done.items() if not _raced(one)}
        return settled | self._sure(session, op, {uid: raced[uid] for uid in there if uid in raced}, tries - 1)

    def _do(self, session: Session, op: Op, targets: Targets) -> dict[Ref, Done]:
        if session.selected is not None and not session.selected.writable:
            return {ref: Denied(ref, "E403", Why.READ_ONLY) for ref in targets.values()}
        match op:
            case Mark():
                return _mark(session, targets, op.add, op.drop)
            case Move():
                return _move(session, targets, op.to)
            case Remove(to_bin=True) if self.bin:
                moved = _move(session, targets, self.bin)
                return {ref: _binned(ref, done) for ref, done in moved.items()}
            case Remove():
                return _expunge(session, targets)
            case Edit():
                return {ref: Denied(ref, "E403", Why.UNCHANGEABLE) for ref in targets.values()}
            case Create():
                raise AssertionError("appended elsewhere")
            case _:
                assert_never(op)


def _kind(op: Op) -> tuple[object, ...]:
    """Ops of one kind can be said in one command."""
    match op:
        case Mark():
            return "Mark", op.add, op.drop
        case Move():
            return "Move", op.to
        case Remove():
            return "Remove", op.to_bin
        case _:
            return (type(op).__name__,)


def _ref(op: Op) -> Ref:
    match op:
        case Edit() | Remove():
            return op.base.ref
        case _:
            return op.ref


def _absent(op: Op) -> Done:
    """What becomes of an op on a message that is not there: gone already is what a removal wants."""
    return Wrote(_ref(op), Rev("")) if isinstance(op, Remove) else Stale(_ref(op))


def _raced(done: Done | None) -> bool:
    return isinstance(done, Denied) and _RACED.search(done.detail) is not None


# ── flags ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mark(session: Session, targets: Targets, add: Flags, drop: Flags) -> dict[Ref, Done]:
    """STORE, then what the messages have now: the server's word counts, and who has no row is not there.

    The STORE is not guarded by UNCHANGEDSINCE: raising and lowering single flags undoes nobody's change to others.
    """
    changes = [(sign, flags) for sign, flags in (("+", spellable(add)), ("-", spellable(drop))) if flags]
    sets = list(uid_sets(targets))
    commands = [uid_store(uids, sign, flags) for uids in sets for sign, flags in changes]
    commands += [uid_fetch(uids, b"(UID FLAGS%s)" % _modseq(session)) for uids in sets]
    answers = session.ask(*commands)
    refused = _refusal(session, [answer.status for answer in answers])
    if refused is not None:
        return {ref: Denied(ref, "E403", border.reason(refused)) for ref in targets.values()}
    rows = merged(line for answer in answers for line in answer.lines)
    return {
        targets[uid]: Wrote(targets[uid], _rev(row), Held(targets[uid], _rev(row), b"", row.flags))
        for uid, row in rows.items()
        if uid in targets and row.flags is not None
    }


def _modseq(session: Session) -> bytes:
    return b" MODSEQ" if "CONDSTORE" in session.enabled else b""


def _rev(row: Row) -> Rev:
    return Rev(str(row.modseq) if row.modseq else "")


# ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


def moves(capabilities: frozenset[str]) -> bool:
    """Whether a move keeps the message, and never loses it: MOVE, or COPY whose COPYUID proves the copy."""
    return bool(capabilities & {"MOVE", "UIDPLUS", "IMAP4REV2"})


def _move(session: Session, targets: Targets, to: CollectionId) -> dict[Ref, Done]:
    """UID MOVE (RFC 6851); else COPY, and the originals go only as COPYUID names the copies."""
    if not moves(session.capabilities):
        return {ref: Denied(ref, "E403", Why.CANNOT_MOVE) for ref in targets.values()}
    whole = bool(session.capabilities & {"MOVE", "IMAP4REV2"})
    verb = "UID MOVE" if whole else "UID COPY"
    sets = list(uid_sets(targets))
    answers = session.ask(*(command(verb, uids, mailbox(str(to))) for uids in sets))
    copied: dict[int, Ref] = {}
    done: dict[Ref, Done] = {}
    for uids, answer in zip(sets, answers, strict=True):
        if answer.status.ok or whole:  # what went halfway tells how far (RFC 6851 section 3.3)
            copied.update(copied_in(answer.status, answer.lines))
        if not answer.status.ok:
            done.update(_not_moved(session, answer.status, [targets[uid] for uid in uids_in(uids)], to))
    left = {uid: ref for uid, ref in targets.items() if uid not in copied and ref not in done}
    done |= {targets[uid]: Wrote(ref, Rev("")) for uid, ref in copied.items() if uid in targets}
    there = _present(session, left)
    if whole:
        gone_quietly = "UIDPLUS" not in session.capabilities  # moved, and nobody says where to
        done |= {
            ref: Partial(ref) if uid in there else Wrote(Ref(""), Rev("")) if gone_quietly else Stale(ref)
            for uid, ref in left.items()
        }
        return done
    done |= {ref: Partial(ref, "no COPYUID") if uid in there else Stale(ref) for uid, ref in left.items()}
    expunged = _expunge(session, {uid: targets[uid] for uid in copied if uid in targets})
    halves = {ref: one for ref, one in expunged.items() if not isinstance(one, Wrote)}
    return done | {ref: Partial(ref, one.detail) if isinstance(one, Denied) else one for ref, one in halves.items()}


def _not_moved(session: Session, status: Status, refs: Sequence[Ref], to: CollectionId) -> dict[Ref, Done]:
    error = border.slowly(status, session.host)
    if error is not None:
        raise error
    why = "E209" if border.gone(status) else border.why(status)
    return {ref: Denied(ref, why, str(to) if why == "E209" else border.reason(status)) for ref in refs}


def _present(session: Session, uids: Targets) -> Collection[int]:
    """Which of these are there."""
    answers = session.ask(*(uid_fetch(one, b"(UID FLAGS)") for one in uid_sets(uids)))
    return merged(line for answer in answers for line in answer.lines).keys()


def _binned(ref: Ref, done: Done) -> Done:
    """A removal's answer to a move into the bin: `kept` is where it lies there; who is gone already is removed."""
    match done:
        case Wrote():
            return Wrote(ref, Rev(""), kept=done.ref)
        case Stale():
            return Wrote(ref, Rev(""))
        case _:
            return done


# ── removals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _expunge(session: Session, targets: Targets) -> dict[Ref, Done]:
    r"""\Deleted, then UID EXPUNGE; without UIDPLUS it stays marked, for EXPUNGE would take others' along."""
    if not targets:
        return {}
    sets = list(uid_sets(targets))
    sure = bool(session.capabilities & {"UIDPLUS", "IMAP4REV2"})
    commands: list[Command] = [uid_store(uids, "+", frozenset({DELETED})) for uids in sets]
    commands += [command("UID EXPUNGE", uids) for uids in sets] if sure else []
    refused = _refusal(session, [answer.status for answer in session.ask(*commands)])
    there = _present(session, targets)
    done: dict[Ref, Done] = {}
    for uid, ref in targets.items():
        if uid not in there:
            done[ref] = Wrote(ref, Rev(""))
        elif refused is not None:
            done[ref] = Denied(ref, "E403", border.reason(refused))
        else:
            done[ref] = Partial(ref, "" if sure else "no UIDPLUS")
    return done


def _refusal(session: Session, statuses: Sequence[Status]) -> Status | None:
    """The first refusal; one that asks to slow down is raised."""
    found = next((status for status in statuses if not status.ok), None)
    error = None if found is None else border.slowly(found, session.host)
    if error is not None:
        raise error
    return found
