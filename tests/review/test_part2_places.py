"""Odd files, odd places and odd callers: what they cost is bounded, and nothing of ours is written over or called in circles."""

from __future__ import annotations

import io
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calsync_cli.app import almanac
from calsync_cli.app.agenda import AgendaWish, agenda
from calsync_cli.app.event.adding import add
from calsync_cli.app.event.changing import edit
from calsync_cli.app.event.showing import show
from calsync_cli.app.event.wishes import AddWish, EditWish, Which
from calsync_cli.app.feed import export
from calsync_cli.app.hooks import post_sync
from calsync_cli.app.reports.events import AgendaReport
from calsync_cli.app.reports.rounds import CalendarCounts, SyncReport
from calsync_cli.core.details import details
from calsync_cli.core.draft import Changes
from calsync_cli.core.errors import CalsyncError
from tests.app.desks import ME, YOU, Place, at, meeting

OLD = 1_000_000_000
"""A time at which no file is young."""


@pytest.fixture
def place(home: Path) -> Place:
    return Place(home)


def week(place: Place) -> AgendaReport:
    begin, end = datetime(2030, 1, 14, tzinfo=UTC), datetime(2030, 1, 21, tzinfo=UTC)
    return agenda(place.desk(), AgendaWish(begin=begin, end=end))


def titles(place: Place) -> list[str]:
    return [event.title for event in week(place).events]


def lone(uid: str, *, extra: str = "", start: str = "DTSTART:20300115T140000Z") -> bytes:
    return meeting(uid, organizer="", guests=(), title=uid, extra=extra, start=start, end="DURATION:PT1S")


# ── an agenda full of bombs ──────────────────────────────────────────────────────────────────────────────────────


def test_many_events_that_come_every_second_are_cut_and_hide_no_other(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(almanac, "ENOUGH", 40)
    for number in range(12):
        place.writes(lone(f"bomb{number}", extra="RRULE:FREQ=MINUTELY\r\n", start="DTSTART:20300114T000000Z"))
    place.writes(lone("real"))
    place.writes(lone("daily", extra="RRULE:FREQ=DAILY\r\n"))

    report = week(place)

    assert report.cut == 12
    assert len(report.events) <= 5_000 + 12 * almanac.FEW
    assert [event.title for event in report.events if not event.title.startswith("bomb")] == ["daily", "real"] + [
        "daily"
    ] * 5


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/passwd", "\0", "a" * 10_000, "Europe/../Europe/Amsterdam"])
def test_a_zone_that_is_a_path_opens_no_file(place: Place, zone: str) -> None:
    place.writes(lone("odd", start=f"DTSTART;TZID={zone}:20300115T140000"))

    assert titles(place) == ["odd"]


def test_what_stands_there_like_an_event_and_is_none_hangs_nobody(place: Place) -> None:
    place.writes(lone("real"))
    folder = place.folder()
    (folder / "folder.ics").mkdir()
    os.mkfifo(folder / "fifo.ics")
    (folder / "device.ics").symlink_to("/dev/zero")
    (folder / "loop.ics").symlink_to("loop.ics")
    (folder / "empty.ics").touch()
    with (folder / "large.ics").open("wb") as file:
        file.truncate(50_000_000)

    report = week(place)

    assert ([event.title for event in report.events], report.unreadable) == (["real"], 6)


def test_files_that_change_their_names_among_each_other_are_found_where_they_are(place: Place) -> None:
    place.local(ME)
    for uid in ("aaaa", "bbbb"):
        place.writes(lone(uid), ME)
        os.utime(place.folder(ME) / f"{uid}.ics", (OLD, OLD))
    assert sorted(titles(place)) == ["aaaa", "bbbb"]
    one, other, aside = (place.folder(ME) / f"{name}.ics" for name in ("aaaa", "bbbb", "aside"))
    one.rename(aside)
    other.rename(one)
    aside.rename(other)

    edit(place.desk(), EditWish(which=Which(id="aaaa"), changes=Changes(title="A")))

    assert {uid: details(body).title for uid, body in place.files(ME).items()} == {"aaaa": "A", "bbbb": "bbbb"}
    assert show(place.desk(), which=Which(id="aaaa")).path == other


def test_a_uid_that_is_there_twice_is_edited_in_one_file_and_the_other_is_as_it_was(place: Place) -> None:
    place.writes(lone("twice"))
    copy = place.folder() / "copy.ics"
    copy.write_bytes(lone("twice", extra="X-COPY:1\r\n"))
    before = {path.name: path.read_bytes() for path in place.folder().glob("*.ics")}

    edit(place.desk(), EditWish(which=Which(id="twice"), changes=Changes(title="New")))

    after = {path.name: path.read_bytes() for path in place.folder().glob("*.ics")}
    assert sum(after[name] != body for name, body in before.items()) == 1


def test_two_that_add_at_once_both_have_their_event(place: Place) -> None:
    start, failed = threading.Barrier(2), list[BaseException]()

    def adds(title: str) -> None:
        desk = place.desk()
        start.wait()
        try:
            add(desk, AddWish(title=title, start=at(15)))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=adds, args=(title,)) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failed, sorted(titles(place))) == ([], ["One", "Two"])


# ── a feed where it would do harm ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("where", ["agenda/{you}/agenda/feed.ics", "state/{me}/state.db", "attic/{me}/feed.ics"])
def test_a_feed_is_never_written_over_what_is_ours(place: Place, where: str) -> None:
    place.local(ME, YOU)
    place.writes(lone("real"), ME)
    place.writes(lone("theirs"), YOU)
    target = place.home / where.format(me=ME, you=YOU)
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.read_bytes() if target.exists() else None

    with pytest.raises(CalsyncError, check=lambda error: (error.code, error.variant) == ("E001", "no-place")):
        export(place.desk(ME), file=target, out=io.BytesIO(), dry_run=False)

    assert (target.read_bytes() if target.exists() else None) == before


def test_a_feed_is_not_written_into_a_calendar_that_lies_elsewhere(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    place.folder().parent.mkdir(parents=True)
    place.folder().symlink_to(elsewhere)
    place.writes(lone("real"))

    with pytest.raises(CalsyncError, check=lambda error: (error.code, error.variant) == ("E001", "no-place")):
        export(place.desk(), file=elsewhere / "feed.ics", out=io.BytesIO(), dry_run=False)


# ── a hook that calls calsync ────────────────────────────────────────────────────────────────────────────────────


def test_a_sync_that_a_hook_calls_runs_no_hook(place: Place, tmp_path: Path) -> None:
    """Its environment is all that the second one has of the first."""
    notes = tmp_path / "notes"
    words = f'["/bin/sh", "-c", "env > {notes}"]'
    counts = CalendarCounts(in_=1)
    report = SyncReport(ok=True, account=ME, run=1, calendar=counts)
    post_sync(place.desk(CALSYNC_HOOKS_POST_SYNC=words), report)
    env = dict(line.split("=", 1) for line in notes.read_text().splitlines())
    notes.unlink()

    again = post_sync(place.desk(**env), report)

    assert (again.hook, notes.exists()) == (None, False)
