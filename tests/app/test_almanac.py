"""Events on this disk by time and by ID: what is read again, what is not, and what goes on when the index cannot."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from calsync_cli.app import wiring
from calsync_cli.app.almanac import almanac
from calsync_cli.app.pen import Spot
from calsync_cli.app.session import opened, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName, account_name
from calsync_cli.core.details import event_id
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights
from tests.doubles.events import event

ME, YOU = account_name("me@example.org"), account_name("you@example.org")
NOVEMBER = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
DECEMBER = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
JUNE = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
OLD = 86_400
IN_NOVEMBER = {"start": "20261124T140000Z", "end": "20261124T150000Z"}


@pytest.fixture
def desk(home: Path) -> Desk:
    return at(home)


def at(home: Path, account: str | None = None) -> Desk:
    env = {"CALSYNC_HOME": str(home), "TZ": "Europe/Amsterdam"}
    return wiring.desk(account=account, config_file=None, env=env, interactive=False, tell=None)


def put(desk: Desk, name: str, content: bytes, *, account: str = PERSONAL, calendar: str = "agenda") -> Path:
    """A file that has been there for a day."""
    path = wiring.agenda(desk, account).path(CollectionId(calendar)) / f"{name}.ics"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - OLD, time.time() - OLD))
    return path


def remembering(desk: Desk, account: AccountName = ME) -> None:
    """The account has a state."""
    with working(desk, account, make=True):
        pass


def linked(desk: Desk, *calendars: tuple[str, Mode, bool], account: AccountName = ME) -> None:
    """The account's calendars: name, mode, whether it is the primary."""
    with working(desk, account, make=True) as session:
        for name, mode, primary in calendars:
            glance = Glance(CollectionId(f"/{name}/"), name.title(), Rights.OWNER, "", color="#336699")
            session.settings.add_link(glance, name, mode=mode, primary=primary)


def uids(desk: Desk, window: tuple[datetime, datetime] = DECEMBER, *accounts: AccountName) -> list[str]:
    with almanac(desk, accounts) as book:
        return [entry.uid for entry, _ in book.between(*window)]


def refused(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(CalsyncError) as error:
        act()
    return error.value.code, error.value.variant


def test_r35_without_an_account_the_agenda_is_read_and_nothing_is_written(desk: Desk, home: Path) -> None:
    put(desk, "lunch", event("lunch"))

    found = uids(desk)

    assert found == ["lunch"]
    assert [path.name for path in home.iterdir()] == ["agenda"]


def test_without_anything_there_is_nothing(desk: Desk) -> None:
    assert uids(desk) == []


def test_whole_days_come_first_then_the_earliest(desk: Desk) -> None:
    put(desk, "late", event("late", start="20261201T100000Z"))
    put(desk, "early", event("early", start="20261201T080000Z"))
    put(desk, "whole", event("whole", start="20261201", end="20261202"))
    put(desk, "before", event("before", start="20261130T220000Z", end="20261130T223000Z"))

    assert uids(desk, (NOVEMBER[0], DECEMBER[1])) == ["before", "whole", "early", "late"]


def test_a_file_that_did_not_change_is_not_read_again(desk: Desk) -> None:
    """Same size, same time, same inode: the index is asked, which still knows the old day."""
    remembering(desk)
    path = put(desk, "lunch", event("lunch"), account=ME)
    uids(desk)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"20261201", b"20260601"))
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))

    found = uids(desk, JUNE)

    assert found == []


def test_a_file_that_changed_in_place_is_read_again(desk: Desk) -> None:
    remembering(desk)
    path = put(desk, "lunch", event("lunch"), account=ME)
    uids(desk)
    path.write_bytes(path.read_bytes().replace(b"20261201", b"20261101"))

    assert (uids(desk, NOVEMBER), uids(desk)) == (["lunch"], [])


def test_a_file_that_changes_twice_within_a_moment_is_read_each_time(desk: Desk) -> None:
    remembering(desk)
    path = put(desk, "lunch", event("lunch"), account=ME)
    now = time.time_ns()
    for day in (b"20261202", b"20261101"):
        path.write_bytes(event("lunch").replace(b"20261201", day))
        os.utime(path, ns=(now, now))
        found = uids(desk, NOVEMBER)

    assert found == ["lunch"]


def test_files_come_and_go(desk: Desk) -> None:
    remembering(desk)
    put(desk, "one", event("one"), account=ME)
    gone = put(desk, "two", event("two"), account=ME)
    before = uids(desk)
    gone.unlink()
    put(desk, "three", event("three"), account=ME)

    assert (sorted(before), sorted(uids(desk))) == (["one", "two"], ["one", "three"])


