"""A file that goes from one folder to another while a round looks at them: seen in neither, or in both, it only went."""

from __future__ import annotations

import pytest

from tests.engine.mail.world import bare, ids, mail, settled

M0 = mail("m0", "text 0")


def moving(world, when: str, source: str, goal: str):
    """Somebody moves the file as soon as the round comes to this point."""

    def on_call(point: str) -> None:
        if point == when:
            world.on_call = lambda _: None
            world.near[source].carry(world.near_ref(M0, source), world.near[goal])

    world.on_call = on_call


@pytest.mark.parametrize("source", ["inbox", "archive"])
@pytest.mark.parametrize("amid", ["inbox", "archive"])
def test_it_is_neither_deleted_nor_copied(tmp_path, source, amid):
    goal = "archive" if source == "inbox" else "inbox"
    world = settled(tmp_path, folder=source)
    before = ids(world.here("deleted"))
    world.near["archive"].put(bare(mail("other")))
    moving(world, f"near-{amid}.look", source, goal)

    for _ in range(3):
        world.sync()

    assert "m0" in ids(world.here(goal))
    assert ids(world.here(goal)) == ids(world.there(goal))
    assert ids(world.here(source)) == ids(world.there(source))
    assert "m0" not in ids(world.here(source))
    assert ids(world.there("deleted")) == ids(world.here("deleted")) == before


def test_what_is_deleted_is_deleted_though_others_arrive(tmp_path):
    world = settled(tmp_path)
    world.near["inbox"].drop(world.near_ref(M0))
    world.near["archive"].put(bare(mail("other")))

    world.sync()

    assert ids(world.there("deleted")) == ["m0"]
