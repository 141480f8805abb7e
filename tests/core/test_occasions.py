"""When an event takes place: exceptions, changes, clocks that change, and files that are not as they should be."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calsync_cli.core.extent import span
from calsync_cli.core.lines import Broken, parse
from calsync_cli.core.occasions import MOST, Occasion, found_in, occasions
from calsync_cli.core.units import lay_out
from tests.core.icals import BROKEN, HERE, MENDABLE, ODD, TALK, WEEKLY, ics, ids

GOLDEN = sorted((HERE / "occasions").glob("*.ics"))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ALL = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def told(one: Occasion, zone: tzinfo) -> str:
    """`start  end  title  (original start)`."""
    ends = (one.start.date(), one.end.date()) if one.all_day else (one.start.astimezone(zone), one.end.astimezone(zone))
    texts = [at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat() for at in ends]
    title = one.part.first("SUMMARY")
    was = f"({one.occurrence.wall.isoformat()})" if one.occurrence else ""
    return "  ".join([*texts, title.value if title else "-", was])


def starts(content: bytes, begin: str = "2026-11-01", end: str = "2027-02-01", zone: tzinfo = AMSTERDAM) -> list[str]:
    """The local starts in a window, without seconds."""
    window = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in (begin, end)]
    return [f"{one.start.astimezone(zone):%m-%d %H:%M}" for one in occasions(content, *window, floating=zone)]


def event(*lines: str) -> bytes:
    return ics("UID:e\nDTSTAMP:20261101T080000Z\nSUMMARY:E\n" + "\n".join(lines))


@pytest.mark.parametrize("path", GOLDEN, ids=ids)
def test_occurrences_are_as_written_beside_the_file(path: Path) -> None:
    lines: list[str] = []
    for window in [line for line in path.with_suffix(".txt").read_text().splitlines() if line.startswith("#")]:
        begin, end, name = window.removeprefix("# ").split()
        zone = ZoneInfo(name)
        bounds = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in (begin, end)]
        found = occasions(path.read_bytes(), *bounds, floating=zone)
        lines += [window, *(told(one, zone) for one in found)]

    assert lines == path.with_suffix(".txt").read_text().splitlines()


@pytest.mark.parametrize("path", [*ODD, *MENDABLE], ids=ids)
def test_nothing_that_is_found_in_the_wild_makes_it_fail(path: Path) -> None:
    found = occasions(path.read_bytes(), *ALL, floating=AMSTERDAM)

    assert all(one.start <= one.end for one in found)


@pytest.mark.parametrize("path", BROKEN, ids=ids)
def test_what_is_no_calendar_is_broken(path: Path) -> None:
    with pytest.raises(Broken):
        occasions(path.read_bytes(), *ALL, floating=AMSTERDAM)


@pytest.mark.parametrize(
    ("begin", "end", "wanted"),
    [
        ("2026-11-24T15:00", "2026-11-25", []),
        ("2026-11-24T14:59", "2026-11-25", ["11-24 14:00"]),
        ("2026-11-24", "2026-11-24T14:00", []),
        ("2026-11-24", "2026-11-24T14:01", ["11-24 14:00"]),
    ],
)
def test_a_window_begins_at_once_and_ends_just_before(begin: str, end: str, wanted: list[str]) -> None:
    assert starts(ics(TALK), begin, end) == wanted


@pytest.mark.parametrize(
    ("begin", "end", "wanted"),
    [
        ("2026-11-24T14:00", "2026-11-24T15:00", ["11-24 14:00"]),
        ("2026-11-24T13:00", "2026-11-24T14:00", []),
        ("2026-11-24T14:01", "2026-11-24T15:00", []),
    ],
)
def test_what_takes_no_time_is_at_its_start(begin: str, end: str, wanted: list[str]) -> None:
    assert starts(event("DTSTART;TZID=Europe/Amsterdam:20261124T140000"), begin, end) == wanted


def test_an_end_before_the_start_is_no_time() -> None:
    (one,) = occasions(event("DTSTART:20261124T140000Z", "DTEND:20261124T130000Z"), *ALL, floating=UTC)

    assert one.start == one.end == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_a_day_that_ends_when_it_starts_is_a_day() -> None:
    (one,) = occasions(event("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"), *ALL, floating=UTC)

    assert one.end - one.start == timedelta(days=1)


def test_a_flight_lasts_as_long_as_its_two_zones_say() -> None:
    content = event("DTSTART;TZID=Europe/Amsterdam:20261124T100000", "DTEND;TZID=America/New_York:20261124T120000")

    (one,) = occasions(content, *ALL, floating=UTC)

    assert one.end - one.start == timedelta(hours=8)


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/Amsterdam:20261201T140000",
        "EXDATE:20261201T130000Z",
        "EXDATE:20261201T140000",
        "EXDATE;VALUE=DATE:20261201",
        "EXDATE;TZID=America/New_York:20261201T080000",
        "EXDATE;TZID=Europe/Amsterdam:20251201T140000,20261201T140000",
    ],
    ids=["same zone", "UTC", "floating", "a date", "another zone", "a list"],
)
def test_an_exception_is_known_however_it_is_written(exdate: str) -> None:
    assert starts(ics(WEEKLY + exdate), end="2026-12-10") == ["11-24 14:00", "12-08 14:00"]


def test_the_first_occurrence_can_be_left_out_too() -> None:
    assert starts(ics(WEEKLY + "EXDATE:20261124T130000Z"), end="2026-12-05") == ["12-01 14:00"]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261208T130000Z", "12-08 14:00"),
        ("20261208T125959Z", "12-01 14:00"),
        ("20261208", "12-08 14:00"),
        ("20261208T140000", "12-08 14:00"),
        ("20200101T000000Z", "11-24 14:00"),
    ],
    ids=["to the second", "a second less", "a date", "without zone", "before it begins"],
)
def test_until_counts_whatever_type_it_has(until: str, last: str) -> None:
    assert starts(ics(TALK + f"RRULE:FREQ=WEEKLY;UNTIL={until}"))[-1] == last


@pytest.mark.parametrize(("until", "days"), [("20261126", 3), ("20261126T225959Z", 3), ("20261125T235959", 2)])
def test_until_of_whole_days_counts_its_day(until: str, days: int) -> None:
    content = event("DTSTART;VALUE=DATE:20261124", f"RRULE:FREQ=DAILY;UNTIL={until}")

    assert len(starts(content)) == days


def test_added_dates_and_periods_come_once_and_as_long_as_they_say() -> None:
    content = event(
        "DTSTART;TZID=Europe/Amsterdam:20261124T140000",
        "DTEND;TZID=Europe/Amsterdam:20261124T150000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "RDATE;TZID=Europe/Amsterdam:20261201T140000",
        "RDATE;VALUE=DATE:20261203",
        "RDATE;VALUE=PERIOD:20261210T120000Z/PT3H,20261211T120000Z/20261211T123000Z",
    )

    found = occasions(content, *ALL, floating=AMSTERDAM)

    assert [f"{one.start:%m-%d %H:%M} {one.end - one.start}" for one in found] == [
        "11-24 13:00 1:00:00",
        "12-01 13:00 1:00:00",
        "12-03 13:00 1:00:00",
        "12-10 12:00 3:00:00",
        "12-11 12:00 0:30:00",
    ]


def test_what_an_old_rule_excludes_is_left_out() -> None:
    content = ics(TALK + "RRULE:FREQ=DAILY;COUNT=8\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU")

    assert starts(content) == ["11-24 14:00", "11-25 14:00", "11-26 14:00", "11-27 14:00", "11-30 14:00", "12-01 14:00"]


def test_two_rules_give_each_time_once() -> None:
    content = ics(TALK + "RRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=DAILY;INTERVAL=7;COUNT=3")

    assert starts(content) == ["11-24 14:00", "12-01 14:00", "12-08 14:00"]


def test_a_start_that_the_rule_does_not_give_counts_as_the_first() -> None:
    """RFC 5545 3.3.10: DTSTART always counts as the first occurrence."""
    content = ics(TALK + "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3")

    assert starts(content) == ["11-24 14:00", "11-27 14:00", "12-04 14:00"]


CHANGED = """UID:talk@example.org
DTSTAMP:20261101T080000Z
SUMMARY:Changed
RECURRENCE-ID{id}
DTSTART;TZID=Europe/Amsterdam:20261202T090000
DTEND;TZID=Europe/Amsterdam:20261202T093000
"""


@pytest.mark.parametrize(
    "occurrence",
    [";TZID=Europe/Amsterdam:20261201T140000", ":20261201T130000Z", ":20261201T140000", ";VALUE=DATE:20261201"],
    ids=["same zone", "UTC", "floating", "a date"],
)
def test_a_changed_occurrence_takes_the_place_of_its_own(occurrence: str) -> None:
    content = ics(WEEKLY, CHANGED.format(id=occurrence))

    assert starts(content, end="2026-12-10") == ["11-24 14:00", "12-02 09:00", "12-08 14:00"]


def test_a_changed_occurrence_that_moved_far_is_found_where_it_is_now() -> None:
    content = ics(WEEKLY, CHANGED.format(id=":20270601T120000Z"))

    assert starts(content, "2026-12-02", "2026-12-03") == ["12-02 09:00"]
    assert starts(content, "2027-06-01", "2027-06-02") == []


def test_the_newest_of_two_changes_counts() -> None:
    newer = CHANGED.format(id=":20261201T130000Z") + "SEQUENCE:2"
    older = CHANGED.format(id=":20261201T130000Z").replace("T09", "T11") + "SEQUENCE:1"

    assert starts(ics(WEEKLY, newer, older), "2026-12-01", "2026-12-08") == ["12-02 09:00"]


def test_a_change_without_a_time_is_at_its_old_one() -> None:
    content = ics(WEEKLY, "UID:talk@example.org\nSUMMARY:Changed\nRECURRENCE-ID:20261201T130000Z")

    assert starts(content, "2026-12-01", "2026-12-03") == ["12-01 14:00"]


def test_one_occurrence_alone_is_an_event() -> None:
    """An invitation to one occurrence of somebody's series."""
    content = ics(CHANGED.format(id=":20261201T130000Z"))

    (one,) = occasions(content, *ALL, floating=UTC)

    assert one.occurrence is not None
    assert one.occurrence.wall.isoformat() == "2026-12-01T13:00:00"


