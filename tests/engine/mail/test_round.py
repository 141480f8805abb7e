"""A round of mail: what it costs, what it leaves alone, what stops it, and what one bad message does not do."""

from __future__ import annotations

import contextlib

import pytest

from calsync_cli.core.brake import Alarm, Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, FLAGGED, SEEN
from calsync_cli.core.mail.record import What
from calsync_cli.core.model import Mode, Ref, Side
from calsync_cli.core.ops import Create, Denied
from tests.doubles.faults import Answer, Call, Cut, DoThenRaise, Lose, Raise, Unread
from tests.engine.mail.world import World, bare, ids, mail, settled

M0 = mail("m0", "text 0")


def calls(world: World) -> int:
    return sum(sum(box.calls.values()) for box in (*world.near.values(), *world.far.values()))


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_folders_in_which_nothing_changed_are_not_looked_into(tmp_path):
    world = settled(tmp_path)
    world.glances = True
    world.sync()
    before = calls(world)

    world.sync()

    assert calls(world) == before


def test_only_the_side_that_changed_is_looked_at(tmp_path):
    world = settled(tmp_path)
    world.glances = True
    world.sync()
    looks = world.far["inbox"].calls["look"], world.near["inbox"].calls["look"]
    world.near["inbox"].flag(world.near_ref(M0), SEEN)

    world.sync()

    assert world.far["inbox"].calls["look"] == looks[0]
    assert world.near["inbox"].calls["look"] == looks[1] + 1
    assert world.far_flags(M0) == {SEEN}


def test_a_round_without_news_writes_nothing_to_the_books(tmp_path):
    world = settled(tmp_path)
    before = world.database.path.with_name("state.db-wal").stat().st_size

    world.sync()

    assert world.database.path.with_name("state.db-wal").stat().st_size == before


def test_an_existing_maildir_is_adopted_and_nothing_is_fetched_or_sent(tmp_path):
    world = World(tmp_path)
    for at in range(20):
        world.far["inbox"].put(mail(f"m{at}"), frozenset({SEEN}))
        world.near["inbox"].put(bare(mail(f"m{at}")), frozenset({SEEN}))

    world.sync()

    assert world.fetched() == 0
    assert world.writes() == 0
    assert world.result.tally == {(world.link("inbox").id, What.ADOPTED): 20}


def test_twins_are_told_apart_by_what_they_hold(tmp_path):
    world = World(tmp_path)
    for text in ("one", "two", "two"):
        world.far["inbox"].put(mail("twin", text))
        world.near["inbox"].put(bare(mail("twin", text)))

    world.sync()

    assert world.writes() == 0
    assert world.result.tally == {(world.link("inbox").id, What.ADOPTED): 3}


def test_a_server_that_is_wrong_about_sizes_has_its_maildir_adopted_all_the_same(tmp_path):
    world = World(tmp_path, lying_sizes=True)
    world.far["inbox"].put(M0)
    world.near["inbox"].put(bare(M0))

    world.sync()

    assert world.writes() == 0


def test_a_new_life_of_a_mailbox_costs_no_download_and_deletes_nothing(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].new_life()
    fetched, writes = world.fetched(), world.writes()

    world.sync()

    assert (world.fetched(), world.writes()) == (fetched, writes)
    world.far["inbox"].flag(world.far_ref(M0), FLAGGED)
    world.sync()
    assert world.near_flags(M0) == {FLAGGED}


def test_what_a_new_life_does_not_have_is_sent_again_rather_than_deleted(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].new_life()
    world.far["inbox"].drop(world.far_ref(M0))

    world.sync()

    assert ids(world.here()) == ids(world.there()) == ["m0", "m1", "m2", "m3"]


def test_a_new_life_that_has_next_to_nothing_stops_the_round(tmp_path):
    world = settled(tmp_path, 20)
    world.far["inbox"].new_life()
    for at in range(15):
        world.far["inbox"].drop(world.far_ref(mail(f"m{at}", f"text {at}")))

    world.sync()

    assert [(one.what, one.count) for one in world.result.alarms] == [("again", 15)]
    assert len(world.there()) == 5


