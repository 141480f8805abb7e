"""The books in SQLite: what goes in comes out again, and no pair takes another's place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Cursor, Glance, Mode, Pair, Ref, Rev, Rights, RunId, Sha, Side, Version
from calsync_cli.core.record import Intent, Outcome, Wait
from calsync_cli.core.shelf import sha_of
from calsync_cli.state.books import CHUNK, SqliteBooks
from calsync_cli.state.database import Database
from calsync_cli.state.settings import Settings

ONE, TWO, THREE = (sha_of(body) for body in (b"one", b"two", b"three"))
RUN = RunId(1)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "state.db")
    yield database
    database.close()


@pytest.fixture
def books(database):
    return SqliteBooks(database, now=lambda: 100.0)


@pytest.fixture
def link(database):
    return Settings(database).add_link(
        Glance(CollectionId("/c/"), "Work", Rights.OWNER, ""), "work", mode=Mode.TWO_WAY, primary=True
    )


def pair(link, name: str, sha: Sha = ONE, number: int = 0) -> Pair:
    return Pair(
        link,
        Version(Ref(f"{name}.ics"), Rev("n1"), sha),
        Version(Ref(f"/c/{name}"), Rev("f1"), sha),
        name,
        f"Title {name}",
        id=number,
    )


def ids(books, link, *names: str) -> dict[str, int]:
    refs = frozenset(Ref(f"{name}.ics") for name in names)
    return {one.key: one.id for one in books.pairs_at(link, refs, frozenset())}


def test_a_pair_comes_back_as_it_went_in(books, link):
    books.record(RUN, Outcome(pairs=[pair(link, "a")]))

    (found,) = books.pairs_at(link, frozenset({Ref("a.ics")}), frozenset({Ref("/c/a")}))

    assert found == pair(link, "a", number=found.id)


def test_a_new_pair_does_not_take_the_place_of_the_last_one_that_changes_in_the_same_batch(books, link):
    books.record(RUN, Outcome(pairs=[pair(link, "a"), pair(link, "b")]))
    last = ids(books, link, "b")["b"]

    books.record(RUN, Outcome(pairs=[pair(link, "new"), pair(link, "b", TWO, last)]))

    assert ids(books, link, "a", "b", "new").keys() == {"a", "b", "new"}


def test_the_number_of_a_forgotten_pair_is_not_given_again(books, link):
    books.record(RUN, Outcome(pairs=[pair(link, "a")]))
    number = ids(books, link, "a")["a"]
    books.record(RUN, Outcome(forgotten=[number]))

    books.record(RUN, Outcome(pairs=[pair(link, "b")]))

    assert ids(books, link, "b")["b"] != number


def test_two_pairs_that_swap_their_names_both_stay(books, link):
    books.record(RUN, Outcome(pairs=[pair(link, "a"), pair(link, "b")]))
    one, other = books.pairs_at(link, frozenset({Ref("a.ics"), Ref("b.ics")}), frozenset())

    books.record(RUN, Outcome(pairs=[replace(one, near=other.near), replace(other, near=one.near)]))

    assert books.index(link, Side.NEAR).keys() == {"a.ics", "b.ics"}
    assert books.count(link) == 2


def test_the_index_of_a_side_tells_revision_and_body(books, link):
    books.record(RUN, Outcome(pairs=[pair(link, "a", TWO)]))

    assert books.index(link, Side.FAR) == {"/c/a": ("f1", TWO)}


def test_pairs_are_found_by_key_in_every_link_and_in_any_number(books, link):
    names = [f"e{at}" for at in range(CHUNK + 7)]
    books.record(RUN, Outcome(pairs=[pair(link, name) for name in names]))

    assert {one.key for one in books.pairs_with(frozenset(names))} == set(names)


def test_a_body_is_kept_once_and_comes_back(books):
    books.keep([(ONE, b"one")])
    books.keep([(ONE, b"one"), (TWO, b"two")])

    assert (books.body(ONE), books.body(TWO)) == (b"one", b"two")


def test_a_body_that_is_not_there_is_damage_not_nothing(books):
    with pytest.raises(CalsyncError, match=r"E503\.body"):
        books.body(THREE)


def test_an_intent_comes_back_until_it_is_closed(books, link):
    near, far = Version(Ref("a.ics"), Rev(""), ONE), Version(Ref("/c/a"), Rev("f1"), TWO)
    intent = Intent("op", link, 3, "a", "Title", near, far, near_wanted=True, far_wanted=False, near_was=THREE)
    books.begin([intent])
    assert books.intents(link) == (intent,)

    books.record(RUN, Outcome(closed=["op"]))

    assert books.intents(link) == ()


def waiting(link, **changes) -> Wait:
    return replace(Wait(link, Side.FAR, Ref("/c/a"), "E403", "refused", "Title", "a"), **changes)


def test_tries_are_counted_in_rounds_not_in_passes(books, link):
    for run in (1, 1, 2, 3):
        books.record(RunId(run), Outcome(waits=[waiting(link)]))

    assert [wait.tries for wait in books.waits(link)] == [3]


def test_what_is_not_named_any_more_waits_no_more(books, link):
    books.record(RUN, Outcome(waits=[waiting(link), waiting(link, ref=Ref("/c/b"))]))

    books.clear(link, {(Side.FAR, Ref("/c/b"))})

    assert [wait.ref for wait in books.waits(link)] == ["/c/b"]


def test_a_finished_round_counts_and_leaves_its_cursor(books, link):
    books.finish(link, Cursor("token"), "ctag")

    (found,) = books.links()
    assert (found.cursor, found.glance, found.rounds, found.first) == ("token", "ctag", 1, False)


def test_what_cannot_be_written_down_wholly_is_not_written_down_at_all(books, link):
    broken = replace(pair(link, "b"), link=None)

    with pytest.raises(CalsyncError):
        books.record(RUN, Outcome(pairs=[pair(link, "a"), broken]))

    assert books.count(link) == 0


def test_a_body_that_was_altered_on_the_disk_is_not_believed(database, books):
    sha = sha_of(b"as it was")
    books.keep([(sha, b"as it was")])
    with database.transaction() as sql:
        sql.execute("UPDATE body SET content=x'00'")

    with pytest.raises(CalsyncError, match="E503"):
        books.body(sha)
