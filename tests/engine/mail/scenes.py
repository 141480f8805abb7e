"""Scenes of a mail account: each a world in which people and other programs have done something since the last round."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.core.mail.nouns import ANSWERED, FLAGGED, SEEN
from tests.engine.mail.world import World, bare, mail, settled


def first_pull(path: Path) -> World:
    world = World(path)
    for at in range(5):
        world.far["inbox"].put(mail(f"m{at}"), frozenset({SEEN}) if at % 2 else frozenset())
    world.far["archive"].put(mail("anonymous", ident=False))
    return world


def an_existing_maildir(path: Path) -> World:
    """Both sides have most of it; some twice, some without a Message-ID, some on one side alone."""
    world = World(path)
    for at in range(3):
        world.far["inbox"].put(mail(f"m{at}"), frozenset({SEEN}))
        world.near["inbox"].put(bare(mail(f"m{at}")), frozenset({FLAGGED}))
    for _ in range(2):
        world.far["inbox"].put(mail("twin"))
        world.near["inbox"].put(bare(mail("twin")))
    world.far["inbox"].put(mail("x", ident=False))
    world.near["inbox"].put(bare(mail("x", ident=False)))
    world.far["inbox"].put(mail("there"))
    world.near["inbox"].put(bare(mail("here")))
    return world


def new_on_both_sides(path: Path, **server: object) -> World:
    world = settled(path, 2, **server)
    world.near["inbox"].put(bare(mail("here")), frozenset({SEEN}))
    world.near["archive"].put(bare(mail("anonymous", ident=False)))
    world.far["inbox"].put(mail("there"), frozenset({FLAGGED}))
    return world


def sent_without_uidplus(path: Path) -> World:
    return new_on_both_sides(path, uidplus=False)


def sent_to_a_server_that_adds_a_line(path: Path) -> World:
    return new_on_both_sides(path, rewrite=added)


def added(content: bytes) -> bytes:
    """A server's own line before the rest."""
    return b"Received: by the server\r\n" + content if b"Message-ID" in content else content


def marks_on_both_sides(path: Path) -> World:
    world = settled(path)
    m0, m1 = mail("m0", "text 0"), mail("m1", "text 1")
    world.near["inbox"].flag(world.near_ref(m0), SEEN)
    world.far["inbox"].flag(world.far_ref(m0), FLAGGED)
    world.far["inbox"].flag(world.far_ref(m1), ANSWERED, SEEN)
    return world


def moves_here(path: Path, **server: object) -> World:
    world = settled(path, **server)
    world.near["inbox"].carry(world.near_ref(mail("m0", "text 0")), world.near["archive"], name="other")
    ref = world.near["inbox"].carry(world.near_ref(mail("m1", "text 1")), world.near["deleted"])
    world.near["deleted"].flag(ref, SEEN)
    return world


def moves_here_without_move(path: Path) -> World:
    return moves_here(path, moves=False)


def moves_here_without_uidplus(path: Path) -> World:
    return moves_here(path, uidplus=False)


def moves_there(path: Path) -> World:
    world = settled(path)
    new = world.far["inbox"].carry(world.far_ref(mail("m0", "text 0")), world.far["archive"])
    world.far["archive"].flag(new, FLAGGED)
    world.far["inbox"].carry(world.far_ref(mail("m1", "text 1")), world.far["deleted"])
    return world


def deletions(path: Path) -> World:
    world = settled(path)
    world.near["inbox"].drop(world.near_ref(mail("m0", "text 0")))
    world.far["inbox"].drop(world.far_ref(mail("m1", "text 1")))
    return world


def an_edited_draft(path: Path) -> World:
    world = settled(path, 2, folder="drafts", folders=("inbox", "deleted", "drafts"))
    world.near["drafts"].edit(world.near_ref(mail("m0", "text 0"), "drafts"), bare(mail("m0", "more of it")))
    return world


def a_new_life(path: Path) -> World:
    world = settled(path)
    world.far["inbox"].new_life()
    world.far["inbox"].put(mail("new"))
    world.near["inbox"].flag(world.near_ref(mail("m0", "text 0")), SEEN)
    return world


def to_where_nothing_is_mapped(path: Path) -> World:
    world = settled(path, unmapped=("private",))
    world.near["inbox"].carry(world.near_ref(mail("m0", "text 0")), world.unmapped["private"])
    return world


def no_deltas(path: Path) -> World:
    world = new_on_both_sides(path, deltas=False)
    world.far["inbox"].drop(world.far_ref(mail("m0", "text 0")))
    return world


SCENES = (
    first_pull,
    an_existing_maildir,
    new_on_both_sides,
    sent_without_uidplus,
    sent_to_a_server_that_adds_a_line,
    marks_on_both_sides,
    moves_here,
    moves_here_without_move,
    moves_here_without_uidplus,
    moves_there,
    deletions,
    an_edited_draft,
    a_new_life,
    to_where_nothing_is_mapped,
    no_deltas,
)
