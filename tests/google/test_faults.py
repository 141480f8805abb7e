"""What goes wrong at Google while the installed command works: nothing is lost, doubled or deleted, and it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.conftest import begun
from tests.google.person import Googler
from tests.servers.google.control import Fault

LIST = r"/events\?"
TWO = ["Intake talk", "Lunch"]
WRITTEN = r"/events(/|\?)"


def day(number: int, title: str) -> dict[str, Any]:
    """An event of a whole day."""
    return {
        "summary": title,
        "start": {"date": f"2026-12-{number:02d}"},
        "end": {"date": f"2026-12-{number + 1:02d}"},
    }


@pytest.fixture
def many(connected: Googler) -> Googler:
    """Twenty events, in agreement."""
    connected.user.seed([day(number + 1, f"Day {number:02d}") for number in range(20)])
    return begun(connected)


# ── looks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dead", ["expired", "unreadable", "lost"])
def test_a_token_that_died_deletes_nothing_and_what_changed_meanwhile_is_merged(settled: Googler, dead: str) -> None:
    settled.user.delete(settled.event_there("Lunch")["id"])
    settled.user.insert(day(4, "New there"))
    settled.writes("n.ics", event("n", "New here"))
    settled.edits(settled.uid("Intake talk"), "SUMMARY:Intake talk", "SUMMARY:Intake")
    match dead:
        case "expired":
            settled.world.google.expire_sync_tokens()
        case "unreadable":
            settled.alters("UPDATE link SET cursor = '1:nonsense'")
        case _:
            settled.alters("UPDATE link SET cursor = NULL")

    settled.syncs()

    assert [one.title for one in agree(settled)] == ["Intake", "New here", "New there"]
    settled.quiet_round()


def test_pages_that_are_short_or_empty_are_no_end(many: Googler) -> None:
    many.world.google.expire_sync_tokens()

    with many.world.google.behaving(page_limit=3):
        many.quiet_round()
        many.user.insert(day(28, "One more"))
        many.syncs()

    assert len(agree(many)) == 21


BROKEN: dict[str, dict[str, Any]] = {
    "cut": {"kind": "cut-before"},
    "half": {"kind": "cut-body"},
    "no JSON": {"kind": "not-json"},
    "a page": {"kind": "html"},
    "500": {"kind": "error", "status": 500, "reason": "backendError"},
    "403": {"kind": "error", "status": 403, "reason": "forbidden"},
    "no token": {"kind": "tokenless"},
}


@pytest.mark.parametrize(
    ("how", "whole"),
    [
        *((how, True) for how in BROKEN),
        *(pytest.param(how, False, marks=() if how == "cut" else pytest.mark.soak) for how in BROKEN),
    ],
)
def test_a_list_that_breaks_off_is_proof_of_nothing(many: Googler, how: str, *, whole: bool) -> None:
    if whole:
        many.world.google.expire_sync_tokens()
    many.edits(many.uid("Day 03"), "SUMMARY:Day 03", "SUMMARY:My day")
    before = many.mtimes()
    with many.world.google.behaving(page_limit=9):
        many.user.fault(path=LIST, after=1 if whole else 0, times=None, **BROKEN[how])

        ran = many.types("sync", "--json")

        assert ran.code in (3, 8)
        assert many.mtimes() == before
        assert many.writes_there() == []
        many.user.behave()
        many.syncs()

    assert "My day" in [one.title for one in agree(many)]
    many.quiet_round()


def test_a_list_that_is_empty_all_of_a_sudden_deletes_nothing(many: Googler) -> None:
    many.world.google.expire_sync_tokens()
    many.user.fault("empty", path=LIST, times=None)

    many.types("sync", "--json")

    assert len(many.near()) == 20
    many.user.behave()
    many.syncs()
    assert len(agree(many)) == 20
    many.quiet_round()


@pytest.mark.parametrize("whole", [False, True], ids=["delta", "whole"])
def test_a_list_that_names_exceptions_without_their_series_loses_neither(settled: Googler, *, whole: bool) -> None:
    settled.writes("s.ics", event("s", "Series", extra="RRULE:FREQ=DAILY;COUNT=4\n"))
    settled.syncs()
    second = settled.user.instances(settled.event_there("Series")["id"])[1]["id"]
    settled.user.patch(second, {"location": "Room 2"})
    if whole:
        settled.world.google.expire_sync_tokens()
    settled.user.fault("orphans", path=LIST, times=1 + whole)

    settled.syncs()

    assert [one.place for one in agree(settled) if one.title == "Series"] == ["", "Room 2", "", ""]
    settled.quiet_round()


def test_a_list_that_is_throttled_is_asked_for_again(many: Googler) -> None:
    many.world.google.expire_sync_tokens()
    with many.world.google.behaving(page_limit=9):
        throttled = many.user.refuse(403, "rateLimitExceeded", retry_after="0", path=LIST, after=1, times=2)

        many.syncs()

    assert throttled.met() == 2
    assert len(agree(many)) == 20


def test_r34_a_primary_that_vanished_stops_everything_and_nothing_is_wiped(settled: Googler) -> None:
    settled.user.vanish(settled.email)
    before = settled.mtimes()

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["fix"]) == (7, "E304", "calsync disconnect")
    assert settled.mtimes() == before


# ── the brake ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dead", [False, True], ids=["token", "no token"])
def test_much_that_was_deleted_there_stops_before_the_first_deletion_here(many: Googler, *, dead: bool) -> None:
    for number in range(15):
        many.user.delete(many.event_there(f"Day {number:02d}")["id"])
    if dead:
        many.world.google.expire_sync_tokens()

    ran = many.types("sync", "--json")

    assert (ran.code, ran.error, len(many.near())) == (7, "E302", 20)
    many.syncs("--max-delete", "15")
    assert len(agree(many)) == 5
    many.quiet_round()


def test_much_that_was_deleted_here_stops_before_the_first_deletion_there(many: Googler) -> None:
    for number in range(15):
        many.file(many.uid(f"Day {number:02d}")).unlink()

    ran = many.types("sync", "--json")

    assert (ran.code, ran.error, many.writes_there()) == (7, "E302", [])
    assert len(many.titles_there()) == 20


# ── throttled ────────────────────────────────────────────────────────────────────────────────────────────────────────


def edits_all(person: Googler) -> None:
    for path in sorted(person.folder().glob("*.ics")):
        person.writes(path.name, path.read_bytes().replace(b"SUMMARY:Day", b"SUMMARY:My day"))


@pytest.mark.parametrize(
    "said", [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded")]
)
def test_too_fast_is_no_failure_the_round_waits_and_goes_on(many: Googler, said: tuple[int, str]) -> None:
    edits_all(many)
    status, reason = said
    throttled = many.user.refuse(status, reason, retry_after="0", method="PATCH", after=7, times=3)

    report = many.syncs()

    # of each four at a time three may be done beside the one that was refused: they are stale when asked for again
    assert (throttled.met(), report["calendar"]["out"] >= 11, many.mails()) == (3, True, [])
    many.syncs()  # what was sent side by side with one that was refused is known to be done now
    assert {one.title[:6] for one in agree(many)} == {"My day"}
    many.quiet_round()


def test_who_asks_for_a_long_pause_gets_it_and_the_next_round_does_the_rest(many: Googler) -> None:
    edits_all(many)
    many.user.refuse(429, "rateLimitExceeded", retry_after="3600", method="PATCH", after=7, times=None)

    ran = many.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["retry_after"]) == (8, "E401", 3600)
    many.user.behave()
    many.asked()
    many.syncs()
    assert 0 < len(many.writes_there()) < 20
    assert {one.title[:6] for one in agree(many)} == {"My day"}
    many.quiet_round()


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_a_quota_that_is_used_up_stops_all_writing_and_says_that_nothing_is_lost(many: Googler, reason: str) -> None:
    edits_all(many)
    many.user.refuse(403, reason, method="PATCH|POST|DELETE", after=4, times=None)

    ran = many.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["variant"]) == (8, "E401", "quota")
    writes = [one for one in many.asked() if one["method"] != "GET"]
    assert len(writes) <= 4 + 4
    assert all(b"SUMMARY:My day" in body for body in many.near())
    many.user.behave()
    many.syncs()
    assert {one.title[:6] for one in agree(many)} == {"My day"}


def test_an_api_that_is_not_switched_on_says_who_switches_it_on(settled: Googler) -> None:
    settled.user.refuse(403, "accessNotConfigured", times=None)

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error, ran.json["error"]["variant"]) == (5, "E109", "api-off")


# ── one write that goes wrong ────────────────────────────────────────────────────────────────────────────────────────

MEETING = "ORGANIZER:mailto:boss@outside.test\nATTENDEE:mailto:boss@outside.test\n"


def makes(person: Googler) -> list[str]:
    person.writes("new.ics", event("new", "New"))
    return [*TWO, "New"]


def takes_in(person: Googler) -> list[str]:
    me = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{person.email}\n"
    person.writes("new.ics", event("new", "Theirs", extra=MEETING + me))
    return [*TWO, "Theirs"]


def makes_a_series(person: Googler) -> list[str]:
    whole = event("all", "All", extra="RRULE:FREQ=DAILY;COUNT=3\n").decode()
    moved = (
        "BEGIN:VEVENT\r\nUID:all\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20261203T100000Z\r\n"
        "DTSTART:20261203T150000Z\r\nDTEND:20261203T160000Z\r\nSUMMARY:All later\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    person.writes("all.ics", whole.replace("END:VCALENDAR", moved).encode())
    return ["All", "All", "All later", *TWO]


def edits(person: Googler) -> list[str]:
    person.edits(person.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
    return ["Intake talk", "Late lunch"]


def deletes(person: Googler) -> list[str]:
    person.file(person.uid("Lunch")).unlink()
    return ["Intake talk"]


DEEDS: dict[str, Callable[[Googler], list[str]]] = {
    "insert": makes,
    "import": takes_in,
    "series": makes_a_series,
    "edit": edits,
    "delete": deletes,
}
WRONG: dict[str, dict[str, Any]] = {
    "lost before": {"kind": "cut-before"},
    "lost after": {"kind": "cut-after"},
    "half of the answer": {"kind": "cut-body"},
    "a page": {"kind": "html"},
    "no JSON": {"kind": "not-json"},
    "500": {"kind": "error", "status": 500, "reason": "backendError"},
    "wrong etag": {"kind": "wrong-etag"},
}


def each() -> Iterator[ParameterSet]:
    """Every deed with an answer that is lost, every way to go wrong with an insert or an edit; the rest takes longer."""
    for deed, how in product(DEEDS, WRONG):
        often = how == "lost after" or deed == "insert" or (deed, how) == ("edit", "wrong etag")
        yield pytest.param(deed, how, id=f"{deed}-{how}", marks=() if often else pytest.mark.soak)


@pytest.mark.parametrize(("deed", "how"), list(each()))
def test_a_write_that_goes_wrong_is_done_once_in_the_end(settled: Googler, deed: str, how: str) -> None:
    wanted = DEEDS[deed](settled)
    wrong = settled.user.fault(method="POST|PATCH|DELETE", path=WRITTEN, after=int(deed == "series"), **WRONG[how])

    settled.sure("sync", codes=(0, 3, 8))
    met = wrong.met(0, seconds=0)
    settled.sure("sync", codes=(0, 3))
    settled.syncs()

    assert met == 1
    assert sorted(one.title for one in agree(settled)) == sorted(wanted)
    assert settled.mails() == []
    settled.quiet_round()


@contextmanager
def meanwhile(person: Googler, fault: Fault) -> Iterator[Future[Any]]:
    """A round that stands at a fault; it goes on afterwards."""
    with ThreadPoolExecutor(1) as pool:
        round_ = pool.submit(person.types, "sync", "--json")
        assert fault.met() == 1
        yield round_
        fault.release()


@pytest.mark.parametrize("theirs", ["edited", "deleted"])
@pytest.mark.parametrize("mine", ["edited", "deleted"])
def test_what_happens_there_just_before_a_write_is_not_overwritten(settled: Googler, mine: str, theirs: str) -> None:
    (edits if mine == "edited" else deletes)(settled)
    lunch = settled.event_there("Lunch")["id"]
    held = settled.user.fault("hold", method="PATCH|DELETE")
    with meanwhile(settled, held) as round_:
        if theirs == "edited":
            settled.user.patch(lunch, {"location": "Canteen"})
        else:
            settled.user.delete(lunch)

    assert round_.result().code in (0, 3)
    settled.sure("sync", codes=(0, 3))

    titles, places = zip(*((one.title, one.place) for one in agree(settled)), strict=True)
    match mine, theirs:
        case "edited", "edited":
            assert (sorted(titles), "Canteen" in places) == (["Intake talk", "Late lunch"], True)
        case "edited", _:
            assert sorted(titles) == ["Intake talk", "Late lunch"]
        case _, "edited":
            assert (sorted(titles), "Canteen" in places) == (TWO, True)
        case _:
            assert titles == ("Intake talk",)
    assert settled.mails() == []
    settled.quiet_round()


def test_a_refused_event_stops_nothing_else_and_is_told(settled: Googler) -> None:
    settled.writes("bad.ics", event("bad", "Bad", extra="RDATE;VALUE=PERIOD:20261203T100000Z/PT1H\n"))
    settled.writes("good.ics", event("good", "Good"))

    report = settled.syncs(codes=(3,))

    assert (report["calendar"]["skipped"], "Good" in settled.titles_there()) == (1, True)
    (row,) = settled.sure("conflicts", "--json").json["conflicts"]
    assert row["title"] == "Bad"
    settled.sure("sync", codes=(0, 3))
    assert "Bad" in settled.titles()
