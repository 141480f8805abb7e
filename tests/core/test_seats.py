"""Who belongs to whom: renamed files, overwritten files, counterparts that were never agreed on."""

from __future__ import annotations

import time

from calsync_cli.core.look import Face, Scene, Sight
from calsync_cli.core.model import CollectionId, Link, LinkId, Mode, Pair, Ref, Rev, Side, Version
from calsync_cli.core.seats import Seats, couples, seat, single
from calsync_cli.core.shelf import fresh_key, sha_of

LINK = LinkId(1)


def face(ref: str, key: str, body: str = "", rev: str = "2", *, bare: bool = False) -> Face:
    return Face(Ref(ref), Rev(rev), sha_of((body or key).encode()), key, key.title(), bare=bare)


def pair(number: int, near: str, far: str, key: str) -> Pair:
    sha = sha_of(key.encode())
    return Pair(LINK, Version(Ref(near), Rev("1"), sha), Version(Ref(far), Rev("1"), sha), key, id=number)


def seats(
    *pairs: Pair, near: tuple[Face, ...] = (), far: tuple[Face, ...] = (), gone_near: str = "", gone_far: str = ""
) -> Seats:
    link = Link(LINK, "work", CollectionId("/w/"), Mode.TWO_WAY, primary=True, rounds=1)

    def sight(faces: tuple[Face, ...], gone: str) -> Sight:
        return Sight({one.ref: one for one in faces}, frozenset(Ref(ref) for ref in gone.split()))

    return seat(Scene(link, Mode.TWO_WAY, sight(near, gone_near), sight(far, gone_far), pairs=pairs))


def refs(found: Seats, side: Side) -> dict[str, str]:
    return {one.key: one.version(side).ref for one in found.pairs}


def test_a_renamed_file_keeps_its_pair():
    found = seats(pair(1, "a", "A", "x"), near=(face("b", "x"),), gone_near="a")

    assert refs(found, Side.NEAR) == {"x": "b"}
    assert (found.moved, found.near, found.gone_near) == ({1}, (), frozenset())


def test_a_renamed_and_edited_file_keeps_its_pair_and_its_past():
    found = seats(pair(1, "a", "A", "x"), near=(face("b", "x", "edited"),), gone_near="a")

    assert found.pairs[0].near == Version(Ref("b"), Rev("1"), sha_of(b"x"))


def test_an_item_renamed_there_keeps_its_pair():
    found = seats(pair(1, "a", "A", "x"), far=(face("B", "x"),), gone_far="A")

    assert refs(found, Side.FAR) == {"x": "B"}


def test_renamed_on_both_sides_at_once():
    found = seats(pair(1, "a", "A", "x"), near=(face("b", "x"),), far=(face("B", "x"),), gone_near="a", gone_far="A")

    assert (refs(found, Side.NEAR), refs(found, Side.FAR)) == ({"x": "b"}, {"x": "B"})


def test_two_new_files_with_the_uid_of_a_lost_one_are_no_rename():
    found = seats(pair(1, "a", "A", "x"), near=(face("b", "x"), face("c", "x", "other")), gone_near="a")

    assert (found.gone_near, {one.ref for one in found.near}) == ({"a"}, {"b", "c"})


def test_another_uid_is_no_rename():
    found = seats(pair(1, "a", "A", "x"), near=(face("b", "y"),), gone_near="a")

    assert (found.gone_near, [one.ref for one in found.near]) == ({"a"}, ["b"])


def test_two_files_that_swap_their_names_follow_their_events():
    found = seats(pair(1, "a", "A", "x"), pair(2, "b", "B", "y"), near=(face("a", "y"), face("b", "x")))

    assert refs(found, Side.NEAR) == {"x": "b", "y": "a"}
    assert (found.near, found.gone_near) == ((), frozenset())


def test_a_file_that_was_overwritten_by_another_event_is_gone_and_new():
    found = seats(pair(1, "a", "A", "x"), near=(face("a", "new"),))

    assert [one.key for one in found.near] == ["new"]
    assert found.pairs[0].near.ref in found.gone_near


def test_a_file_moved_over_another_takes_its_place_and_the_other_is_gone():
    found = seats(pair(1, "a", "A", "x"), pair(2, "b", "B", "y"), near=(face("a", "y"),), gone_near="b")

    by_key = {one.key: one for one in found.pairs}
    assert (by_key["y"].near.ref, by_key["y"].near.ref in found.gone_near) == ("a", False)
    assert by_key["x"].near.ref in found.gone_near
    assert found.near == ()


def test_a_file_without_uid_stays_in_its_place_whatever_it_says():
    made = fresh_key("", sha_of(b"was"))
    found = seats(pair(1, "a", "A", made), near=(face("a", fresh_key("", sha_of(b"is")), "is", bare=True),))

    assert (found.near, found.gone_near) == ((), frozenset())


def test_a_file_that_gets_a_uid_of_its_own_at_last_stays_in_its_place():
    found = seats(pair(1, "a", "A", fresh_key("", sha_of(b"was"))), near=(face("a", "own"),))

    assert (found.near, found.gone_near) == ((), frozenset())


def test_only_who_is_alone_on_both_sides_is_matched():
    found = single(["a", "b", "b"], ["a", "b", ""], str, str)

    assert found == [("a", "a")]


def none(_: Face) -> str:
    return ""


def names(found) -> set[tuple[str, str]]:
    return {(couple.near.ref, couple.far.ref) for couple in found}


def test_the_same_bytes_come_before_the_same_uid():
    near = (face("a", "x", "one"), face("b", "x", "two"))
    far = (face("A", "x", "two"), face("B", "x", "other"))

    assert names(couples(near, far, first=True, likeness=none)) == {("b", "A"), ("a", "B")}


def test_likeness_counts_in_the_first_round_alone():
    near, far = (face("a", "x"),), (face("A", "y"),)

    told = [names(couples(near, far, first=first, likeness=lambda _: "same")) for first in (True, False)]

    assert told == [{("a", "A")}, set()]


def test_what_looks_like_two_others_is_matched_with_neither():
    assert not couples((face("a", "x"),), (face("A", "y"), face("B", "z")), first=True, likeness=lambda _: "same")


def test_ten_thousand_on_either_side_are_matched_before_anybody_gets_up():
    near = tuple(face(f"n{at}", f"e{at}") for at in range(10_000))
    far = tuple(face(f"f{at}", f"e{at}", "theirs") for at in range(10_000))
    begun = time.process_time()

    found = couples(near, far, first=True, likeness=none)

    assert len(found) == 10_000
    assert time.process_time() - begun < 5, "matching is not linear"
