"""UIDs that mean other messages than they did, without a new UIDVALIDITY: noticed before anything is done to them."""

from __future__ import annotations

import pytest

from calsync_cli.core.brake import Limit
from calsync_cli.core.mail.nouns import FLAGGED
from tests.engine.mail.world import World, bare, ids, mail, settled


def shuffle(world: World, shift: int = 1) -> None:
    """The server numbers its messages anew from one on, in another order."""
    box = world.far["inbox"]
    items = list(box.items.values())
    box.modseq += 1
    for at, uid in enumerate(box.items):
        box.items[uid] = items[(at + shift) % len(items)]
        box.items[uid].rev = box.modseq


def text(at: int) -> bytes:
    return mail(f"m{at}", f"text {at}")


def due(world: World) -> None:
    """Another round, and the names are looked at."""
    with world.database.transaction() as sql:
        sql.execute("UPDATE link SET rounds=23")


@pytest.mark.parametrize("count", [2, 30])
@pytest.mark.parametrize("full", [True, False])
def test_letters_are_found_again_by_name_and_nothing_is_fetched_or_sent(tmp_path, count, full):
    world = settled(tmp_path, count)
    shuffle(world)
    if not full:
        due(world)
    fetched, writes = world.fetched(), world.writes()

    world.sync(full=full)

    assert (world.fetched(), world.writes()) == (fetched, writes)
    world.far["inbox"].flag(world.far_ref(text(0)), FLAGGED)
    world.sync()
    assert world.near_flags(text(0)) == {FLAGGED}
    world.near["inbox"].drop(world.near_ref(text(1)))
    world.sync()
    assert ids(world.there("deleted")) == ["m1"]


def test_before_many_are_deleted_the_names_are_looked_at(tmp_path):
    world = settled(tmp_path, 40)
    for at in range(10):
        world.near["inbox"].drop(world.near_ref(text(at)))
    shuffle(world, 10)

    world.sync(limit=Limit(count=1000))
    world.sync(limit=Limit(count=1000))

    assert ids(world.there("deleted")) == sorted(f"m{at}" for at in range(10))
    assert ids(world.here()) == ids(world.there()) == sorted(f"m{at}" for at in range(10, 40))


def test_a_few_deletions_cost_no_question(tmp_path):
    world = settled(tmp_path, 40)
    for at in range(9):
        world.near["inbox"].drop(world.near_ref(text(at)))

    world.sync(limit=Limit(count=1000))

    assert not world.far["inbox"].calls["sketch"]


def test_the_names_of_twenty_are_asked_for_at_once(tmp_path):
    world = settled(tmp_path, 100)
    asked: list[int] = []
    sketch = world.far["inbox"].sketch
    world.far["inbox"].sketch = lambda refs: asked.append(len(refs)) or sketch(refs)

    world.sync(full=True)

    assert asked == [20]


def test_a_server_that_gives_one_message_another_name_is_believed(tmp_path):
    world = settled(tmp_path, 30)
    box = world.far["inbox"]
    box.items[box.uid(world.far_ref(text(29)))].content = mail("renamed", "text 29")
    writes = world.writes()

    world.sync(full=True)

    assert world.writes() == writes
    assert bare(text(29)) in {bare(body) for body in world.here()}


def test_a_dry_run_changes_no_books(tmp_path):
    world = settled(tmp_path, 3)
    shuffle(world)

    world.sync(full=True, dry=True)

    assert {one.far for one in world.books.known(world.link("inbox").id)} == {"7.1", "7.2", "7.3"}


def test_what_was_put_away_or_left_there_stays_so(tmp_path):
    world = settled(tmp_path, 4, unmapped=("private",))
    world.far["inbox"].put(mail("big", "x" * 1000))
    world.near["inbox"].carry(world.near_ref(text(0)), world.unmapped["private"])
    world.sync(max_size=500)
    shuffle(world)

    world.sync(full=True, max_size=500)
    world.sync(max_size=500)

    assert ids(world.here()) == ["m1", "m2", "m3"]
    assert ids(world.there()) == ["big", "m0", "m1", "m2", "m3"]