def test_the_inbox_comes_first_and_the_newest_of_it_first(tmp_path):
    world = World(tmp_path, folders=("archive", "inbox"))
    for at in range(3):
        world.far["archive"].put(mail(f"a{at}"))
        world.far["inbox"].put(mail(f"m{at}"))
    order: list[str] = []
    world.on_call = lambda point: order.append(point) if ".write.create" in point else None

    world.sync()

    assert [point.split(".")[0] for point in order] == ["near-inbox"] * 3 + ["near-archive"] * 3
    assert world.far["inbox"].bodies == [Ref("7.3"), Ref("7.2"), Ref("7.1")]


def test_a_file_that_was_touched_is_read_once_and_sent_nowhere(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].edit(world.near_ref(M0), M0)
    writes = world.writes()

    world.sync()
    world.sync()

    assert world.near["inbox"].bodies.count(world.near_ref(M0)) == 1
    assert world.writes() == writes


def test_a_draft_that_was_edited_takes_the_place_of_what_it_was(tmp_path):
    world = settled(tmp_path, folder="drafts", folders=("inbox", "deleted", "drafts"))
    world.near["drafts"].edit(world.near_ref(M0, "drafts"), bare(mail("m0", "more")))

    world.sync()

    assert mail("m0", "more") in world.there("drafts")
    assert M0 not in world.there("drafts")
    assert M0 in world.there("deleted")


def test_what_is_sent_and_what_is_fetched_are_the_very_bytes_and_no_copy_of_them(tmp_path):
    world = settled(tmp_path)
    odd = mail("odd", "a lone \r and a lone \n here")
    file = bare(mail("new"))
    world.near["inbox"].put(file)
    world.far["inbox"].put(odd)

    world.sync()

    assert [op.content for op in world.far["inbox"].ops if op.content is file] == [file]
    assert odd in world.here()


def test_what_a_server_filed_by_itself_among_the_sent_is_not_sent_again(tmp_path):
    world = settled(tmp_path, folders=("inbox", "sent"))
    world.near["sent"].put(bare(mail("letter")))
    world.far["sent"].put(b"X-Filed: yes\r\n" + mail("letter"))

    world.sync()

    assert not world.far["sent"].ops
    assert len(world.here("sent")) == 1


def test_the_time_of_arrival_goes_along_both_ways(tmp_path):
    world = World(tmp_path)
    there = world.far["inbox"].put(mail("there"), date=1_000_000_000.0)
    world.near["inbox"].put(bare(mail("here")), date=1_100_000_000.0)

    world.sync()

    assert {item.date for item in world.near["inbox"].items.values()} == {1_000_000_000.0, 1_100_000_000.0}
    assert {item.date for item in world.far["inbox"].items.values()} == {1_000_000_000.0, 1_100_000_000.0}
    assert there in world.far["inbox"].bodies


# ── flags ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_of_both_sides_are_joined(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].flag(world.near_ref(M0), SEEN)
    world.far["inbox"].flag(world.far_ref(M0), ANSWERED, "NonJunk")

    world.sync()

    assert world.near_flags(M0) == {SEEN, ANSWERED}
    assert world.far_flags(M0) == {SEEN, ANSWERED, "NonJunk"}


def test_a_keyword_that_a_file_cannot_have_is_left_alone(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].flag(world.far_ref(M0), "NonJunk")
    writes = world.writes()

    world.sync()
    world.near["inbox"].flag(world.near_ref(M0), SEEN)
    world.sync()

    assert world.far_flags(M0) == {SEEN, "NonJunk"}
    assert world.writes() == writes + 1


# ── what stops it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_lost_too_much_stops_the_round_before_it_writes(tmp_path):
    world = settled(tmp_path, 40)
    for at in range(12):
        world.near["inbox"].drop(world.near_ref(mail(f"m{at}", f"text {at}")))
    world.far["inbox"].put(mail("new"))
    writes = world.writes()

    world.sync()

    assert world.result.alarms == (Alarm(world.link("inbox").id, Side.FAR, "delete", 12, 40),)
    assert world.writes() == writes
    world.sync(limit=Limit(count=12))
    assert len(world.there()) == 29


def test_a_folder_that_is_empty_stops_the_round(tmp_path):
    world = settled(tmp_path, 3)
    for ref in list(world.near["inbox"].items):
        world.near["inbox"].drop(ref)

    world.sync()

    assert [one.what for one in world.result.alarms] == ["empty"]