def test_a_directory_that_went_away_takes_its_events_with_it(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True))
    path = put(desk, "one", event("one"), account=ME, calendar="work")
    before = uids(desk)
    path.parent.rename(path.parent.with_name(".away"))

    assert (before, uids(desk)) == (["one"], [])


def test_r14_shown_calendars_are_there_and_hidden_ones_are_not(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True), ("team", Mode.VIEW, False), ("secret", Mode.VIEW, False))
    for name in ("work", "team", "secret"):
        put(desk, name, event(name), account=ME, calendar=name)
    with working(desk, ME) as session:
        session.settings.set_shown(session.settings.links()[-1].id, shown=False)

    with almanac(desk) as book:
        homes = [(home.name, home.color, home.primary, home.writable) for home in book.homes]

    assert homes == [("Work", "#336699", True, True), ("Team", "#336699", False, False)]
    assert sorted(uids(desk)) == ["team", "work"]


def test_a_directory_that_is_in_step_with_nothing_is_shown_too(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True))
    put(desk, "old", event("old"), account=ME, calendar="brought-back")

    with almanac(desk) as book:
        assert [(home.name, home.spot, home.writable) for home in book.homes][1:] == [
            ("brought-back", Spot(CollectionId("brought-back")), True)
        ]
    assert uids(desk) == ["old"]


def test_two_accounts_are_two_agendas(desk: Desk, home: Path) -> None:
    for name in (ME, YOU):
        remembering(desk, name)
        put(desk, "x", event(f"of {name}"), account=name)

    assert uids(at(home, YOU)) == ["of you@example.org"]
    assert sorted(uids(desk, DECEMBER, ME, YOU)) == ["of me@example.org", "of you@example.org"]


# ── what cannot be read ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("remembered", [True, False], ids=["with a state", "without"])
def test_files_that_cannot_be_read_stop_no_other_and_are_counted_each_time(desk: Desk, remembered: bool) -> None:
    account = ME if remembered else PERSONAL
    if remembered:
        remembering(desk)
    good = put(desk, "good", event("good"), account=account)
    put(desk, "torn", event("torn")[:100], account=account)
    put(desk, "two", event("two").replace(b"END:VCALENDAR", event("three")[43:]), account=account)
    put(desk, "task", event("task").replace(b"VEVENT", b"VTODO"), account=account)
    good.with_name("folder.ics").mkdir()
    good.with_name("dangling.ics").symlink_to("nowhere")
    told = []

    for _ in range(2):
        with almanac(desk) as book:
            told.append(([entry.uid for entry, _ in book.between(*DECEMBER)], book.unreadable))

    assert told == [(["good"], 4)] * 2


def test_an_event_without_a_uid_has_an_id_all_the_same(desk: Desk) -> None:
    put(desk, "bare", event("bare").replace(b"UID:bare\r\n", b""))

    with almanac(desk) as book:
        ((entry, _),) = book.between(*DECEMBER)
        found = book.by_id(book.short(entry.id))

    assert (found, entry.id) == (entry, event_id(entry.uid))


# ── when the index cannot be kept ────────────────────────────────────────────────────────────────────────────────


