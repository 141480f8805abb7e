"""`calsync event` as it is typed: what each flag comes to in the file, what is refused, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app.event.showing import Before
from calsync_cli.app.event.wishes import Guests
from calsync_cli.cli.commands import event as command
from calsync_cli.cli.event import reading
from calsync_cli.cli.event.reading import Clock
from calsync_cli.core.details import Guest, details
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment
from tests.app.desks import NOW, meeting
from tests.cli.test_ask import typed
from tests.cli.test_view import on, shown

Run = Callable[..., Any]
DAY = "2030-01-15"
DASH = "\N{EN DASH}"
ON = Clock(NOW, "UTC")


def at(hour: int, minute: int = 0, zone: str = "Europe/Amsterdam", day: int = 15) -> Moment:
    return Moment(datetime(2030, 1, day, hour, minute), zone)  # noqa: DTZ001 - a wall clock


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the events come to lie; the clock is Amsterdam's."""
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    return home / "agenda" / "personal" / "agenda"


def only(folder: Path) -> bytes:
    (path,) = folder.glob("*.ics")
    return path.read_bytes()


def written(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "talk.ics").write_bytes(content)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        (["--at", f"{DAY} 14:00"], at(14), at(15)),
        (["--at", f"{DAY}T14:00", "--for", "45m"], at(14), at(14, 45)),
        (["--at", f"{DAY} 14:00", "--until", "16:30"], at(14), at(16, 30)),
        (["--at", f"{DAY} 14:00", "--tz", "Europe/London"], at(14, zone="Europe/London"), at(15, zone="Europe/London")),
        (["--at", DAY], Moment(date(2030, 1, 15)), Moment(date(2030, 1, 16))),
        (["--at", DAY, "--all-day"], Moment(date(2030, 1, 15)), Moment(date(2030, 1, 16))),
        (["--at", DAY, "--until", "2030-01-17"], Moment(date(2030, 1, 15)), Moment(date(2030, 1, 18))),
        (["--at", DAY, "--for", "2 days"], Moment(date(2030, 1, 15)), Moment(date(2030, 1, 17))),
    ],
)
def test_when_it_is(line: list[str], start: Moment, end: Moment, *, calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "Interview", *line)

    told = details(only(folder))
    assert (got.code, told.title, told.start, told.end) == (0, "Interview", start, end)


def test_all_that_can_be_said_of_it_is_in_the_file(calsync: Run, folder: Path) -> None:
    calsync(
        "event", "add", "A; b, c", "--at", f"{DAY} 14:00", "--where", "Room 1", "--notes", "one\ntwo", "--repeat", "weekly",
        "--remind", "15m", "--remind", "1d", "--silent", "A <a@example.com>, b@example.com", "--private",
    )  # fmt: skip

    told = details(only(folder))
    assert (told.title, told.where, told.notes, told.rule, told.private) == (
        "A; b, c", "Room 1", "one\ntwo", "FREQ=WEEKLY", True,
    )  # fmt: skip
    assert [one.total_seconds() for one in told.reminders] == [900, 86_400]  # type: ignore[union-attr]
    assert [(one.address, one.name, one.silent) for one in told.guests] == [
        ("a@example.com", "A", True),
        ("b@example.com", "", True),
    ]