def test_moves_never_trip_the_brake(tmp_path):
    world = settled(tmp_path, 20)
    for ref in list(world.near["inbox"].items):
        world.near["inbox"].carry(ref, world.near["archive"])

    world.sync()

    assert not world.result.alarms
    assert len(world.there("archive")) == 20


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].put(mail("here"))
    world.far["inbox"].put(mail("there"))
    world.near["inbox"].flag(world.near_ref(M0), SEEN)
    writes = world.writes()
    state = world.database.path.with_name("state.db-wal").stat().st_size

    world.sync(dry=True)

    inbox = world.link("inbox").id
    assert world.result.tally == {(inbox, What.SENT): 1, (inbox, What.FETCHED): 1, (inbox, What.FLAGS_THERE): 1}
    assert world.writes() == writes
    assert world.database.path.with_name("state.db-wal").stat().st_size == state


def test_a_round_that_may_not_send_fetches_and_what_waits_here_goes_later(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].put(mail("here"))
    world.near["inbox"].flag(world.near_ref(M0), SEEN)
    world.near["inbox"].carry(world.near_ref(mail("m1", "text 1")), world.near["archive"])
    world.near["inbox"].drop(world.near_ref(mail("m2", "text 2")))
    world.far["inbox"].put(mail("there"))
    world.far["inbox"].flag(world.far_ref(M0), FLAGGED)

    world.sync(mode=Mode.PULL)

    assert not any(box.ops for box in world.far.values())
    assert "there" in ids(world.here())
    assert world.near_flags(M0) == {SEEN, FLAGGED}
    world.sync()
    world.sync()
    near, far = world.sides()
    assert near == far
    assert ids(world.there()) == ["here", "m0", "m3", "there"]


def test_a_message_that_is_too_big_is_left_there(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].put(mail("big", "x" * 1000))

    world.sync(max_size=500)

    assert "big" not in ids(world.here())
    assert world.result.tally == {(world.link("inbox").id, What.TOO_BIG): 1}
    world.sync(full=True)
    assert "big" in ids(world.here())


# ── one bad message, one bad folder, one bad line ────────────────────────────────────────────────────────────────────


def test_a_message_that_is_refused_blocks_nobody_and_is_given_up_after_three_rounds(tmp_path):
    world = settled(tmp_path)
    ref = world.near["inbox"].put(mail("bad"))
    world.near["inbox"].put(mail("good"))
    asked = 0
    for _ in range(6):
        world.far["inbox"].fail_next(Call.WRITE, Answer(Denied(ref, "E403", "too odd")), ref=ref)
        world.sync()
        asked += not world.far["inbox"].faults.left
        world.far["inbox"].faults = type(world.far["inbox"].faults)()

    assert asked == 4
    assert "good" in ids(world.there())
    assert ref in world.near["inbox"].items
    assert [(wait.ref, wait.code, wait.why) for wait in world.result.waits] == [(ref, "E403", "too odd")]


def test_what_was_given_up_is_tried_again_when_the_file_is_another_or_everything_is_looked_at(tmp_path):
    world = settled(tmp_path)
    ref = world.near["inbox"].put(mail("bad"))
    for _ in range(4):
        world.far["inbox"].fail_next(Call.WRITE, Answer(Denied(ref, "E403")), ref=ref)
        world.sync()
    world.near["inbox"].edit(ref, mail("bad", "mended"))

    world.sync()

    assert mail("bad", "mended") in world.there()
    assert not world.result.waits


@pytest.mark.parametrize("how", ["full", "gone"])
def test_a_message_that_cannot_be_read_is_given_up_until_everything_is_looked_at_or_it_is_gone(tmp_path, how):
    world = settled(tmp_path)
    ref = world.far["inbox"].put(mail("bad"))
    world.far["inbox"].unreadable.add(ref)
    for _ in range(6):
        world.sync()
    assert world.far["inbox"].bodies.count(ref) == 4
    assert [wait.ref for wait in world.result.waits] == [ref]
    world.far["inbox"].unreadable.clear()
    if how == "gone":
        world.far["inbox"].drop(ref)

    world.sync(full=how == "full")

    assert not world.result.waits
    assert ("bad" in ids(world.here())) == (how == "full")


def test_a_folder_that_is_gone_does_not_stop_the_others(tmp_path):
    world = settled(tmp_path)
    world.far["archive"].answers = False
    world.far["inbox"].put(mail("new"))

    world.sync()

    assert "new" in ids(world.here())
    assert [(wait.code, wait.link) for wait in world.result.waits] == [("E209", world.link("archive").id)]
    world.far["archive"].answers = True
    world.sync()
    assert not world.result.waits


