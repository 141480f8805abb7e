"""Odd events from the field, dropped into the directory and put at real servers: nothing breaks, nothing is spoilt.

All of them lie beside each other in one calendar, so that each shows too that it does not stop the others. What no
calendar can be made of is listed by `calsync conflicts` and left alone; what a server refuses is listed with its words.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.ical import Odd, odd_events
from tests.journeys.person import DOCUMENTED, Person, Ran, told, uid_of

NAMES = tuple(odd_events(""))
SERVERS = ("radicale", "cyrus", "kerio")

NO_TIME = {"count-and-until", "empty-day", "zero-length", "end-before-start"}
REFUSED: Mapping[str, set[str]] = {
    "radicale": {"until-before-start", "byte-order-mark"},
    "cyrus": NO_TIME,
    "kerio": NO_TIME,
}
"""What a server does not take from us, though a calendar can be made of it."""

KEPT_OUT: Mapping[str, set[str]] = {
    "radicale": {"uidless", "two-uids", "no-end", "two-calendars", "html", "empty", "binary"},
    "cyrus": {
        "uidless",
        "two-uids",
        "no-end",
        "two-calendars",
        "html",
        "empty",
        "binary",
        "method-inside",
        "no-component",
        "todo",
    },
    "kerio": {
        "uidless",
        "two-uids",
        "no-end",
        "two-calendars",
        "html",
        "empty",
        "binary",
        "method-inside",
        "no-component",
        "todo",
    },
}
"""What a server takes from nobody, beside REFUSED."""

SPOILT_THERE = {
    "radicale": {"control-character", "escape-in-title"},
    "cyrus": {"unknown-property"},
    "kerio": {"unknown-property"},
}
"""What a server stores otherwise than it was sent, so that the file follows in the next round."""


@dataclass(frozen=True, slots=True)
class Story:
    """What became of all odd events of one direction at one server."""

    server: str
    person: Person
    odd: Mapping[str, Odd]
    calm: str
    rounds: tuple[Ran, ...]
    conflicts: tuple[Mapping[str, Any], ...]
    put: Mapping[str, int]
    """Statuses of plain PUTs, in the way back."""

    def listed(self, name: str) -> list[Mapping[str, Any]]:
        """The lines of `calsync conflicts` about one of them."""
        one = self.odd[name]
        called = {one.title, f"{name}.ics"} - {""}
        return [
            row
            for row in self.conflicts
            if row["title"] in called
            or any(f"/{name}{end}" in row["title"] + row["detail"] for end in (".ics", ".eml"))
        ]

    @property
    def far(self) -> dict[str, bytes]:
        return {uid_of(body): body for body in self.person.far()}


def aged(path: Path) -> None:
    """Written a minute ago: what is younger than two seconds may be half of something."""
    past = path.stat().st_mtime - 60
    os.utime(path, (past, past))


@pytest.fixture(scope="module", params=SERVERS)
def outward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Dropped into the directory by another program."""
    person = Person(tmp_path_factory.mktemp("outward"), request.getfixturevalue(request.param).new_user()).starts()
    odd, calm = odd_events(uuid.uuid4().hex), uuid.uuid4().hex
    for name, one in odd.items():
        aged(person.writes(f"{name}.ics", one.body))
    aged(person.writes("calm.ics", event(calm, "Calm")))
    rounds = tuple(person.types("sync", "--json") for _ in range(3))
    return Story(request.param, person, odd, calm, rounds, listed(person), {})


