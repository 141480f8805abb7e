"""The table of what becomes of what (mail-peers 2.6): moved, copied, deleted, marked, here and there, mapped or not."""

from __future__ import annotations

import pytest

from calsync_cli.core.mail.nouns import DELETED, SEEN
from calsync_cli.core.mail.record import What
from calsync_cli.core.ops import Create, Move, Remove
from tests.engine.mail.world import World, ids, mail, settled

M0 = mail("m0", "text 0")


def again(world: World) -> World:
    """Another round or two, that have to leave everything as it is."""
    before, writes = world.sides(), world.writes()
    world.sync()
    world.sync()
    assert world.sides() == before
    assert world.writes() == writes
    return world


def kinds(box) -> list[str]:
    return [type(op).__name__ for op in box.ops]


# ── moved ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["", "renamed"])
def test_a_file_that_was_moved_here_is_moved_there(tmp_path, name):
    world = settled(tmp_path)
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"], name=name)

    world.sync()

    assert ids(world.there("archive")) == ["m0"]
    assert kinds(world.far["inbox"]) == ["Move"]
    assert not world.far["archive"].ops
    assert world.result.tally == {(world.link("archive").id, What.MOVED_THERE): 1}
    again(world)


def test_a_message_that_was_moved_there_is_moved_here_and_not_fetched_again(tmp_path):
    world = settled(tmp_path)
    fetched = world.fetched()
    world.far["inbox"].carry(world.far_ref(M0), world.far["archive"])

    world.sync()

    assert ids(world.here("archive")) == ["m0"]
    assert kinds(world.near["inbox"])[-1] == "Move"
    assert world.fetched() == fetched
    again(world)


def test_a_file_that_was_moved_and_marked_on_the_way_keeps_its_marks(tmp_path):
    world = settled(tmp_path)
    ref = world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.near["archive"].flag(ref, SEEN)

    world.sync()

    assert world.far_flags(M0, "archive") == {SEEN}
    again(world)


def test_a_letter_that_both_moved_to_one_folder_is_one_letter(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.far["inbox"].carry(world.far_ref(M0), world.far["archive"])

    world.sync()

    assert ids(world.here("archive")) == ids(world.there("archive")) == ["m0"]
    again(world)


def test_a_letter_that_each_moved_elsewhere_is_in_both_places(tmp_path):
    world = settled(tmp_path, folders=("inbox", "archive", "deleted", "work"))
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])
    world.far["inbox"].carry(world.far_ref(M0), world.far["work"])

    world.sync()

    near, far = world.sides()
    assert near == far
    assert ids(world.here("archive")) == ids(world.here("work")) == ["m0"]
    again(world)


