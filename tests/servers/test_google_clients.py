"""Google's own client and Home Assistant's, as judges of the Google stand-in."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest

from tests.servers.google.control import User
from tests.servers.google.errors import Json
from tests.servers.google.validator import document

LUNCH: Json = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "Europe/Zurich"},
}
STAND_UP: Json = {**LUNCH, "summary": "Stand-up", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
QUIET = {"calendarId": "primary", "sendUpdates": "none"}


@pytest.fixture
def client(google_user: User) -> Any:
    """Google's own client, signed in; imported here, for few need it."""
    import google_auth_httplib2  # type: ignore[import-untyped] # Google's client has no types
    import httplib2  # type: ignore[import-untyped] # nor has this
    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery import build_from_document  # type: ignore[import-untyped] # nor this

    root = google_user.google.root + "/"
    told = json.loads(document().read_text())
    told |= {"rootUrl": root, "baseUrl": root + "calendar/v3/", "mtlsRootUrl": root}
    credentials = Credentials(google_user.token)  # type: ignore[no-untyped-call] # google-auth is half typed
    return build_from_document(told, http=google_auth_httplib2.AuthorizedHttp(credentials, httplib2.Http()))


def listed(client: Any, **query: Any) -> tuple[list[Json], str]:
    """All items, by the client's own paging, and the sync token."""
    request = client.events().list(calendarId="primary", **query)
    found: list[Json] = []
    while True:
        page = request.execute()
        found += page["items"]
        more = client.events().list_next(request, page)
        if more is None:
            return found, page["nextSyncToken"]
        request = more


def test_googles_client_sees_the_calendars(client: Any, google_user: User) -> None:
    other = google_user.new_calendar("Choir")

    told = client.calendarList().list().execute()["items"]

    assert [one["id"] for one in told] == [google_user.address, other]
    assert told[0]["primary"] is True
    assert client.settings().get(setting="timezone").execute()["value"] == "Europe/Zurich"


def test_googles_client_pages_and_goes_on_with_a_sync_token(client: Any, google_user: User) -> None:
    ids = google_user.seed([{**LUNCH, "summary": str(number)} for number in range(7)])

    first, token = listed(client, maxResults=3)
    google_user.delete(ids[0])
    google_user.patch(ids[1], {"summary": "changed"})
    second, _ = listed(client, syncToken=token, maxResults=3)

    assert [one["summary"] for one in first] == [str(number) for number in range(7)]
    assert [(one["id"], one["status"]) for one in second] == [(ids[0], "cancelled"), (ids[1], "confirmed")]


def test_googles_client_inserts_patches_and_deletes(client: Any, google_user: User) -> None:
    made = client.events().insert(body={**LUNCH, "id": "abcde12345"}, **QUIET).execute()
    changed = client.events().patch(eventId=made["id"], body={"summary": "Dinner"}, **QUIET).execute()
    client.events().delete(eventId=made["id"], **QUIET).execute()

    assert changed["summary"] == "Dinner"
    assert changed["etag"] != made["etag"]
    assert google_user.get(made["id"])["status"] == "cancelled"


def test_googles_client_meets_an_etag_that_is_no_longer_that(client: Any, google_user: User) -> None:
    made = google_user.insert(LUNCH)
    google_user.patch(made["id"], {"summary": "Dinner"})
    request = client.events().patch(eventId=made["id"], body={"summary": "Tea"}, **QUIET)
    request.headers["If-Match"] = made["etag"]

    from googleapiclient.errors import HttpError  # type: ignore[import-untyped] # it has no types

    with pytest.raises(HttpError) as refused:
        request.execute()

    assert refused.value.status_code == 412
    assert refused.value.error_details[0]["reason"] == "conditionNotMet"


def test_googles_client_changes_instances(client: Any, google_user: User) -> None:
    made = client.events().insert(body=STAND_UP, **QUIET).execute()
    first, second = client.events().instances(calendarId="primary", eventId=made["id"]).execute()["items"][:2]
    client.events().patch(eventId=first["id"], body={"location": "Attic"}, **QUIET).execute()
    client.events().delete(eventId=second["id"], **QUIET).execute()

    left = client.events().instances(calendarId="primary", eventId=made["id"]).execute()["items"]

    assert [one.get("location") for one in left] == ["Attic", None, None]


def test_googles_client_sends_many_in_one_batch(client: Any, google_user: User) -> None:
    told: dict[str, Any] = {}
    batch = client.new_batch_http_request(callback=lambda name, answer, error: told.update({name: answer or error}))
    for number in range(3):
        batch.add(client.events().insert(body={**LUNCH, "summary": str(number)}, **QUIET), request_id=str(number))
    batch.add(client.events().get(calendarId="primary", eventId="nothing"), request_id="none")

    batch.execute()

    assert [told[str(number)]["summary"] for number in range(3)] == ["0", "1", "2"]
    assert told["none"].status_code == 404


@pytest.fixture
def home() -> ModuleType:
    """Home Assistant's client; imported where it is used, for it is half a second."""
    from tests.servers.google import home_assistant

    return home_assistant


def test_home_assistants_client_sees_changes_and_tombstones(home: ModuleType, google_user: User) -> None:
    ids = google_user.seed([{**LUNCH, "summary": name} for name in ("stays", "changes", "goes")])

    def meanwhile() -> None:
        google_user.patch(ids[1], {"summary": "changed"})
        google_user.delete(ids[2])

    first, second = home.rounds(google_user, meanwhile)

    assert first == dict(zip(ids, ("confirmed stays", "confirmed changes", "confirmed goes"), strict=True))
    assert second == {ids[0]: "confirmed stays", ids[1]: "confirmed changed", ids[2]: "cancelled "}
    assert "syncToken" in google_user.requests()[-1]["query"]


def test_home_assistants_client_begins_anew_where_its_token_has_expired(home: ModuleType, google_user: User) -> None:
    ids = google_user.seed([{**LUNCH, "summary": "old"}])

    def meanwhile() -> None:
        google_user.refuse(410, "fullSyncRequired", path="syncToken")
        google_user.patch(ids[0], {"summary": "new"})

    told = home.rounds(google_user, meanwhile)

    assert told[1] == {ids[0]: "confirmed new"}
    assert [one["status"] for one in google_user.requests()] == [200, 410, 200]


def test_home_assistants_client_expands_what_it_synced(home: ModuleType, google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    second, third = google_user.instances(master["id"])[1:3]
    google_user.patch(second["id"], {"summary": "Long stand-up"})
    google_user.delete(third["id"])

    assert home.timeline(google_user) == ["Stand-up", "Long stand-up", "Stand-up"]


def test_home_assistants_client_sees_the_calendars(home: ModuleType, google_user: User) -> None:
    google_user.new_calendar("Choir")

    assert home.calendars(google_user) == [google_user.address, "Choir"]
