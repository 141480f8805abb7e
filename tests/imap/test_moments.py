"""An INTERNALDATE is a point in time, and what is none is no error (RFC 9051 section 9, date-time)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.providers.imap.rows import moment

zones = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1970, 1, 3), datetime(9998, 1, 1), timezones=zones))  # noqa: DTZ001 - the zone comes beside
def test_a_moment_is_what_it_says_in_whichever_zone(when: datetime) -> None:
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][when.month - 1]
    text = f"{when.day:2d}-{month}-{when.year:04d} {when:%H:%M:%S %z}"

    found = moment(text.encode())

    assert found == when.replace(microsecond=0).timestamp()


def test_months_are_said_in_any_case() -> None:
    assert moment(b"20-NOV-2026 10:00:00 +0100") == datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"20-Okt-2026 10:00:00 +0100",
        b"31-Feb-2026 10:00:00 +0100",
        b"20-Nov-2026 24:00:00 +0100",
        b"20-Nov-2026 10:60:00 +0100",
        b"20-Nov-2026 10:00:60 +0100",
        b"20-Nov-2026 10:00:00 +2400",
        b"20-Nov-0000 10:00:00 +0100",
        b"2026-11-20T10:00:00+01:00",
    ],
)
def test_what_is_no_moment_is_none(text: bytes) -> None:
    assert moment(text) is None