def test_a_change_of_all_later_ones_moves_them_and_single_changes_stay() -> None:
    moved = (
        "UID:talk@example.org\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261201T130000Z\n"
        "DTSTART;TZID=Europe/Amsterdam:20261202T160000\nDURATION:PT20M"
    )
    single = CHANGED.format(id=":20261215T130000Z").replace("20261202", "20261216")

    found = occasions(
        ics(WEEKLY, moved, single),
        *(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC)),
        floating=UTC,
    )

    assert [f"{one.start:%m-%d %H:%M} {one.end - one.start}" for one in found] == [
        "11-24 13:00 1:00:00",
        "12-02 15:00 0:20:00",
        "12-09 15:00 0:20:00",
        "12-16 08:00 0:30:00",
        "12-23 15:00 0:20:00",
    ]


def test_a_cancelled_occurrence_is_there_and_says_so() -> None:
    content = ics(WEEKLY, CHANGED.format(id=":20261201T130000Z") + "STATUS:CANCELLED")

    found = occasions(content, datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC), floating=UTC)

    assert [line.value for one in found if (line := one.part.first("STATUS"))] == ["CANCELLED"]


def test_a_zone_that_nobody_knows_is_the_viewers() -> None:
    content = event("DTSTART;TZID=Nowhere/At All:20261124T140000")

    assert starts(content) == ["11-24 14:00"]
    assert starts(content, zone=ZoneInfo("Asia/Tokyo")) == ["11-24 14:00"]


