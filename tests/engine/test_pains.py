"""What hurt users of other programs, as far as the engine can meet it: a test each, by its number in the research."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import End, Mode, Page, Ref
from calsync_cli.core.ops import Denied
from tests.doubles.faults import Answer, Call, Cut, Lose, Meanwhile, Raise
from tests.doubles.memory import HONEST, Oddities
from tests.engine.events import event, series
from tests.engine.odd import Blank, as_it_likes
from tests.engine.scenes import TWO, edit_near, file_of, move_near
from tests.engine.world import World, settled


def agreed(world: World, name: str = "work") -> bool:
    return world.bodies("near", name) == world.bodies("far", name)


class Through:
    """A far store with one of its ways changed."""

    def __init__(self, store, **ways) -> None:
        self._store = store
        self.__dict__.update(ways)

    def __getattr__(self, name: str):
        return getattr(self._store, name)


def test_pain_01_an_empty_directory_does_not_empty_the_server(tmp_path):
    world = settled(World(tmp_path), count=5)
    for ref in list(world.near["work"].contents()):
        world.near["work"].drop(ref)

    result = world.sync()

    assert [alarm.what for alarm in result.alarms] == ["empty"]
    assert len(world.bodies("far")) == 5


@pytest.mark.parametrize("fault", [Raise(), Cut(after=0), Cut(after=2)])
def test_pain_02_a_list_that_failed_is_not_an_empty_list(tmp_path, fault):
    world = settled(World(tmp_path), count=5)
    world.far["work"].kill_tokens()
    world.far["work"].fail_next(Call.LOOK, fault)

    with pytest.raises(CalsyncError):
        world.sync()

    assert len(world.bodies("near")) == 5
    assert world.sync().happened == []


def test_pain_02_a_dead_token_deletes_nothing_and_fetches_nothing(tmp_path):
    world = settled(World(tmp_path), count=5)
    world.far["work"].kill_tokens()
    fetched = world.far["work"].calls["item"]

    result = world.sync()

    assert (result.happened, world.far["work"].calls["item"]) == ([], fetched)


def test_pain_03_zero_events_once_then_all_again_is_no_duplicate_set(tmp_path):
    world = settled(World(tmp_path, far_traits=replace(HONEST, deltas=False)), count=20)
    kept = world.far["work"].contents()
    for ref in kept:
        world.far["work"].drop(ref)
    braked = world.sync()
    for ref, body in kept.items():
        world.far["work"].put(ref, body)

    result = world.sync()

    assert [alarm.what for alarm in braked.alarms] == ["delete"]
    assert (result.alarms, result.happened, len(world.bodies("near"))) == ((), [], 20)
    assert agreed(world)


def test_pain_03_all_again_under_other_names_is_no_duplicate_set(tmp_path):
    world = settled(World(tmp_path), count=20)
    for ref, body in world.far["work"].contents().items():
        world.far["work"].drop(ref)
        world.far["work"].put(f"again-{ref}", body)

    result = world.sync()

    assert (result.alarms, result.happened, len(world.near["work"].contents())) == ((), [], 20)


def test_pain_04_the_guard_is_what_was_agreed_on_not_what_was_listed_last(tmp_path):
    world = settled(World(tmp_path))
    edit_near(world, "e0", event("e0", "Event 0", place="Here"))
    world.far["work"].put("e0.ics", event("e0", "Edited there"))

    world.sync()

    (edit,) = world.far["work"].ops
    assert edit.base.content == event("e0", "Edited there"), "what it replaces is what it was merged with"
    assert all(word in edit.content for word in (b"Here", b"Edited there"))


def test_pain_05_a_server_that_answers_only_some_is_asked_again_for_the_rest(tmp_path):
    world = World(tmp_path)
    for at in range(12):
        world.far["work"].put(f"e{at}.ics", event(f"e{at}"))
    world.through = lambda store: Through(store, fetch=lambda refs: list(store.fetch(refs))[:5])

    for _ in range(3):
        world.sync()

    assert len(world.bodies("near")) == 12


def test_pain_06_one_bad_event_blocks_nobody(tmp_path):
    world = settled(World(tmp_path))
    world.far["work"].put("bad.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nno end")
    world.near["work"].put("bad-too.ics", b"\xff\xfe\x00")
    world.far["work"].put("good.ics", event("good"))

    result = world.sync()

    assert "good" in world.bodies("near")
    assert {(wait.ref, wait.code) for wait in result.waits} == {("bad.ics", "E403"), ("bad-too.ics", "E403")}


def test_pain_06_one_refused_event_blocks_nobody(tmp_path):
    world = settled(World(tmp_path))
    for uid in "abc":
        world.near["work"].put(f"{uid}.ics", event(uid))
    world.far["work"].fail_next(Call.WRITE, Answer(Denied(Ref(""), "E403", "no thanks")))

    world.sync()

    assert len(world.bodies("far")) == 5
    world.sync()
    assert agreed(world)


def test_pain_07_a_listed_item_that_answers_404_for_ever_holds_nothing_up(tmp_path):
    world = settled(World(tmp_path))
    ghost = Ref("ghost.ics")
    world.far["work"].put("ghost.ics", event("ghost"))
    listed = world.far["work"]

    def fetch(refs):
        from calsync_cli.core.model import Missing

        return [Missing(ref) if ref == ghost else answer for ref in refs for answer in listed.fetch([ref])]

    world.through = lambda store: Through(store, fetch=fetch)
    world.far["work"].put("e0.ics", event("e0", "Edited"))

    for _ in range(3):
        result = world.sync()

    assert b"Edited" in world.bodies("near")["e0"]
    assert "ghost" not in world.bodies("near")
    assert [wait for wait in result.waits if wait.loud] == []
    world.through = lambda store: store
    world.sync()
    assert "ghost" in world.bodies("near"), "it was only late"


def test_pain_07_a_listed_item_that_answers_404_is_not_deleted_here(tmp_path):
    world = settled(World(tmp_path))
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    store = world.far["work"]

    def fetch(refs):
        from calsync_cli.core.model import Missing

        return [Missing(ref) for ref in refs]

    world.through = lambda _: Through(store, fetch=fetch)

    for _ in range(5):
        world.sync()

    # A delta names it once; after that a 404 of an item that is asked for is all there is to go by.
    assert "e0" in world.bodies("near") or event("e0", "Event 0") in world.everything()


@pytest.mark.parametrize("count", [2, 50])
def test_pain_08_copies_with_one_uid_are_copies_and_no_abort(tmp_path, count):
    world = World(tmp_path)
    for at in range(count):
        world.far["work"].put(f"copy{at}.ics", event("x", f"Copy {at}"))

    world.sync()
    before = world.writes()
    result = world.sync()

    assert (len(world.near["work"].contents()), world.writes(), result.waits) == (count, before, [])


def test_pain_08_without_uid_it_is_synced_and_edited_like_any_other(tmp_path):
    world = World(tmp_path)
    world.far["work"].put("bare.ics", event("", "No UID"))
    world.sync()
    (ref,) = world.near["work"].contents()
    world.near["work"].put(ref, event("", "No UID, edited"))

    world.sync()

    assert world.far["work"].contents() == {"bare.ics": event("", "No UID, edited")}


def test_pain_09_two_filled_sides_double_nothing(tmp_path):
    world = World(tmp_path)
    for at in range(50):
        world.near["work"].put(f"n{at}.ics", event(f"near{at}", f"Event {at}"))
        world.far["work"].put(f"f{at}.ics", event(f"far{at}", f"Event {at}"))

    world.sync()

    assert (len(world.bodies("near")), len(world.bodies("far"))) == (50, 50)


def test_pain_09_a_uid_that_changes_there_replaces_and_doubles_nothing(tmp_path):
    world = settled(World(tmp_path))
    world.far["work"].put("e0.ics", event("other-uid", "Event 0"))

    world.sync()

    assert set(world.bodies("near")) == set(world.bodies("far")) == {"other-uid", "e1", "e2"}


def test_pain_10_a_conflict_is_never_taken_for_success(tmp_path):
    world = settled(World(tmp_path, far_odd=Oddities(uids=True)))
    world.far["work"].put("hidden.ics", event("dup", "There already"))
    world.far["work"].hidden["hidden.ics"] = "E403"
    world.near["work"].put("dup.ics", event("dup", "Mine"))

    result = world.sync()

    assert "uid-taken" in {wait.why for wait in result.waits}
    assert world.bodies("near")["dup"] == event("dup", "Mine")


def test_pain_11_the_bin_s_uid_is_named_and_tried_no_more_than_three_times_and_once(tmp_path):
    world = settled(World(tmp_path))
    world.near["work"].put("binned.ics", event("binned"))
    for _ in range(4):
        world.far["work"].fail_next(Call.WRITE, Answer(Denied(Ref(""), "E403", "exists in the bin", uid_conflict=True)))
    for _ in range(4):
        world.sync()
    tried = world.far["work"].calls["write"]

    result = world.sync()

    assert (world.far["work"].calls["write"], [wait.why for wait in result.waits]) == (tried, ["uid-taken"])


def test_pain_12_one_uid_in_two_calendars_is_two_events(tmp_path):
    world = World(tmp_path, TWO)
    world.far["work"].put("a.ics", event("x", "At work"))
    world.far["team"].put("a.ics", event("x", "In the team"))
    world.sync()
    world.far["team"].put("a.ics", event("x", "In the team, later"))
    world.near["work"].drop(file_of(world, "x"))

    world.sync()

    assert (world.bodies("far"), world.bodies("near")) == ({}, {})
    assert world.bodies("near", "team") == {"x": event("x", "In the team, later")}


def test_pain_15_a_series_is_one_thing_with_its_exceptions(tmp_path):
    world = World(tmp_path)
    world.far["work"].put("s.ics", series("s"))
    world.sync()
    edit_near(world, "s", series("s", moved="20261209T170000Z"))
    world.far["work"].put("s.ics", series("s", "Renamed"))

    world.sync()

    assert agreed(world)
    assert all(word in world.bodies("far")["s"] for word in (b"20261209T170000Z", b"SUMMARY:Renamed\r"))


def test_pain_16_a_refused_precondition_drops_no_local_edit(tmp_path):
    world = World(tmp_path)
    world.far["work"].put("s.ics", series("s"))
    world.sync()
    edit_near(world, "s", series("s", moved="20261209T170000Z"))
    there = series("s", place="Room 9")
    world.far["work"].fail_next(Call.WRITE, Meanwhile(lambda: world.far["work"].put("s.ics", there)))

    world.sync()

    assert agreed(world)
    assert all(word in world.bodies("far")["s"] for word in (b"20261209T170000Z", b"Room 9"))


def test_pain_21_an_update_is_never_a_deletion_and_a_creation(tmp_path):
    world = settled(World(tmp_path))
    edit_near(world, "e0", event("e0", "Edited"))
    world.far["work"].fail_next(Call.WRITE, Answer(Denied(Ref(""), "E403", "forbidden")))

    world.sync()
    world.sync()

    assert [type(op).__name__ for op in world.far["work"].ops] == ["Edit"]


@pytest.mark.parametrize(
    "odd",
    [
        Oddities(weak=True),
        Oddities(flaky=True),
        Oddities(weak=True, rewrite=as_it_likes),
        Oddities(rewrite=as_it_likes, tells_held=False),
        Oddities(glances=False),
    ],
    ids=["weak", "flaky", "weak and rewriting", "rewriting in silence", "no ctag"],
)
@pytest.mark.parametrize("deltas", [True, False])
def test_pain_25_whatever_etags_do_edits_arrive_and_silence_follows(tmp_path, odd, deltas):
    world = settled(World(tmp_path, far_odd=odd, far_traits=replace(HONEST, deltas=deltas)))
    edit_near(world, "e0", event("e0", "Edited here"))
    world.far["work"].put("e1.ics", event("e1", "Edited there"))
    world.sync()
    world.sync()
    before = world.writes()

    world.sync()

    assert world.writes() == before
    assert b"Edited here" in world.bodies("far")["e0"]
    assert b"Edited there" in world.bodies("near")["e1"]


def test_pain_25_without_any_etag_edits_there_are_seen(tmp_path):
    world = World(tmp_path, far_odd=Oddities(weak=True), far_traits=replace(HONEST, deltas=False))
    world.through = Blank
    settled(world)
    world.far["work"].put("e0.ics", event("e0", "Edited there"))
    edit_near(world, "e1", event("e1", "Edited here"))

    world.sync()

    assert b"Edited there" in world.bodies("near")["e0"]
    assert b"Edited here" in world.bodies("far")["e1"]


def test_pain_749_a_server_that_strips_what_we_send_is_not_written_to_for_ever(tmp_path):
    def strip(body: bytes) -> bytes:
        return b"\r\n".join(line for line in body.split(b"\r\n") if not line.startswith(b"LOCATION"))

    world = settled(World(tmp_path, far_odd=Oddities(rewrite=strip)))
    edit_near(world, "e0", event("e0", "Event 0", place="Stripped"))
    for _ in range(3):
        world.sync()
    before = world.writes()

    world.sync()

    assert world.writes() == before
    assert any(b"Stripped" in body for body in world.everything())


def test_section_6_a_lost_answer_to_a_creation_makes_no_second_one(tmp_path):
    world = settled(World(tmp_path, far_odd=Oddities(rename=lambda ref: f"srv-{ref}", rewrite=as_it_likes)))
    world.near["work"].put("new.ics", event("new"))
    world.far["work"].fail_next(Call.WRITE, Lose(done=True))

    world.sync()
    world.sync()

    assert sum(b"UID:new\r" in body for body in world.far["work"].contents().values()) == 1
    assert len(world.far["work"].ops) == 1


def test_section_6_without_an_inventory_absence_is_proof_of_nothing(tmp_path):
    world = settled(World(tmp_path), count=5)
    store = world.far["work"]
    world.through = lambda _: Through(store, look=lambda since, known: iter([Page(end=End(None, None))]))

    result = world.sync()

    assert (result.happened, len(world.bodies("near"))) == ([], 5)


def test_section_6_a_move_is_a_move(tmp_path):
    world = World(tmp_path, TWO)
    world.far["work"].put("a.ics", event("a"))
    world.sync()
    move_near(world, "a", "work", "team")

    world.sync()

    assert [type(op).__name__ for store in world.far.values() for op in store.ops] == ["Move"]


def test_section_6_a_view_only_calendar_stays_as_it_is_there(tmp_path):
    world = World(tmp_path, {"work": Mode.TWO_WAY, "hols": Mode.VIEW})
    for at in range(3):
        world.far["hols"].put(f"h{at}.ics", event(f"h{at}"))
    world.sync()
    edit_near(world, "h0", event("h0", "Mine"), "hols")
    world.near["hols"].drop(file_of(world, "h1", "hols"))

    world.sync()

    assert world.far["hols"].ops == []
    assert agreed(world, "hols")
    assert event("h0", "Mine") in world.everything()