@pytest.mark.parametrize(
    ("line", "code", "variant"),
    [
        (["x"], "E002", ""),
        (["", "--at", DAY], "E002", "title"),
        (["x", "--at", "banana"], "E001", None),
        (["x", "--at", DAY, "--for", "1h"], "E001", "length"),
        (["x", "--at", f"{DAY} 14:00", "--for", "1h", "--until", "15:00"], "E001", "both"),
        (["x", "--at", f"{DAY} 14:00", "--all-day", "--for", "1h"], "E001", "both"),
        (["x", "--at", f"{DAY} 14:00", "--all-day"], "E001", "all-day"),
        (["x", "--at", f"{DAY} 14:00", "--until", f"{DAY} 13:00"], "E001", None),
        (["x", "--at", DAY, "--tz", "Mars/Olympus"], "E001", None),
        (["x", "--at", DAY, "--repeat", "now and then"], "E001", None),
        (["x", "--at", DAY, "--remind", "soon"], "E001", None),
        (["x", "--at", DAY, "--invite", "nobody"], "E001", "flag-value"),
        (["x", "--at", DAY, "--invite-all", "--invite-none"], "E001", "both"),
        (["x", "--at", DAY, "--invite", "a@example.com", "--silent", "a@example.com"], "E001", "both"),
        (["x\x1b[2J", "--at", DAY], "E001", "control"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_made(
    line: list[str], code: str, variant: str | None, *, calsync: Run, folder: Path
) -> None:
    got = calsync("event", "add", *line, "--json")

    error = got.json["error"]
    assert (got.code, error["code"]) == (2, code)
    assert variant is None or error["variant"] == variant
    assert not folder.exists()


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        (["--at", "15:00"], at(15), at(16)),
        (["--at", "8u30"], at(8, 30), at(9, 30)),
        (["--at", "2030-01-16 10:00"], at(10, day=16), at(11, day=16)),
        (["--for", "2h"], at(14), at(16)),
        (["--until", "18:00"], at(14), at(18)),
        (["--at", "9:00", "--until", "9:15"], at(9), at(9, 15)),
        (["--all-day"], Moment(date(2030, 1, 15)), Moment(date(2030, 1, 16))),
        (["--tz", "Europe/London"], at(14, zone="Europe/London"), at(15, zone="Europe/London")),
        (["--at", "15:00", "--tz", "Europe/London"], at(15, zone="Europe/London"), at(16, zone="Europe/London")),
    ],
)
def test_a_new_time_is_counted_from_the_old_one(
    line: list[str], start: Moment, end: Moment, *, calsync: Run, folder: Path
) -> None:
    calsync("event", "add", "Talk", "--at", f"{DAY} 14:00")
    name = calsync_id(folder)

    got = calsync("event", "edit", name, *line)

    told = details(only(folder))
    assert (got.code, told.start, told.end) == (0, start, end)


def calsync_id(folder: Path) -> str:
    return details(only(folder)).uid


def test_what_is_given_empty_is_taken_away(calsync: Run, folder: Path) -> None:
    calsync(
        "event", "add", "x", "--at", f"{DAY} 14:00", "--where", "w", "--notes", "n", "--repeat", "daily", "--remind", "5m", "--private"
    )  # fmt: skip

    calsync(
        "event", "edit", calsync_id(folder), "--where", "", "--notes", "", "--repeat", "none", "--remind", "geen", "--public"
    )  # fmt: skip

    told = details(only(folder))
    assert (told.where, told.notes, told.rule, told.reminders, told.private) == ("", "", "", (), False)


@pytest.mark.parametrize(
    ("line", "variant"),
    [
        (["edit", "talk"], "no-change"),
        (["edit", "talk", "--title", "x", "--private", "--public"], "both"),
        (["edit", "talk", "--title", "x", "--notify", "--quietly"], "both"),
        (["edit", "talk", "--title", "x", "--occurrence", DAY, "--following", DAY], "both"),
        (["edit", "talk", "--title", "x", "--occurrence", DAY], "no-series"),
        (["delete", "talk", "--notify", "--quietly"], "both"),
        (["invite", "talk", "a@example.com", "--quietly"], "quiet-invitation"),
        (["invite", "talk", "nobody"], "flag-value"),
        (["invite", "talk"], "argument"),
        (["respond", "talk", "maybe"], "flag-choice"),
    ],
)
def test_what_goes_with_nothing_is_refused(line: list[str], variant: str, calsync: Run, folder: Path) -> None:
    written(folder, meeting(organizer="", guests=()))

    got = calsync("event", *line, "--json")

    assert (got.code, got.json["error"]["variant"]) == (2, variant)
    assert only(folder) == meeting(organizer="", guests=())


@pytest.mark.parametrize(
    ("answer", "said"), [("accept", "accepted"), ("DECLINE", "declined"), ("tentative", "tentative")]
)
def test_an_answer_is_one_of_three_words(answer: str, said: str) -> None:
    assert reading.answer(answer) == said


def test_an_answer_to_nobody_is_refused_with_what_can_be_done(calsync: Run, folder: Path) -> None:
    written(folder, meeting(organizer="", guests=()))

    got = calsync("event", "respond", "talk", "accept")

    assert got.code == 6
    assert "Do: calsync event edit" in got.err


def test_what_was_added_is_said_in_one_line(calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "Interview", "--at", f"{DAY} 14:00", "--for", "45m", "--silent", "hr@example.org")

    said = got.err.splitlines()
    assert got.out == ""
    assert said[0].startswith(f"✓ Added to Personal, Tue 15 Jan 2030 14:00{DASH}14:45  (")
    assert said[0].endswith(")      none: hr@example.org")


def test_the_same_in_dutch(calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "Gesprek", "--at", f"{DAY} 14u", "--repeat", "elke week", "--lang", "nl")

    assert got.err.startswith(f"✓ Toegevoegd aan Personal, di 15 jan 2030 14:00{DASH}15:00, wekelijks  (")


def test_quietly_done_says_nothing(calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "x", "--at", f"{DAY} 14:00", "-q")

    assert (got.code, got.out, got.err) == (0, "", "")


def test_a_dry_run_tells_and_does_nothing(calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "x", "--at", f"{DAY} 14:00", "-n")

    assert got.out.startswith(f"Added to Personal, Tue 15 Jan 2030 14:00{DASH}15:00")
    assert got.err == "Nothing was changed.\n"
    assert not folder.exists()


def test_json_has_the_keys_that_are_promised(calsync: Run, folder: Path) -> None:
    got = calsync(
        "event", "add", "x", "--at", f"{DAY} 14:00", "--repeat", "weekly", "--silent", "a@example.com", "--json"
    )

    (event,) = got.json["events"]
    assert (got.json["schema"], got.json["ok"], got.json["did"]) == (1, True, "added")
    assert {name: event[name] for name in ("title", "start", "end", "all_day", "tz", "recurrence", "private")} == {
        "title": "x",
        "start": "2030-01-15T13:00:00Z",
        "end": "2030-01-15T14:00:00Z",
        "all_day": False,
        "tz": "Europe/Amsterdam",
        "recurrence": "FREQ=WEEKLY",
        "private": False,
    }
    assert event["attendees"] == [{"address": "a@example.com", "name": "", "invited": False, "answer": "needs-action"}]
    assert {"id", "uid", "calendar", "where", "organizer", "reminders"} <= set(event)


def test_a_day_is_a_day_in_json(calsync: Run, folder: Path) -> None:
    got = calsync("event", "add", "x", "--at", DAY, "--json")

    (event,) = got.json["events"]
    assert (event["start"], event["end"], event["all_day"], event["tz"]) == (DAY, "2030-01-16", True, "")


def test_all_of_it_is_shown_on_stdout(calsync: Run, folder: Path) -> None:
    written(
        folder,
        meeting(organizer="", guests=("guest@example.com",), extra="LOCATION:Room \x1b[2J1\r\nDESCRIPTION:a\\nb\r\n"),
    )

    got = calsync("event", "show", "talk")

    lines = got.out.splitlines()
    assert lines[0].startswith("Talk  (")
    assert {f"  When: Tue 15 Jan 2030 14:00{DASH}15:00 UTC", "  Where: Room [2J1", "  | a", "  | b"} <= set(lines)
    assert "    guest@example.com  without an invitation" in lines
    assert f"  File: {folder / 'talk.ics'}" in lines


def test_alone_it_names_what_there_is(calsync: Run) -> None:
    got = calsync("event")

    assert got.code == 2
    assert "add, edit, delete, show, invite, respond" in got.err


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

THREE = (Guest("a@example.com", "A"), Guest("b@example.com"), Guest("c@example.com"))


def before(*guests: Guest) -> Before:
    return Before(None, None, guests)


def test_r22_whoever_sits_there_is_asked_about_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "1 2\n")
    screen = on(interactive=True)
    said = Guests(named=(Invitee("c@example.com", False),))

    got = command._chosen(screen, before(*THREE), said)

    assert {one.address: one.invited for one in got.named} == {
        "a@example.com": True,
        "b@example.com": True,
        "c@example.com": False,
    }
    assert "  1 A <a@example.com>\n  2 b@example.com\n" in shown(screen)[1]