HOURS, SIXTY = ",".join(map(str, range(24))), ",".join(map(str, range(60)))
HOSTILE = {
    "the 30th of February": "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "the 30th of February, counted": "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
    "every second": "RRULE:FREQ=SECONDLY",
    "every second, counted": "RRULE:FREQ=SECONDLY;COUNT=999999999",
    "a second that never comes": "RRULE:FREQ=SECONDLY;INTERVAL=60;BYSECOND=59",
    "all at once": f"RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={HOURS};BYMINUTE={SIXTY};BYSECOND={SIXTY};BYSETPOS=-1",
    "a huge interval": "RRULE:FREQ=SECONDLY;INTERVAL=999999999",
    "a huge interval of years": "RRULE:FREQ=YEARLY;INTERVAL=999999999",
    "no rule at all": "RRULE:FREQ=SOMETIMES;COUNT=x",
    "excluded by the second": "RRULE:FREQ=DAILY\nEXRULE:FREQ=SECONDLY",
}


@pytest.mark.parametrize("rule", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("years", [1, 30], ids=["a year on", "thirty years on"])
def test_a_hostile_rule_takes_a_bounded_time(rule: str, years: int) -> None:
    content = ics(TALK.replace("20261124", f"{2026 - years}1124") + rule)
    began = time.process_time()

    found = found_in(lay_out(parse(content)), *(datetime(2026, 11, day, tzinfo=UTC) for day in (20, 30)), floating=UTC)
    span(content)

    assert time.process_time() - began < 3
    assert len(found.occasions) <= MOST


def test_what_is_cut_short_is_told() -> None:
    every_minute = lay_out(parse(ics(TALK + "RRULE:FREQ=MINUTELY")))
    every_day = lay_out(parse(ics(TALK + "RRULE:FREQ=DAILY")))

    cut = [
        found_in(laid, *(datetime(2027, month, 1, tzinfo=UTC) for month in (1, 2)), floating=UTC).cut
        for laid in (every_minute, every_day)
    ]

    assert cut == [True, False]


def test_thirty_years_of_a_series_cost_as_little_as_its_first_week() -> None:
    content = ics(TALK.replace("20261124", "19961126") + "RRULE:FREQ=WEEKLY")
    laid, spent = lay_out(parse(content)), []
    for year in (1996, 2026):
        began = time.process_time()
        for _ in range(200):
            found_in(laid, *(datetime(year, 12, day, tzinfo=UTC) for day in (1, 8)), floating=UTC)
        spent.append(time.process_time() - began)

    assert spent[1] < spent[0] * 3


@pytest.mark.parametrize(
    ("content", "first", "last"),
    [
        (ics(TALK), "2026-11-24", "2026-11-24"),
        (ics(WEEKLY), "2026-11-24", None),
        (ics(TALK + "RRULE:FREQ=WEEKLY;COUNT=3"), "2026-11-24", "2026-12-08"),
        (ics(TALK + "RRULE:FREQ=WEEKLY;UNTIL=20261208T130000Z"), "2026-11-24", "2026-12-08"),
        (ics(TALK + "RDATE:20200101T000000Z"), "2020-01-01", "2026-11-24"),
        (ics(CHANGED.format(id=":20261201T130000Z")), "2026-12-02", "2026-12-02"),
        (ics(TALK + "RRULE:FREQ=SECONDLY;COUNT=999999"), "2026-11-24", None),
        (event("DTSTART;VALUE=DATE:20261124", "DURATION:P3D"), "2026-11-24", "2026-11-27"),
    ],
    ids=["single", "endless", "counted", "until", "added", "override alone", "too many to count", "days"],
)
def test_a_span_covers_the_event_and_a_few_days_more(content: bytes, first: str, last: str | None) -> None:
    found = span(content)

    assert found is not None
    assert timedelta() <= datetime.fromisoformat(first).replace(tzinfo=UTC) - found.first <= timedelta(days=4)
    if last is None or found.last is None:
        assert last is found.last
    else:
        assert timedelta(days=1) <= found.last - datetime.fromisoformat(last).replace(tzinfo=UTC) <= timedelta(days=8)


def test_what_has_no_start_has_no_span() -> None:
    assert span(ics("UID:e\nSUMMARY:E")) is None
