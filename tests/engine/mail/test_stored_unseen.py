"""What was stored there under a UID that is not known yet, and is not where it was here any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.mail.nouns import DELETED
from tests.doubles.mailbox import Item
from tests.engine.mail.world import World, bare, mail, settled

NEW = mail("new")


def stored(path: Path, rounds: int, **server) -> tuple[World, Item]:
    """A letter that was sent without UIDPLUS; for so many rounds the server will not show it (an index that lags)."""
    world = settled(path, uidplus=False, **server)
    world.near["inbox"].put(bare(NEW))
    world.sync()
    box = world.far["inbox"]
    uid = box.uid(world.far_ref(NEW))
    item = box.items[uid]
    with world.database.transaction() as sql:
        sql.execute("UPDATE letter SET far=NULL WHERE message_id='new@example.org'")
        sql.execute("UPDATE link SET cursor=NULL")
    if rounds:
        del box.items[uid]
    return world, item


def sync(world: World, item: Item, rounds: int) -> None:
    """The rounds in which it does not show, and some after them."""
    for _ in range(rounds):
        world.sync()
        assert not there(world)
    if rounds:
        box = world.far["inbox"]
        box.modseq += 1
        item.rev = box.modseq
        box.items[box.next - 1] = item
    for _ in range(4):
        world.sync()
    assert not world.result.waits


def here(world: World) -> list[str]:
    boxes = world.near.items()
    return [name for name, box in boxes for item in box.items.values() if bare(item.content) == bare(NEW)]


def there(world: World) -> list[str]:
    found = [(name, item) for name, box in world.far.items() for item in box.items.values()]
    return [name for name, item in found if bare(item.content) == bare(NEW) and DELETED not in item.flags]


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("name", ["", "other"])
@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_a_file_that_was_moved_meanwhile_is_moved_there_once_it_shows(tmp_path, name, moves, rounds):
    world, item = stored(tmp_path, rounds, moves=moves)
    world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"], name=name)

    sync(world, item, rounds)

    assert (here(world), there(world)) == (["archive"], ["archive"])


@pytest.mark.parametrize("rounds", [0, 2])
def test_a_file_that_was_deleted_meanwhile_goes_to_the_bin_once_it_shows(tmp_path, rounds):
    world, item = stored(tmp_path, rounds)
    world.near["inbox"].drop(world.near_ref(NEW))

    sync(world, item, rounds)

    assert (here(world), there(world)) == (["deleted"], ["deleted"])


@pytest.mark.parametrize("rounds", [0, 2])
def test_a_file_that_was_put_where_nothing_is_mapped_stays_there_alone(tmp_path, rounds):
    world, item = stored(tmp_path, rounds, unmapped=("private",))
    world.near["inbox"].carry(world.near_ref(NEW), world.unmapped["private"])

    sync(world, item, rounds)

    assert (here(world), there(world)) == ([], ["inbox"])


def test_what_both_sides_moved_to_the_same_folder_is_one(tmp_path):
    world, _ = stored(tmp_path, 0)
    world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"])
    world.far["inbox"].carry(world.far_ref(NEW), world.far["archive"])

    for _ in range(5):
        world.sync()

    assert (here(world), there(world)) == (["archive"], ["archive"])


def test_what_was_moved_and_never_shows_is_sent_to_where_it_lies_some_rounds_later(tmp_path):
    world, _ = stored(tmp_path, 1)
    world.near["inbox"].carry(world.near_ref(NEW), world.near["archive"])

    for _ in range(6):
        world.sync()

    assert (here(world), there(world)) == (["archive"], ["archive"])
    assert not world.result.waits


def test_a_folder_that_goes_away_while_something_in_it_is_to_be_read_holds_up_no_other(tmp_path):
    world = World(tmp_path)
    world.far["inbox"].put(mail("anonymous", ident=False))
    world.sync()
    world.glances = True
    world.sync()
    world.sync()
    with world.database.transaction() as sql:
        sql.execute("UPDATE letter SET digest=''")
    world.near["inbox"].carry(next(iter(world.near["inbox"].items)), world.near["inbox"], name="other")
    world.near["archive"].put(mail("another"))
    world.far["inbox"].answers = False
    world.sync()
    world.far["inbox"].answers = True

    world.sync()

    assert len(world.there("archive")) == 1
    assert len(world.there()) == len(world.here()) == 1