def test_a_message_that_the_server_hangs_up_on_is_given_up_and_the_others_go(tmp_path):
    world = settled(tmp_path)
    bad = world.near["inbox"].put(mail("bad"), name="a-first")
    world.near["inbox"].put(mail("good"), name="b-second")
    for _ in range(4):
        world.far["inbox"].fail_next(Call.WRITE, Raise(), ref=bad)
        with pytest.raises(CalsyncError, match="E402"):
            world.sync()

    world.sync()

    assert ids(world.there()) == ["good", "m0", "m1", "m2", "m3"]
    assert [(wait.ref, wait.why) for wait in world.result.waits] == [(bad, "line-cut")]


def test_a_message_whose_answer_is_always_lost_is_told_and_given_up(tmp_path):
    world = settled(tmp_path)
    bad = world.near["inbox"].put(mail("bad"), name="a-first")
    for at in range(4):
        world.far["inbox"].fail_next(Call.WRITE, Lose(done=False), ref=bad)
        world.near["inbox"].put(mail(f"good{at}"))
        world.sync()
        assert not world.far["inbox"].faults.left
    waits = world.result.waits

    world.sync()

    assert [(wait.ref, wait.code, wait.why, wait.loud) for wait in waits] == [(bad, "E402", "line-cut", True)]
    assert ids(world.there()) == ["good0", "good1", "good2", "good3", "m0", "m1", "m2", "m3"]


@pytest.mark.parametrize("fault", [Lose(done=True), Lose(done=False), DoThenRaise()])
def test_a_lost_answer_to_a_message_that_was_sent_makes_no_second_one(tmp_path, fault):
    world = settled(tmp_path)
    ref = world.near["inbox"].put(mail("new"))
    world.far["inbox"].fail_next(Call.WRITE, fault, ref=ref)
    with contextlib.suppress(CalsyncError):
        world.sync()
    world.restart()

    world.sync()

    assert ids(world.there()).count("new") == 1
    assert ids(world.here()).count("new") == 1
    assert not world.far["inbox"].faults.left


def test_a_server_that_asks_to_slow_down_has_refused_no_message(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].put(mail("new"))
    for _ in range(5):
        world.far["inbox"].fail_next(Call.WRITE, Raise(lambda: CalsyncError("E401", retry_after=300.0)))
        with pytest.raises(CalsyncError):
            world.sync()
    assert not [wait for wait in world.books.waits(world.link("inbox").id) if wait.loud]

    world.sync()

    assert "new" in ids(world.there())


def test_a_mailbox_that_is_full_is_tried_by_one_batch_each_round_until_it_has_room(tmp_path):
    world = settled(tmp_path)
    for at in range(250):
        world.near["inbox"].put(mail(f"new{at}"))
    full = True
    apply = world.far["inbox"].apply
    world.far["inbox"].apply = lambda op: (
        Denied(op.ref, "E401", "full") if full and isinstance(op, Create) else apply(op)
    )
    for _ in range(5):
        asked = world.far["inbox"].calls["write.create"]
        world.sync()
        assert world.far["inbox"].calls["write.create"] == asked + 100
    assert len(world.there()) == 4
    full = False

    world.sync()

    assert len(world.there()) == 254
    assert not world.result.waits


def test_a_server_that_keeps_one_of_each_makes_no_endless_sending(tmp_path):
    world = settled(tmp_path, once=True)
    world.near["inbox"].put(M0)
    for _ in range(6):
        world.sync()

    assert len([op for op in world.far["inbox"].ops if isinstance(op, Create)]) == 4
    assert [wait.why for wait in world.result.waits] == ["there-already"]


def test_a_listing_that_broke_off_deletes_nothing(tmp_path):
    world = settled(tmp_path, 8, deltas=False)
    world.far["inbox"].fail_next(Call.LOOK, Cut(after=3))
    with pytest.raises(CalsyncError, match="E402"):
        world.sync()

    assert len(world.here()) == 8


def test_a_body_that_comes_not_this_time_comes_the_next(tmp_path):
    world = settled(tmp_path)
    ref = world.far["inbox"].put(mail("new"))
    world.far["inbox"].fail_next(Call.FETCH, Unread(), ref=ref)
    world.sync()
    assert "new" not in ids(world.here())

    world.sync()

    assert "new" in ids(world.here())
    assert not world.result.waits


