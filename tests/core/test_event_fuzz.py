"""Whatever happens to a file's lines, every function answers or says Broken; and a merge never makes a broken file."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core import event
from calsync_cli.core.merge import merge, merge_without_base
from calsync_cli.core.model import Prefer
from calsync_cli.core.scan import scan
from tests.core.icals import HERE, ODD

LINES = sorted(
    {
        line
        for path in [*ODD, HERE / "merge/series/far.ics"]
        for line in path.read_bytes().split(b"\r\n")
        if len(line) < 200
    }
)
VALUES = [
    b"20261124T140000",
    b"20261124",
    b"00010101T000000Z",
    b"99991231T235959Z",
    b"P99999D",
    b"-PT15M",
    b"FREQ=WEEKLY",
]
VALUES += [
    b"",
    b",",
    b"mailto:a@b",
    b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=13;UNTIL=1",
    b"\xff\x00",
    b"Europe/Amsterdam",
    b"W. Europe Standard Time",
]
NAMES = [
    b"DTSTART",
    b"DTEND",
    b"DURATION",
    b"RRULE",
    b"EXDATE",
    b"RDATE",
    b"RECURRENCE-ID",
    b"TRIGGER",
    b"UID",
    b"SEQUENCE",
]
NAMES += [
    b"ATTENDEE",
    b"CATEGORIES",
    b"DTSTART;TZID=Europe/Amsterdam",
    b"DTSTART;VALUE=DATE",
    b'EXDATE;TZID="',
    b"TZOFFSETTO",
]

ODD_LINE = st.one_of(
    st.sampled_from(LINES),
    st.builds(lambda name, value: name + b":" + value, st.sampled_from(NAMES), st.sampled_from(VALUES)),
)
NOBODY: frozenset[str] = frozenset()


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A golden file with some lines taken out, put in and doubled."""
    scene = draw(st.sampled_from(["series", "moved", "lists"]))
    lines = (HERE / "merge" / scene / "far.ics").read_bytes().split(b"\r\n")
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(1, max(len(lines) - 2, 1)))
        match draw(st.sampled_from(["drop", "put", "double", "cut"])):
            case "drop":
                del lines[at : at + 1]
            case "put":
                lines.insert(at, draw(ODD_LINE))
            case "double":
                lines[at:at] = lines[at : at + 1]
            case _:
                lines[at : at + 1] = [line[: draw(st.integers(0, 30))] for line in lines[at : at + 1]]
    return b"\r\n".join(lines)


def unbroken(act: Callable[[], object]) -> bool:
    try:
        act()
    except event.Broken:
        return False
    return True


@given(files(), files())
def test_every_function_answers_or_says_broken(one: bytes, other: bytes) -> None:
    sound = unbroken(lambda: event.parse(one, mend=False))

    event.same_meaning(one, other)
    event.same_after_rewriting(one, other)
    event.fingerprint(one)
    event.title_and_time(one)
    assert unbroken(lambda: event.with_uid(one, "x")) == sound
    assert unbroken(lambda: event.outgoing(one, there=b"", chosen={}, own=NOBODY)) or not sound
    unbroken(lambda: event.changes(one, other))
    unbroken(lambda: event.guests(one))
    unbroken(lambda: event.organizer(one))


@given(files(), files(), files(), files(), st.sampled_from(list(Prefer)))
def test_a_merge_of_anything_is_whole_or_says_broken(a: bytes, b: bytes, c: bytes, d: bytes, prefer: Prefer) -> None:
    try:
        got = merge(near_base=a, near=b, far_base=c, far=d, prefer=prefer)
    except event.Broken:
        assert not all(unbroken(lambda content=content: event.parse(content, mend=False)) for content in (a, b, c, d))
        return

    assert scan(got.content).broken == ""
    assert unbroken(lambda: event.parse(got.content, mend=False))


@given(files(), files(), st.sampled_from(list(Prefer)))
def test_what_changed_on_one_side_alone_is_taken_from_anything(base: bytes, other: bytes, prefer: Prefer) -> None:
    if not all(unbroken(lambda content=content: event.parse(content, mend=False)) for content in (base, other)):
        return

    from_far = merge(near_base=base, near=base, far_base=base, far=other, prefer=prefer)
    joined = merge_without_base(near=base, far=other, prefer=prefer)

    assert event.same_meaning(from_far.content, other)
    assert not from_far.far_changed
    assert bool(joined.clashes) == (not event.same_meaning(base, other))


@given(files())
def test_what_the_scanner_calls_broken_is_broken(content: bytes) -> None:
    assert scan(content).broken == "" or not unbroken(lambda: event.parse(content, mend=False))
