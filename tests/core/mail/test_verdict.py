"""The table of letters is total, and says what a person would want."""

from __future__ import annotations

from itertools import product

import pytest

from calsync_cli.core.mail.verdict import FAR, NEAR, VERDICTS, Delta, Verdict, judge


def test_every_pair_of_changes_has_a_verdict():
    assert set(product(NEAR, FAR)) <= VERDICTS.keys()


def test_nothing_is_done_to_a_letter_of_which_one_side_is_unknown():
    cells = [cell for cell in VERDICTS if Delta.UNKNOWN in cell]

    assert {VERDICTS[cell] for cell in cells} == {Verdict.HOLD}


@pytest.mark.parametrize("near", NEAR)
def test_a_new_life_of_a_mailbox_deletes_nothing_here(near):
    assert VERDICTS[near, Delta.LOST] is not Verdict.ERASE_NEAR


def test_a_deletion_stands_against_a_change_of_flags_on_either_side():
    assert VERDICTS[Delta.GONE, Delta.FLAGS] is Verdict.ERASE_FAR
    assert VERDICTS[Delta.FLAGS, Delta.GONE] is Verdict.ERASE_NEAR


def test_an_edit_outlives_a_deletion():
    assert VERDICTS[Delta.CONTENT, Delta.GONE] is Verdict.SEND_AGAIN


@pytest.mark.parametrize("far", FAR)
def test_a_parked_letter_never_writes_anything(far):
    assert VERDICTS[Delta.PARKED, far] in {Verdict.REST, Verdict.FORGET, Verdict.HOLD}


@pytest.mark.parametrize("cell", VERDICTS)
def test_where_nothing_may_be_sent_nothing_is(cell):
    verdict = judge(*cell, send=False)

    assert verdict not in {Verdict.ERASE_FAR, Verdict.REPLACE, Verdict.SEND, Verdict.SEND_AGAIN}
