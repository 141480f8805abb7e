"""Odd events from the field (calendar-peers.md, the adversarial list): each by its name, with a UID of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Odd:
    """One file. `uid` "" where it has none; `title` as a person should see it listed."""

    body: bytes
    uid: str
    title: str
    broken: bool = False
    """No calendar can be made of it: it is listed, and left alone."""
    silent: bool = False
    """It is another program's, and as it should be: left alone, and not listed."""


ZONE = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:STANDARD
DTSTART:{since}
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:{since}
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


def _calendar(inside: str, head: str = "") -> bytes:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//odd//EN\n{head}{inside}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def _event(
    uid: str,
    title: str,
    start: str = "DTSTART:20261201T100000Z",
    end: str = "DTEND:20261201T110000Z",
    more: str = "",
) -> str:
    summary = f"SUMMARY:{title}\n" if title else ""
    named = f"UID:{uid}\n" if uid else ""
    ends = f"{end}\n" if end else ""
    return f"BEGIN:VEVENT\n{named}DTSTAMP:20260101T000000Z\n{start}\n{ends}{summary}{more}END:VEVENT\n"


def _one(name: str, salt: str, *, uid: str = "{name}-{salt}@odd", head: str = "", **parts: str) -> Odd:
    key, title = uid.format(name=name, salt=salt), f"Odd {name}"
    return Odd(_calendar(_event(key, title, **parts), head), key, title)


