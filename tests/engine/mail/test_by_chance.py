"""What random people and misfortune once led to (test_machine), each reduced to the few deeds that it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.brake import Limit
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import Mode
from tests.doubles.faults import Call, Meanwhile
from tests.doubles.fuse import Killed
from tests.engine.mail.world import World, bare, ids, mail, settled

M0 = mail("m0", "text 0")


@pytest.mark.parametrize("deltas", [True, False])
def test_a_letter_that_was_put_away_is_marked_there_as_its_mailbox_begins_a_new_life_and_comes_back_the_same(
    tmp_path, deltas
):
    world = settled(tmp_path, unmapped=("private",), deltas=deltas)
    away = world.near["inbox"].carry(world.near_ref(M0), world.unmapped["private"])
    world.sync()
    world.far["inbox"].new_life()
    world.far["inbox"].flag(world.far_ref(M0), SEEN)
    world.sync()
    world.unmapped["private"].carry(away, world.near["inbox"])

    world.sync()
    world.sync()

    assert world.near_flags(M0) == world.far_flags(M0)


@pytest.mark.parametrize("deltas", [True, False])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_letter_that_was_put_away_has_the_marks_of_both_sides_when_it_comes_back(tmp_path, deltas, at_once):
    world = settled(tmp_path, unmapped=("private",), deltas=deltas)
    away = world.near["inbox"].carry(world.near_ref(M0), world.unmapped["private"])
    if not at_once:
        world.sync()
    world.far["inbox"].flag(world.far_ref(M0), SEEN)
    world.sync()
    world.unmapped["private"].carry(away, world.near["inbox"])
    world.near["inbox"].flag(away, FLAGGED)

    world.sync()
    world.sync()

    assert world.near_flags(M0) == world.far_flags(M0) == {SEEN, FLAGGED}


def test_a_letter_that_could_not_be_read_here_while_its_mailbox_began_a_new_life_gets_the_marks_of_that_day(tmp_path):
    world = settled(tmp_path)
    ref = world.near_ref(M0)
    world.far["inbox"].new_life()
    world.far["inbox"].flag(world.far_ref(M0), SEEN)
    world.near["inbox"].puzzling.add(ref)
    world.sync()
    world.near["inbox"].puzzling.clear()

    world.sync()
    world.sync()

    assert world.near_flags(M0) == world.far_flags(M0) == {SEEN}


@pytest.mark.parametrize("ident", [True, False])
@pytest.mark.parametrize("life", [True, False])
def test_what_came_from_a_folder_that_cannot_be_looked_into_is_moved_here_once_it_can(tmp_path, ident, life):
    moved = mail("moved", ident=ident)
    world = settled(tmp_path)
    world.far["archive"].put(moved)
    world.far["archive"].put(mail("old"))
    world.sync()
    world.sync()
    world.far["archive"].carry(world.far_ref(moved, "archive"), world.far["inbox"])
    world.far["archive"].answers = False
    world.sync()
    world.far["archive"].answers = True
    if life:
        world.far["archive"].new_life()

    world.sync()
    world.sync()

    assert sorted(map(bare, [*world.here(), *world.here("archive")])) == sorted(
        map(bare, [*world.there(), *world.there("archive")])
    )
    assert moved in world.here()
    assert len(world.here("archive")) == 1


NEW = mail("new")


def killed_at(world: World, point: str) -> World:
    """The first round that gets so far dies there; what comes next is a new process."""

    def blow(name: str) -> None:
        if point in name:
            raise Killed

    world.on_call = blow
    with pytest.raises(Killed):
        world.sync()
    world.on_call = lambda _: None
    world.restart()
    return world


def just_fetched(path: Path, body: bytes) -> World:
    world = settled(path)
    world.far["inbox"].put(body)
    return killed_at(world, "near-inbox.write.done")


def just_sent(path: Path, body: bytes) -> World:
    world = settled(path)
    world.near["inbox"].put(bare(body))
    return killed_at(world, "far-There/inbox.write.done")


@pytest.mark.parametrize("ident", [True, False])
@pytest.mark.parametrize("stored", [just_fetched, just_sent])
@pytest.mark.parametrize("name", ["", "other"])
def test_a_file_that_a_killed_round_just_stored_is_moved_when_somebody_moved_it(tmp_path, stored, name, ident):
    body = mail("new", ident=ident)
    world = stored(tmp_path, body)
    world.near["inbox"].carry(world.near_ref(body), world.near["archive"], name=name)

    world.sync()
    world.sync()

    assert [bare(one) for one in world.here("archive")] == [bare(one) for one in world.there("archive")] == [bare(body)]
    assert len(world.here()) == len(world.there()) == 4


@pytest.mark.parametrize("ident", [True, False])
@pytest.mark.parametrize("stored", [just_fetched, just_sent])
def test_a_message_that_a_killed_round_just_stored_is_moved_when_somebody_moved_it_there(tmp_path, stored, ident):
    body = mail("new", ident=ident)
    world = stored(tmp_path, body)
    world.far["inbox"].carry(world.far_ref(body), world.far["archive"])

    world.sync()
    world.sync()

    assert [bare(one) for one in world.here("archive")] == [bare(one) for one in world.there("archive")] == [bare(body)]
    assert len(world.here()) == len(world.there()) == 4


def test_of_two_files_like_one_that_a_killed_round_just_stored_one_is_it(tmp_path):
    world = just_fetched(tmp_path, NEW)
    world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"], name="other")
    world.near["archive"].put(bare(NEW))

    world.sync()
    world.sync()

    assert ids(world.here("archive")) == ids(world.there("archive")) == ["new", "new"]
    assert len(world.here()) == len(world.there()) == 4


def test_what_a_killed_round_had_not_sent_yet_is_sent_where_it_lies(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].put(bare(NEW))
    killed_at(world, "far-There/inbox.write.create")
    world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"])

    world.sync()
    world.sync()

    assert ids(world.there("archive")) == ids(world.here("archive")) == ["new"]
    assert len(world.here()) == len(world.there()) == 4


def test_a_letter_to_oneself_that_a_killed_round_was_sending_is_not_the_one_that_came(tmp_path):
    world = settled(tmp_path)
    world.near["archive"].put(bare(NEW))
    killed_at(world, "far-There/archive.write.create")
    world.far["inbox"].put(b"Received: from here\r\n" + NEW)

    world.sync()
    world.sync()

    assert ids(world.there("archive")) == ids(world.here("archive")) == ["new"]
    assert "new" in ids(world.here())


# ── new lives ────────────────────────────────────────────────────────────────────────────────────────────────────────


def without_m0(world: World) -> None:
    """UIDVALIDITY changes, and one message is gone with the old one."""
    world.far["inbox"].drop(world.far_ref(M0))
    world.far["inbox"].new_life()


def test_a_file_that_is_moved_while_it_is_sent_again_for_a_new_life_is_sent_from_where_it_lies(tmp_path):
    world = settled(tmp_path)
    ref = world.near_ref(M0)
    without_m0(world)
    world.near["inbox"].fail_next(
        Call.FETCH, Meanwhile(lambda: world.near["inbox"].carry(ref, world.near["archive"])), ref=ref
    )
    world.sync()

    world.sync()
    world.sync()

    assert ids(world.here("archive")) == ids(world.there("archive")) == ["m0"]
    assert not world.result.waits


def test_what_a_new_life_did_not_have_while_nothing_could_be_sent_is_sent_again_once_it_can(tmp_path):
    world = settled(tmp_path)
    without_m0(world)
    world.sync(mode=Mode.PULL)
    world.near["inbox"].flag(world.near_ref(M0), FLAGGED)

    world.sync()
    world.sync()

    assert world.far_flags(M0) == {FLAGGED}
    assert not world.result.waits


def test_an_empty_mailbox_with_another_uidvalidity_proves_no_deletion(tmp_path):
    world = settled(tmp_path, 2)
    world.far["inbox"].items.clear()
    world.far["inbox"].new_life()

    world.sync()

    assert ids(world.here()) == ids(world.there()) == ["m0", "m1"]
    assert not world.root.attic


# ── the same Message-ID, and another text of the same length ─────────────────────────────────────────────────────────

TEH, THE = mail("d", "teh text"), mail("d", "the text")


def drafts(path: Path, **server) -> World:
    world = World(path, ("inbox", "drafts", "sent", "deleted"), **server)
    world.far["drafts"].put(TEH)
    world.sync()
    world.sync()
    return world


@pytest.mark.parametrize("folder", ["drafts", "sent"])
@pytest.mark.parametrize("deltas", [True, False])
def test_a_draft_that_was_mended_elsewhere_is_fetched_though_it_is_as_long_as_it_was(tmp_path, folder, deltas):
    world = drafts(tmp_path, deltas=deltas)
    world.far["drafts"].drop(world.far_ref(TEH, "drafts"))
    world.far[folder].put(THE)

    world.sync()
    world.sync()

    assert world.here(folder) == [THE]
    assert TEH not in {one for box in world.near.values() for one in (item.content for item in box.items.values())}


def test_a_draft_that_was_mended_here_under_another_name_is_sent_though_it_is_as_long_as_it_was(tmp_path):
    world = drafts(tmp_path)
    world.near["drafts"].drop(world.near_ref(TEH, "drafts"))
    world.near["drafts"].put(bare(THE))

    world.sync()
    world.sync()

    assert world.there("drafts") == [THE]


def test_a_draft_that_was_mended_on_both_sides_is_kept_as_two(tmp_path):
    world = World(tmp_path, ("inbox", "drafts", "deleted"))
    world.far["drafts"].put(TEH)
    world.near["drafts"].put(bare(THE))

    world.sync()
    world.sync()

    assert len(world.here("drafts")) == len(world.there("drafts")) == 2


def test_a_message_that_takes_the_place_of_another_in_any_folder_is_read_before_it_is_taken_for_the_same(tmp_path):
    world = World(tmp_path)
    world.far["inbox"].put(TEH)
    world.sync()
    world.sync()
    world.far["inbox"].drop(world.far_ref(TEH))
    world.far["inbox"].put(THE)

    world.sync()
    world.sync()

    assert world.here() == [THE]


def test_a_file_that_got_another_name_and_nothing_else_costs_no_body(tmp_path):
    world = drafts(tmp_path)
    world.near["drafts"].carry(world.near_ref(TEH, "drafts"), world.near["drafts"], name="other")
    fetched, writes = world.fetched(), world.writes()

    world.sync()

    assert (world.fetched(), world.writes()) == (fetched, writes)


def test_a_file_whose_name_is_taken_where_it_is_to_go_gets_another(tmp_path):
    world = settled(tmp_path)
    ref = world.near_ref(M0)
    world.near["archive"].put(bare(M0), name=ref)
    world.sync()
    world.sync()
    world.far["inbox"].carry(world.far_ref(M0), world.far["archive"])

    world.sync()
    world.sync()

    assert ids(world.here("archive")) == ids(world.there("archive")) == ["m0", "m0"]
    assert not world.result.waits


# ── between look and write ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deltas", [True, False])
@pytest.mark.parametrize(("source", "goal"), [("inbox", "archive"), ("archive", "inbox")])
def test_a_message_that_is_moved_there_between_the_looks_at_two_folders_ends_where_it_was_put(
    tmp_path, source, goal, deltas
):
    world = settled(tmp_path, folder=source, deltas=deltas)
    world.far["archive"].fail_next(
        Call.LOOK, Meanwhile(lambda: world.far[source].carry(world.far_ref(M0, source), world.far[goal]))
    )

    for _ in range(3):
        world.sync()

    assert ids(world.here(goal)) == ids(world.there(goal)) == ["m0"]
    assert ids(world.here(source)) == ids(world.there(source)) == ["m1", "m2", "m3"]


def marked(world: World) -> None:
    world.near["inbox"].flag(world.near_ref(M0), FLAGGED)


def moved(world: World) -> None:
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])


def deleted(world: World) -> None:
    world.near["inbox"].drop(world.near_ref(M0))


def put(world: World) -> None:
    world.near["inbox"].put(bare(NEW))


@pytest.mark.parametrize("deed", [marked, moved, deleted, put])
@pytest.mark.parametrize("uidplus", [True, False])
@pytest.mark.parametrize("deltas", [True, False])
def test_a_mailbox_that_begins_a_new_life_between_look_and_write_has_nothing_done_to_the_wrong_message(
    tmp_path, deed, uidplus, deltas
):
    world = settled(tmp_path, uidplus=uidplus, deltas=deltas)
    deed(world)
    world.far["inbox"].fail_next(Call.WRITE, Meanwhile(world.far["inbox"].new_life))

    for _ in range(4):
        world.sync(limit=Limit(count=1000))

    near, far = world.sides()
    assert near == far
    assert set(ids(world.here())) >= {"m1", "m2", "m3"}
    assert {bare(M0)} <= world.everything()
    assert len([one for box in world.near.values() for one in box.items]) == (5 if deed is put else 4)
    assert not world.result.waits


@pytest.mark.parametrize("deed", [marked, moved, deleted, put])
def test_a_mailbox_that_is_deleted_and_made_anew_between_look_and_write_takes_nothing_along(tmp_path, deed):
    world = settled(tmp_path)
    deed(world)

    def anew() -> None:
        world.far["inbox"].items.clear()
        world.far["inbox"].new_life()

    world.far["inbox"].fail_next(Call.WRITE, Meanwhile(anew))

    for _ in range(4):
        world.sync(limit=Limit(count=1000))

    near, far = world.sides()
    assert near == far
    assert set(ids(world.here())) >= {"m1", "m2", "m3"}
    assert not world.result.waits


def test_uids_may_turn_out_to_mean_other_messages_twice_while_a_letter_is_not_found_again(tmp_path):
    world = settled(tmp_path, 2)
    link = world.link("inbox").id
    world.books.disown(link)
    with world.database.transaction() as sql:
        sql.execute("UPDATE letter SET far='7.1' WHERE far LIKE '%.7.2'")

    world.books.disown(link)
    world.sync()

    assert ids(world.here()) == ids(world.there()) == ["m0", "m1"]
    assert {one.far for one in world.books.known(link)} == {"7.1", "7.2"}


def test_a_message_that_two_killed_rounds_fetched_is_one_letter_and_the_other_file_a_copy(tmp_path):
    world = just_fetched(tmp_path, NEW)
    first = world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"])
    world.near["archive"].answers = False
    killed_at(world, "near-inbox.write.done")
    world.near["archive"].answers = True
    world.near["archive"].carry(first, world.near["inbox"])

    for _ in range(3):
        world.sync()

    near, far = world.sides()
    assert near == far
    assert ids(world.here()) == ["m0", "m1", "m2", "m3", "new", "new"]


@pytest.mark.parametrize("deltas", [True, False])
def test_a_draft_that_is_edited_here_keeps_what_was_marked_of_it_there(tmp_path, deltas):
    world = drafts(tmp_path, deltas=deltas)
    world.near["drafts"].edit(world.near_ref(TEH, "drafts"), bare(THE) + b"more\n")
    world.far["drafts"].flag(world.far_ref(TEH, "drafts"), FLAGGED)

    world.sync()
    world.sync()

    assert [item.flags for item in world.near["drafts"].items.values()] == [{FLAGGED}]
    assert [item.flags for item in world.far["drafts"].items.values()] == [{FLAGGED}]
