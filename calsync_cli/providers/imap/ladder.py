"""What a look asks of a server, from QRESYNC down to counting; the cursor that carries it over; pure.

Three rungs. qresync: SELECT tells what changed and what vanished (RFC 7162). condstore: FETCH CHANGEDSINCE tells what
changed, the count tells whether something vanished, and a list of UIDs what. list: new messages and the newest flags
each time, older flags in windows that rotate, everything once a day. On every rung the number of messages is counted
along: UIDs below UIDNEXT can only go, those from it on were all listed, so the difference is what vanished.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace

from calsync_cli.core.model import Cursor, Ref

RUNGS = ("qresync", "condstore", "list")
NEWEST = 2000
"""How many of the newest messages show their flags at each look where the server has no MODSEQ."""
WINDOW = 2000
"""How many of the older ones do, in turn."""
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class State:
    """Where a look ended."""

    uidvalidity: int
    uidnext: int
    count: int
    modseq: int = 0
    rung: str = "qresync"
    """The best that this server is trusted with; a lie costs one rung, for ever."""
    newest: int = 1
    """The UID from which on messages were among the newest."""
    turn: int = 0
    """The UID below which the next window lies; 0: none has been looked at yet."""
    verified: float = 0.0
    """When all flags were last known at once, in seconds since 1970."""


def read(cursor: Cursor | None) -> State | None:
    """The state in a cursor; None for what is none of ours."""
    try:
        told = json.loads(cursor or "null")
        state = State(**told)
    except (ValueError, TypeError):
        return None
    numbers = (state.uidvalidity, state.uidnext, state.count, state.modseq, state.newest, state.turn)
    sound = all(type(one) is int and one >= 0 for one in numbers) and state.rung in RUNGS
    return state if sound and isinstance(state.verified, (int, float)) else None


def written(state: State) -> Cursor:
    """The cursor for a state."""
    return Cursor(json.dumps(asdict(state), separators=(",", ":")))


def verified(cursor: Cursor | None) -> float | None:
    """When the flags of the whole folder were last known at once; None where that was never."""
    state = read(cursor)
    return state.verified or None if state is not None else None


def rung(capabilities: AbstractSet[str], modseq: int, trusted: str) -> str:
    """The best rung that a folder offers: it may have no MODSEQs though the server has (RFC 7162 section 3.1.2.2)."""
    offered = 2 if not modseq or "CONDSTORE" not in capabilities else 0 if "QRESYNC" in capabilities else 1
    return RUNGS[max(offered, RUNGS.index(trusted))]


def lower(state: State) -> State:
    """One rung down: what the server said cannot be."""
    return replace(state, rung=RUNGS[min(RUNGS.index(state.rung) + 1, len(RUNGS) - 1)])


def vanished(state: State, new: int, exists: int) -> int:
    """How many of the messages that were counted last are gone; less than none is a server that cannot count."""
    return state.count + new - exists


def window(known: Sequence[int], state: State) -> tuple[int, int] | None:
    """The UIDs of the next window of older messages, by what the books know; None where the round is complete.

    `known` ascends.
    """
    older = [uid for uid in known if uid < min(state.newest, state.turn or state.newest)]
    return (older[-WINDOW:][0], older[-1]) if older else None


# ── refs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ref(uidvalidity: int, uid: int) -> Ref:
    """UIDVALIDITY.UID, so that no UID of another life of the mailbox is taken for this one."""
    return Ref(f"{uidvalidity}.{uid}")


def uid_of(ref: Ref, uidvalidity: int) -> int | None:
    """The UID of a ref, None where it is of another life, or none of ours."""
    life, _, uid = ref.partition(".")
    return int(uid) if uid.isdecimal() and uid.isascii() and uid[0] != "0" and life == str(uidvalidity) else None