def test_a_state_that_another_process_is_writing_to_is_read_around(desk: Desk) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True))
    put(desk, "one", event("one"), account=ME, calendar="work")
    uids(desk)
    put(desk, "two", event("two"), account=ME, calendar="work")
    other = sqlite3.connect(desk.places.database(ME), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    found = sorted(uids(desk))

    other.execute("ROLLBACK")
    other.close()
    assert (found, sorted(uids(desk))) == (["one", "two"], ["one", "two"])


def broken_tables(path: Path) -> None:
    with sqlite3.connect(path) as sql:
        sql.execute("DROP TABLE agenda")
    sql.close()


def of_another_version(path: Path) -> None:
    with sqlite3.connect(path) as sql:
        sql.execute("INSERT INTO migration VALUES ('999-tomorrow')")
    sql.close()


def damaged(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + os.urandom(5000))


@pytest.mark.parametrize("harm", [broken_tables, of_another_version, damaged])
def test_no_damage_to_the_state_hides_an_event(desk: Desk, harm: Callable[[Path], None]) -> None:
    linked(desk, ("work", Mode.TWO_WAY, True))
    put(desk, "one", event("one"), account=ME, calendar="work")
    uids(desk)
    harm(desk.places.database(ME))

    assert uids(desk) == ["one"]


@pytest.mark.parametrize("harm", ["first=0, last=0", "uid='x', id='y'", "kind='other'", "rev='x'"])
def test_no_damaged_row_hides_an_event(desk: Desk, harm: str) -> None:
    remembering(desk)
    put(desk, "one", event("one"), account=ME)
    uids(desk)
    with reading(desk, ME) as session, session.database.transaction() as sql:
        sql.execute(f"UPDATE agenda SET {harm} WHERE ref<>''")

    with almanac(desk) as book:
        assert book.by_id("one").ref == "one.ics"
    assert uids(desk) == ["one"]


def test_it_works_beside_a_command_that_holds_the_account(desk: Desk) -> None:
    remembering(desk)
    put(desk, "one", event("one"), account=ME)

    with working(desk, ME), almanac(desk) as book:
        put(desk, "two", event("two"), account=ME)
        book.look()
        found = [entry.uid for entry, _ in book.between(*DECEMBER)]

    assert sorted(found) == ["one", "two"]


# ── by ID ────────────────────────────────────────────────────────────────────────────────────────────────────────


def alike(digits: int = 4) -> tuple[str, str]:
    """Two UIDs whose IDs begin alike."""
    seen: dict[str, str] = {}
    for number in count():
        uid = f"event-{number}"
        begins = event_id(uid)[:digits]
        if begins in seen:
            return seen[begins], uid
        seen[begins] = uid
    raise AssertionError


def test_an_id_is_as_short_as_it_can_be(desk: Desk) -> None:
    one, other = alike()
    for uid in (one, other, "alone"):
        put(desk, uid, event(uid))

    with almanac(desk) as book:
        shown = {uid: book.short(event_id(uid)) for uid in (one, other, "alone")}

        assert len(shown["alone"]) == 4
        assert len(shown[one]) > 4
        assert [book.by_id(shown[uid]).uid for uid in (one, other, "alone")] == [one, other, "alone"]
        assert book.by_id(shown["alone"].upper()).uid == "alone"
        assert book.by_id(f" {event_id('alone')} ").uid == "alone"


def test_an_id_that_could_be_two_names_both(desk: Desk) -> None:
    one, other = alike()
    for uid in (one, other):
        put(desk, uid, event(uid))

    with almanac(desk) as book, pytest.raises(CalsyncError) as error:
        book.by_id(event_id(one)[:4])

    assert (error.value.code, error.value.variant) == ("E003", "event-several")
    assert error.value.params["names"] == ", ".join(sorted(each[:5] for each in map(event_id, (one, other))))


@pytest.mark.parametrize("said", ["", "ffffffffffff", "%", "nothing such", "*", "0" * 100, "a\0b"])
def test_what_is_no_id_is_refused(desk: Desk, said: str) -> None:
    put(desk, "one", event("one"))

    with almanac(desk) as book:
        assert refused(lambda: book.by_id(said)) == ("E003", "event")


def test_a_uid_that_looks_like_the_beginning_of_an_id_is_meant_itself(desk: Desk) -> None:
    uid = event_id("other")[:4]
    put(desk, "other", event("other"))
    put(desk, "same", event(uid))

    with almanac(desk) as book:
        assert book.by_id(uid).uid == uid


def test_of_an_event_in_two_calendars_the_editable_primary_is_meant(desk: Desk) -> None:
    linked(desk, ("team", Mode.VIEW, False), ("work", Mode.TWO_WAY, True), ("club", Mode.TWO_WAY, False))
    for name in ("team", "club", "work"):
        put(desk, name, event("same"), account=ME, calendar=name)

    with almanac(desk) as book:
        found = book.by_id(event_id("same")[:4]).home.name
        names = [entry.home.name for entry, _ in book.between(*DECEMBER)]

    assert (found, sorted(names)) == ("Work", ["Club", "Team", "Work"])


def test_an_entry_reads_its_file_when_asked(desk: Desk) -> None:
    path = put(desk, "one", event("one"))

    with almanac(desk) as book:
        entry = book.by_id("one")
        content = entry.held().content
        path.unlink()

        assert content == event("one")
        assert refused(entry.held) == ("E003", "event")


def test_a_series_is_found_in_any_of_its_weeks(desk: Desk) -> None:
    remembering(desk)
    put(desk, "weekly", event("weekly", **IN_NOVEMBER, extra="RRULE:FREQ=WEEKLY\n"), account=ME)

    found = [
        uids(desk, (begin, begin + timedelta(days=7))) for begin in (NOVEMBER[0], datetime(2056, 3, 6, tzinfo=UTC))
    ]

    assert found == [[], ["weekly"]]


def test_a_second_look_opens_what_the_first_left(desk: Desk) -> None:
    """The index stays: a session that is opened anew finds the rows of the one before."""
    remembering(desk)
    put(desk, "one", event("one"), account=ME)
    uids(desk)

    session = opened(desk, ME)
    with session.database.reading() as sql:
        rows = sql.execute("SELECT ref, uid, kind FROM agenda ORDER BY ref").fetchall()
    session.database.close()

    assert [row for row in rows if row[0]] == [("one.ics", "one", "event")]
