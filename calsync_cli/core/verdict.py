"""Two total tables: what becomes of an item, given what each side did to it, and what the link's mode makes of that."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from itertools import product

from calsync_cli.core.model import Mode


class Delta(Enum):
    """What one side did since both last agreed; NEW and ABSENT where they never did."""

    SAME = auto()
    CHANGED = auto()
    GONE = auto()
    NEW = auto()
    ABSENT = auto()
    UNKNOWN = auto()


class Verdict(Enum):
    """What becomes of an item."""

    REST = auto()
    TO_NEAR = auto()
    TO_FAR = auto()
    MEET = auto()
    """Both sides changed it: merge."""
    MEET_NEW = auto()
    """Both sides have it, and it was never agreed on: adopt."""
    ERASE_NEAR = auto()
    ERASE_FAR = auto()
    FORGET = auto()
    REVIVE_NEAR = auto()
    REVIVE_FAR = auto()
    """An edit outlives a deletion: it is made again on the side that deleted it."""
    BIRTH_NEAR = auto()
    BIRTH_FAR = auto()
    PUT_BACK = auto()
    """The near side gets the far version again; the person's own version goes to the attic."""
    RELOCATE = auto()
    """A new local item whose calendar takes none: it goes to the primary."""
    HOLD = auto()
    """One side cannot be read: nothing is done to either, whatever the other side says."""
    LEAVE = auto()
    """This round does not write there; the item waits as it is."""


PAIRED = (Delta.SAME, Delta.CHANGED, Delta.GONE, Delta.UNKNOWN)
UNPAIRED = (Delta.NEW, Delta.ABSENT, Delta.UNKNOWN)

_KNOWN: dict[tuple[Delta, Delta], Verdict] = {
    (Delta.SAME, Delta.SAME): Verdict.REST,
    (Delta.SAME, Delta.CHANGED): Verdict.TO_NEAR,
    (Delta.SAME, Delta.GONE): Verdict.ERASE_NEAR,
    (Delta.CHANGED, Delta.SAME): Verdict.TO_FAR,
    (Delta.CHANGED, Delta.CHANGED): Verdict.MEET,
    (Delta.CHANGED, Delta.GONE): Verdict.REVIVE_FAR,
    (Delta.GONE, Delta.SAME): Verdict.ERASE_FAR,
    (Delta.GONE, Delta.CHANGED): Verdict.REVIVE_NEAR,
    (Delta.GONE, Delta.GONE): Verdict.FORGET,
    (Delta.NEW, Delta.ABSENT): Verdict.BIRTH_FAR,
    (Delta.ABSENT, Delta.NEW): Verdict.BIRTH_NEAR,
    (Delta.NEW, Delta.NEW): Verdict.MEET_NEW,
}

VERDICTS: Mapping[tuple[Delta, Delta], Verdict] = _KNOWN | {
    cell: Verdict.HOLD for group in (PAIRED, UNPAIRED) for cell in product(group, group) if Delta.UNKNOWN in cell
}
"""(near, far) → verdict. (ABSENT, ABSENT) does not occur: nobody would have spoken of it."""

_VIEW: Mapping[Verdict, Verdict] = {
    Verdict.TO_FAR: Verdict.PUT_BACK,
    Verdict.MEET: Verdict.PUT_BACK,
    Verdict.ERASE_FAR: Verdict.PUT_BACK,
    Verdict.REVIVE_FAR: Verdict.ERASE_NEAR,
    Verdict.BIRTH_FAR: Verdict.RELOCATE,
}
_PULL: Mapping[Verdict, Verdict] = {
    Verdict.TO_FAR: Verdict.LEAVE,
    Verdict.MEET: Verdict.LEAVE,
    Verdict.ERASE_FAR: Verdict.LEAVE,
    Verdict.REVIVE_FAR: Verdict.LEAVE,
    Verdict.BIRTH_FAR: Verdict.LEAVE,
    Verdict.RELOCATE: Verdict.LEAVE,
}

MODES: Mapping[Mode, Mapping[Verdict, Verdict]] = {
    Mode.TWO_WAY: {verdict: verdict for verdict in Verdict},
    Mode.VIEW: {verdict: _VIEW.get(verdict, verdict) for verdict in Verdict},
    Mode.PULL: {verdict: _PULL.get(verdict, verdict) for verdict in Verdict},
}
"""What a link's mode makes of a verdict."""


def judge(near: Delta, far: Delta, mode: Mode, *, births: bool) -> Verdict:
    """The verdict for one item. `births`: whether new local items of this link stay in it (the primary alone)."""
    verdict = VERDICTS[near, far]
    if verdict is Verdict.BIRTH_FAR and not births:
        verdict = Verdict.RELOCATE
    return MODES[mode][verdict]
