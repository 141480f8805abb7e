"""Flags are joined bit by bit: no bit that somebody changed is lost, none that a side cannot hold is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.mail.flags import ANY, UNAGREED, Common, merge
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN

SIX = frozenset({SEEN, ANSWERED, FLAGGED, DRAFT, DELETED, FORWARDED})
ALL = Common(SIX)
flags = st.frozensets(st.sampled_from(sorted(SIX)))
more = st.frozensets(st.sampled_from([*sorted(SIX), "NonJunk", "$forwarded"]))


@given(flags, flags, flags)
def test_both_sides_have_the_same_afterwards(base, near, far):
    marks = merge(base, near, far, ALL)

    assert (near | marks.near_add) - marks.near_drop == (far | marks.far_add) - marks.far_drop == marks.agreed


@given(flags, flags, flags)
def test_what_a_side_changed_holds(base, near, far):
    agreed = merge(base, near, far, ALL).agreed

    for bit in SIX:
        for side in (near, far):
            if (bit in side) != (bit in base):
                assert (bit in agreed) == (bit in side)


@given(flags, flags, flags)
def test_joined_again_nothing_changes(base, near, far):
    agreed = merge(base, near, far, ALL).agreed

    again = merge(agreed, agreed, agreed, ALL)

    assert not again.near
    assert not again.far
    assert again.agreed == agreed


@given(more, more, more, flags)
def test_what_one_side_cannot_hold_is_neither_raised_nor_lowered(base, near, far, words):
    marks = merge(base, near, far, Common(words))

    assert marks.near_add | marks.near_drop | marks.far_add | marks.far_drop <= words


@given(flags, flags, flags)
def test_without_leave_to_send_the_far_side_is_left_alone_and_what_it_lacks_goes_later(base, near, far):
    first = merge(base, near, far, ALL, send=False)
    here = (near | first.near_add) - first.near_drop

    later = merge(first.agreed, here, far, ALL)

    assert not first.far
    assert later.agreed == merge(base, near, far, ALL).agreed


def test_keywords_compare_without_case():
    marks = merge(frozenset(), frozenset({FORWARDED}), frozenset({"$FORWARDED"}), ALL)

    assert not marks.near
    assert not marks.far
    assert marks.agreed == {FORWARDED}


def test_strangers_get_what_either_has_but_a_mark_of_deletion_needs_both():
    marks = merge(UNAGREED, frozenset({SEEN, DELETED}), frozenset({FLAGGED}), ALL)

    assert marks.agreed == {SEEN, FLAGGED}
    assert marks.near_drop == {DELETED}


def test_a_server_that_takes_any_keyword_takes_those_of_maildir():
    common = Common.of(SIX, frozenset({SEEN, ANY}), bin_mapped=True)

    assert common.words == {SEEN, FORWARDED}


def test_without_a_folder_for_deleted_letters_the_mark_of_deletion_stays_here():
    assert DELETED not in Common.of(SIX, SIX, bin_mapped=False).words