def test_a_file_that_was_moved_to_where_nothing_is_mapped_stays_there(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    world.near["inbox"].carry(world.near_ref(M0), world.unmapped["private"])

    world.sync()

    assert ids(world.there()) == ["m0", "m1", "m2", "m3"]
    assert not world.far["inbox"].ops
    assert world.result.tally == {(world.link("inbox").id, What.PARKED): 1}


def test_what_went_to_where_nothing_is_mapped_is_not_deleted_there_when_it_goes_from_here(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    ref = world.near["inbox"].carry(world.near_ref(M0), world.unmapped["private"], name="other")
    world.sync()
    world.unmapped["private"].drop(ref)

    world.sync()

    assert "m0" in ids(world.there())
    assert "m0" not in ids(world.here())
    again(world)


def test_what_comes_back_from_where_nothing_is_mapped_is_the_letter_that_it_was(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    ref = world.near["inbox"].carry(world.near_ref(M0), world.unmapped["private"])
    world.sync()
    world.unmapped["private"].carry(ref, world.near["inbox"], name="back")

    world.sync()

    assert ids(world.there()) == ["m0", "m1", "m2", "m3"]
    again(world)
    world.near["inbox"].drop(world.near_ref(M0))
    world.sync()
    assert ids(world.there("deleted")) == ["m0"]


def test_an_unmapped_bin_is_like_any_folder_that_is_not_mapped(tmp_path):
    world = settled(tmp_path, folders=("inbox", "archive"), unmapped=("deleted",))
    world.near["inbox"].carry(world.near_ref(M0), world.unmapped["deleted"])

    world.sync()

    assert "m0" in ids(world.there())
    assert not world.far["inbox"].ops


def test_a_message_that_was_moved_there_to_where_nothing_is_mapped_goes_from_here_to_the_attic(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].carry(world.far_ref(M0), world.server.make("Elsewhere"))

    world.sync()

    assert "m0" not in ids(world.here())
    assert list(world.root.attic.values()) == [M0]
    again(world)


def test_a_file_from_where_nothing_is_mapped_is_sent(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    ref = world.unmapped["private"].put(mail("new"))
    world.unmapped["private"].carry(ref, world.near["inbox"])

    world.sync()

    assert "new" in ids(world.there())
    again(world)


def test_a_message_from_where_nothing_is_mapped_is_fetched(tmp_path):
    world = settled(tmp_path)
    elsewhere = world.server.make("Elsewhere")
    elsewhere.carry(elsewhere.put(mail("new")), world.far["inbox"])

    world.sync()

    assert "new" in ids(world.here())
    again(world)


def test_a_server_that_cannot_move_gets_a_copy_before_the_old_one_goes(tmp_path):
    world = settled(tmp_path, moves=False)
    world.near["inbox"].carry(world.near_ref(M0), world.near["archive"])

    world.sync()

    assert isinstance(world.far["archive"].ops[0], Create)
    assert [op.to_bin for op in world.far["inbox"].ops if isinstance(op, Remove)] == [False]
    assert ids(world.there("archive")) == ["m0"]
    assert not world.there("deleted")
    again(world)


# ── copied ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_here_is_a_copy_there(tmp_path):
    world = settled(tmp_path)
    world.near["archive"].put(M0)

    world.sync()

    assert ids(world.there("archive")) == ["m0"]
    assert "m0" in ids(world.there())
    again(world)


def test_a_copy_there_is_a_copy_here(tmp_path):
    world = settled(tmp_path)
    world.far["archive"].put(M0)

    world.sync()

    assert ids(world.here("archive")) == ["m0"]
    assert "m0" in ids(world.here())
    again(world)


def test_a_copy_in_the_same_folder_is_a_second_letter(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].put(M0)

    world.sync()

    assert ids(world.there()) == ["m0", "m0", "m1", "m2", "m3"]
    again(world)


def test_a_copy_to_where_nothing_is_mapped_is_local(tmp_path):
    world = settled(tmp_path, unmapped=("private",))
    writes = world.writes()
    world.unmapped["private"].put(M0)

    world.sync()

    assert world.writes() == writes


# ── deleted ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_was_deleted_goes_to_the_bin_there(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].drop(world.near_ref(M0))

    world.sync()

    assert ids(world.there("deleted")) == ["m0"]
    assert [op.to_bin for op in world.far["inbox"].ops] == [True]
    world.sync()
    assert ids(world.here("deleted")) == ["m0"]
    again(world)


def test_without_a_mapped_bin_the_store_is_asked_for_its_own(tmp_path):
    world = settled(tmp_path, folders=("inbox",))
    world.server.make("Trash")
    world.server.bin = "Trash"
    world.near["inbox"].drop(world.near_ref(M0))

    world.sync()

    assert [op.to_bin for op in world.far["inbox"].ops] == [True]
    assert len(world.server.boxes["Trash"].items) == 1


def test_a_file_that_was_deleted_from_the_bin_is_expunged_there(tmp_path):
    world = settled(tmp_path, folder="deleted")
    world.near["deleted"].drop(world.near_ref(M0, "deleted"))

    world.sync()

    assert "m0" not in ids(world.there("deleted"))
    assert [op.to_bin for op in world.far["deleted"].ops] == [False]
    again(world)


def test_a_message_that_is_expunged_from_the_bin_is_not_fetched(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].carry(world.far_ref(M0), world.far["deleted"])
    world.far["deleted"].drop(world.far_ref(M0, "deleted"))
    fetched = world.fetched()

    world.sync()

    assert "m0" not in ids(world.here())
    assert world.fetched() == fetched
    again(world)


def test_a_message_that_was_deleted_there_goes_from_here_to_the_attic(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].drop(world.far_ref(M0))

    world.sync()

    assert "m0" not in ids(world.here())
    with world.database.reading() as sql:
        assert sql.execute("SELECT folder, message_id, why, name FROM withdrawn").fetchall() == [
            ("inbox", "m0@example.org", "deleted", "a0")
        ]
    again(world)


@pytest.mark.parametrize("side", ["near", "far"])
def test_a_deletion_stands_against_a_mark(tmp_path, side):
    world = settled(tmp_path)
    if side == "near":
        world.near["inbox"].drop(world.near_ref(M0))
        world.far["inbox"].flag(world.far_ref(M0), "\\Flagged")
    else:
        world.far["inbox"].drop(world.far_ref(M0))
        world.near["inbox"].flag(world.near_ref(M0), "\\Flagged")

    world.sync()

    assert "m0" not in ids(world.here())
    assert "m0" not in ids(world.there())
    assert M0.replace(b"\r\n", b"\n") in world.everything()


def test_without_uidplus_what_was_deleted_here_is_marked_there_once(tmp_path):
    world = settled(tmp_path, folder="deleted", uidplus=False)
    world.near["deleted"].drop(world.near_ref(M0, "deleted"))

    world.sync()

    assert world.far_flags(M0, "deleted") == {DELETED}
    assert "m0" not in ids(world.here("deleted"))
    writes = world.writes()
    world.sync()
    world.sync()
    assert world.writes() == writes


# ── marked as deleted ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mark_of_deletion_travels_and_expunges_nothing(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].flag(world.near_ref(M0), DELETED)

    world.sync()

    assert world.far_flags(M0) == {DELETED}
    assert kinds(world.far["inbox"]) == ["Mark"]
    again(world)


def test_a_mark_of_deletion_stays_here_where_no_bin_is_mapped(tmp_path):
    world = settled(tmp_path, folders=("inbox", "archive"))
    world.near["inbox"].flag(world.near_ref(M0), DELETED)

    world.sync()

    assert not world.far["inbox"].ops
    again(world)


def test_a_mark_of_deletion_there_is_seen_here_and_deletes_nothing(tmp_path):
    world = settled(tmp_path)
    world.far["inbox"].flag(world.far_ref(M0), DELETED)

    world.sync()

    assert world.near_flags(M0) == {DELETED}
    again(world)


def test_a_folder_that_is_unmapped_leaves_everything_where_it_is(tmp_path):
    from calsync_cli.state.folders import Folders

    world = settled(tmp_path)
    Folders(world.database).unmap("inbox")
    for ref in list(world.near["inbox"].items):
        world.near["inbox"].drop(ref)
    writes = world.writes()

    world.sync()

    assert world.writes() == writes
    assert len(world.there()) == 4


def test_no_move_is_seen_where_two_folders_lost_the_same_message(tmp_path):
    world = settled(tmp_path, folders=("inbox", "archive", "deleted", "work"))
    world.far["archive"].put(M0)
    world.sync()
    world.near["inbox"].drop(world.near_ref(M0))
    world.near["archive"].drop(world.near_ref(M0, "archive"))
    world.near["work"].put(M0)

    world.sync()

    assert not [op for box in world.far.values() for op in box.ops if isinstance(op, Move)]
    assert ids(world.there("work")) == ["m0"]
    assert ids(world.there("deleted")) == ["m0", "m0"]
