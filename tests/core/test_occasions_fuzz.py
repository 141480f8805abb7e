"""Whatever lines an event is made of: it takes place somehow, is told somehow, and takes no more than a moment."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calsync_cli.core.details import details
from calsync_cli.core.extent import span
from calsync_cli.core.likeness import may_tell, tells
from calsync_cli.core.lines import Broken
from calsync_cli.core.occasions import MOST, occasions
from calsync_cli.core.times import Moment
from tests.core.icals import HERE, ODD

FILES = [path.read_bytes() for path in [*ODD, *sorted((HERE / "occasions").glob("*.ics"))]]
TWO = next(content for content in FILES if b"UID:two@" in content and b"RRULE" not in content)
"""Two events in one file."""
NAMES = ["DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "TRIGGER"]
PARAMS = ["", ";VALUE=DATE", ";TZID=Europe/Amsterdam", ";TZID=Nowhere", ";TZID=UTC", ";RANGE=THISANDFUTURE"]
VALUES = [
    *("20261124T140000", "20261124", "00010101", "00010101T000000", "99991231T235959Z", "99991231", "20261124T250000Z"),
    *("P1D", "-PT5M", "P99999999D", "PT999999999S", "20261124T140000/P1D,20261125T000000/20261124", "", "x", ";:,"),
    *("FREQ=YEARLY;UNTIL=99991231", "FREQ=DAILY;INTERVAL=999999999;COUNT=5", "FREQ=HOURLY;BYHOUR=0", "FREQ=SECONDLY"),
    *("FREQ=WEEKLY;WKST=SU;BYDAY=-1MO;BYSETPOS=-366", "FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO", "FREQ=MINUTELY;COUNT=9"),
    *("FREQ=MONTHLY;BYMONTHDAY=-31", "FREQ=YEARLY;BYYEARDAY=-366", "FREQ=SECONDLY;COUNT=3;INTERVAL=86399"),
]
LINES = st.builds("{}{}:{}".format, st.sampled_from(NAMES), st.sampled_from(PARAMS), st.sampled_from(VALUES))
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["add", "replace", "drop"]), LINES), max_size=4)
LONG_AGO, END = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def altered(content: bytes, changes: list[tuple[int, str, str]]) -> bytes:
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    for at, how, line in changes:
        if how != "drop":
            lines.insert(at % len(lines), line.encode())
        if how != "add":
            del lines[(at + 1) % len(lines)]
    return b"\r\n".join(lines)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FILES), CHANGES, st.sampled_from([LONG_AGO, datetime(2026, 1, 1, tzinfo=UTC)]), st.booleans())
@example(FILES[0], [(12, "add", "EXRULE:FREQ=YEARLY;UNTIL=99991231")], LONG_AGO, False)
@example(TWO, [(4, "add", "DTSTART:20261124T250000Z")], datetime(2026, 1, 1, tzinfo=UTC), False)
def test_no_lines_make_it_fail_or_take_long(
    content: bytes, changes: list[tuple[int, str, str]], begin: datetime, whole: bool
) -> None:
    content, end = altered(content, changes), END if whole else begin.replace(month=12)
    began = time.process_time()

    try:
        found = occasions(content, begin, end, floating=UTC)
        told = [details(content, at) for at in (None, Moment(datetime(2026, 11, 24, 14), "UTC"), Moment(date(1, 1, 1)))]  # noqa: DTZ001
        reach = span(content)
    except Broken:
        return
    assert len(found) <= MOST
    assert all(one.start <= one.end and one.overlaps(begin, end) for one in found)
    assert not found or reach is not None
    assert all(may_tell(content, word) for each in told for word in each.title.lower().split() if tells(each, word))
    assert time.process_time() - began < 5
