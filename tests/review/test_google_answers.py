"""A server that is not Google, or Google out of order: what it says is no proof, and nothing is done twice for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsync_cli.core import occasions
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev, Unreadable
from calsync_cli.core.ops import Create, Denied, Edit, Move, Op, Remove, Stale, Unknown, Wrote
from calsync_cli.core.units import Laid
from calsync_cli.providers.google.account import GoogleAccount, open_account
from calsync_cli.providers.google.fields import Frame
from calsync_cli.providers.google.members import gathered, single
from calsync_cli.providers.google.store import GoogleStore
from tests.caldav.fake import Asked, Fake, Says, running
from tests.compliance.subjects import Token
from tests.doubles.events import event
from tests.google.scene import failure

NOON = {"dateTime": "2026-11-23T12:00:00+01:00", "timeZone": "Europe/Zurich"}
LUNCH: dict[str, Any] = {"id": "lunch", "iCalUID": "u", "etag": '"1"', "summary": "Lunch", "start": NOON, "end": NOON}
STAND_UP = {**LUNCH, "id": "standup", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
ME = Frame("me@example.org", "Europe/Zurich")
CALENDAR = {"id": "c", "accessRole": "owner", "summary": "C", "timeZone": "Europe/Zurich"}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running() as server:
        server.on("GET", "/users/me/calendarList?maxResults=250", says({"items": [CALENDAR]}))
        yield server


def says(told: Any, status: int = 200) -> Says:
    return Says(status, json.dumps(told), {"Content-Type": "application/json"})


def account(fake: Fake) -> GoogleAccount:
    return open_account(fake.url, Token("me@example.org", "t"), "me@example.org")


def store(fake: Fake) -> GoogleStore:
    made = account(fake)
    made.glance()
    return made.open(CollectionId("c"))


def held(told: dict[str, Any] = LUNCH) -> Any:
    return single(told, ME)


def brunch(told: dict[str, Any] = LUNCH) -> Edit:
    base = held(told)
    return Edit(base, base.content.replace(b"SUMMARY:Lunch", b"SUMMARY:Brunch"), NOBODY)


WRITES: dict[str, tuple[str, Callable[[], Op]]] = {
    "create": ("POST", lambda: Create(Ref("lunch"), event("a"), NOBODY)),
    "edit": ("PATCH", brunch),
    "remove": ("DELETE", lambda: Remove(held(), NOBODY)),
    "move": ("POST", lambda: Move(Ref("lunch"), Rev('"1"'), CollectionId("d"), Ref("lunch"), NOBODY)),
}


@pytest.mark.parametrize("status", [302, 304, 307])
@pytest.mark.parametrize("write", WRITES)
def test_whoever_leads_elsewhere_has_done_nothing(fake: Fake, write: str, status: int) -> None:
    method, op = WRITES[write]
    fake.on("GET", "*", says(LUNCH)).on(method, "*", Says(status, b"", {"Location": "http://127.0.0.1:9/"}))
    opened = store(fake)

    with pytest.raises(CalsyncError) as caught:
        list(opened.write([op()]))

    assert failure(caught) == ("E404", "status")


@pytest.mark.parametrize("told", [b"", b"{}", b'{"id": 5}', b'{"id": "another"}', b'{"id": "a\\nb"}'])
@pytest.mark.parametrize("write", ["create", "edit"])
def test_a_write_that_is_answered_by_something_else_may_be_done(fake: Fake, write: str, told: bytes) -> None:
    method, op = WRITES[write]
    fake.on(method, "*", Says(200, told))

    (done,) = store(fake).write([op()])

    assert isinstance(done, Unknown)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"items": None},
        {"items": [CALENDAR], "nextPageToken": 5},
        {"items": [CALENDAR], "nextPageToken": "a\nb"},
        {"items": [{**CALENDAR, "id": None}]},
    ],
)
def test_a_list_of_calendars_that_is_none_is_not_taken_for_few(fake: Fake, told: Any) -> None:
    fake.on("GET", "/users/me/calendarList?maxResults=250", says(told))
    opened = account(fake)

    with pytest.raises(CalsyncError) as caught:
        opened.glance()

    assert caught.value.code == "E404"


@pytest.mark.parametrize("status", [204, 302, 304])
def test_no_answer_is_no_empty_list_of_calendars(fake: Fake, status: int) -> None:
    fake.on("GET", "*", Says(status)).on("GET", "/users/me/calendarList?maxResults=250", Says(status))
    opened = account(fake)

    with pytest.raises(CalsyncError) as caught:
        opened.glance()

    assert caught.value.code == "E404"


def test_pages_that_lead_round_in_a_circle_are_noticed_soon(fake: Fake) -> None:
    fake.on("GET", "*", says({"items": [LUNCH], "nextPageToken": "again", "nextSyncToken": "s"}))
    opened = store(fake)

    with pytest.raises(CalsyncError) as caught:
        list(opened.look(None, set()))

    assert failure(caught) == ("E404", "endless-pages")
    assert len(fake.asked) < 6


def test_a_series_that_its_own_listing_does_not_know_is_not_gone(fake: Fake) -> None:
    fake.on("GET", "/calendars/c/events/standup", says(STAND_UP)).on("GET", "*", says({"items": []}))

    (found,) = store(fake).fetch([Ref("standup")])

    assert found == Unreadable(Ref("standup"), "E404", "listing", "Lunch")


def test_a_series_that_its_own_listing_does_not_know_is_not_taken_for_removed(fake: Fake) -> None:
    fake.on("GET", "/calendars/c/events/standup", says(STAND_UP)).on("GET", "*", says({"items": []}))
    base = held(STAND_UP)

    done = list(store(fake).write([Remove(base, NOBODY)]))

    assert done == [Stale(Ref("standup"))]
    assert "DELETE" not in fake.methods()


@pytest.mark.parametrize("found", [says({"error": {"code": 403, "errors": [{"reason": "forbidden"}]}}, 403), says({})])
def test_a_taken_id_of_which_nothing_is_told_is_no_reason_for_a_second_event(fake: Fake, found: Says) -> None:
    taken = says({"error": {"code": 409, "errors": [{"reason": "duplicate"}]}}, 409)
    fake.on("POST", "*", taken, says(LUNCH)).on("GET", "*", found)

    (done,) = store(fake).write([Create(Ref("lunch"), event("a"), NOBODY)])

    assert isinstance(done, Denied)
    assert fake.methods().count("POST") == 1


@pytest.mark.parametrize("op", [brunch, lambda told: Remove(held(told), NOBODY)])
@pytest.mark.parametrize("etag", [None, "", 5, '"1"\r\nX-Evil: 1', '"\u2028"'])
def test_what_has_no_version_is_not_overwritten_blindly(fake: Fake, op: Callable[[Any], Op], etag: Any) -> None:
    told = {**LUNCH, "etag": etag}
    fake.on("PATCH", "*", says(told)).on("DELETE", "*", Says(204))

    done = list(store(fake).write([op(told)]))

    assert done == [Stale(Ref("lunch"))]
    assert set(fake.methods()) == {"GET"}


def test_an_exception_that_has_no_version_is_not_overwritten_blindly(fake: Fake) -> None:
    late = {**LUNCH, "id": "standup_2", "recurringEventId": "standup", "originalStartTime": NOON, "summary": "Late"}
    late["etag"] = None
    fake.on("GET", "/calendars/c/events/standup", says(STAND_UP)).on("GET", "*", says({"items": [STAND_UP, late]}))
    fake.on("PATCH", "*", says(late))
    (base,) = (members.item(ME) for members in gathered([STAND_UP, late]).values())
    assert isinstance(base, Held)

    done = list(store(fake).write([Edit(base, base.content.replace(b"SUMMARY:Late", b"SUMMARY:Later"), NOBODY)]))

    assert done == [Stale(Ref("standup"))]
    assert "PATCH" not in fake.methods()


def test_a_reason_is_a_word_and_nothing_else(fake: Fake) -> None:
    said = {"error": {"code": 403, "errors": [{"reason": "\x1b[2J{evil}\n" * 9000}, {"reason": "x" * 9000}]}}
    fake.on("PATCH", "*", says(said, 403))

    done = list(store(fake).write([brunch()]))

    assert done == [Denied(Ref("lunch"), "E403", "403")]


@pytest.mark.parametrize("deep", [900, 975, 980, 983, 985, 990, 100_000])
def test_json_however_deep_is_read_or_refused(fake: Fake, deep: int) -> None:
    deeply = f'"zz":{"[" * deep}{"]" * deep}}}'
    instance = {**LUNCH, "id": "standup_1", "recurringEventId": "standup", "originalStartTime": NOON}
    events = ",".join(json.dumps(one)[:-1] + "," + deeply for one in (STAND_UP, instance))
    fake.on("GET", "*", Says(200, f'{{"items":[{events}],"nextSyncToken":"s"}}'))
    opened = store(fake)

    try:
        seen = [one for page in opened.look(None, set()) for one in page.seen]
    except CalsyncError as error:
        seen = [error.code]  # type: ignore[list-item]  # either

    assert len(seen) == 1


def test_what_went_and_came_many_times_comes_again(fake: Fake) -> None:
    taken = says({"error": {"code": 409, "errors": [{"reason": "duplicate"}]}}, 409)
    went = [taken] * 12

    def made(asked: Asked) -> Says:
        return went.pop() if went else says({**LUNCH, **json.loads(asked.body), "etag": '"2"'})

    def cancelled(asked: Asked) -> Says:
        return says({"id": asked.path.rpartition("/")[2], "status": "cancelled"})

    fake.on("POST", "*", made).on("GET", "*", cancelled)

    (done,) = store(fake).write([Create(Ref("lunch"), event("a"), NOBODY)])

    assert isinstance(done, Wrote)


# ── after a long absence ─────────────────────────────────────────────────────────────────────────────────────────

NOT_FOUND = says({"error": {"code": 404, "errors": [{"reason": "notFound"}]}}, 404)
LONG_GONE = [Ref(f"gone{number:04d}") for number in range(900)]


def test_hundreds_that_google_has_forgotten_are_not_asked_for_one_by_one(fake: Fake) -> None:
    fake.on("GET", "/calendars/c/events?singleEvents=false&maxResults=2500", says({"items": [], "nextSyncToken": "s"}))
    fake.on("GET", "*", lambda asked: says({"items": [], "nextSyncToken": "s"}) if "?" in asked.path else NOT_FOUND)

    pages = list(store(fake).look(None, set(LONG_GONE)))

    assert pages[-1].end is not None
    assert pages[-1].end.inventory == frozenset()
    assert len(fake.asked) <= 110  # 600 in a minute are allowed


@pytest.mark.parametrize("second", [{"items": []}, {"items": [], "nextPageToken": "2"}])
def test_a_second_listing_that_breaks_off_proves_nothing(fake: Fake, second: dict[str, Any]) -> None:
    fake.on("GET", "/calendars/c/events?singleEvents=false&maxResults=2500", says({"items": [], "nextSyncToken": "s"}))
    fake.on("GET", "*", lambda asked: says(second) if "?" in asked.path else NOT_FOUND)
    opened = store(fake)

    with pytest.raises(CalsyncError) as caught:
        list(opened.look(None, set(LONG_GONE)))

    assert caught.value.code == "E404"


def test_two_listings_that_leave_out_what_is_there_are_not_believed(fake: Fake) -> None:
    def told(asked: Asked) -> Says:
        if "?" in asked.path:
            return says({"items": [], "nextSyncToken": "s"})
        return says({**LUNCH, "id": asked.path.rpartition("/")[2]})

    fake.on("GET", "*", told)
    opened = store(fake)

    with pytest.raises(CalsyncError) as caught:
        list(opened.look(None, set(LONG_GONE)))

    assert failure(caught) == ("E404", "listing")


def test_what_the_second_listing_has_is_read(fake: Fake) -> None:
    both = {"items": [{**LUNCH, "id": "gone0007"}], "nextSyncToken": "s"}
    fake.on("GET", "/calendars/c/events?singleEvents=false&maxResults=2500", says({"items": [], "nextSyncToken": "s"}))
    fake.on("GET", "*", lambda asked: says(both) if "?" in asked.path else NOT_FOUND)
    fake.on("GET", "/calendars/c/events/gone0007", says({**LUNCH, "id": "gone0007"}))

    pages = list(store(fake).look(None, set(LONG_GONE)))

    assert pages[-1].end is not None
    assert pages[-1].end.inventory == frozenset({Ref("gone0007")})


# ── what a stranger's invitation costs ───────────────────────────────────────────────────────────────────────────


def test_a_rule_that_is_dear_is_laid_out_once_however_much_is_left_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[datetime] = []

    def counted(laid: Laid, begin: datetime, end: datetime, **more: Any) -> occasions.Found:
        laid_out.append(begin)
        return found_in(laid, begin, end, **more)

    found_in = occasions.found_in
    monkeypatch.setattr(occasions, "found_in", counted)
    first = datetime(2026, 11, 23, 11, tzinfo=UTC)
    left_out = [
        {
            "id": f"standup_{day}",
            "recurringEventId": "standup",
            "status": "cancelled",
            "originalStartTime": {"dateTime": (first + timedelta(days=day)).isoformat()},
        }
        for day in range(1, 40)
    ]
    events = [{**STAND_UP, "recurrence": ["RRULE:FREQ=SECONDLY"]}, *left_out]

    (made,) = (members.item(ME) for members in gathered(events).values())

    assert isinstance(made, Held)
    assert made.content.count(b"EXDATE") == 39
    assert len(laid_out) == 1