def test_r22_nobody_to_ask_is_a_missing_answer_that_names_the_flags() -> None:
    with pytest.raises(CalsyncError) as caught:
        command._chosen(on(interactive=False), before(*THREE), Guests())

    assert caught.value.code == "E002"
    assert "--invite ADDR" in caught.value.params["flag"]


@pytest.mark.parametrize("said", [Guests(everybody=True), Guests(everybody=False)])
def test_a_word_about_everybody_needs_no_question(said: Guests) -> None:
    assert command._chosen(on(interactive=False), before(*THREE), said) is said


def test_an_event_without_a_time_that_was_said_is_asked_for_one(
    calsync: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = calsync("event", "add", "x", "--no-input")

    assert got.code == 2
    assert "--at WHEN" in got.err


def test_a_time_alone_is_one_on_the_day_that_the_event_has() -> None:
    was = Moment(datetime(2030, 2, 1, 14, 0), "UTC")  # noqa: DTZ001 - a wall clock

    got = reading.timed(ON, at="9:00", length=None, until=None, all_day=False, was=was)

    assert got.start == Moment(datetime(2030, 2, 1, 9, 0), "UTC")  # noqa: DTZ001 - a wall clock


def test_words_for_a_day_are_counted_from_now() -> None:
    was = Moment(datetime(2030, 2, 1, 14, 0), "UTC")  # noqa: DTZ001 - a wall clock

    got = reading.timed(ON, at="tomorrow 9:00", length=None, until=None, all_day=False, was=was)

    assert got.start == Moment(datetime(2030, 1, 8, 9, 0), "UTC")  # noqa: DTZ001 - a wall clock
