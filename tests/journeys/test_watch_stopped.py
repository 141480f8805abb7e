"""A watch that is ended in the middle of a first sync, by a signal or by death: nothing is lost, nothing comes twice."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.person import Person, silent
from tests.journeys.watching import Watching, until, watching
from tests.servers.line import Line
from tests.servers.served import Served

MANY = 1000
FEW, SENT = 300, 20
"""Radicale looks at every event of a calendar at each PUT: 1,000 take it minutes."""
ON = "Watching"


def _component(number: int) -> str:
    when = f"DTSTART:2026{1 + number % 12:02}{1 + number % 28:02}T{8 + number % 10:02}0000Z"
    lines = ("BEGIN:VEVENT", f"UID:many-{number:04}", "DTSTAMP:20260101T000000Z", when, "DURATION:PT1H")
    return "\r\n".join((*lines, f"SUMMARY:Meeting {number}", "END:VEVENT"))


def calendar(numbers: range) -> bytes:
    parts = (_component(number) for number in numbers)
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *parts, "END:VCALENDAR", "")).encode()


@pytest.fixture
def road(radicale: Served, line: Callable[[Served], Line]) -> Line:
    """To the server; it knows at once how many requests went by."""
    return line(radicale)


@pytest.fixture
def ready(tmp_path: Path, radicale: Served, road: Line) -> Person:
    """Connected and chosen."""
    person = Person(tmp_path / "person", radicale.new_user().through(road.url))
    person.connects()
    person.chooses("--no-sync")
    return person


@pytest.fixture
def filled(ready: Person, road: Line) -> Person:
    """1,000 events there, none here; and a road that takes its time."""
    ready.served.plain().sure("PUT", "", calendar(range(MANY)), Content_Type="text/calendar")  # all of it at once
    road.rtt = 0.05
    return ready


@pytest.fixture
def written(ready: Person) -> Person:
    """Events here, none there."""
    for number in range(FEW):
        (ready.folder() / f"{number:04}.ics").write_bytes(calendar(range(number, number + 1)))
    return ready


def here(person: Person) -> int:
    return sum(1 for _ in person.folder().glob("*.ics"))


def each_once(person: Person, many: int) -> None:
    """Every event on both sides, none twice, and a further round has nothing to do. The whole calendar in one GET."""
    far = person.served.plain().sure("GET").body
    near = b"".join(person.near())
    wanted = sorted(f"many-{number:04}".encode() for number in range(many))
    assert sorted(re.findall(rb"UID:(\S+)", near)) == wanted
    assert sorted(re.findall(rb"UID:(\S+)", far)) == wanted
    silent(person)


def complete(person: Person, many: int) -> None:
    """One more round completes it."""
    person.sure("sync")

    each_once(person, many)


def await_part(watch: Watching, count: Callable[[], int], least: int = 1) -> None:
    watch.await_true(lambda: least <= count())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_while_fetching(filled, number):
    with watching(filled, every="1h") as watch:
        watch.await_said("Fetching")

        watch.tell(number)

        assert watch.ends(seconds=10) == 0
    assert here(filled) < MANY
    complete(filled, MANY)


def test_stopped_while_sending(written, road):
    plain = written.served.plain()
    with watching(written, every="1h") as watch:
        await_part(watch, lambda: road.requests["PUT"], SENT)

        watch.tell(signal.SIGTERM)

        assert watch.ends(seconds=10) == 0
    sent = len(plain.list())
    assert 0 < sent < FEW
    complete(written, FEW)


def test_killed_while_sending_and_started_again(written, road):
    plain = written.served.plain()
    with watching(written, every="1h") as watch:
        await_part(watch, lambda: road.requests["PUT"], SENT)
        watch.stopped(signal.SIGKILL)
    assert len(plain.list()) < FEW

    with watching(written, every="1h") as watch:
        watch.await_said(ON)
        assert watch.stopped() == 0

    each_once(written, FEW)


def test_killed_while_fetching_and_started_again(filled):
    with watching(filled, every="1h") as watch:
        watch.await_said("Fetching")
        watch.stopped(signal.SIGKILL)
    assert here(filled) < MANY

    with watching(filled, every="1h") as watch:
        watch.await_said(ON)
        assert watch.stopped() == 0

    each_once(filled, MANY)


def test_stopped_while_a_server_does_not_answer(tmp_path, radicale, line):
    served = radicale.new_user()
    road = line(served)
    person = Person(tmp_path / "person", served.through(road.url)).starts()
    with watching(person) as watch:
        watch.await_said(ON)
        road.rtt = 600.0
        before = road.connections
        until(lambda: road.connections > before)
        began = time.monotonic()

        watch.tell(signal.SIGTERM)

        assert watch.ends(seconds=20) == 0
        assert time.monotonic() - began < 8