def test_a_mark_that_is_refused_is_given_up_and_another_wish_is_tried(tmp_path):
    world = settled(tmp_path)
    ref = world.far_ref(M0)
    world.near["inbox"].flag(world.near_ref(M0), SEEN)
    for _ in range(5):
        world.far["inbox"].faults.queue(Call.WRITE, Answer(Denied(ref, "E404", "read-only")), ref)
        world.sync()
    assert len(world.far["inbox"].faults.left) == 1, "given up after the fourth"
    world.far["inbox"].faults = type(world.far["inbox"].faults)()
    world.near["inbox"].flag(world.near_ref(M0), SEEN, FLAGGED)

    world.sync()

    assert world.far_flags(M0) == {SEEN, FLAGGED}
    assert not world.result.waits


def test_while_a_folder_cannot_be_looked_into_what_is_gone_from_another_may_be_there(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.far["archive"].answers = False
    world.sync()
    assert "m0" in ids(world.there())
    world.far["archive"].answers = True

    world.sync()

    assert ids(world.there("archive")) == ["m0"]
    assert not world.there("deleted")


def test_a_folder_that_is_gone_for_good_holds_deletions_for_a_few_rounds(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].drop(world.near_ref(M0))
    world.far["archive"].answers = False
    for _ in range(4):
        world.sync()
    assert "m0" in ids(world.there())

    world.sync()

    assert ids(world.there("deleted")) == ["m0"]


def test_a_message_that_was_stored_and_shows_nowhere_is_sent_again_some_rounds_later(tmp_path):
    world = settled(tmp_path, uidplus=False)
    world.near["inbox"].put(mail("new"))
    world.sync()
    world.far["inbox"].drop(world.far_ref(mail("new")))
    with world.database.transaction() as sql:
        sql.execute("UPDATE letter SET far=NULL WHERE message_id='new@example.org'")
    for _ in range(6):
        world.sync()

    assert "new" in ids(world.there())
    assert not world.result.waits


# ── found by tests/engine/mail/test_machine.py ───────────────────────────────────────────────────────────────────────


def test_a_file_that_was_moved_while_its_mailbox_began_a_new_life_is_moved_there(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.far["inbox"].new_life()

    world.sync()

    assert ids(world.there("archive")) == ["m0"]
    assert ids(world.there()) == ["m1", "m2", "m3"]


@pytest.mark.parametrize("glances", [False, True])
def test_a_file_that_was_deleted_while_its_mailbox_began_a_new_life_stays_deleted(tmp_path, glances):
    world = settled(tmp_path)
    world.glances = glances
    world.near["inbox"].drop(world.near_ref(M0))
    world.far["inbox"].new_life()

    world.sync()
    world.sync()

    assert ids(world.there()) == ids(world.here()) == ["m1", "m2", "m3"]
    assert ids(world.there("deleted")) == ["m0"]


def test_what_was_put_away_stays_away_when_its_mailbox_begins_a_new_life(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    for at in range(2):
        ref = world.near_ref(mail(f"m{at}", f"text {at}"))
        world.near["inbox"].carry(ref, world.unmapped["private"])
    world.sync()
    world.far["inbox"].new_life()

    world.sync()
    world.sync()

    assert ids(world.here()) == ["m2", "m3"]
    assert ids(world.there()) == ["m0", "m1", "m2", "m3"]


def test_a_letter_that_came_back_to_where_it_could_only_be_marked_is_sent_anew(tmp_path):
    world = settled(tmp_path, uidplus=False, moves=False)
    ref = world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.sync()
    world.near["archive"].carry(ref, world.near["inbox"])

    world.sync()
    world.sync()

    assert ids(world.here()) == ["m0", "m1", "m2", "m3"]
    assert ids([item.content for item in world.far["inbox"].items.values() if DELETED not in item.flags]) == [
        "m0",
        "m1",
        "m2",
        "m3",
    ]


def test_a_message_that_cannot_be_read_where_it_has_to_be_makes_nothing_double(tmp_path):
    world = World(tmp_path)
    ref = world.far["inbox"].put(mail("anonymous", ident=False))
    world.near["inbox"].put(mail("anonymous", ident=False))
    world.far["inbox"].fail_next(Call.FETCH, Unread(), ref=ref)
    world.sync()
    assert world.writes() == 0

    world.sync()

    assert world.writes() == 0
    assert not world.result.waits
