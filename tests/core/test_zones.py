"""A VTIMEZONE means what the zone database means by it, in gaps and folds too."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.lines import parse
from calsync_cli.core.zones import Zones, behaviour, named
from tests.core.icals import AMSTERDAM, HERE, TALK, ics

NEW_YORK = """BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
DTSTART:19870405T020000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
DTSTART:19871025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z
END:STANDARD
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
"""


def zones(definition: str) -> Zones:
    return Zones(parse(ics(TALK, head=definition)))


@given(st.datetimes(datetime(1988, 1, 1), datetime(2037, 12, 31)).map(lambda when: when.replace(fold=0)))
def test_the_rules_in_a_file_give_the_offsets_of_the_zone_database(when: datetime) -> None:
    for definition, name in ((AMSTERDAM, "Europe/Amsterdam"), (NEW_YORK, "America/New_York")):
        zone = zones(definition.replace(f"TZID:{name}", "TZID:Ours")).zone("Ours")
        if name == "Europe/Amsterdam" and when.year < 1997:  # the union's rules hold since 1996
            continue

        assert when.replace(tzinfo=zone).utcoffset() == when.replace(tzinfo=ZoneInfo(name)).utcoffset()


@pytest.mark.parametrize(
    "when", [datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 3)]
)
def test_gap_and_fold_are_read_as_the_zone_database_reads_them(when: datetime) -> None:
    zone = zones(AMSTERDAM.replace("Europe/Amsterdam", "Ours")).zone("Ours")

    assert when.replace(tzinfo=zone).utcoffset() == when.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).utcoffset()


@given(st.datetimes(datetime(1988, 1, 1), datetime(2037, 12, 31), timezones=st.just(ZoneInfo("UTC"))))
def test_from_utc_to_the_wall_clock_and_back_is_the_same_instant(when: datetime) -> None:
    zone = zones(NEW_YORK.replace("America/New_York", "Ours")).zone("Ours")
    assert zone is not None

    local = when.astimezone(zone)

    assert abs(local - when) in (timedelta(), timedelta(hours=1))
    assert local.replace(tzinfo=None) == when.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("tzid", "same"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("/mozilla.org/20070129_1/Europe/Amsterdam", "Europe/Amsterdam"),
        ("/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Tokyo Standard Time", "Asia/Tokyo"),
    ],
)
def test_a_name_is_found_whatever_its_program_put_around_it(tzid: str, same: str) -> None:
    zone = named(tzid)

    assert zone is not None
    assert behaviour(zone, 2026) == behaviour(ZoneInfo(same), 2026)


@pytest.mark.parametrize("tzid", ["Customized Time Zone", "", "Europe", "../../etc/passwd", "\x00", "a" * 5000, "/"])
def test_a_name_that_nobody_knows_means_nothing(tzid: str) -> None:
    assert named(tzid) is None


def test_the_files_own_definition_goes_before_the_name() -> None:
    altered = AMSTERDAM.replace("TZOFFSETTO:+0100", "TZOFFSETTO:+0130").replace(
        "TZOFFSETFROM:+0100", "TZOFFSETFROM:+0130"
    )
    zone = zones(altered).zone("Europe/Amsterdam")

    assert datetime(2026, 11, 24, tzinfo=zone).utcoffset() == timedelta(hours=1, minutes=30)


def test_rules_since_1601_are_read() -> None:
    content = (HERE / "odd" / "zone-of-1601.ics").read_bytes()
    zone = Zones(parse(content)).zone("W. Europe Standard Time")

    assert zone is not None
    assert behaviour(zone, 2026) == behaviour(ZoneInfo("Europe/Berlin"), 2026)


def test_listed_onsets_count() -> None:
    listed = AMSTERDAM.replace("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RDATE:20260329T020000").replace(
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "RDATE:20251026T030000,20261025T030000"
    )
    zone = zones(listed).zone("Europe/Amsterdam")

    assert [datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (2, 7, 12)] == [
        timedelta(hours=hours) for hours in (1, 2, 1)
    ]


def test_a_zone_that_changes_at_the_end_of_time_tells_the_time_before() -> None:
    block = AMSTERDAM.replace(
        "END:VTIMEZONE",
        "BEGIN:STANDARD\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nDTSTART:99991231T235959\nEND:STANDARD\nEND:VTIMEZONE",
    )
    zone = zones(block).zone("Europe/Amsterdam")

    told = datetime(9999, 12, 29, 12, tzinfo=UTC).astimezone(zone)

    assert told.utcoffset() == timedelta(hours=1)
