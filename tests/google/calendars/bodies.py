"""Bodies to write, and what a write must have told."""

from __future__ import annotations

from calsync_cli.core.model import Held
from calsync_cli.core.ops import Wrote
from tests.google.scene import STAND_UP, Desk

SERIES = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//home//EN
BEGIN:VEVENT
UID:standup@home
DTSTAMP:20260101T000000Z
DTSTART:20261201T090000Z
DTEND:20261201T093000Z
RRULE:FREQ=DAILY;COUNT=6
EXDATE:20261205T090000Z
SUMMARY:Stand-up
END:VEVENT
BEGIN:VEVENT
UID:standup@home
DTSTAMP:20260101T000000Z
RECURRENCE-ID:20261203T090000Z
DTSTART:20261203T110000Z
DTEND:20261203T113000Z
SUMMARY:Late stand-up
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

SINGLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//home//EN
BEGIN:VEVENT
UID:lunch@home
DTSTAMP:20260101T000000Z
DTSTART:20261201T110000Z
DTEND:20261201T120000Z
SUMMARY:Lunch
CATEGORIES:FOOD
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

INVITATION = SINGLE.replace(
    b"SUMMARY:Lunch\r\n",
    b"SUMMARY:Lunch\r\nORGANIZER:mailto:bea@elsewhere.org\r\nATTENDEE:mailto:bea@elsewhere.org\r\n",
)


def wrote(done: object) -> Held:
    """What was written, as it is now."""
    assert isinstance(done, Wrote), done
    assert done.held is not None
    assert (done.ref, done.rev) == (done.held.ref, done.held.rev)
    return done.held


def series(desk: Desk) -> tuple[Held, list[str]]:
    """A series that somebody made with one changed occurrence, and the ids of its occurrences."""
    master = desk.insert(STAND_UP)["id"]
    ids = [one["id"] for one in desk.user.instances(master, desk.calendar)]
    desk.user.patch(ids[1], {"summary": "Long stand-up"}, desk.calendar)
    return desk.held(master), ids


def agrees(desk: Desk, held: Held) -> bool:
    """Whether a later look shows what the write told."""
    seen = desk.look().seen[held.ref]
    return (seen.rev, seen.held.content if seen.held else b"") == (held.rev, held.content)
