"""The books of mail: what goes in comes out, calendars do not see it, and ten thousand letters cost next to nothing."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import pytest

from calsync_cli.core.mail.nouns import FLAGGED, SEEN, Letter, Role
from calsync_cli.core.mail.record import Kind, Parcel, Slip, What, Withdrawn
from calsync_cli.core.model import CollectionId, Cursor, Glance, Mode, Ref, Rev, Rights, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.letters import CHUNK, SqliteLetters
from calsync_cli.state.settings import Settings

RUN = RunId(1)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "state.db")
    yield database
    database.close()


@pytest.fixture
def books(database):
    return SqliteLetters(database, now=lambda: 100.0)


@pytest.fixture
def folders(database):
    return Folders(database)


@pytest.fixture
def inbox(folders):
    return folders.map("inbox", CollectionId("INBOX"))


def letter(link, at: int = 1, **changes) -> Letter:
    one = Letter(
        link, Ref(f"17{at}.op_1.host"), Ref(f"9.{at}"), frozenset({SEEN, FLAGGED}), Rev("r1"), 25, f"{at}@there", "d1"
    )
    return replace(one, **changes)


def one_of(books, link) -> Letter:
    (known,) = books.known(link)
    return books.letters({known.id})[known.id]


def test_a_letter_comes_back_as_it_went_in(books, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))

    assert replace(one_of(books, inbox), id=0) == letter(inbox)


def test_the_list_tells_refs_flags_and_the_fingerprint_of_the_file(books, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))

    (known,) = books.known(inbox)

    assert known[1:] == (Ref("171.op_1.host"), Ref("9.1"), frozenset({SEEN, FLAGGED}), Rev("r1"))


def test_many_letters_are_parked_and_many_are_sent_under_unknown_uids(books, inbox):
    parked = [letter(inbox, at, near=Ref("")) for at in range(3)]
    sent = [letter(inbox, at, far=Ref("")) for at in range(3, 6)]

    books.record(RUN, Slip(letters=[*parked, *sent, letter(inbox, 6)]))

    assert len(books.known(inbox)) == 7
    assert books.count(inbox) == 1


def test_two_letters_change_refs_in_one_batch(books, inbox):
    books.record(RUN, Slip(letters=[letter(inbox, 1), letter(inbox, 2)]))
    one, two = books.letters({1, 2}).values()

    books.record(RUN, Slip(letters=[replace(one, far=two.far), replace(two, far=one.far)]))

    assert {known.near: known.far for known in books.known(inbox)} == {
        Ref("171.op_1.host"): Ref("9.2"),
        Ref("172.op_1.host"): Ref("9.1"),
    }


def test_a_letter_moves_to_another_folder_with_its_number(books, folders, inbox):
    archive = folders.map("archive", CollectionId("Archive"))
    books.record(RUN, Slip(letters=[letter(inbox)]))

    books.record(RUN, Slip(letters=[replace(one_of(books, inbox), link=archive)]))

    assert not books.known(inbox)
    assert one_of(books, archive).near == Ref("171.op_1.host")


def test_a_forgotten_letter_is_gone(books, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))

    books.record(RUN, Slip(forgotten=[one_of(books, inbox).id]))

    assert not books.known(inbox)


def test_letters_are_found_by_more_numbers_than_a_statement_takes(books, inbox):
    books.record(RUN, Slip(letters=[letter(inbox, at) for at in range(CHUNK + 3)]))

    assert len(books.letters({known.id for known in books.known(inbox)})) == CHUNK + 3


def test_a_parcel_is_one_row_and_is_closed_by_its_name(books, inbox, database):
    parcel = Parcel("op1", inbox, Kind.DOWN, (letter(inbox, 1), letter(inbox, 2, near_rev=Rev(""))))

    books.record(RUN, Slip(begun=[parcel]))

    assert books.parcels(inbox) == [parcel]
    with database.reading() as sql:
        assert sql.execute("SELECT count(*) FROM parcel").fetchone()[0] == 1
    books.record(RUN, Slip(closed=["op1"]))
    assert not books.parcels(inbox)


def test_tries_are_counted_by_round_and_begin_anew_with_another_file(books, inbox):
    wait = Wait(inbox, Side.NEAR, Ref("a"), "E403", "refused", near_rev=Rev("1"))
    for run in (1, 1, 2):
        books.record(RunId(run), Slip(waits=[wait]))
    assert [one.tries for one in books.waits(inbox)] == [2]

    books.record(RunId(3), Slip(waits=[replace(wait, near_rev=Rev("2"))]))

    assert [one.tries for one in books.waits(inbox)] == [1]
    books.clear(inbox, {(Side.NEAR, Ref("a"))})
    assert not books.waits(inbox)


def test_a_link_tells_its_cursor_and_both_glances_once_it_is_through(books, inbox):
    assert books.links()[0].first

    books.finish(inbox, Cursor("c"), "far", "near")

    (link,) = books.links()
    assert (link.cursor, link.glance, link.near_glance, link.rounds) == ("c", "far", "near", 1)
    assert link.role is Role.INBOX


def test_calendars_and_mail_do_not_see_each_other(books, folders, inbox, database):
    glance = Glance(CollectionId("/c/"), "Work", Rights.OWNER, "")
    Settings(database).add_link(glance, "inbox", mode=Mode.TWO_WAY, primary=True)

    assert [link.far_id for link in SqliteBooks(database).links()] == ["/c/"]
    assert [link.far_id for link in Settings(database).links()] == ["/c/"]
    assert [link.far_id for link in books.links()] == ["INBOX"]
    assert [row.far_id for row in folders.rows()] == ["INBOX"]


def test_disconnecting_forgets_letters_parcels_and_waits(books, inbox, database):
    books.record(
        RUN,
        Slip(
            letters=[letter(inbox)],
            begun=[Parcel("op", inbox, Kind.UP, ())],
            waits=[Wait(inbox, Side.NEAR, Ref("a"), "E403", "refused")],
        ),
    )

    Settings(database).disconnect()

    with database.reading() as sql:
        for table in ("letter", "parcel", "letter_wait", "link"):
            assert not sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0], table


def test_two_local_folders_on_one_remote_are_refused(folders, inbox):
    assert folders.map("archive", CollectionId("INBOX")) is None
    assert [row.name for row in folders.rows()] == ["inbox"]


def test_a_folder_that_is_mapped_elsewhere_begins_anew_and_mapped_the_same_it_goes_on(books, folders, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))
    assert folders.map("inbox", CollectionId("INBOX")) == inbox
    assert books.count(inbox) == 1

    folders.map("inbox", CollectionId("Other"))

    assert [(row.far_id, row.rounds, row.letters) for row in folders.rows()] == [("Other", 0, 0)]


def test_an_unmapped_folder_is_forgotten(books, folders, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))

    folders.unmap("inbox")

    assert not folders.rows()
    assert not books.known(inbox)


def test_a_folder_that_begins_again_keeps_its_place(books, folders, inbox):
    books.record(RUN, Slip(letters=[letter(inbox)]))
    books.finish(inbox, Cursor("c"), "far", "near")

    folders.begin_again()

    assert [(row.id, row.letters) for row in folders.rows()] == [(inbox, 0)]
    assert books.links()[0].first


def test_what_happened_is_counted_by_round_and_what_went_to_the_attic_is_listed(books, inbox, database):
    withdrawn = Withdrawn(inbox, Ref("a"), "1@there", frozenset({SEEN}), "deleted", "name")
    for _ in range(2):
        books.record(RUN, Slip(withdrawn=[withdrawn], tally=Counter({(inbox, What.DELETED_HERE): 2})))

    with database.reading() as sql:
        assert sql.execute("SELECT run, what, count FROM posted").fetchall() == [(1, "deleted-here", 4)]
        assert sql.execute("SELECT folder, name FROM withdrawn").fetchall() == [("inbox", "name")] * 2


def test_an_empty_slip_costs_no_transaction(books, database):
    before = database.path.with_name("state.db-wal").stat().st_size

    books.record(RUN, Slip())

    assert database.path.with_name("state.db-wal").stat().st_size == before


def test_ten_thousand_letters_are_written_down_in_a_tenth_of_a_second_of_computing(books, inbox):
    letters = [letter(inbox, at) for at in range(10_000)]
    began = time.process_time()

    books.record(RUN, Slip(letters=letters))

    assert time.process_time() - began < 0.4, "four times the room, for a machine that is shared"
