"""Recognising messages: certain pairs at once, doubtful ones by their bodies, and equal ones stay as many as they are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.mail.cards import Card, across, match, match_bodies, with_digests
from calsync_cli.core.model import LinkId, Ref, Side

IN, OUT = LinkId(1), LinkId(2)


def near(ref: str, ident: str = "a", size: int = 10, link: LinkId = IN, **more) -> Card:
    return Card(link, Side.NEAR, Ref(ref), size, ident, **more)


def far(ref: str, ident: str = "a", size: int = 10, link: LinkId = IN, **more) -> Card:
    return Card(link, Side.FAR, Ref(ref), size, ident, **more)


def refs(found) -> set[tuple[str, str]]:
    return {(one.ref, other.ref) for one, other in found}


def test_one_of_an_id_and_size_on_each_side_is_certain():
    matched = match([near("n"), near("m", "b")], [far("f"), far("g", "c")])

    assert refs(matched.found) == {("n", "f")}
    assert not matched.doubtful


def test_several_of_an_id_have_to_be_read():
    matched = match([near("n")], [far("f"), far("g")])

    assert not matched.found
    assert [(len(some), len(others)) for some, others in matched.doubtful] == [(1, 2)]


def test_without_an_id_they_have_to_be_read():
    assert match([near("n", "")], [far("f", "")]).doubtful


def test_an_id_with_another_size_has_to_be_read_because_servers_are_wrong_about_sizes():
    assert match([near("n")], [far("f", size=3)]).doubtful


def test_what_was_sent_just_now_is_known_by_its_id_alone():
    assert refs(match([near("n", loose=True)], [far("f", size=12)]).found) == {("n", "f")}


def test_bodies_that_nobody_could_read_match_nothing():
    assert not match_bodies([near("n")], [far("f")])


@given(st.lists(st.sampled_from("xyz"), max_size=6), st.lists(st.sampled_from("xyz"), max_size=6))
def test_equal_messages_are_paired_one_by_one(mine, theirs):
    left = [near(f"n{at}", digest=digest) for at, digest in enumerate(mine)]
    right = [far(f"f{at}", digest=digest) for at, digest in enumerate(theirs)]

    found = match_bodies(left, right)

    assert len(found) == sum(min(mine.count(one), theirs.count(one)) for one in "xyz")
    assert len({one.ref for one, _ in found}) == len({other.ref for _, other in found}) == len(found)
    assert all(one.digest == other.digest for one, other in found)


def test_what_went_from_two_folders_or_to_two_is_nobody_s_move():
    gone, new = [far("a"), far("b", link=OUT)], [near("n", link=LinkId(3)), near("m", link=LinkId(3))]
    found = [(gone[0], new[0]), (gone[1], new[1])]

    assert across(found, gone, new) == []
    assert across(found[:1], gone[:1], new) == found[:1]


def test_a_digest_that_is_known_is_not_replaced():
    card = near("n", digest="d")

    assert with_digests([card, replace(card, digest="")], {card.place: "e"}) == [card, replace(card, digest="e")]
