"""What an edit does not mean stays as it was at Google: the raw JSON of everything there is, compared field by field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.google.conftest import begun
from tests.google.person import Googler

AT: dict[str, Any] = {
    "start": {"dateTime": "2026-12-01T09:00:00+01:00", "timeZone": "Europe/Zurich"},
    "end": {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Zurich"},
}
GUESTS = [
    {"email": "ann@outside.test", "displayName": "Ann; B, C", "responseStatus": "accepted", "comment": "Yes!"},
    {"email": "bob@outside.test", "optional": True, "responseStatus": "declined", "additionalGuests": 2},
    {"email": "room@resource.test", "resource": True, "responseStatus": "accepted"},
]
EVERYTHING: dict[str, dict[str, Any]] = {
    "default reminders": {"reminders": {"useDefault": True}},
    "no reminders": {"reminders": {"useDefault": False}},
    "reminders": {
        "reminders": {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": 10}, {"method": "email", "minutes": 1440}],
        }
    },
    "private": {"visibility": "private", "transparency": "transparent"},
    "public": {"visibility": "public", "status": "tentative"},
    "confidential": {"visibility": "confidential"},
    "coloured": {"colorId": "11"},
    "attachments": {
        "attachments": [
            {
                "fileUrl": "https://drive.google.com/open?id=1&a=b;c,d",
                "title": "The plan, v2; final",
                "mimeType": "application/pdf",
                "iconLink": "https://drive.google.com/icon.png",
                "fileId": "1",
            }
        ]
    },
    "html": {
        "description": '<p>Hello&nbsp;<b>you</b>,<br>\n\tsee <a href="https://example.org/?a=1&amp;b=2">this</a>; or; that\\n</p>',
        "location": "Main St 1, 8000 Zürich; 2nd floor",
    },
    "guests": {"attendees": GUESTS, "guestsCanInviteOthers": False, "guestsCanSeeOtherGuests": False},
    "properties": {
        "extendedProperties": {
            "private": {"other.program": "a value", "calsyncish": "not ours"},
            "shared": {"seen": "by all"},
        }
    },
    "source": {"source": {"url": "https://example.org/ticket/1", "title": "Ticket"}, "anyoneCanAddSelf": True},
    "meeting room": {
        "conferenceData": {
            "conferenceId": "abc-defg-hij",
            "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
            "entryPoints": [
                {
                    "entryPointType": "video",
                    "uri": "https://meet.google.com/abc-defg-hij",
                    "label": "meet.google.com/a",
                },
                {"entryPointType": "phone", "uri": "tel:+41-43-000-00-00", "pin": "123456"},
            ],
        },
        "hangoutLink": "https://meet.google.com/abc-defg-hij",
    },
    "series": {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE:20261215T080000Z", "RDATE:20261217T080000Z"]},
}
MOVING = frozenset({"etag", "updated", "sequence"})


@pytest.fixture
def rich(connected: Googler) -> Googler:
    """One event of each sort, made past all rules: as Google's own programs make them."""
    for title, more in EVERYTHING.items():
        connected.user.put({"summary": title, **AT, **more})
    return begun(connected)


def raw(person: Googler) -> dict[str, dict[str, Any]]:
    """All that is stored, by title."""
    return {one["summary"]: one for one in person.world.google.lab("raw", calendar=person.email)}


def test_three_rounds_of_which_one_is_whole_change_nothing(rich: Googler) -> None:
    before = raw(rich)
    files = rich.mtimes()

    rich.syncs()
    rich.syncs("--full")
    rich.world.google.expire_sync_tokens()
    rich.quiet_round()

    assert raw(rich) == before
    assert rich.mtimes() == files


@pytest.mark.parametrize("by", ["another program", "calsync"])
def test_another_title_is_all_that_changes(rich: Googler, by: str) -> None:
    before = raw(rich)
    for title in EVERYTHING:
        if by == "calsync":
            renamed(rich, title)
        else:
            rich.edits(rich.uid(title), f"SUMMARY:{title}", f"SUMMARY:{title} now")
    rich.asked()

    rich.syncs()

    sent = {tuple(one["body"]) for one in rich.asked() if one["method"] != "GET"}
    after = raw(rich)
    assert sent == {("summary",)}
    assert {title.removesuffix(" now"): _still(one) for title, one in after.items()} == {
        title: _still(one) for title, one in before.items()
    }
    assert rich.mails() == []
    rich.quiet_round()


def renamed(person: Googler, title: str) -> None:
    """`event edit --title`."""
    (found,) = {
        one["id"] for one in person.sure("agenda", "2026-12-01", "--json").json["events"] if one["title"] == title
    }
    person.sure("event", "edit", found, "--title", f"{title} now", "--no-input")


def _still(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in MOVING | {"summary"}}


DROPPED = ("X-", "ATTACH", "CONFERENCE", "COLOR")


def test_a_program_that_drops_what_it_does_not_know_changes_nothing_there(rich: Googler) -> None:
    """As many do that write a file anew: only the lines of the old RFC, no parameters of guests but what they know."""
    before = raw(rich)
    rich.asked()
    for path in sorted(rich.folder().glob("*.ics")):
        lines = path.read_text().replace("\n ", "").splitlines()
        kept = [line for line in lines if not line.startswith(DROPPED)]
        kept = [line.replace(";X-NUM-GUESTS=2", "").replace(";X-RESPONSE-COMMENT=Yes!", "") for line in kept]
        rich.writes(path.name, "".join(f"{line}\r\n" for line in kept).encode())

    rich.syncs(codes=(0, 3))

    assert rich.writes_there() == []
    assert raw(rich) == before
