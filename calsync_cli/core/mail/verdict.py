"""The table of letters: what becomes of one, given what each side did to it since both agreed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from itertools import product


class Delta(Enum):
    """What one side did to a letter."""

    SAME = auto()
    FLAGS = auto()
    CONTENT = auto()
    """Another content under the same base name: an edited draft. Far content never changes under a UID."""
    GONE = auto()
    LOST = auto()
    """Its mailbox began a new life (UIDVALIDITY): where it is, and whether, its old name does not tell."""
    NEW = auto()
    ABSENT = auto()
    PARKED = auto()
    """The near side of a letter that was put where nothing is mapped: its far copy is left alone."""
    SENT = auto()
    """The far side of a letter that was stored there under a UID that was not told (no UIDPLUS)."""
    UNKNOWN = auto()


class Verdict(Enum):
    """What becomes of a letter."""

    REST = auto()
    FLAGS = auto()
    REPLACE = auto()
    """The new content goes up, then the old one is removed."""
    ERASE_NEAR = auto()
    ERASE_FAR = auto()
    FORGET = auto()
    SEND_AGAIN = auto()
    """As a new letter: an edit outlives a deletion, and a new life of the mailbox proves none."""
    SEND = auto()
    BRING = auto()
    ADOPT = auto()
    HOLD = auto()


NEAR = (Delta.SAME, Delta.FLAGS, Delta.CONTENT, Delta.GONE, Delta.PARKED, Delta.UNKNOWN)
FAR = (Delta.SAME, Delta.FLAGS, Delta.GONE, Delta.LOST, Delta.SENT, Delta.UNKNOWN)

_D, _V = Delta, Verdict

_HERE: Mapping[Delta, Mapping[Delta, Verdict]] = {
    _D.SAME: {_D.SAME: _V.REST, _D.FLAGS: _V.FLAGS, _D.GONE: _V.ERASE_NEAR, _D.LOST: _V.SEND_AGAIN, _D.SENT: _V.REST},
    _D.FLAGS: {_D.SAME: _V.FLAGS, _D.FLAGS: _V.FLAGS, _D.GONE: _V.ERASE_NEAR, _D.LOST: _V.SEND_AGAIN, _D.SENT: _V.REST},
    _D.CONTENT: {
        _D.SAME: _V.REPLACE,
        _D.FLAGS: _V.REPLACE,
        _D.GONE: _V.SEND_AGAIN,
        _D.LOST: _V.SEND_AGAIN,
        _D.SENT: _V.REST,
    },
    _D.GONE: {
        _D.SAME: _V.ERASE_FAR,
        _D.FLAGS: _V.ERASE_FAR,
        _D.GONE: _V.FORGET,
        _D.LOST: _V.FORGET,
        _D.SENT: _V.REST,  # looked for there before it can be let go of
    },
    _D.PARKED: {_D.SAME: _V.REST, _D.FLAGS: _V.REST, _D.GONE: _V.FORGET, _D.LOST: _V.FORGET, _D.SENT: _V.FORGET},
}

VERDICTS: Mapping[tuple[Delta, Delta], Verdict] = (
    {(near, far): verdict for near, row in _HERE.items() for far, verdict in row.items()}
    | {cell: Verdict.HOLD for cell in product(NEAR, FAR) if Delta.UNKNOWN in cell}
    | {(_D.NEW, _D.ABSENT): _V.SEND, (_D.ABSENT, _D.NEW): _V.BRING, (_D.NEW, _D.NEW): _V.ADOPT}
)
"""(near, far) → verdict.

A deletion stands against a change of flags, whichever flag: programs raise flags by themselves (\\Seen by opening,
$MDNSent by Exchange on all), a deletion is a person's word, and it destroys nothing: the bin or the attic has it.
To make it anew would also double every letter that was moved to where nothing is mapped. mbsync decides the same.
"""

_LEFT = frozenset({Verdict.ERASE_FAR, Verdict.REPLACE, Verdict.SEND, Verdict.SEND_AGAIN})


def judge(near: Delta, far: Delta, *, send: bool) -> Verdict:
    """The verdict for one letter. Without `send` nothing goes to the far side: what would waits as it is."""
    verdict = VERDICTS[near, far]
    return Verdict.HOLD if verdict in _LEFT and not send else verdict
