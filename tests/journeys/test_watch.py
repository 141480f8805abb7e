"""`sync --watch` as people live with it: edits on both sides, no network, other runs, a new configuration, its end."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.person import Person, agree, silent
from tests.journeys.watching import watching
from tests.servers.fixtures import or_skip
from tests.servers.line import Line
from tests.servers.radicale import start_radicale
from tests.servers.served import Served

ON = "Watching"


def event(uid: str, title: str = "Intake talk") -> bytes:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", f"UID:{uid}")
    when = ("DTSTAMP:20260101T000000Z", "DTSTART:20261201T100000Z", "DTEND:20261201T110000Z")
    return "\r\n".join((*lines, *when, f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", "")).encode()


@pytest.fixture
def person(tmp_path: Path, radicale: Served) -> Person:
    """Connected, chosen, one event on both sides."""
    someone = Person(tmp_path / "person", radicale.new_user())
    someone.served.plain().put("first.ics", event("first"))
    return someone.starts()


def far_titles(person: Person) -> str:
    return "".join(body.decode() for body in person.far())


def near_titles(person: Person) -> str:
    return "".join(body.decode() for body in person.near())


def test_an_edit_here_arrives_there_at_once(person):
    with watching(person, every="1h") as watch:
        watch.await_said(ON)
        person.edits("first", "Intake talk", "Moved by hand")

        watch.await_true(lambda: "Moved by hand" in far_titles(person))


def test_a_new_file_here_and_a_deleted_one_arrive_there(person):
    with watching(person, every="1h") as watch:
        watch.await_said(ON)
        person.writes("lunch.ics", event("lunch", "Lunch"))
        watch.await_true(lambda: "Lunch" in far_titles(person))
        person.file("first").unlink()

        watch.await_true(lambda: set(person.there()) == {"lunch"})


def test_an_event_changed_there_arrives_here(person):
    with watching(person) as watch:
        watch.await_said(ON)
        person.edits_there("first", "Intake talk", "Changed there")

        watch.await_true(lambda: "Changed there" in near_titles(person))
        watch.await_said("Changed there")


def test_a_calendar_made_there_meanwhile_appears_here(person):
    with watching(person) as watch:
        watch.await_said(ON)
        made = person.served.fresh_calendar("choir")
        made.plain().put("song.ics", event("song", "Rehearsal"))

        watch.await_true(lambda: list(person.agenda.glob("choir/song.ics")))


def test_own_writes_cause_at_most_one_round_that_finds_nothing(person):
    with watching(person, every="1h") as watch:
        watch.await_said(ON)
        person.served.log.mark()
        person.writes("one.ics", event("one", "One"))
        watch.await_true(lambda: "One" in far_titles(person))
        person.writes("two.ics", event("two", "Two"))
        watch.await_true(lambda: "Two" in far_titles(person))

        assert watch.stopped() == 0

    path = person.served.home_url.partition("//")[2].partition("/")[2]
    rounds = [one for one in person.served.log.asked("PROPFIND") if one.path.strip("/") == path.strip("/")]
    assert len(rounds) <= 4


def test_without_network_it_waits_and_nothing_is_missed(person, line: Callable[[Served], Line]):
    road = line(person.served)
    person.served = person.served.through(road.url)
    person.sure("disconnect", "--yes")
    person.starts()
    with watching(person, "--json") as watch:
        watch.await_said(ON)
        road.refuse = True
        watch.await_said("Offline")
        person.edits("first", "Intake talk", "Changed offline")
        road.clear()
        person.served.plain().put("meanwhile.ics", event("meanwhile", "Came meanwhile"))
        watch.await_said("Back online")

        watch.await_true(lambda: "Came meanwhile" in near_titles(person) and "Changed offline" in far_titles(person))

        assert watch.stopped() == 0
        assert watch.said.count("Offline") == 1
        failed = [one for one in watch.lines if not one["ok"]]
        assert [one["error"]["code"] for one in failed] == ["E402"]
        assert failed[0]["next_try"]
    agree(person)


def test_it_can_be_started_without_network(person, line: Callable[[Served], Line]):
    road = line(person.served)
    person.served = person.served.through(road.url)
    person.sure("disconnect", "--yes")
    person.starts()
    road.refuse = True
    with watching(person) as watch:
        watch.await_said(ON)
        road.clear()
        person.served.plain().put("meanwhile.ics", event("meanwhile", "Came meanwhile"))

        watch.await_true(lambda: "Came meanwhile" in near_titles(person))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_at_once(person, number):
    with watching(person, every="1h") as watch:
        watch.await_said(ON)

        watch.tell(number)

        assert watch.ends(seconds=3) == 0
        assert "Stopped cleanly" in watch.said


def test_it_says_one_object_per_line_for_a_round_that_did_something(person):
    with watching(person, "--json") as watch:
        watch.await_said(ON)
        person.edits_there("first", "Intake talk", "Changed there")
        watch.await_true(lambda: len(watch.lines) >= 2)

        watch.stopped()

        assert [one["schema"] for one in watch.lines] == [1, 1]
        assert [one["calendar"]["in"] for one in watch.lines] == [0, 1]


def test_cron_beside_it_works(person):
    with watching(person) as watch:
        watch.await_said(ON)

        rounds = [person.types("sync", "--wait", "10") for _ in range(3)]

        assert [ran.code for ran in rounds] == [0, 0, 0]
        assert watch.stopped() == 0


def test_a_new_configuration_is_read_when_told(person):
    with watching(person) as watch:
        watch.await_said(ON)
        person.home.joinpath("config.toml").write_text('[sync]\nevery = "7m"\n')

        watch.tell(signal.SIGHUP)
        watch.await_said("read again")

        person.edits("first", "Intake talk", "After the reload")
        watch.await_true(lambda: "After the reload" in far_titles(person))
        assert watch.stopped() == 0


def test_a_broken_configuration_leaves_the_one_before_in_force(person):
    with watching(person) as watch:
        watch.await_said(ON)
        person.home.joinpath("config.toml").write_text("[sync\n")

        watch.tell(signal.SIGHUP)
        watch.await_said("E004")

        person.edits("first", "Intake talk", "Still watching")
        watch.await_true(lambda: "Still watching" in far_titles(person))
        assert watch.stopped() == 0


def test_the_agenda_taken_away_ends_it_and_nothing_is_deleted_there(person):
    with watching(person) as watch:
        watch.await_said(ON)

        shutil.rmtree(person.agenda)

        assert watch.ends() == 7
        assert "E303" in watch.said
    assert set(person.there()) == {"first"}


def test_who_disconnects_meanwhile_ends_it(person):
    with watching(person) as watch:
        watch.await_said(ON)

        person.sure("disconnect", "--yes")

        assert watch.ends() == 6


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[tuple[Person, Callable[[str], None]]]:
    """A server of its own, and somebody who can set the password there."""
    served = or_skip(lambda: start_radicale(tmp_path / "server"))

    def sets(password: str) -> None:
        (tmp_path / "server" / "users").write_text(f"alice:{password}\n")

    served.plain().put("first.ics", event("first"))
    yield Person(tmp_path / "person", served).starts(), sets
    served.stop()


def test_a_password_that_is_refused_ends_it(keys):
    person, sets = keys
    with watching(person) as watch:
        watch.await_said(ON)

        sets("another-one")

        assert watch.ends() == 4
        assert "E108" in watch.said


def test_a_password_that_was_replaced_meanwhile_is_taken_over(keys):
    person, sets = keys
    with watching(person, every="1h") as watch:
        watch.await_said(ON)
        sets("another-one")
        person.place.joinpath("password").write_text("another-one\n")
        person.connects()
        edited = person.file("first").read_bytes().replace(b"Intake talk", b"After the change")
        person.writes(person.file("first").name, edited)

        plain = replace(person.served, password="another-one").plain()
        watch.await_true(lambda: b"After the change" in plain.get("first.ics"))

        assert watch.stopped() == 0


def test_an_account_without_a_primary_is_not_watched(tmp_path, radicale):
    person = Person(tmp_path / "person", radicale.new_user())
    person.connects()
    with watching(person, "--json") as watch:
        assert watch.ends() == 6

    assert watch.lines[-1]["error"]["code"] == "E205"


def test_after_a_watch_a_round_has_nothing_to_do(person):
    with watching(person) as watch:
        watch.await_said(ON)
        person.edits("first", "Intake talk", "Changed here")
        watch.await_true(lambda: "Changed here" in far_titles(person))
        watch.stopped()

    silent(person)
