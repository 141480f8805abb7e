"""SIGKILL while Google does what the installed command asked of it: before it is done, after, then the same command again.

The stand-in holds one request; whoever asked is killed; what was held is dropped, or was done already. Both sides come to
be equal, nothing is there twice, nobody is told twice, and one more round writes nothing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from tests import starting
from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.person import Googler
from tests.starting import CALSYNC

WRITES = "POST|PATCH|DELETE"
GUEST = "guest@outside.test"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen in the end, in which calendars, and the mails that come of it."""

    wanted: tuple[str, ...]
    calendars: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


def insert(person: Googler) -> Scene:
    for number in range(3):
        person.writes(f"n{number}.ics", event(f"n{number}", f"New {number}"))
    return Scene(("Intake talk", "Lunch", "New 0", "New 1", "New 2"))


def invite(person: Googler) -> Scene:
    words = ("--at", "2026-12-03 10:00", "--invite", GUEST, "--silent", "hr@outside.test", "--no-input")
    person.sure("event", "add", "Interview", *words)
    return Scene(("Intake talk", "Interview", "Lunch"), mails=("invitation",))


def take_in(person: Googler) -> Scene:
    people = "ORGANIZER:mailto:boss@outside.test\nATTENDEE:mailto:boss@outside.test\n"
    mine = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{person.email}\n"
    person.writes("t.ics", event("theirs", "Theirs", extra=people + mine))
    return Scene(("Intake talk", "Lunch", "Theirs"))


def _moved(day: str, title: str) -> str:
    return (
        f"BEGIN:VEVENT\r\nUID:all\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:{day}T100000Z\r\n"
        f"DTSTART:{day}T150000Z\r\nDTEND:{day}T160000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
    )


def _series(*overrides: str, extra: str = "") -> bytes:
    whole = event("all", "All", extra=f"RRULE:FREQ=DAILY;COUNT=4\n{extra}").decode()
    return whole.replace("END:VCALENDAR", "".join(overrides) + "END:VCALENDAR").encode()


def insert_series(person: Googler) -> Scene:
    """POST, two PATCHes of occurrences, and the PATCH that takes the mark off."""
    person.writes("all.ics", _series(_moved("20261202", "Second"), _moved("20261203", "Third")))
    return Scene(("All", "All", "Intake talk", "Lunch", "Second", "Third"))


def edit_series(person: Googler) -> Scene:
    """PATCH of the series, of one occurrence and of another, and a deletion of the last."""
    person.writes("all.ics", _series(_moved("20261202", "Second")))
    person.syncs()
    body = _series(_moved("20261202", "Second now"), _moved("20261203", "Third"), extra="EXDATE:20261204T100000Z\n")
    person.writes("all.ics", body.replace(b"SUMMARY:All", b"SUMMARY:All now"))
    return Scene(("All now", "Intake talk", "Lunch", "Second now", "Third"))


def edit(person: Googler) -> Scene:
    person.edits(person.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
    person.user.patch(person.event_there("Lunch")["id"], {"location": "Canteen"})
    person.edits(person.uid("Intake talk"), "SUMMARY:Intake talk", "SUMMARY:Talk")
    return Scene(("Late lunch", "Talk"))


def delete(person: Googler) -> Scene:
    person.file(person.uid("Lunch")).unlink()
    return Scene(("Intake talk",))


def move(person: Googler) -> Scene:
    other = person.user.new_calendar("Work")
    person.syncs()
    person.sure("calendars", "set", "Work", "--two-way")
    person.syncs()
    path = person.file(person.uid("Lunch"))
    path.rename(person.folder(other) / path.name)
    return Scene(("Intake talk", "Lunch"), (person.email, other))


def call_off(person: Googler) -> Scene:
    invite(person)
    person.syncs()
    person.mails()
    found = person.sure("agenda", "2026-12-03", "--json").json["events"][0]["id"]
    person.sure("event", "delete", found, "--no-input")
    return Scene(("Intake talk", "Lunch"), mails=("cancellation",))


SCENES: dict[Callable[[Googler], Scene], int] = {
    insert: 3,
    invite: 1,
    take_in: 1,
    insert_series: 4,
    edit_series: 4,
    edit: 2,
    delete: 1,
    move: 1,
    call_off: 1,
}
"""Each with the number of its writes."""


def cases() -> Iterator[ParameterSet]:
    """At each write, before and after; before it only for the first, but in long runs."""
    for scene, writes in SCENES.items():
        for at in range(writes):
            yield pytest.param(scene, at, True, id=f"{scene.__name__}-after-{at}")
            often = at == writes - 1
            yield pytest.param(
                scene, at, False, id=f"{scene.__name__}-before-{at}", marks=() if often else pytest.mark.soak
            )


def killed(person: Googler, *words: str, after: int, done: bool, **match: Any) -> None:
    """Killed while Google holds the request that comes after so many others."""
    held = person.user.fault("hold-after" if done else "hold", after=after, **match)
    if not done:
        person.user.fault("cut-before", after=after, **match)
    streams = [os.open(os.devnull, os.O_RDWR) for _ in range(3)]
    running = starting.begin([*CALSYNC, *words], person.env, (streams[0], streams[1], streams[2]))
    met = held.met(seconds=10)
    os.kill(running.process, signal.SIGKILL)
    code = running.ended()
    person.user.behave()
    assert (met, code) == (1, -signal.SIGKILL), "nothing was held"


@pytest.mark.parametrize(("scene", "at", "done"), list(cases()))
def test_killed_and_run_again(settled: Googler, scene: Callable[[Googler], Scene], at: int, *, done: bool) -> None:
    wanted = scene(settled)
    killed(settled, "sync", after=at, done=done, method=WRITES)

    settled.sure("sync")

    assert sorted(one.title for one in agree(settled, *wanted.calendars)) == list(wanted.wanted)
    settled.syncs()
    assert tuple(kind for kind, _ in settled.mails()) == wanted.mails
    settled.quiet_round()


@pytest.mark.parametrize("at", [0, 3])
def test_r32_killed_in_the_first_sync_it_goes_on_with_the_next(connected: Googler, at: int) -> None:
    connected.user.seed(
        [
            {
                "summary": f"There {day}",
                "start": {"date": f"2026-12-{day:02d}"},
                "end": {"date": f"2026-12-{day + 1:02d}"},
            }
            for day in range(1, 21)
        ]
    )
    connected.chooses("--no-sync")
    for number in range(8):
        connected.writes(f"n{number}.ics", event(f"n{number}", f"Here {number}"))
    killed(connected, "sync", after=at, done=True, method="POST", path="/events")

    connected.syncs()

    assert len(agree(connected)) == 28
    assert connected.mails() == []
    connected.quiet_round()


def test_killed_while_it_lists_it_lists_again(settled: Googler) -> None:
    settled.user.insert({"summary": "There", "start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}})
    killed(settled, "sync", after=0, done=True, method="GET", path=r"/events\?")

    settled.syncs()

    assert sorted(one.title for one in agree(settled)) == ["Intake talk", "Lunch", "There"]
    settled.quiet_round()


def test_killed_at_the_choice_of_the_primary_one_chooses_again(connected: Googler) -> None:
    killed(connected, "choose-primary", connected.email, after=0, done=True, method="GET", path=r"/events\?")

    begun(connected)

    assert agree(connected) == []
    connected.quiet_round()
