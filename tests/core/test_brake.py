"""The brake: how much a round may take away or make again before a person has to say so."""

from __future__ import annotations

import pytest

from calsync_cli.core.brake import Alarm, Limit, alarms
from calsync_cli.core.look import Scene, Sight
from calsync_cli.core.model import CollectionId, Link, LinkId, Mode, Pair, Ref, Rev, Sha, Side, Version
from calsync_cli.core.steps import Drop, Keep, Put, Shift, Step, Want
from calsync_cli.core.verdict import Verdict

LINK = LinkId(1)
SHA = Sha("0" * 64)
SEEN = Version(Ref("a"), Rev("1"), SHA)
PAIR = Pair(LINK, SEEN, SEEN, "a", id=1)


def scene(held: int, *, rounds: int = 1) -> Scene:
    link = Link(LINK, "work", CollectionId("/w/"), Mode.TWO_WAY, primary=True, rounds=rounds)
    return Scene(link, Mode.TWO_WAY, Sight(), Sight(), held=held)


def step(verdict: Verdict, near: Want, far: Want, *, why: str = "", pair: Pair | None = PAIR) -> Step:
    return Step(LINK, verdict, "a", "A", near, far, pair=pair, why=why)


def erased(side: Side, count: int, why: str = "") -> list[Step]:
    if side is Side.NEAR:
        return [step(Verdict.ERASE_NEAR, Drop(SEEN), Keep(), why=why)] * count
    return [step(Verdict.ERASE_FAR, Keep(), Drop(SEEN), why=why)] * count


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("held", "count", "stops"),
    [
        (12, 10, False),
        (12, 11, True),
        (40, 10, False),
        (40, 11, True),
        (100, 25, False),
        (100, 26, True),
        (1000, 250, False),
        (1000, 251, True),
    ],
)
def test_ten_or_a_quarter_whichever_is_more(side, held, count, stops):
    found = alarms([scene(held)], erased(side, count), Limit())

    assert found == ((Alarm(LINK, side, "delete", count, held),) if stops else ())


@pytest.mark.parametrize(("held", "stops"), [(1, False), (2, False), (3, True), (9, True)])
def test_a_side_that_held_three_is_not_emptied(held, stops):
    found = alarms([scene(held)], erased(Side.FAR, held), Limit())

    assert [alarm.what for alarm in found] == (["empty"] if stops else [])


def test_nothing_to_do_in_an_empty_calendar_is_no_alarm():
    assert alarms([scene(0)], [], Limit()) == ()


def test_the_first_round_never_stops():
    assert alarms([scene(100, rounds=0)], erased(Side.NEAR, 100), Limit()) == ()


def test_making_again_what_the_books_know_stops():
    again = [step(Verdict.REVIVE_FAR, Keep(SEEN), Put(SHA))] * 11

    assert alarms([scene(12)], again, Limit()) == (Alarm(LINK, Side.FAR, "again", 11, 12),)


def test_new_items_never_stop():
    new = [
        step(Verdict.BIRTH_FAR, Keep(SEEN), Put(SHA), pair=None),
        step(Verdict.BIRTH_NEAR, Put(SHA), Keep(SEEN), pair=None),
    ] * 500

    assert alarms([scene(12)], new, Limit()) == ()


def test_edits_never_stop():
    assert alarms([scene(12)], [step(Verdict.TO_FAR, Keep(SEEN), Put(SHA, SEEN))] * 500, Limit()) == ()


@pytest.mark.parametrize("why", ["moved", "moved-back"])
def test_what_merely_moved_does_not_count(why):
    assert alarms([scene(12)], erased(Side.NEAR, 12, why), Limit()) == ()


def test_a_shift_does_not_count():
    from calsync_cli.core.look import Face

    shift = Shift(LINK, LinkId(2), "a", "A", PAIR, Face(Ref("a"), Rev("1"), SHA, "a", "A"), SEEN)

    assert alarms([scene(12)], [shift] * 12, Limit()) == ()


@pytest.mark.parametrize(("told", "stops"), [(19, True), (20, False), (21, False)])
def test_a_number_that_a_person_gave_stands(told, stops):
    assert bool(alarms([scene(20)], erased(Side.FAR, 20), Limit(count=told))) is stops


def test_a_number_below_the_usual_one_is_stricter():
    assert alarms([scene(100)], erased(Side.FAR, 3), Limit(count=2)) == (Alarm(LINK, Side.FAR, "delete", 3, 100),)


@pytest.mark.parametrize(("share", "stops"), [(0.5, True), (0.51, False), (1.0, False)])
def test_a_share_that_a_person_gave_stands(share, stops):
    assert bool(alarms([scene(100)], erased(Side.FAR, 51), Limit(share=share))) is stops


def test_all_of_it_may_go_where_a_person_said_all_of_it():
    assert alarms([scene(20)], erased(Side.FAR, 20), Limit(share=1.0)) == ()


def test_both_sides_and_all_links_are_weighed_by_themselves():
    found = alarms([scene(40)], [*erased(Side.NEAR, 11), *erased(Side.FAR, 11)], Limit())

    assert {alarm.side for alarm in found} == set(Side)