@pytest.fixture(scope="module", params=SERVERS)
def inward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Put at the server by another program; the first sync finds them."""
    served = request.getfixturevalue(request.param).new_user()
    person = Person(tmp_path_factory.mktemp("inward"), served)
    odd, calm, plain = odd_events(uuid.uuid4().hex), uuid.uuid4().hex, served.plain()
    kind = "text/calendar; charset=utf-8"
    put = {
        name: plain.ask("PUT", plain.at(name + served.suffix), one.body, Content_Type=kind).status
        for name, one in odd.items()
    }
    plain.put("calm" + served.suffix, event(calm, "Calm"))
    person.connects()
    first = person.chooses(codes=(0, 3))
    rounds = (first, *(person.types("sync", "--json") for _ in range(2)))
    return Story(request.param, person, odd, calm, rounds, listed(person), put)


def listed(person: Person) -> tuple[Mapping[str, Any], ...]:
    return tuple(person.sure("conflicts", "--json").json["conflicts"])


# ── dropped into the directory ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [name for name in NAMES if name != "uidless"])
def test_a_dropped_file_keeps_its_bytes(outward: Story, name: str) -> None:
    if name in SPOILT_THERE[outward.server]:
        return follows(outward, name)

    kept = (outward.person.folder() / f"{name}.ics").read_bytes()

    assert kept == outward.odd[name].body
    return None


def follows(story: Story, name: str) -> None:
    """The server holds something else, and so does the file then; what was dropped lies in the attic."""
    kept = (story.person.folder() / f"{name}.ics").read_bytes()
    assert told(kept) == told(story.far[story.odd[name].uid])
    assert story.odd[name].body in story.person.attic.values()


@pytest.mark.parametrize("name", NAMES)
def test_a_dropped_file_is_either_there_or_listed_with_a_reason(outward: Story, name: str) -> None:
    one = outward.odd[name]
    uid = one.uid or uid_of((outward.person.folder() / f"{name}.ics").read_bytes())

    rows, there = outward.listed(name), bool(uid) and uid in outward.far

    left = one.broken or name in REFUSED[outward.server]
    assert (len(rows), there) == (int(left and not one.silent), not left)
    assert all(row["code"] == "E403" and row["detail"] and row["title"] for row in rows)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("escape-in-title", "empty-subject")])
def test_what_arrived_says_the_same_there(outward: Story, name: str) -> None:
    one = outward.odd[name]
    if one.broken or name in REFUSED[outward.server]:
        assert one.uid not in outward.far
        return

    body = (outward.person.folder() / f"{name}.ics").read_bytes()

    assert told(outward.far[uid_of(body)]) == told(latin(body))


def latin(body: bytes) -> bytes:
    """As people meant it."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1").encode()
    return body.removeprefix(b"\xef\xbb\xbf")


def test_a_file_without_uid_gets_one_and_keeps_its_other_lines(outward: Story) -> None:
    before = outward.odd["uidless"].body.splitlines()

    after = (outward.person.folder() / "uidless.ics").read_bytes().splitlines()

    (added,) = [line for line in after if line not in before]
    assert added.startswith(b"UID:")
    assert [line for line in after if line != added] == before


def test_dropped_ones_do_not_stop_the_others(outward: Story) -> None:
    assert outward.calm in outward.far


def test_dropped_ones_are_told_once(outward: Story) -> None:
    assert [ran.code for ran in outward.rounds] == [3, 0, 0]
    last = outward.rounds[-1].json["calendar"]
    assert (last["in"], last["out"], last["deleted_in"], last["deleted_out"], last["conflicts"]) == (0, 0, 0, 0, 0)


# ── put at the server ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_what_is_there_is_either_here_byte_by_byte_or_listed(inward: Story, name: str) -> None:
    one, status = inward.odd[name], inward.put[name]
    if status >= 300:
        assert name in KEPT_OUT[inward.server] | REFUSED[inward.server]
        return

    there = next(body for href, body in inward.person.served.plain().bodies().items() if f"/{name}." in href)
    lines = there.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    here = [body for body in inward.person.near() if body == lines]
    assert (len(here), len(inward.listed(name))) == (int(not one.broken), int(one.broken and not one.silent))


def test_file_names_are_harmless_whatever_the_uid(inward: Story) -> None:
    names = [path.name for path in inward.person.folder().iterdir()]

    assert all(name.isascii() and "/" not in name and len(name) < 120 for name in names)
    assert sorted(path.name for path in inward.person.agenda.iterdir() if path.is_file()) == [".calsync"]


def test_what_is_there_does_not_stop_the_others(inward: Story) -> None:
    assert inward.calm in map(uid_of, inward.person.near())


def test_the_second_round_is_quiet(inward: Story) -> None:
    assert inward.rounds[0].code in (0, 3)
    assert [ran.code for ran in inward.rounds[1:]] == [0, 0]
    assert inward.rounds[-1].json["calendar"]["in"] == 0


def test_every_exit_code_is_documented(inward: Story, outward: Story) -> None:
    assert {ran.code for ran in (*inward.rounds, *outward.rounds)} <= DOCUMENTED


def test_a_file_that_is_half_written_now_is_waited_for_and_not_told(tmp_path: Path, radicale) -> None:
    """Another program writes in place at this moment: that is no broken file, and no full disk."""
    person = Person(tmp_path, radicale.new_user()).starts()
    uid = uuid.uuid4().hex
    body = event(uid, "Written slowly")
    person.writes("slow.ics", body[:100])

    person.syncs()
    told_of = listed(person)
    person.writes("slow.ics", body)
    person.syncs()

    assert told_of == ()
    assert uid in map(uid_of, person.far())