def odd_events(salt: str) -> Mapping[str, Odd]:
    """All of them; the salt keeps the UIDs of one account apart from another's."""
    daily = "RRULE:FREQ=DAILY;COUNT=5\n"
    zoned = "DTSTART;TZID={0}:20261201T100000", "DTEND;TZID={0}:20261201T110000"

    def one(name: str, **parts: str) -> Odd:
        return _one(name, salt, **parts)

    def in_zone(name: str, tzid: str, head: str = "") -> Odd:
        return one(name, head=head, start=zoned[0].format(tzid), end=zoned[1].format(tzid))

    def series(name: str, second: str, more: str = daily) -> Odd:
        uid = f"{name}-{salt}@odd"
        return Odd(_calendar(_event(uid, f"Odd {name}", more=more) + second.format(uid=uid)), uid, f"Odd {name}")

    moved = "DTSTART:20261202T120000Z\nDTEND:20261202T130000Z\nDTSTAMP:20260101T000000Z\n"
    recurrence = "RECURRENCE-ID:20261202T100000Z\n"
    berlin = ZONE.format(tzid="Europe/Berlin", since="19701025T030000")
    uidless = Odd(_calendar(_event("", f"Odd uidless {salt}")), "", f"Odd uidless {salt}")
    two = _calendar(_event(f"a-{salt}@odd", "Odd two-uids") + _event(f"b-{salt}@odd", "The second"))
    alone = f"override-only-{salt}@odd"
    titled = _calendar(_event(f"latin-{salt}@odd", "Odd latin")).replace(
        b"Odd latin", "Odd latin Café".encode("latin-1")
    )
    nul = _calendar(_event(f"null-subject-{salt}@odd", ""))
    return {
        "uidless": uidless,
        "two-uids": Odd(two, f"a-{salt}@odd", "Odd two-uids", broken=True),
        "override-only": Odd(
            _calendar(_event(alone, "Odd override-only", more=recurrence)), alone, "Odd override-only"
        ),
        "override-without-summary": series(
            "override-without-summary", f"BEGIN:VEVENT\nUID:{{uid}}\n{recurrence}{moved}END:VEVENT\n"
        ),
        "count-and-until": one("count-and-until", more="RRULE:FREQ=DAILY;COUNT=5;UNTIL=20261210T100000Z\n"),
        "until-before-start": one("until-before-start", more="RRULE:FREQ=DAILY;UNTIL=20251201T100000Z\n"),
        "empty-day": one("empty-day", start="DTSTART;VALUE=DATE:20261201", end="DTEND;VALUE=DATE:20261201"),
        "zero-length": one("zero-length", end="DTEND:20261201T100000Z"),
        "end-before-start": one("end-before-start", end="DTEND:20261201T090000Z"),
        "no-vtimezone": in_zone("no-vtimezone", "Europe/Berlin"),
        "windows-zone": in_zone("windows-zone", "W. Europe Standard Time"),
        "quoted-zone": in_zone("quoted-zone", '"Europe/Berlin"', berlin),
        "zone-of-1601": in_zone("zone-of-1601", "Outlook", ZONE.format(tzid="Outlook", since="16010101T000000")),
        "zone-of-0001": in_zone("zone-of-0001", "Exchange", ZONE.format(tzid="Exchange", since="00010101T000000")),
        "long-uid": one("long-uid", uid="{salt}-" + "u" * 300),
        "slash-uid": one("slash-uid", uid="a/b/../c-{salt}"),
        "percent-uid": one("percent-uid", uid="50%25%2F-{salt}"),
        "at-uid": one("at-uid", uid="a@b@c-{salt}"),
        "emoji-uid": one("emoji-uid", uid="🎉-{salt}"),
        "google-uid": one("google-uid", uid="{salt}_R20180101T090000@google.com"),
        "null-subject": Odd(nul, f"null-subject-{salt}@odd", ""),
        "empty-subject": Odd(
            nul.replace(b"null", b"empty").replace(b"END:VEVENT", b"SUMMARY:\r\nEND:VEVENT"),
            f"empty-subject-{salt}@odd",
            "",
        ),
        "long-description": one("long-description", more="DESCRIPTION:" + "\\n".join(["many words"] * 9000) + "\n"),
        "organizer-in-override": series(
            "organizer-in-override",
            f"BEGIN:VEVENT\nUID:{{uid}}\n{recurrence}{moved}SUMMARY:Odd\nORGANIZER:mailto:boss@odd.example\nEND:VEVENT\n",
        ),
        "attendee-without-uri": one("attendee-without-uri", more="ATTENDEE;CN=Somebody:somebody\n"),
        "method-inside": one("method-inside", head="METHOD:PUBLISH\n"),
        "alarm-none": one(
            "alarm-none", more="BEGIN:VALARM\nACTION:NONE\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\nEND:VALARM\n"
        ),
        "dst-gap": one(
            "dst-gap",
            head=berlin,
            start="DTSTART;TZID=Europe/Berlin:20260329T023000",
            end="DTEND;TZID=Europe/Berlin:20260329T033000",
        ),
        "dst-fold": one(
            "dst-fold",
            head=berlin,
            start="DTSTART;TZID=Europe/Berlin:20261025T023000",
            end="DTEND;TZID=Europe/Berlin:20261025T024500",
        ),
        "control-character": one("control-character", more="DESCRIPTION:a\x01b\x0bc\n"),
        "escape-in-title": one("escape-in-title", more="LOCATION:\x1b[31mred\x1b[0m\n"),
        "bare-line-feeds": Odd(
            _calendar(_event(f"lf-{salt}@odd", "Odd lf")).replace(b"\r\n", b"\n"), f"lf-{salt}@odd", "Odd lf"
        ),
        "byte-order-mark": Odd(
            b"\xef\xbb\xbf" + _calendar(_event(f"bom-{salt}@odd", "Odd bom")), f"bom-{salt}@odd", "Odd bom"
        ),
        "latin-1": Odd(titled, f"latin-{salt}@odd", "Odd latin Café"),
        "unknown-property": one("unknown-property", more='X-THING;X-P="a:b":c\nNEW-RFC-9999:yes\n'),
        "no-end": Odd(
            _calendar(_event(f"no-end-{salt}@odd", "Odd no-end")).replace(b"END:VEVENT\r\n", b""),
            f"no-end-{salt}@odd",
            "Odd no-end",
            broken=True,
        ),
        "two-calendars": Odd(
            _calendar(_event(f"tc-{salt}@odd", "Odd two-calendars")) * 2,
            f"tc-{salt}@odd",
            "Odd two-calendars",
            broken=True,
        ),
        "html": Odd(b"<!DOCTYPE html><html><title>Log in</title></html>", "", "", broken=True),
        "empty": Odd(b"", "", "", broken=True),
        "binary": Odd(bytes(range(256)), "", "", broken=True),
        "no-component": Odd(_calendar(""), "", "", broken=True),
        "todo": Odd(
            _calendar(_event(f"todo-{salt}@odd", "Odd todo")).replace(b"VEVENT", b"VTODO"),
            f"todo-{salt}@odd",
            "Odd todo",
            broken=True,
            silent=True,
        ),
    }
