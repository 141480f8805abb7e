"""What happened to letters: told by run and folder, brought back once, and left alone where a person says so."""

from __future__ import annotations

from collections import Counter

import pytest

from calsync_cli.core.mail.nouns import SEEN, Letter
from calsync_cli.core.mail.record import Slip, What, Withdrawn
from calsync_cli.core.model import CollectionId, Ref, Rev, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.chronicle import Chronicle
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.letters import SqliteLetters
from calsync_cli.state.post import RESTORED, Post
from calsync_cli.state.sweep import sweep, unsuccessful

NOW = 100.0


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "state.db")
    yield database
    database.close()


@pytest.fixture
def books(database):
    return SqliteLetters(database, now=lambda: NOW)


@pytest.fixture
def post(database):
    return Post(database)


@pytest.fixture
def folders(database):
    return Folders(database)


@pytest.fixture
def inbox(folders):
    return folders.map("inbox", CollectionId("INBOX"))


@pytest.fixture
def run(database):
    chronicle = Chronicle(database)
    number = chronicle.begin_run(NOW)
    chronicle.end_run(number, NOW, code="", report="x")
    return number


def gone(link, name: str = "2026-11-20/1.eml", why: str = "deleted") -> Withdrawn:
    return Withdrawn(link, Ref("1.host"), "1@there", frozenset({SEEN}), why, name)


def waits(link, rev: str = "r1") -> Wait:
    return Wait(link, Side.NEAR, Ref("1.host"), "E403", "refused", near_rev=Rev(rev))


def test_what_went_is_listed_with_its_folder_even_when_that_is_mapped_no_more(books, post, folders, inbox, run):
    books.record(run, Slip(withdrawn=[gone(inbox)]))
    folders.unmap("inbox")

    (row,) = post.withdrawn()

    assert (row.folder, row.side, row.flags, row.at) == ("inbox", Side.NEAR, {SEEN}, NOW)


def test_what_lies_in_a_bin_is_of_the_far_side_and_has_its_bin(books, post, inbox, run):
    books.record(run, Slip(withdrawn=[gone(inbox, "7.12"), gone(inbox)]))

    post.binned(run, CollectionId("Trash"))

    assert [(row.side, row.bin) for row in post.withdrawn()] == [(Side.NEAR, ""), (Side.FAR, "Trash")]


def test_what_is_wanted_back_is_wanted_until_it_came(books, post, inbox, run):
    books.record(run, Slip(withdrawn=[gone(inbox, "7.12")]))
    (row,) = post.withdrawn()

    post.want([row.id], NOW)
    wanted = [one.id for one in post.wanted()]
    post.undone([row.id], NOW)

    assert (wanted, post.wanted(), post.withdrawn()[0].undone) == ([row.id], (), NOW)


def test_what_was_posted_is_told_with_the_name_that_the_folder_had(books, post, folders, inbox, run):
    books.record(run, Slip(tally=Counter({(inbox, What.FETCHED): 2})))
    books.record(run, Slip(tally=Counter({(inbox, What.FETCHED): 3})))
    folders.unmap("inbox")

    (row,) = post.posted({run})

    assert (row.folder, row.what, row.count) == ("inbox", What.FETCHED, 5)


def test_other_runs_are_not_told(books, post, inbox, run):
    books.record(RunId(run + 1), Slip(tally=Counter({(inbox, What.FETCHED): 2})))

    assert post.posted({run, RunId(run + 2)}) == ()


def test_what_undo_brought_back_is_told_too(post, inbox, run):
    post.restored(run, {(inbox, "inbox"): 2})

    assert [(row.what, row.count) for row in post.posted({run})] == [(RESTORED, 2)]


def test_what_a_person_leaves_stays_left_while_it_fails_as_before(books, post, inbox, run):
    books.record(run, Slip(waits=[waits(inbox)]))

    post.leave(waits(inbox), 4)
    books.record(RunId(run + 1), Slip(waits=[waits(inbox)]))

    assert [one.left for one in post.waiting()] == [True]
    assert books.waits(inbox)[0].tries > 4


def test_what_changed_is_told_anew_though_it_was_left(books, post, inbox, run):
    books.record(run, Slip(waits=[waits(inbox)]))
    post.leave(waits(inbox), 4)

    books.record(RunId(run + 1), Slip(waits=[waits(inbox, "r2")]))

    assert [(one.left, one.wait.tries) for one in post.waiting()] == [(False, 1)]


def test_what_is_tried_again_has_its_folder_looked_at_as_a_whole(books, post, inbox, run):
    books.finish(inbox, "cursor", "far", "near")
    books.record(run, Slip(waits=[waits(inbox)]))

    post.retry(waits(inbox))

    (link,) = books.links()
    assert (post.waiting(), link.cursor, link.glance, link.near_glance, link.first) == ((), None, "", "", False)


def test_a_message_is_found_by_its_id_only_where_one_has_it(books, post, inbox, run):
    letters = [Letter(inbox, Ref(f"{n}.host"), Ref(f"9.{n}"), message_id=name) for n, name in enumerate("aab")]
    books.record(run, Slip(letters=letters))

    found = [post.lying(inbox, message_id=name) for name in ("a", "b", "c", "")]

    assert found == ["", "2.host", "", ""]
    assert post.lying(inbox, far=Ref("9.1")) == "1.host"


def test_a_message_has_an_owner_where_one_letter_alone_can_be_it(books, post, inbox, run):
    twins = [Letter(inbox, Ref(f"{n}.host"), Ref(f"9.{n}"), message_id="twin") for n in (3, 4)]
    named = Letter(inbox, Ref("1.host"), Ref("9.1"), frozenset({SEEN}), message_id="a", digest="d1")
    nameless = Letter(inbox, Ref("2.host"), Ref("9.2"), digest="d2")
    books.record(run, Slip(letters=[named, nameless, *twins]))

    assert post.owner("a", "") == (inbox, "inbox", "1.host", {SEEN})
    assert post.owner("", "d2") == (inbox, "inbox", "2.host", frozenset())
    assert [post.owner("twin", ""), post.owner("b", "d1"), post.owner("", "d3")] == [None, None, None]


def test_a_round_of_mail_that_broke_off_keeps_its_place_in_the_log(database, books, post, inbox):
    chronicle = Chronicle(database)
    broken, later = chronicle.begin_run(NOW), chronicle.begin_run(NOW)
    chronicle.end_run(broken, NOW, code="E402", report="")
    chronicle.end_run(later, NOW, code="", report="x")
    books.record(broken, Slip(tally=Counter({(inbox, What.FETCHED): 1})))

    unsuccessful(database, before=NOW + 1)

    assert [one.run for one in post.posted({broken})] == [broken]
    assert broken in [one.id for one in chronicle.runs()]


def test_history_of_mail_ends_with_its_year(database, books, post, inbox, run):
    books.record(run, Slip(tally=Counter({(inbox, What.FETCHED): 1})))

    sweep(database, before=NOW + 1)

    assert post.posted({run}) == ()
