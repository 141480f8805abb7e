"""What was filled in at connect stays as it was (R44, R55), and disconnecting empties it (R53)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import Slip, What, Withdrawn
from calsync_cli.core.model import (
    NO_FLAGS,
    CollectionId,
    Cursor,
    Glance,
    Mode,
    Pair,
    Ref,
    Rev,
    Rights,
    RunId,
    Side,
    Version,
)
from calsync_cli.core.record import Kept, Outcome
from calsync_cli.core.shelf import sha_of
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.chronicle import Chronicle
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.glimpse import active
from calsync_cli.state.letters import SqliteLetters
from calsync_cli.state.settings import Connection, Settings, Stage

WORK = Connection(
    provider="caldav",
    email="me@x.example",
    user="me",
    server="dav.x.example",
    endpoint="https://dav.x.example/",
    principal="/me/",
    homes=("/me/calendars/",),
    addresses=("mailto:me@x.example",),
    traits={"sync": "yes"},
)
PLACE = Glance(CollectionId("/c/"), "Work", Rights.OWNER, "", color="#112233")


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "state.db")
    yield database
    database.close()


@pytest.fixture
def settings(database):
    return Settings(database)


def test_nothing_is_connected_at_first(settings):
    assert (settings.stage, settings.connection()) == (None, None)


def test_a_connection_comes_back_as_it_was_stored(settings):
    settings.connect(WORK)

    assert (settings.stage, settings.connection()) == (Stage.CONNECTED, WORK)


def test_a_pending_connection_counts_as_pending(settings):
    settings.pend(WORK)

    assert settings.stage is Stage.PENDING


def changed(**fields) -> str:
    from dataclasses import asdict

    return json.dumps(asdict(WORK) | fields, sort_keys=True)


@pytest.mark.parametrize(
    "stored",
    [
        changed(server="evil.example"),
        changed(principal="/you/"),
        changed(new="field"),
        "not json",
        "{}",
        "[]",
        "null",
        '"text"',
    ],
)
def test_what_was_changed_after_the_sign_in_is_refused(settings, stored):
    settings.connect(WORK)

    settings.put(connection=stored)

    with pytest.raises(CalsyncError, match=r"E203\.stored"):
        settings.connection()


def test_a_setting_is_unset_by_nothing(settings):
    settings.put(a="1", b="2")

    settings.put(a="")

    assert (settings.get("a"), settings.get("b")) == ("", "2")


def test_a_calendar_keeps_its_directory_when_its_name_changes(settings):
    link = settings.add_link(PLACE, "work", mode=Mode.TWO_WAY, primary=True)

    settings.update_link(link, Glance(PLACE.id, "Renamed", Rights.READ, ""))

    (row,) = settings.links()
    assert (row.name, row.display, row.rights) == ("work", "Renamed", Rights.READ)


def test_two_calendars_never_share_a_directory(settings):
    settings.add_link(PLACE, "work", mode=Mode.TWO_WAY, primary=True)

    with pytest.raises(CalsyncError):
        settings.add_link(Glance(CollectionId("/d/"), "Other", Rights.OWNER, ""), "work", mode=Mode.VIEW, primary=False)


def test_misses_are_counted_in_a_row(settings):
    link = settings.add_link(PLACE, "work", mode=Mode.TWO_WAY, primary=True)
    settings.miss_link(link)
    settings.update_link(link, PLACE)

    assert settings.miss_link(link) == 1


def paired(database, settings) -> SqliteBooks:
    books = SqliteBooks(database)
    link = settings.add_link(PLACE, "work", mode=Mode.TWO_WAY, primary=True)
    sha = sha_of(b"body")
    books.keep([(sha, b"body")])
    pair = Pair(link, Version(Ref("a.ics"), Rev("1"), sha), Version(Ref("/c/a"), Rev("1"), sha), "a")
    books.record(
        RunId(1), Outcome(pairs=[pair], kept=[Kept(link, Side.NEAR, Ref("b.ics"), "b", "B", "deleted", "name")])
    )
    books.finish(link, Cursor("token"), "ctag")
    return books


def test_disconnecting_empties_everything_but_the_attic_s_list(database, settings):
    books = paired(database, settings)
    settings.connect(WORK)

    settings.disconnect()

    assert (settings.stage, settings.links(), books.links()) == (None, [], [])
    assert [(row.name, row.calendar) for row in Chronicle(database).attic()] == [("name", "work")]
    with pytest.raises(CalsyncError):
        books.body(sha_of(b"body"))


def test_beginning_again_forgets_what_was_agreed_on_but_not_who_they_are(database, settings):
    books = paired(database, settings)

    settings.begin_again()

    (link,) = books.links()
    assert (link.first, link.cursor, link.name, books.count(link.id)) == (True, None, "work", 0)


def test_disconnecting_forgets_what_was_said_of_mail_and_keeps_what_happened_to_it(database, settings):
    letters, folders = SqliteLetters(database), Folders(database)
    inbox, archive = folders.map("inbox", CollectionId("INBOX")), folders.map("archive", CollectionId("Archive"))
    settings.put(mail_root="ours", mail_none="deleted", mail_bin="Trash", mail_since="1", mail_gone="x", mailing="no")
    away = [Withdrawn(inbox, Ref("a"), "id", NO_FLAGS, "deleted", name) for name in ("2026-11-20/090000-a", "1.7")]
    tally = Counter({(inbox, What.FETCHED): 2, (archive, What.FETCHED): 3})
    letters.record(RunId(1), Slip(letters=[Letter(inbox, Ref("a"), Ref("1.1"))], withdrawn=away, tally=tally))

    settings.disconnect()

    with database.reading() as sql:
        told = {
            table: sql.execute(f"SELECT {columns} FROM {table}").fetchall()
            for table, columns in {
                "link": "*",
                "letter": "*",
                "posted": "run, link, what, count",
                "withdrawn": "link, folder, name",
                "setting": "name",
            }.items()
        }
    assert told == {
        "link": [],
        "letter": [],
        "posted": [(1, 0, "fetched", 5)],
        "withdrawn": [(0, "inbox", "2026-11-20/090000-a")],
        "setting": [("mail_root",), ("mailing",)],
    }


@pytest.mark.parametrize(("rounds", "working"), [(0, False), (1, True)])
def test_an_account_of_mail_alone_is_active_once_some_was_fetched(database, settings, rounds, working):
    settings.connect(replace(WORK, halves=("mail",), mail="imaps://h:993"))
    inbox = Folders(database).map("inbox", CollectionId("INBOX"))
    for _ in range(rounds):
        SqliteLetters(database).finish(inbox, None, "", "")

    assert active(database.path) is working
