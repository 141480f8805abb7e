"""What real servers make of believable events is still the same event: they rewrite, and nothing of that is a change."""

from __future__ import annotations

import pytest

from calsync_cli.core.event import changes, same_after_rewriting
from tests.core.icals import HERE, TALK, WEEKLY, ics
from tests.servers.served import Served

ALARMS = "".join(
    f"BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Soon\nTRIGGER{trigger}\nEND:VALARM\n"
    for trigger in (":-PT15M", ":-P1D", ";RELATED=END:PT0S", ":-P1W", ";VALUE=DATE-TIME:20261124T120000Z", ":-PT90M")
)
GUESTS = (
    "ORGANIZER;CN=Alice;SCHEDULE-AGENT=CLIENT:mailto:me@example.org\n"
    'ATTENDEE;CN="Jansen, Piet";PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT:mailto:piet@example.org\n'
    "ATTENDEE;SCHEDULE-AGENT=CLIENT;RSVP=TRUE;ROLE=OPT-PARTICIPANT:mailto:bob@example.org\n"
)
EVENTS = {
    "plain": ics(TALK),
    "bare lf": ics(TALK).replace(b"\r\n", b"\n"),
    "alarms": ics(TALK + ALARMS),
    "guests": ics(TALK + GUESTS),
    "texts": ics(
        TALK
        + "DESCRIPTION:One\\, two\\; three\\nfour \\\\ five: six\nCOMMENT:é 🎂\nURL:https://example.org/a?b=c,d;e\n"
    ),
    "long text": ics(TALK + "DESCRIPTION:" + "All that was said\\, word by word é. " * 200 + "\n"),
    "html": ics(TALK + "X-ALT-DESC;FMTTYPE=text/html:<b>One\\, two</b>\\n<i>three\\; four</i>\n"),
    "lists": ics(TALK + "CATEGORIES:Work,Play\\, too\nCATEGORIES:Home\nRESOURCES:Beamer,Car\n"),
    "details": ics(
        TALK + "GEO:52.370216;4.895168\nPRIORITY:5\nCLASS:PRIVATE\nTRANSP:TRANSPARENT\nSTATUS:TENTATIVE\nSEQUENCE:3\n"
    ),
    "duration": ics(TALK.replace("DTEND;TZID=Europe/Amsterdam:20261124T150000", "DURATION:PT1H30M")),
    "all day": ics(
        "UID:day@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Day off\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\n"
    ),
    "floating": ics(
        "UID:f@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Wake\nDTSTART:20261124T070000\nDTEND:20261124T071000\n"
    ),
    "utc": ics(
        "UID:z@example.org\nDTSTAMP:20261101T080000Z\nSUMMARY:Call\nDTSTART:20261124T130000Z\nDTEND:20261124T131000Z\n"
    ),
    "series": ics(
        WEEKLY.replace("BYDAY=TU", "INTERVAL=2;BYDAY=TU,TH;WKST=SU;UNTIL=20270630T120000Z")
        + "EXDATE;TZID=Europe/Amsterdam:20261208T140000,20261222T140000\nRDATE;TZID=Europe/Amsterdam:20261230T140000\n",
        "UID:talk@example.org\nDTSTAMP:20261101T080000Z\nRECURRENCE-ID;TZID=Europe/Amsterdam:20270105T140000\nSUMMARY:Moved\n"
        "DTSTART;TZID=Europe/Amsterdam:20270106T090000\nDTEND;TZID=Europe/Amsterdam:20270106T100000\n",
    ),
    "monthly": ics(TALK + "RRULE:FREQ=MONTHLY;BYDAY=-1TU;COUNT=12\n"),
    "golden near": (HERE / "merge" / "moved" / "near.ics").read_bytes(),
    "golden merged": (HERE / "merge" / "moved" / "merged.ics").read_bytes(),
    "zone of 1601": (HERE / "odd" / "zone-of-1601.ics").read_bytes(),
    "alarm without action": (HERE / "odd" / "emoji.ics").read_bytes().replace("🎂/%2F".encode(), b"cake"),
}


@pytest.mark.parametrize("content", EVENTS.values(), ids=EVENTS.keys())
def test_an_event_that_a_server_stored_is_the_event_that_was_sent(served: Served, content: bytes) -> None:
    calendar = served.plain()
    calendar.put("event.ics", content)

    got = calendar.get("event.ics")

    assert same_after_rewriting(content, got), "\n".join([got.decode(), *map(str, changes(content, got))])
