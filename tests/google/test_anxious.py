"""Two things at once that nobody plans: moved there while edited here, taken away while work lies unsent, odd names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.person import Googler

DAY: dict[str, Any] = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}}
NOON: dict[str, Any] = {
    "start": {"dateTime": "2026-12-10T12:00:00+01:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-12-10T13:00:00+01:00", "timeZone": "Europe/Zurich"},
}


@pytest.mark.parametrize("mode", ["--two-way", "--view-only"])
def test_what_is_moved_there_while_it_is_edited_here_is_one_event_in_its_new_place(settled: Googler, mode: str) -> None:
    series = settled.user.insert({"summary": "Stand-up", **NOON, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    other = settled.user.new_calendar("Other")
    settled.syncs()
    settled.sure("calendars", "set", "Other", mode)
    settled.user.patch(settled.user.instances(series["id"])[1]["id"], {"summary": "Late"})
    settled.user.api("POST", f"calendars/{settled.email}/events/{series['id']}/move", destination=other)
    settled.edits(settled.uid("Stand-up"), "SUMMARY:Stand-up", "SUMMARY:My stand-up")

    settled.syncs()

    title = "My stand-up" if mode == "--two-way" else "Stand-up"
    assert [one.title for one in agree(settled, other)] == [title, "Late", title]
    assert settled.titles() == ["Intake talk", "Lunch"]
    assert any(b"My stand-up" in body for body in (*settled.attic.values(), *settled.near(other)))
    settled.quiet_round()


def test_what_was_not_sent_yet_outlives_the_calendar_it_was_for(settled: Googler) -> None:
    host = settled.world.google.new_user("host")
    team = host.new_calendar("Team")
    host.insert({"summary": "Board", **DAY}, team)
    host.share(team, settled.user, "writer")
    settled.syncs()
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.syncs()
    settled.edits(settled.uid("Board", team), "SUMMARY:Board", "SUMMARY:My board", team)
    settled.writes("fresh.ics", event("fresh", "Fresh"), team)
    host.share(team, settled.user, "none")

    settled.syncs()
    settled.syncs()
    host.share(team, settled.user, "writer")
    settled.syncs()

    assert [one.title for one in agree(settled, team)] == ["Board"]
    kept = b"".join(settled.attic.values())
    assert b"SUMMARY:My board" in kept
    assert b"SUMMARY:Fresh" in kept


def test_a_name_or_a_colour_of_a_calendar_does_nothing_but_name_and_colour_it(connected: Googler) -> None:
    names = ("../../evil", "\x1b[31mred\r\nX", "a" * 3000, "..", "x/y\0z", "\u202egpj.exe", "</style><script>")
    for name in names:
        made = connected.user.new_calendar("x")
        connected.user.entry(made, summary=name, summaryOverride=name, backgroundColor="red}</style>\x1b[31m")

    begun(connected)
    said = connected.types("calendars")

    assert "\x1b[31m" not in said.out + said.err
    places = [path for path in connected.agenda.iterdir() if not path.name.startswith(".")]
    assert len(places) == len(names) + 1
    assert all(path.name.isascii() and len(path.name) < 100 for path in places)
    assert {path.read_text() for path in connected.agenda.glob("*/color")} == {"#9fe1e7"}
