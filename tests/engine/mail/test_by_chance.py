"""What random people and misfortune once led to (test_machine), each reduced to the few deeds that it took."""

from __future__ import annotations

import pytest

from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from tests.engine.mail.world import bare, mail, settled

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
