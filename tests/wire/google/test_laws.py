"""What both can say survives the way to Google and back; what is sent is what differs; whatever is read is answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calsync_cli.core.event import same_meaning
from calsync_cli.core.scan import escaped
from calsync_cli.providers.google.patching import instance_of, patch
from calsync_cli.providers.google.reading import Json, content_of
from calsync_cli.providers.google.writing import Draft, draft_of
from tests.core.icals import ics
from tests.wire.google.shelf import FRAME, patched, stored

FAST = settings(deadline=None, max_examples=60)
MANY = settings(deadline=None, max_examples=200)

ZONES = ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(list('\n,;:\\"<>')), max_size=40
)
DAY = date(2026, 11, 24)


def lines_of(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), values.map(lambda value: f"{name}:{value}\n"))


def texts(name: str) -> st.SearchStrategy[str]:
    told = TEXT.filter(lambda text: bool(text.strip()))
    return lines_of(name, told.map(lambda text: escaped(text.replace("\r", ""))))


ALARM = st.tuples(
    st.sampled_from(["DISPLAY", "AUDIO"]), st.sampled_from(["-PT10M", "PT0S", "-P1D", "PT5M", "-PT90S"])
).map(lambda alarm: f"BEGIN:VALARM\nACTION:{alarm[0]}\nTRIGGER:{alarm[1]}\nEND:VALARM\n")
GUEST = st.tuples(
    st.sampled_from(["", ";CN=Anna", ";ROLE=OPT-PARTICIPANT", ";ROLE=CHAIR", ';CN="B, C"']),
    st.sampled_from(["ACCEPTED", "DECLINED", "TENTATIVE"]),
    st.sampled_from(["", ";SCHEDULE-AGENT=NONE"]),
    st.sampled_from(["anna", "bob", "carl"]),
).map(lambda guest: f"ATTENDEE{guest[0]};PARTSTAT={guest[1]}{guest[2]}:mailto:{guest[3]}@example.org\n")
GUESTS = st.lists(GUEST, max_size=3, unique_by=lambda line: line.rpartition(":")[2]).map(
    lambda guests: "".join(["ORGANIZER:mailto:me@example.org\n", *guests]) if guests else ""
)
DETAILS = st.tuples(
    texts("SUMMARY"),
    texts("DESCRIPTION"),
    texts("LOCATION"),
    texts("COMMENT"),
    texts("X-FOO;P=1"),
    st.sampled_from(["", "STATUS:TENTATIVE\n", "STATUS:CANCELLED\n"]),
    st.sampled_from(["", "CLASS:PRIVATE\n", "CLASS:CONFIDENTIAL\n"]),
    st.sampled_from(["", "TRANSP:TRANSPARENT\n"]),
    st.sampled_from(
        [
            "",
            "CATEGORIES:Work,Travel\n",
            "PRIORITY:1\nGEO:52.1;4.9\n",
            "URL:https://example.org/?a=1\n",
            "ATTACH:https://a.b/c\nCOLOR:red\n",
        ]
    ),
    GUESTS,
    st.lists(ALARM, max_size=3, unique=True).map("".join),
).map("".join)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str, timedelta]:
    """A zone ("" for a whole day), a start, a length."""
    zone = draw(st.sampled_from(["", *ZONES]))
    day = DAY + timedelta(days=draw(st.integers(0, 300)))
    start = f"{day:%Y%m%d}" + (
        "" if not zone else f"T{draw(st.integers(0, 23)):02}{draw(st.sampled_from(['00', '15', '59']))}00"
    )
    length = timedelta(days=draw(st.integers(1, 3))) if not zone else timedelta(minutes=draw(st.integers(0, 3000)))
    return zone, start, length


def moment(name: str, zone: str, told: str) -> str:
    if not zone:
        return f"{name};VALUE=DATE:{told}\n"
    return f"{name}:{told}Z\n" if zone == "UTC" else f"{name};TZID={zone}:{told}\n"


def later(told: str, by: timedelta) -> str:
    return (
        f"{datetime.fromisoformat(told) + by:%Y%m%dT%H%M%S}"
        if "T" in told
        else f"{date.fromisoformat(told) + by:%Y%m%d}"
    )


def spoken(span: tuple[str, str, timedelta]) -> str:
    zone, start, length = span
    return moment("DTSTART", zone, start) + moment("DTEND", zone, later(start, length))


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """A single event, or a series with an exception and an occurrence left out."""
    zone, start, length = span = draw(spans())
    uid = f"UID:{draw(st.sampled_from(['a@b', 'Ä 1', 'x' * 200]))}\nDTSTAMP:20261101T080000Z\n"
    rule = draw(st.sampled_from(["", "RRULE:FREQ=DAILY;COUNT=9\n", "RRULE:FREQ=DAILY\n"]))
    master = uid + spoken(span) + draw(DETAILS)
    if not rule:
        return ics(master, head="")
    out, moved = (later(start, timedelta(days=days)) for days in (2, 4))
    excluded = draw(st.sampled_from(["", moment("EXDATE", zone, out)]))
    override = (
        uid
        + moment("RECURRENCE-ID", zone, moved)
        + spoken((zone, later(moved, timedelta(days=1)), length))
        + draw(DETAILS)
    )
    return ics(master + rule + excluded, *([override] if draw(st.booleans()) else []), head="")


def both(content: bytes) -> tuple[bytes, Draft]:
    """What comes back, and what was sent."""
    draft = draft_of(content, FRAME)
    return content_of(stored(draft), FRAME), draft


@FAST
@given(events())
def test_an_event_comes_back_as_it_was_sent(content: bytes) -> None:
    back, _ = both(content)

    assert same_meaning(without_silence(back), content), back.decode()


def read(event: Json) -> Json:
    """A draft of what Google has."""
    master = draft_of(content_of([{"id": "12345", **event}], FRAME), FRAME).master
    assert master is not None
    return master


def without_silence(content: bytes) -> bytes:
    """X-GOOGLE-REMINDERS and alarms' texts are Google's; a file without them says the same."""
    kept = [
        line for line in content.replace(b"\r\n ", b"").split(b"\r\n") if not line.startswith(b"X-GOOGLE-REMINDERS")
    ]
    told: list[bytes] = []
    inside = False
    for line in kept:
        inside = line == b"BEGIN:VALARM" or (inside and line != b"END:VALARM")
        if not (inside and line.startswith(b"DESCRIPTION")):
            told.append(line)
    return b"\r\n".join(told)


@FAST
@given(events())
def test_nothing_of_what_came_back_is_sent_again(content: bytes) -> None:
    back, sent = both(content)

    again = draft_of(back, FRAME)

    assert (again.uid, again.overrides.keys(), again.excluded) == (sent.uid, sent.overrides.keys(), sent.excluded)
    assert patch(sent.master or {}, again.master or {}) == {}
    assert all(patch(sent.overrides[at], again.overrides[at]) == {} for at in sent.overrides)


@FAST
@given(events(), events())
def test_an_edit_sends_what_makes_the_one_event_the_other(base: bytes, want: bytes) -> None:
    there, _ = both(base)
    was, now = draft_of(there, FRAME).master, draft_of(want, FRAME).master
    assert was is not None
    assert now is not None

    after = patched(stored(draft_of(base, FRAME))[0], patch(was, now))

    assert patch(read(after), now) == {}


@FAST
@given(events())
def test_an_override_that_was_taken_back_is_the_occurrence_again(content: bytes) -> None:
    sent = draft_of(content, FRAME)
    assume(sent.overrides)
    assert sent.master is not None
    (original, override), *_ = sent.overrides.items()
    plain = instance_of(sent.master, original, FRAME)

    after = patched(override, patch(override, plain))

    assert patch(read(after), plain) == {}
