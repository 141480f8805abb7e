"""Both tables are total, and every cell is as it was decided."""

from __future__ import annotations

from itertools import product

import pytest

from calsync_cli.core.model import Mode
from calsync_cli.core.verdict import MODES, PAIRED, UNPAIRED, VERDICTS, Delta, Verdict, judge

NEAR_THEN_FAR = """
            SAME         CHANGED      GONE         UNKNOWN
SAME        REST         TO_NEAR      ERASE_NEAR   HOLD
CHANGED     TO_FAR       MEET         REVIVE_FAR   HOLD
GONE        ERASE_FAR    REVIVE_NEAR  FORGET       HOLD
UNKNOWN     HOLD         HOLD         HOLD         HOLD

            NEW          ABSENT       UNKNOWN
NEW         MEET_NEW     BIRTH_FAR    HOLD
ABSENT      BIRTH_NEAR   -            HOLD
UNKNOWN     HOLD         HOLD         HOLD
"""

BY_MODE = """
             TWO_WAY      VIEW         PULL
REST         REST         REST         REST
TO_NEAR      TO_NEAR      TO_NEAR      TO_NEAR
TO_FAR       TO_FAR       PUT_BACK     LEAVE
MEET         MEET         PUT_BACK     LEAVE
MEET_NEW     MEET_NEW     MEET_NEW     MEET_NEW
ERASE_NEAR   ERASE_NEAR   ERASE_NEAR   ERASE_NEAR
ERASE_FAR    ERASE_FAR    PUT_BACK     LEAVE
FORGET       FORGET       FORGET       FORGET
REVIVE_NEAR  REVIVE_NEAR  REVIVE_NEAR  REVIVE_NEAR
REVIVE_FAR   REVIVE_FAR   ERASE_NEAR   LEAVE
BIRTH_NEAR   BIRTH_NEAR   BIRTH_NEAR   BIRTH_NEAR
BIRTH_FAR    BIRTH_FAR    RELOCATE     LEAVE
PUT_BACK     PUT_BACK     PUT_BACK     PUT_BACK
RELOCATE     RELOCATE     RELOCATE     LEAVE
HOLD         HOLD         HOLD         HOLD
LEAVE        LEAVE        LEAVE        LEAVE
"""


def cells(text: str) -> dict[tuple[str, str], str]:
    found = {}
    for block in text.strip("\n").split("\n\n"):
        head, *rows = block.splitlines()
        for row in rows:
            name, *values = row.split()
            found.update({(name, column): value for column, value in zip(head.split(), values, strict=True)})
    return found


def test_every_cell_is_as_decided():
    told = {(near.name, far.name): verdict.name for (near, far), verdict in VERDICTS.items()}

    assert told == {cell: verdict for cell, verdict in cells(NEAR_THEN_FAR).items() if verdict != "-"}


def test_every_mode_makes_of_every_verdict_what_was_decided():
    told = {(verdict.name, mode.name): made.name for mode, table in MODES.items() for verdict, made in table.items()}

    assert told == cells(BY_MODE)


@pytest.mark.parametrize("group", [PAIRED, UNPAIRED])
def test_the_table_is_total(group):
    missing = {pair for pair in product(group, group) if pair not in VERDICTS}

    assert missing <= {(Delta.ABSENT, Delta.ABSENT)}


@pytest.mark.parametrize(("near", "far"), VERDICTS)
def test_what_cannot_be_read_is_never_written_over(near, far):
    if Delta.UNKNOWN in (near, far):
        assert {judge(near, far, mode, births=births) for mode in Mode for births in (True, False)} == {Verdict.HOLD}


FAR_WRITING = {Verdict.TO_FAR, Verdict.MEET, Verdict.ERASE_FAR, Verdict.REVIVE_FAR, Verdict.BIRTH_FAR}


@pytest.mark.parametrize("mode", [Mode.VIEW, Mode.PULL])
@pytest.mark.parametrize(("near", "far"), VERDICTS)
def test_neither_view_nor_pull_ever_writes_there(mode, near, far):
    assert judge(near, far, mode, births=True) not in FAR_WRITING


def test_a_pull_only_round_leaves_every_local_change_as_it_is():
    told = [judge(Delta.CHANGED, far, Mode.PULL, births=True) for far in (Delta.SAME, Delta.CHANGED, Delta.GONE)]

    assert told == [Verdict.LEAVE] * 3


@pytest.mark.parametrize("births", [True, False])
def test_a_new_local_item_stays_in_the_primary_alone(births):
    told = judge(Delta.NEW, Delta.ABSENT, Mode.TWO_WAY, births=births)

    assert told is (Verdict.BIRTH_FAR if births else Verdict.RELOCATE)
