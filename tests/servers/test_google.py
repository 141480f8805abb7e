"""Whether the Google stand-in is one: what its rules are, and what Google's own client and Home Assistant's make of it."""

from __future__ import annotations

from tests.servers.google.control import Google, User
from tests.servers.google.errors import Json

LUNCH: Json = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "Europe/Zurich"},
}
STAND_UP: Json = {**LUNCH, "summary": "Stand-up", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}


def test_a_changed_and_a_cancelled_instance_are_listed_beside_their_series(google_user: User) -> None:
    master = google_user.insert(STAND_UP)
    _, second, third, _ = google_user.instances(master["id"])
    google_user.patch(second["id"], {"summary": "Long stand-up"})
    google_user.delete(third["id"])

    told = {one["id"]: one for one in google_user.listed()}

    assert set(told) == {master["id"], second["id"], third["id"]}
    assert told[second["id"]]["recurringEventId"] == master["id"]
    assert told[third["id"]]["status"] == "cancelled"


def test_this_and_following_makes_a_second_series(google_user: User) -> None:
    master = google_user.insert({**STAND_UP, "extendedProperties": {"private": {"calsyncUid": "x"}}})
    third = google_user.instances(master["id"])[2]

    new = google_user.get(google_user.split(third["id"], {"summary": "Sit-down"}))

    assert new["iCalUID"] == f"{new['id']}@google.com" != master["iCalUID"]
    assert new["extendedProperties"] == {"private": {"calsyncUid": "x"}}
    assert len(google_user.instances(master["id"])) == 2
    assert len(google_user.instances(new["id"])) == 2


def test_ten_thousand_events_come_in_pages_of_2500(google: Google) -> None:
    user = google.new_user()
    day = {"start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    user.seed([{**day, "summary": str(number)} for number in range(2600)])

    assert len(user.listed()) == 2600
