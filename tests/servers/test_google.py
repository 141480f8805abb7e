"""Whether the Google stand-in keeps Google's rules: what each of them is, one by one."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.servers.google.control import Google, User, events, start_google
from tests.servers.google.errors import Json

LUNCH: Json = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "Europe/Zurich"},
}
STAND_UP: Json = {**LUNCH, "summary": "Stand-up", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
DAY: Json = {"summary": "Day", "start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}


def refusal(told: tuple[int, dict[str, str], Json]) -> tuple[int, str]:
    """Status and reason of an error."""
    return told[0], told[2]["error"]["errors"][0]["reason"]


def kinds(user: User) -> list[tuple[str, str]]:
    """The mails of a user's writes: what, to whom."""
    return [(one["kind"], one["to"]) for one in user.mails()]


def guest(user: User, **more: object) -> Json:
    """Somebody invited."""
    return {"email": user.address, **more}


# Series


def test_a_changed_and_a_cancelled_instance_are_listed_beside_their_series(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    _, second, third, _ = google_user.instances(master["id"])
    google_user.patch(second["id"], {"summary": "Long stand-up"})
    google_user.delete(third["id"])

    told = {one["id"]: one for one in google_user.listed()}

    assert set(told) == {master["id"], second["id"], third["id"]}
    assert told[second["id"]]["recurringEventId"] == master["id"]
    assert told[third["id"]]["status"] == "cancelled"


def test_occurrences_keep_their_hour_over_a_change_of_clocks(google_user: User) -> None:
    start = {"dateTime": "2026-10-24T09:00:00", "timeZone": "Europe/Zurich"}
    end = {"dateTime": "2026-10-24T10:00:00", "timeZone": "Europe/Zurich"}
    google_user.insert({"start": start, "end": end, "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]})

    told = google_user.listed(singleEvents="true", orderBy="startTime")

    assert [one["start"]["dateTime"] for one in told] == ["2026-10-24T09:00:00+02:00", "2026-10-25T09:00:00+01:00"]
    assert [one["id"].rpartition("_")[2] for one in told] == ["20261024T070000Z", "20261025T080000Z"]


def test_rdate_exdate_and_until_are_counted(google_user: User) -> None:
    lines = [
        "RRULE:FREQ=WEEKLY;UNTIL=20261207T110000Z",
        "EXDATE;TZID=Europe/Zurich:20261130T120000",
        "RDATE;TZID=Europe/Zurich:20261225T120000",
    ]
    master = google_user.insert({**LUNCH, "recurrence": lines})

    days = [one["start"]["dateTime"][:10] for one in google_user.instances(master["id"])]

    assert days == ["2026-11-23", "2026-12-07", "2026-12-25"]


def test_an_instance_is_found_by_its_original_start(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second = google_user.instances(master["id"])[1]
    google_user.patch(second["id"], {"start": {"dateTime": "2026-11-30T11:00:00Z"}})

    found = google_user.instances(master["id"], originalStart="2026-11-30T12:00:00+01:00")

    assert [(one["id"], one["start"]["dateTime"]) for one in found] == [(second["id"], "2026-11-30T12:00:00+01:00")]


def test_a_cancelled_instance_comes_back_by_its_status(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second = google_user.instances(master["id"])[1]["id"]
    google_user.delete(second)

    google_user.patch(second, {"status": "confirmed"})

    assert [one["status"] for one in google_user.instances(master["id"])] == ["confirmed"] * 4


def test_exceptions_that_the_rule_no_longer_makes_go(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    fourth = google_user.instances(master["id"])[3]["id"]
    google_user.patch(fourth, {"summary": "Last"})

    google_user.patch(master["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})

    assert google_user.get(fourth)["status"] == "cancelled"


def test_this_and_following_makes_a_second_series(google_user: User) -> None:
    master = google_user.insert({**STAND_UP, "extendedProperties": {"private": {"calsyncUid": "x"}}})
    third = google_user.instances(master["id"])[2]

    new = google_user.get(google_user.split(third["id"], {"summary": "Sit-down"}))

    assert new["iCalUID"] == f"{new['id']}@google.com" != master["iCalUID"]
    assert new["extendedProperties"] == {"private": {"calsyncUid": "x"}}
    assert len(google_user.instances(master["id"])) == 2
    assert len(google_user.instances(new["id"])) == 2


def test_exdates_come_back_as_cancelled_instances_where_that_is_asked_for(google: Google, google_user: User) -> None:
    lines = ["RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=3", "EXDATE;TZID=Europe/Zurich:20261130T120000"]
    with google.behaving(exdates_as_instances=True, rewrites_rules=True):
        master = google_user.insert({**LUNCH, "recurrence": lines})

    told = google_user.listed()

    assert google_user.get(master["id"])["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3"]
    assert [one["status"] for one in told] == ["cancelled", "confirmed"]


# Lists


def test_no_page_is_longer_than_2500(google_user: User) -> None:
    google_user.seed([DAY] * 2501)

    first = google_user.api("GET", events("primary"), maxResults=9999)

    assert len(first["items"]) == 2500
    assert len(google_user.listed()) == 2501


def test_pages_can_be_short_and_the_first_one_empty(google: Google, google_user: User) -> None:
    google_user.seed([DAY] * 5)

    with google.behaving(page_limit=2):
        first = google_user.api("GET", events("primary"))
        told = google_user.listed()

    assert (first["items"], "nextSyncToken" in first) == ([], False)
    assert len(told) == 5


def test_what_changes_while_one_pages_is_told_by_the_next_increment(google_user: User) -> None:
    ids = google_user.seed([DAY] * 3)
    first = google_user.api("GET", events("primary"), maxResults=2)
    google_user.delete(ids[0])
    last = google_user.api("GET", events("primary"), maxResults=2, pageToken=first["nextPageToken"])

    told = google_user.listed(syncToken=last["nextSyncToken"])

    assert [(one["id"], one["status"]) for one in told] == [(ids[0], "cancelled")]


@pytest.mark.parametrize(
    "more", [{"timeMin": "2026-01-01T00:00:00Z"}, {"iCalUID": "x"}, {"showDeleted": "false"}, {"singleEvents": "true"}]
)
def test_a_sync_token_stands_alone(google_user: User, more: Json) -> None:
    token = google_user.api("GET", events("primary"))["nextSyncToken"]

    assert google_user.ask("GET", events("primary"), syncToken=token, **more)[0] == 400


def test_the_window_of_the_first_list_stays_in_its_token(google_user: User) -> None:
    token = google_user.api("GET", events("primary"), timeMin="2027-01-01T00:00:00Z")["nextSyncToken"]
    google_user.insert(LUNCH)
    later = google_user.insert({**DAY, "start": {"date": "2027-02-01"}, "end": {"date": "2027-02-02"}})

    assert [one["id"] for one in google_user.listed(syncToken=token)] == [later["id"]]


def test_expired_sync_tokens_are_gone(google: Google, google_user: User) -> None:
    token = google_user.api("GET", events("primary"))["nextSyncToken"]
    google.expire_sync_tokens()

    assert refusal(google_user.ask("GET", events("primary"), syncToken=token)) == (410, "fullSyncRequired")


def test_a_list_by_uid_tells_a_series_with_its_cancelled_instances_and_nothing_else(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second = google_user.instances(master["id"])[1]["id"]
    google_user.delete(second)
    google_user.delete(google_user.insert(LUNCH)["id"])

    told = google_user.listed(iCalUID=master["iCalUID"], showDeleted="true")

    assert {one["id"] for one in told} == {master["id"], second}


def test_deleted_events_are_told_bare_where_that_is_asked_for(google: Google, google_user: User) -> None:
    name = google_user.insert(LUNCH)["id"]
    google_user.delete(name)

    with google.behaving(bare_tombstones=True):
        told = google_user.listed(showDeleted="true")

    assert told == [{"id": name, "status": "cancelled"}]


def test_times_are_told_in_the_calendars_zone_beside_the_events_own(google_user: User) -> None:
    start = {"dateTime": "2026-11-23T09:00:00", "timeZone": "America/New_York"}
    end = {"dateTime": "2026-11-23T10:00:00", "timeZone": "America/New_York"}

    made = google_user.insert({"start": start, "end": end})

    assert made["start"] == {"dateTime": "2026-11-23T15:00:00+01:00", "timeZone": "America/New_York"}


def test_private_properties_are_searched(google_user: User) -> None:
    google_user.insert(LUNCH)
    one = google_user.insert({**LUNCH, "extendedProperties": {"private": {"key": "a=b"}}})

    assert [found["id"] for found in google_user.listed(privateExtendedProperty="key=a=b")] == [one["id"]]


# Writes


def test_an_id_is_burnt_for_good(google_user: User) -> None:
    google_user.insert({**LUNCH, "id": "abcde"})
    google_user.delete("abcde")

    assert refusal(google_user.ask("POST", events("primary"), {**LUNCH, "id": "abcde"})) == (409, "duplicate")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "xyz"}, "invalid"),
        ({"id": "abcde", "iCalUID": "u@x"}, "invalid"),
        ({"start": None}, "required"),
        ({"start": {"dateTime": "2026-11-23T12:00:00"}}, "required"),
        ({"start": {"dateTime": "2026-11-23T12:00:00+01:00"}, "recurrence": ["RRULE:FREQ=DAILY"]}, "required"),
        ({"recurrence": ["FREQ=DAILY"]}, "invalid"),
        ({"end": {"dateTime": "2026-11-23T11:00:00+01:00"}}, "timeRangeEmpty"),
        ({"end": {"date": "2026-11-24"}}, "invalid"),
        ({"colorId": "12"}, "invalid"),
        ({"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 1}] * 6}}, "invalid"),
        ({"extendedProperties": {"private": {"k": "x" * 1025}}}, "invalid"),
        ({"attendees": [{"email": "nobody"}]}, "invalid"),
        ({"eventType": "fromGmail"}, "eventTypeRestriction"),
        ({"status": "gone"}, "invalid"),
    ],
)
def test_what_an_event_cannot_be_is_refused(google_user: User, change: Json, reason: str) -> None:
    assert refusal(google_user.ask("POST", events("primary"), {**LUNCH, **change})) == (400, reason)


def test_a_patch_merges_replaces_arrays_and_takes_away_by_null(google_user: User) -> None:
    properties = {"private": {"a": "1", "b": "2"}}
    made = google_user.insert({**LUNCH, "location": "Hall", "extendedProperties": properties})

    told = google_user.patch(made["id"], {"location": None, "extendedProperties": {"private": {"a": None}}})

    assert "location" not in told
    assert told["extendedProperties"] == {"private": {"b": "2"}}
    assert told["summary"] == "Lunch"


def test_an_old_etag_is_refused_and_a_known_one_not_told_again(google_user: User) -> None:
    made = google_user.insert(LUNCH)
    new = google_user.patch(made["id"], {"summary": "Dinner"})

    old = google_user.ask("DELETE", events("primary", made["id"]), if_match=made["etag"])

    assert refusal(old) == (412, "conditionNotMet")
    google_user.api("DELETE", events("primary", made["id"]), if_match=new["etag"])
    assert refusal(google_user.ask("DELETE", events("primary", made["id"]))) == (410, "deleted")


def test_only_the_organizers_calendar_moves_an_event(google_user: User) -> None:
    choir = google_user.new_calendar("Choir")
    made = google_user.insert(STAND_UP)
    instance = google_user.instances(made["id"])[0]["id"]

    refused = google_user.ask("POST", f"{events('primary', instance)}/move", destination=choir)
    moved = google_user.api("POST", f"{events('primary', made['id'])}/move", destination=choir)

    assert refusal(refused) == (400, "cannotChangeOrganizerOfInstance")
    assert moved["organizer"] == {"email": choir, "displayName": "Choir", "self": True}
    assert google_user.get(made["id"])["status"] == "cancelled"


def test_attachments_and_conferences_count_where_they_are_announced(google_user: User) -> None:
    extra = {
        "attachments": [{"fileUrl": "https://example.org/a"}],
        "conferenceData": {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}},
    }

    silent = google_user.insert({**LUNCH, **extra})
    told = google_user.insert({**LUNCH, **extra}, supportsAttachments="true", conferenceDataVersion="1")

    assert not {"attachments", "conferenceData"} & set(silent)
    assert told["attachments"] == extra["attachments"]
    assert told["hangoutLink"] == told["conferenceData"]["entryPoints"][0]["uri"]


def test_an_import_keeps_its_uid_and_organizer_and_is_changed_by_the_next_one(google_user: User) -> None:
    place = f"{events('primary')}/import"
    body = {**LUNCH, "iCalUID": "meeting@elsewhere", "organizer": {"email": "boss@elsewhere.example"}, "sequence": 2}

    made = google_user.api("POST", place, body)
    again = google_user.api("POST", place, {**body, "summary": "Late lunch", "sequence": 3})

    assert (made["iCalUID"], made["organizer"]["email"]) == ("meeting@elsewhere", "boss@elsewhere.example")
    assert (again["id"], again["summary"]) == (made["id"], "Late lunch")
    assert refusal(google_user.ask("POST", place, {**body, "sequence": 1})) == (400, "invalid")
    change = google_user.ask("PATCH", events("primary", made["id"]), {"summary": "Mine"})
    assert refusal(change) == (403, "forbiddenForNonOrganizer")


# Guests


@pytest.fixture
def boss(google: Google) -> User:
    """Somebody who invites."""
    return google.new_user("boss")


def test_an_invitation_is_on_the_guests_calendar(google_user: User, boss: User) -> None:
    made = boss.insert({**LUNCH, "attendees": [guest(google_user)], "colorId": "3"})

    mine = google_user.get(made["id"])

    assert mine["organizer"] == {"email": boss.address}
    assert mine["attendees"] == [{"email": google_user.address, "responseStatus": "needsAction", "self": True}]
    assert "colorId" not in mine


def test_a_guest_changes_no_more_than_his_own(google_user: User, boss: User) -> None:
    made = boss.insert({**LUNCH, "attendees": [guest(google_user)]})
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 3}]}

    mine = google_user.patch(made["id"], {"reminders": reminders, "colorId": "5"})

    refused = google_user.ask("PATCH", events("primary", made["id"]), {"summary": "Mine"})
    assert refusal(refused) == (403, "forbiddenForNonOrganizer")
    assert mine["reminders"] == reminders
    assert boss.get(made["id"])["reminders"] == {"useDefault": True}


def test_an_answer_reaches_the_organizer_and_is_mailed_where_that_is_wanted(google_user: User, boss: User) -> None:
    made = boss.insert({**LUNCH, "attendees": [guest(google_user)]})
    answer = {"attendeesOmitted": True, "attendees": [guest(google_user, responseStatus="accepted")]}

    google_user.patch(made["id"], answer, sendUpdates="all")

    assert boss.get(made["id"])["attendees"][0]["responseStatus"] == "accepted"
    assert kinds(google_user) == [("reply", boss.address)]


def test_who_is_invited_to_one_occurrence_has_that_without_its_series(google_user: User, boss: User) -> None:
    master = boss.insert(STAND_UP)
    second = boss.instances(master["id"])[1]["id"]

    boss.patch(second, {"attendees": [guest(google_user)]})

    assert [one["id"] for one in google_user.listed()] == [second]
    assert google_user.ask("GET", events("primary", master["id"]))[0] == 404


def test_what_the_organizer_does_to_a_series_reaches_the_guest(google_user: User, boss: User) -> None:
    master = boss.insert({**STAND_UP, "attendees": [guest(google_user)]})
    first, second, *_ = boss.instances(master["id"])
    boss.delete(first["id"])
    boss.patch(second["id"], {"summary": "Long"})

    assert [one["summary"] for one in google_user.instances(master["id"])] == ["Long", "Stand-up", "Stand-up"]
    boss.delete(master["id"])
    assert google_user.listed() == []


def test_mails_are_written_down_and_each_has_its_kind(google_user: User, boss: User) -> None:
    people = [guest(boss), {"email": "out@elsewhere.example"}]
    made = google_user.insert({**LUNCH, "attendees": people}, sendUpdates="all")
    google_user.patch(
        made["id"], {"summary": "Tea", "attendees": [*people, {"email": "new@elsewhere.example"}]}, sendUpdates="all"
    )
    google_user.patch(made["id"], {"colorId": "3"}, sendUpdates="all")
    google_user.patch(made["id"], {"summary": "Silent"}, sendUpdates="none")
    google_user.delete(made["id"], sendUpdates="externalOnly")

    assert kinds(google_user) == [
        ("invitation", boss.address),
        ("invitation", "out@elsewhere.example"),
        ("invitation", "new@elsewhere.example"),
        ("update", boss.address),
        ("update", "out@elsewhere.example"),
        ("cancellation", "new@elsewhere.example"),
        ("cancellation", "out@elsewhere.example"),
    ]


# Rights


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("freeBusyReader", 403), ("writer", 200), ("none", 404)])
def test_a_role_says_who_may_write(google_user: User, boss: User, role: str, status: int) -> None:
    shared = boss.new_calendar("Shared")
    boss.share(shared, google_user, role)

    assert google_user.ask("POST", events(shared), LUNCH)[0] == status


@pytest.mark.parametrize("role", ["reader", "writerWithoutPrivateAccess"])
def test_private_events_are_hidden_from_those_without_access_to_them(google_user: User, boss: User, role: str) -> None:
    shared = boss.new_calendar("Shared")
    boss.share(shared, google_user, role)
    secret = boss.insert({**LUNCH, "visibility": "private"}, shared)

    told = google_user.get(secret["id"], shared)

    assert "summary" not in told
    assert told["visibility"] == "private"
    assert google_user.ask("PATCH", events(shared, secret["id"]), {"summary": "Mine"})[0] == 403


def test_a_calendar_that_vanished_is_in_no_list(google_user: User) -> None:
    choir = google_user.new_calendar("Choir")
    token = google_user.api("GET", "users/me/calendarList")["nextSyncToken"]
    google_user.vanish(choir)

    told = google_user.api("GET", "users/me/calendarList", syncToken=token)["items"]

    assert [(one["id"], one["deleted"]) for one in told] == [(choir, True)]
    assert google_user.ask("GET", events(choir))[0] == 404


def test_hidden_calendars_are_listed_where_that_is_asked_for(google_user: User) -> None:
    choir = google_user.new_calendar("Choir")
    google_user.entry(choir, hidden=True)

    assert len(google_user.api("GET", "users/me/calendarList")["items"]) == 1
    assert len(google_user.api("GET", "users/me/calendarList", showHidden="true")["items"]) == 2


# Misbehaviour


def test_a_token_that_is_not_known_is_refused(google: Google, google_user: User) -> None:
    google.tokens(google_user.token)

    assert refusal(google_user.client("GET", events("primary"))) == (401, "authError")


def test_a_token_without_the_scope_is_refused(google: Google, google_user: User) -> None:
    google.tokens(google_user.token, google_user.address, scopes=["calendar.events"])

    assert google_user.client("GET", events("primary"))[0] == 200
    assert refusal(google_user.client("GET", "users/me/calendarList")) == (403, "insufficientPermissions")


def test_errors_come_as_often_as_they_are_asked_for(google_user: User) -> None:
    google_user.refuse(429, "rateLimitExceeded", retry_after="7", times=2, after=1, method="GET")

    told = [google_user.client("GET", events("primary")) for _ in range(4)]

    assert [status for status, _, _ in told] == [200, 429, 429, 200]
    assert told[1][1]["retry-after"] == "7"


def test_an_answer_can_be_lost_after_the_deed_and_before_it(google_user: User) -> None:
    for kind in ("cut-before", "cut-after"):
        google_user.fault(kind, method="POST")
        with pytest.raises(http.client.HTTPException):
            google_user.client("POST", events("primary"), {**LUNCH, "summary": kind}, sendUpdates="none")

    assert [one["summary"] for one in google_user.listed()] == ["cut-after"]


def test_an_answer_can_break_off(google_user: User) -> None:
    google_user.fault("cut-body")

    with pytest.raises(http.client.IncompleteRead):
        google_user.client("GET", events("primary"))


def test_a_held_request_goes_on_when_it_is_released(google_user: User) -> None:
    fault = google_user.fault("hold", path="calendarList")
    told: list[int] = []
    asks = threading.Thread(target=lambda: told.append(google_user.client("GET", "users/me/calendarList")[0]))
    asks.start()
    assert fault.met() == 1
    assert told == []

    fault.release()
    asks.join(20)

    assert told == [200]


def test_a_list_can_leave_out_the_masters(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second = google_user.instances(master["id"])[1]["id"]
    google_user.patch(second, {"summary": "Long"})
    google_user.fault("orphans")

    told = google_user.client("GET", events("primary"))[2]["items"]

    assert [one["id"] for one in told] == [second]


def test_what_is_outside_googles_document_is_noted(google: Google) -> None:
    user = google.new_user()

    user.client("GET", events("primary"), foo="1", maxResults="many")
    user.client("POST", events("primary"), {**LUNCH, "colour": "red", "created": "2026-01-01T00:00:00Z"})

    assert {(one["kind"], one["text"].partition(":")[0]) for one in user.violations(forget=True)} == {
        ("request", "?foo"),
        ("request", "?maxResults=many"),
        ("request", "$.colour"),
        ("read-only", "$.created"),
        ("sendUpdates", "sendUpdates is missing"),
    }


def test_requests_are_counted_and_a_hand_behind_the_clients_back_is_not(google_user: User) -> None:
    google_user.insert(LUNCH)
    google_user.client("GET", events("primary"), maxResults="5")

    (seen,) = google_user.requests()

    assert (seen["method"], seen["status"], seen["query"]) == ("GET", 200, {"maxResults": ["5"]})


def test_a_change_of_reminders_alone_is_quiet_where_that_is_asked_for(google: Google, google_user: User) -> None:
    made = google_user.insert(LUNCH)
    token = google_user.api("GET", events("primary"))["nextSyncToken"]

    with google.behaving(quiet_reminders=True):
        changed = google_user.patch(made["id"], {"reminders": {"useDefault": False}})

    assert google_user.listed(syncToken=token) == []
    assert changed["etag"] != made["etag"]
    assert changed["updated"] == made["updated"]


@pytest.mark.parametrize("kind", ["not-json", "html"])
def test_an_answer_can_be_no_json(google_user: User, kind: str) -> None:
    google_user.fault(kind)

    with pytest.raises(ValueError, match="Expecting"):
        google_user.client("GET", events("primary"))


def test_an_etag_can_be_wrong(google_user: User) -> None:
    made = google_user.insert(LUNCH)
    google_user.fault("wrong-etag")

    told = google_user.client("GET", events("primary", made["id"]))[2]

    assert told["etag"] != made["etag"]


def test_special_events_keep_their_type(google_user: User) -> None:
    mail = google_user.put({**DAY, "eventType": "fromGmail"})["id"]

    assert google_user.get(mail)["eventType"] == "fromGmail"
    refused = google_user.ask("PATCH", events("primary", mail), {"eventType": "default"})
    assert refusal(refused) == (400, "eventTypeRestriction")


class _Vouching(BaseHTTPRequestHandler):
    """An authorisation server that knows one token."""

    def do_POST(self) -> None:
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = given["token"] == ["good"] and self.headers["Authorization"] == "Basic bGFiOnNlY3JldA=="
        scope = "openid https://www.googleapis.com/auth/calendar.events"
        told = {"active": True, "sub": "Me@Example.org", "scope": scope} if known else {"active": False}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by http.server
        """Silent."""


def test_an_authorisation_server_can_vouch_for_tokens(tmp_path: Path) -> None:
    vouching = HTTPServer(("127.0.0.1", 0), _Vouching)
    threading.Thread(target=vouching.serve_forever, args=(0.01,), daemon=True).start()
    google = start_google(tmp_path, introspect=f"http://lab:secret@127.0.0.1:{vouching.server_port}/introspect")
    try:
        good, bad = (User(google, "me@example.org", token) for token in ("good", "bad"))

        assert good.client("GET", events("primary"))[2]["summary"] == "me@example.org"
        assert refusal(good.client("GET", "users/me/calendarList")) == (403, "insufficientPermissions")
        assert refusal(bad.client("GET", events("primary"))) == (401, "authError")
    finally:
        google.stop()
        vouching.shutdown()
        vouching.server_close()


def test_exceptions_can_come_before_their_masters(google: Google, google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second = google_user.instances(master["id"])[1]["id"]
    google_user.patch(second, {"summary": "Long"})

    with google.behaving(shuffled=True):
        told = google_user.listed()

    assert [one["id"] for one in told] == [second, master["id"]]


def test_an_occurrence_far_away_in_an_endless_series_is_found(google_user: User) -> None:
    master = google_user.insert({**LUNCH, "recurrence": ["RRULE:FREQ=DAILY"]})

    (found,) = google_user.instances(master["id"], originalStart="2036-11-23T12:00:00+01:00")

    assert found["start"]["dateTime"] == "2036-11-23T12:00:00+01:00"
    assert len(google_user.instances(master["id"], maxResults=2500)) == 750


def test_a_replacement_keeps_nothing_that_it_does_not_name(google_user: User) -> None:
    made = google_user.insert({**LUNCH, "location": "Hall", "colorId": "4"})

    told = google_user.api("PUT", events("primary", made["id"]), {**DAY})

    assert {"location", "colorId"} & set(told) == set()
    assert (told["start"], told["iCalUID"]) == (DAY["start"], made["iCalUID"])


def test_what_is_seen_of_one_instance_is_seen_of_the_series(google_user: User) -> None:
    master = google_user.insert(STAND_UP)

    google_user.patch(google_user.instances(master["id"])[1]["id"], {"visibility": "private"})

    assert google_user.get(master["id"])["visibility"] == "private"


def test_of_many_guests_the_own_entry_is_told_alone_where_that_is_asked_for(google_user: User) -> None:
    others = [{"email": f"{number}@elsewhere.example"} for number in range(3)]
    made = google_user.insert({**LUNCH, "attendees": [guest(google_user), *others]})

    (told,) = google_user.listed(maxAttendees="2")

    assert told["attendeesOmitted"] is True
    assert [one["email"] for one in told["attendees"]] == [google_user.address]
    assert len(google_user.get(made["id"])["attendees"]) == 4


def test_a_guest_who_deletes_his_copy_declines(google_user: User, boss: User) -> None:
    made = boss.insert({**LUNCH, "attendees": [guest(google_user)]})

    google_user.delete(made["id"], sendUpdates="all")

    assert boss.get(made["id"])["attendees"][0]["responseStatus"] == "declined"
    assert google_user.listed() == []
    assert kinds(google_user) == [("reply", boss.address)]


def test_who_is_taken_off_the_list_loses_his_copy(google_user: User, boss: User) -> None:
    made = boss.insert({**LUNCH, "attendees": [guest(google_user), {"email": "out@elsewhere.example"}]})

    boss.patch(made["id"], {"attendees": [{"email": "out@elsewhere.example"}]})

    assert google_user.listed() == []


def test_lists_of_calendars_come_in_pages(google: Google, google_user: User) -> None:
    choir = google_user.new_calendar("Choir")

    first = google_user.api("GET", "users/me/calendarList", maxResults=1)
    second = google_user.api("GET", "users/me/calendarList", maxResults=1, pageToken=first["nextPageToken"])

    assert "nextSyncToken" not in first
    assert [one["id"] for one in second["items"]] == [choir]


def test_an_event_can_be_put_past_all_rules_and_is_noted(google: Google) -> None:
    user = google.new_user()
    user.put({"id": "broken", "start": {"dateTime": "soon"}, "end": 7, "attendees": [{}], "summary": 3})

    (told,) = user.listed()

    assert (told["start"], told["end"], told["summary"]) == ({"dateTime": "soon"}, 7, 3)
    assert {one["kind"] for one in user.violations(forget=True)} == {"answer"}
