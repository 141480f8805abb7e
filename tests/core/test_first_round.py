"""The first round of two filled sides (R33): matched by UID, then by title, start and end; counted before it is written."""

from __future__ import annotations

import pytest

from calsync_cli.core.steps import Match
from tests.doubles.memory import guests_of
from tests.engine.events import event, guest
from tests.engine.scenes import LOUD
from tests.engine.world import World


@pytest.fixture
def filled(tmp_path):
    """200 equal, 30 only here, 20 only there; the server mails whoever it finds."""
    world = World(tmp_path, far_traits=LOUD)
    for at in range(200):
        body = event(f"same{at}", f"Same {at}", more=guest("ann@x.example") if at % 10 == 0 else "")
        world.near["work"].put(f"s{at}.ics", body)
        world.far["work"].put(f"there-{at}.ics", body)
    for at in range(30):
        world.near["work"].put(f"n{at}.ics", event(f"near{at}", f"Near {at}", more=guest("bob@x.example")))
    for at in range(20):
        world.far["work"].put(f"f{at}.ics", event(f"far{at}", f"Far {at}", more=guest("cy@x.example")))
    return world


def test_two_hundred_equal_and_fifty_different_are_fifty_transfers_and_no_mail(filled):
    filled.sync()

    assert (len(filled.far["work"].ops), len(filled.near["work"].ops)) == (30, 20)
    assert filled.far["work"].shelf.mails == []
    assert len(filled.bodies("near")) == len(filled.bodies("far")) == 250


def test_what_is_equal_near_and_only_on_one_side_is_told_before_anything_is_written(filled):
    told = []
    filled.matches = Told(lambda match: told.append((match, filled.writes())))

    filled.sync()

    assert told == [(Match(equal=200, near=0, only_here=30, only_there=20), 0)]


class Told(list):
    """Asks a question whenever something is told."""

    def __init__(self, ask) -> None:
        super().__init__()
        self.append = ask


def test_guests_of_local_events_are_not_sent_along_and_stay_in_the_file(filled):
    filled.sync()

    sent = [op.content for op in filled.far["work"].ops]
    assert not any(guests_of(body) for body in sent)
    assert guests_of(filled.bodies("near")["near7"]) == {"bob@x.example"}


def test_the_next_round_writes_nothing(filled):
    filled.sync()
    before = filled.writes()

    filled.sync()

    assert filled.writes() == before


def test_the_uid_comes_before_the_likeness(tmp_path):
    world = World(tmp_path)
    world.near["work"].put("a.ics", event("x", "Lunch"))
    world.far["work"].put("a.ics", event("x", "Dinner"))
    world.far["work"].put("b.ics", event("y", "Lunch"))

    result = world.sync()

    assert result.match == Match(equal=0, near=1, only_here=0, only_there=1)
    assert world.bodies("near") == world.bodies("far") == {"x": event("x", "Dinner"), "y": event("y", "Lunch")}


def test_the_same_event_under_two_uids_becomes_one_and_both_versions_are_kept(tmp_path):
    world = World(tmp_path)
    world.near["work"].put("a.ics", event("mine", "Lunch"))
    world.far["work"].put("b.ics", event("theirs", "Lunch"))

    world.sync()

    assert world.bodies("near") == world.bodies("far") == {"theirs": event("theirs", "Lunch")}
    assert event("mine", "Lunch") in world.everything()


def test_two_that_look_alike_are_not_mixed_up(tmp_path):
    world = World(tmp_path)
    for uid in ("a", "b"):
        world.near["work"].put(f"{uid}.ics", event(f"near-{uid}", "Lunch"))
        world.far["work"].put(f"{uid}.ics", event(f"far-{uid}", "Lunch"))

    world.sync()

    assert len(world.bodies("near")) == len(world.bodies("far")) == 4


def test_the_same_title_on_another_day_is_another_event(tmp_path):
    world = World(tmp_path)
    world.near["work"].put("a.ics", event("a", "Lunch"))
    world.far["work"].put("b.ics", event("b", "Lunch", start="20261202T120000Z", end="20261202T130000Z"))

    world.sync()

    assert set(world.bodies("near")) == set(world.bodies("far")) == {"a", "b"}


def test_what_the_server_wrote_otherwise_is_equal(tmp_path):
    world = World(tmp_path)
    world.near["work"].put("a.ics", event("a", "Lunch"))
    world.far["work"].put("b.ics", event("a", "Lunch").replace(b"-//tests//EN", b"-//server//EN"))

    result = world.sync()

    assert (result.match, world.writes()) == (Match(equal=1), 0)


def test_three_thousand_on_both_sides_are_matched_without_a_write(tmp_path):
    world = World(tmp_path)
    for at in range(3000):
        world.near["work"].put(f"n{at}.ics", event(f"e{at}"))
        world.far["work"].put(f"f{at}.ics", event(f"e{at}"))

    result = world.sync()

    assert (result.match, world.writes()) == (Match(equal=3000), 0)
