"""Each thing that can go wrong at a port: what was done stays done, the rest goes on, and nothing is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calsync_cli.core.bench import Rules
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Mode, Prefer, Ref, Side
from calsync_cli.core.ops import Denied, Partial
from tests.doubles.faults import Answer, Call, Cut, DoThenRaise, Lose, Meanwhile, Raise, Unread
from tests.doubles.memory import HONEST
from tests.engine.events import event, guest
from tests.engine.scenes import TWO, VIEWED, edit_near, file_of, move_far, move_near
from tests.engine.world import World, settled

LOUD = replace(HONEST, quiet=False)
ANN, BOB = guest("ann@x.example"), guest("bob@x.example")


@pytest.fixture
def world(tmp_path):
    return settled(World(tmp_path), count=6)


def refused(detail: str = "no") -> Answer:
    return Answer(Denied(Ref(""), "E403", detail))


def agreed(world: World, name: str = "work") -> bool:
    return world.bodies("near", name) == world.bodies("far", name)


def silent(world: World) -> bool:
    before = world.writes()
    world.sync()
    return world.writes() == before


def spent(world: World) -> bool:
    return all(store.faults_spent() for store in (*world.near.values(), *world.far.values()))


def waits(world: World, *, loud: bool = True) -> list[tuple[str, str]]:
    return [
        (wait.code, wait.why)
        for link in world.books.links()
        for wait in world.books.waits(link.id)
        if wait.loud or not loud
    ]


# ── lines that are cut ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Raise(), DoThenRaise()])
def test_a_line_cut_in_the_middle_of_sending_keeps_what_was_sent(world, fault):
    for at in range(4):
        world.near["work"].put(f"new{at}.ics", event(f"new{at}"))
    world.far["work"].fail_next(Call.WRITE, Meanwhile(lambda: world.far["work"].fail_next(Call.WRITE, fault)))

    with pytest.raises(CalsyncError, match="E402"):
        world.sync()
    world.sync()

    assert spent(world)
    assert agreed(world)
    assert len(world.far["work"].ops) == 4
    assert silent(world)


@pytest.mark.parametrize(("call", "fault"), [(Call.LOOK, Raise()), (Call.LOOK, Cut(after=3)), (Call.FETCH, Raise())])
def test_a_look_that_breaks_off_is_proof_of_nothing(world, call, fault):
    world.far["work"].kill_tokens()
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    before = world.writes()
    world.far["work"].fail_next(call, fault)

    with pytest.raises(CalsyncError, match="E402"):
        world.sync()

    assert spent(world)
    assert world.writes() == before
    world.sync()
    assert agreed(world)


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_settled_by_the_next_look(world, done):
    world.near["work"].put("new.ics", event("new"))
    edit_near(world, "e0", event("e0", "Edited"))
    world.near["work"].drop(file_of(world, "e1"))
    for _ in range(3):
        world.far["work"].fail_next(Call.WRITE, Lose(done=done))

    world.sync()
    world.sync()

    assert spent(world)
    assert agreed(world)
    assert "e1" not in world.bodies("far")
    assert [len(ops) for ops in [world.far["work"].ops]] == [3], "done once each"
    assert silent(world)


def test_a_full_disk_here_ends_the_round_and_the_next_goes_on(world):
    for at in range(5):
        world.far["work"].put(f"new{at}.ics", event(f"new{at}"))
    full = Raise(lambda: CalsyncError("E505", "directory", path="x", reason="full"))
    world.near["work"].fail_next(Call.WRITE, Meanwhile(lambda: world.near["work"].fail_next(Call.WRITE, full)))

    with pytest.raises(CalsyncError, match="E505"):
        world.sync()
    world.sync()

    assert spent(world)
    assert agreed(world)
    assert len(world.bodies("near")) == 11


# ── races ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_edited_there_just_before_the_write_both_edits_live(world):
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2"))
    world.far["work"].fail_next(
        Call.WRITE, Meanwhile(lambda: world.far["work"].put("e0.ics", event("e0", "Titled there")))
    )

    world.sync()

    assert spent(world)
    assert agreed(world)
    assert all(word in world.bodies("far")["e0"] for word in (b"Room 2", b"Titled there"))


def test_edited_here_just_before_the_file_is_replaced_both_edits_live(world):
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    world.near["work"].fail_next(
        Call.WRITE, Meanwhile(lambda: edit_near(world, "e0", event("e0", "Event 0", place="Room 2")))
    )

    world.sync()

    assert spent(world)
    assert agreed(world)
    assert all(word in world.bodies("far")["e0"] for word in (b"Room 2", b"Titled there"))


def test_edited_here_just_before_it_is_deleted_it_lives(world):
    world.far["work"].drop("e0.ics")
    world.near["work"].fail_next(Call.WRITE, Meanwhile(lambda: edit_near(world, "e0", event("e0", "Saved"))))

    world.sync()
    world.sync()

    assert spent(world)
    assert agreed(world)
    assert b"Saved" in world.bodies("far")["e0"]


def test_edited_there_just_before_it_is_deleted_it_lives(world):
    world.near["work"].drop(file_of(world, "e0"))
    world.far["work"].fail_next(Call.WRITE, Meanwhile(lambda: world.far["work"].put("e0.ics", event("e0", "Saved"))))

    world.sync()

    assert spent(world)
    assert agreed(world)
    assert b"Saved" in world.bodies("near")["e0"]


def test_deleted_there_between_the_list_and_the_reading_is_believed_a_round_later(world):
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    world.far["work"].fail_next(Call.FETCH, Meanwhile(lambda: world.far["work"].drop("e0.ics")))

    world.sync()
    kept = "e0" in world.bodies("near")
    world.sync()

    assert spent(world)
    assert (kept, "e0" in world.bodies("near")) == (True, False)


def test_half_written_is_written_again(world):
    edit_near(world, "e0", event("e0", "Edited"))
    world.far["work"].fail_next(Call.WRITE, Answer(Partial(Ref("e0.ics"))))

    world.sync()

    assert spent(world)
    assert agreed(world)


# ── what is refused, and what cannot be read ─────────────────────────────────────────────────────────────────────


def refuse(world: World, name: str, count: int, ref: str | None = None) -> None:
    for _ in range(count):
        world.far[name].fail_next(Call.WRITE, refused(), ref=ref)


def test_one_that_is_refused_is_listed_and_the_others_go_on(world):
    edit_near(world, "e0", event("e0", "Refused"))
    edit_near(world, "e1", event("e1", "Taken"))
    refuse(world, "work", 1, "e0.ics")

    result = world.sync()

    assert spent(world)
    assert b"Taken" in world.bodies("far")["e1"]
    assert [(wait.title, wait.why, wait.loud) for wait in result.waits] == [("Refused", "no", True)]
    world.sync()
    assert agreed(world)


@pytest.mark.parametrize("kind", ["edit", "new", "deletion"])
def test_refused_in_four_rounds_it_is_left_alone_but_stays_listed(world, kind):
    ref = file_of(world, "e0")
    match kind:
        case "edit":
            edit_near(world, "e0", event("e0", "Refused"))
        case "new":
            world.near["work"].put("new.ics", event("new", "Refused"))
        case _:
            world.near["work"].drop(ref)
    refuse(world, "work", 4)
    for _ in range(4):
        world.sync()
    assert spent(world)
    tried = world.far["work"].calls["write"]

    result = world.sync()

    assert world.far["work"].calls["write"] == tried
    assert [wait.code for wait in result.waits] == ["E403"]


def test_what_was_left_alone_is_tried_again_once_it_is_edited(world):
    edit_near(world, "e0", event("e0", "Refused"))
    refuse(world, "work", 4)
    for _ in range(5):
        world.sync()

    edit_near(world, "e0", event("e0", "Mended"))
    world.sync()

    assert agreed(world)
    assert waits(world) == []


def test_what_was_left_alone_is_tried_again_once_it_changes_there(world):
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2"))
    refuse(world, "work", 4)
    for _ in range(5):
        world.sync()

    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    world.sync()

    assert agreed(world)
    assert b"Room 2" in world.bodies("far")["e0"]


def test_what_was_left_alone_is_tried_again_by_a_full_look(world):
    world.near["work"].put("new.ics", event("new"))
    refuse(world, "work", 4)
    for _ in range(5):
        world.sync()

    world.sync(full=True)

    assert agreed(world)


@pytest.mark.parametrize("side", ["near", "far"])
def test_what_cannot_be_read_is_left_as_it_is_on_both_sides(world, side):
    ref = file_of(world, "e0") if side == "near" else "e0.ics"
    (world.near if side == "near" else world.far)["work"].put(ref, event("e0", "Edited"))
    (world.near if side == "near" else world.far)["work"].unreadable[ref] = "E403"
    world.far["work"].put("e1.ics", event("e1", "Readable"))
    before = len(world.far["work"].ops)

    world.sync()

    assert len(world.far["work"].ops) == before
    assert b"Readable" in world.bodies("near")["e1"]
    assert waits(world) == [("E403", "unreadable")]


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_can_be_read_again_there_is_fetched_though_the_cursor_moved_on(world, rounds):
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    world.far["work"].unreadable["e0.ics"] = "E403"
    for _ in range(rounds):
        world.sync()
    world.far["work"].unreadable.clear()

    world.sync()

    assert agreed(world)
    assert waits(world) == []


def test_what_could_not_be_read_for_long_is_asked_for_by_a_full_look(world):
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    world.far["work"].unreadable["e0.ics"] = "E403"
    for _ in range(5):
        world.sync()
    fetched = world.far["work"].calls["fetch"]
    world.sync()
    assert world.far["work"].calls["fetch"] == fetched, "it was given up"
    world.far["work"].unreadable.clear()

    world.sync(full=True)

    assert agreed(world)


def test_what_could_not_be_read_for_long_and_is_edited_here_is_not_written_over(world):
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    world.far["work"].unreadable["e0.ics"] = "E403"
    for _ in range(5):
        world.sync()
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2"))
    world.sync()
    assert b"Titled there" in world.bodies("far")["e0"]
    world.far["work"].unreadable.clear()

    world.sync(full=True)

    assert agreed(world)
    assert all(word in world.bodies("far")["e0"] for word in (b"Room 2", b"Titled there"))


def test_an_unreadable_item_is_read_in_the_same_round_if_it_was_only_once(world):
    world.far["work"].put("e0.ics", event("e0", "Edited"))
    world.far["work"].fail_next(Call.FETCH, Unread())

    world.sync()
    world.sync()

    assert spent(world)
    assert agreed(world)


# ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sub_calendar_that_answers_404_loses_nothing_and_holds_nobody_up(tmp_path):
    world = World(tmp_path, TWO)
    world.far["team"].put("t.ics", event("t"))
    settled(world)
    world.far["team"].answers = False
    world.far["work"].put("e0.ics", event("e0", "Edited"))

    world.sync()

    assert b"Edited" in world.bodies("near")["e0"]
    assert set(world.bodies("near", "team")) == {"t"}
    world.far["team"].answers = True
    world.sync()
    assert agreed(world, "team")
    assert waits(world) == []


def test_a_primary_that_answers_404_stops_the_round_before_it_writes(world):
    world.far["work"].answers = False
    world.near["work"].put("new.ics", event("new"))
    before = world.writes()

    with pytest.raises(CalsyncError, match="E404"):
        world.sync()

    assert world.writes() == before


def test_a_file_moved_out_of_a_calendar_that_answers_404_waits_for_it(tmp_path):
    world = World(tmp_path, TWO)
    world.far["team"].put("t.ics", event("t", "Meeting"))
    settled(world)
    world.far["team"].answers = False
    move_near(world, "t", "team", "work")
    world.sync()
    world.far["team"].answers = True

    world.sync()
    world.sync()

    assert (set(world.bodies("far", "team")), "t" in world.bodies("far")) == (set(), True)
    assert agreed(world)


def test_a_move_that_is_refused_for_good_is_listed_and_nothing_is_lost(tmp_path):
    world = World(tmp_path, TWO)
    world.far["team"].put("t.ics", event("t", "Meeting", more=ANN))
    settled(world)
    move_near(world, "t", "team", "work")
    refuse(world, "team", 1)

    result = world.sync()

    assert "t" in world.bodies("far", "team"), "a meeting is never made anew"
    assert [(wait.code, wait.loud) for wait in result.waits] == [("E403", True)]
    world.sync()
    assert agreed(world)
    assert "t" in world.bodies("far")


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("moves", [True, False])
def test_a_move_whose_answer_was_lost_is_made_once(tmp_path, done, moves):
    world = World(tmp_path, TWO, far_traits=replace(HONEST, moves=moves))
    world.far["team"].put("t.ics", event("t"))
    settled(world)
    move_near(world, "t", "team", "work", event("t", "Moved and edited"))
    world.far["team" if moves else "work"].fail_next(Call.WRITE, Lose(done=done))

    for _ in range(3):
        world.sync()

    assert spent(world)
    assert agreed(world)
    assert agreed(world, "team")
    assert (b"Moved and edited" in world.bodies("far")["t"], world.bodies("far", "team")) == (True, {})
    assert silent(world)


def test_moved_and_edited_there_comes_whole(tmp_path):
    world = World(tmp_path, TWO)
    world.far["team"].put("t.ics", event("t"))
    settled(world)
    move_far(world, "t", "team", "work")
    world.far["work"].put("moved-t.ics", event("t", "Moved and edited there"))
    edit_near(world, "t", event("t", place="Edited here"), "team")

    world.sync()
    world.sync()

    assert all(word in world.bodies("far")["t"] for word in (b"edited there", b"Edited here"))
    assert (agreed(world), world.bodies("near", "team")) == (True, {})


# ── pull only ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_however_many_rounds_only_pull_what_was_left_is_brought_together_afterwards(world):
    edit_near(world, "e0", event("e0", "Event 0", place="Room 2"))
    world.far["work"].put("e0.ics", event("e0", "Titled there"))
    for _ in range(6):
        world.sync(mode=Mode.PULL)

    world.sync()

    assert agreed(world)
    assert all(word in world.bodies("far")["e0"] for word in (b"Room 2", b"Titled there"))


def test_a_pull_only_round_writes_nothing_there_even_where_local_is_preferred(tmp_path):
    world = World(tmp_path)
    world.rules = Rules(prefer=Prefer.LOCAL)
    world.near["work"].put("a.ics", event("a", "Mine"))
    world.far["work"].put("a.ics", event("a", "Theirs"))

    world.sync(mode=Mode.PULL)

    assert world.far["work"].ops == []
    world.sync()
    assert world.bodies("far") == world.bodies("near") == {"a": event("a", "Mine")}


# ── who is preferred ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("prefer", "title"), [(Prefer.REMOTE, b"There"), (Prefer.LOCAL, b"Here")])
def test_the_same_property_twice_the_preferred_one_stays_and_the_other_is_kept(world, prefer, title):
    world.rules = Rules(prefer=prefer)
    edit_near(world, "e0", event("e0", "Here"))
    world.far["work"].put("e0.ics", event("e0", "There"))

    world.sync()

    (entry,) = world.chronicle.conflicts()
    assert agreed(world)
    assert title in world.bodies("far")["e0"]
    assert {event("e0", "Here"), event("e0", "There")} <= world.everything() | {
        world.books.body(entry.conflict.near),
        world.books.body(entry.conflict.far),
    }
    assert entry.conflict.loser is (Side.NEAR if prefer is Prefer.REMOTE else Side.FAR)


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def loud(tmp_path):
    """A server that mails whoever it finds, with a meeting that it knows."""
    world = World(tmp_path, far_traits=LOUD)
    world.far["work"].put("met.ics", event("met", "Meeting", more=ANN))
    return settled(world)


def mails(world: World) -> set[str]:
    return {address for store in world.far.values() for _, address in store.shelf.mails}


def merge_at_a_meeting(world: World) -> None:
    edit_near(world, "met", event("met", "Meeting", place="Room 2", more=ANN))
    world.far["work"].put("met.ics", event("met", "Meeting, later", more=ANN))


def test_a_merge_that_would_mail_is_held_and_both_versions_stay(loud):
    merge_at_a_meeting(loud)

    result = loud.sync()

    assert [(wait.code, wait.why, wait.loud) for wait in result.waits] == [("E301", "would-mail", True)]
    assert mails(loud) == set()
    assert b"Room 2" in loud.bodies("near")["met"]
    assert b"later" in loud.bodies("far")["met"]


@pytest.mark.parametrize("rounds", [1, 6])
def test_a_held_merge_goes_once_a_person_says_so(loud, rounds):
    merge_at_a_meeting(loud)
    for _ in range(rounds):
        loud.sync()
    assert mails(loud) == set()
    loud.rules = Rules(may_mail=frozenset({"met"}))

    loud.sync()

    assert agreed(loud)
    assert all(word in loud.bodies("far")["met"] for word in (b"Room 2", b"later"))
    assert mails(loud) == {"ann@x.example"}


def test_a_meeting_edited_here_and_deleted_there_is_not_made_anew_behind_a_person_s_back(loud):
    edit_near(loud, "met", event("met", "Meeting, edited", more=ANN))
    loud.far["work"].drop("met.ics")
    loud.rules = Rules(chosen={"met": {"": frozenset({"ann@x.example"})}})

    loud.sync()
    loud.sync()

    assert (mails(loud), waits(loud)) == (set(), [("E301", "would-mail")])
    assert "met" in loud.bodies("near")
    loud.rules = Rules(chosen={"met": {"": frozenset({"ann@x.example"})}}, may_mail=frozenset({"met"}))
    loud.sync()
    assert agreed(loud)


def test_a_first_round_mails_nobody(tmp_path):
    world = World(tmp_path, far_traits=LOUD)
    world.rules = Rules(prefer=Prefer.LOCAL)
    world.near["work"].put("a.ics", event("a", "Mine", more=ANN))
    world.far["work"].put("a.ics", event("a", "Theirs", more=ANN))
    world.near["work"].put("new.ics", event("new", more=BOB))

    world.sync()

    assert mails(world) == set()
    assert waits(world) == [("E301", "would-mail")]


def test_a_guest_whom_nobody_chose_never_gets_there_and_stays_in_the_file(loud):
    loud.near["work"].put("party.ics", event("party", "Party", more=BOB))
    loud.sync()
    loud.far["work"].put(
        next(ref for ref in loud.far["work"].contents() if "party" in ref), event("party", "Party there")
    )
    loud.sync()
    edit_near(loud, "party", loud.bodies("near")["party"].replace(b"Party there", b"Party here"))
    loud.sync()
    loud.near["work"].put(
        file_of(loud, "party"), loud.bodies("near")["party"].replace(b"END:VEVENT", b"LOCATION:Roof\r\nEND:VEVENT")
    )

    loud.sync()

    sent = b"".join(getattr(op, "content", b"") for op in loud.far["work"].ops)
    assert b"bob@" not in sent
    assert b"bob@" in loud.bodies("near")["party"]
    assert all(word in loud.bodies("far")["party"] for word in (b"Party here", b"Roof"))
    assert mails(loud) == set()


# ── the brake ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_braked_round_writes_nothing_and_asks_again_the_next_time(tmp_path):
    world = settled(World(tmp_path), count=20)
    for at in range(15):
        world.far["work"].drop(f"e{at}.ics")
    world.far["work"].put("new.ics", event("new"))
    before = world.writes()

    told = [[alarm.count for alarm in world.sync().alarms] for _ in range(2)]

    assert (told, world.writes()) == ([[15], [15]], before)


def test_many_events_moved_there_are_no_mass_deletion(tmp_path):
    world = settled(World(tmp_path, VIEWED), count=20)
    for at in range(18):
        move_far(world, f"e{at}", "work", "team")

    result = world.sync()

    assert result.alarms == ()
    assert (len(world.bodies("near", "team")), len(world.bodies("near"))) == (18, 2)
