"""What tells a feed of our own from any other calendar: UIDs alone do not."""

from __future__ import annotations

import pytest

from calsync_cli.core.echo import SHARE, Trace, echoes, trace
from tests.doubles.events import event


def there(count: int, *, guests: bool = False, marked: bool = False, of: str = "own") -> list[Trace]:
    return [Trace(f"{of}-{number}", guests, marked) for number in range(count)]


def ours(count: int, *, guests: bool = False) -> dict[str, Trace]:
    return {one.key: one for one in there(count, guests=guests)}


def test_our_own_events_and_nothing_else_are_an_echo():
    assert echoes(there(10), ours(50))


@pytest.mark.parametrize(("count", "known"), [(0, False), (1, False), (2, False), (3, True)])
def test_fewer_than_three_may_be_chance(count, known):
    assert echoes(there(count), ours(50)) is known


@pytest.mark.parametrize(("foreign", "known"), [(0, True), (1, True), (2, False), (10, False)])
def test_a_tenth_may_be_foreign_because_a_feed_lags_behind(foreign, known):
    assert SHARE == 0.9
    assert echoes([*there(9), *there(foreign, of="other")], ours(50)) is known


def test_holidays_are_none():
    assert not echoes(there(200, of="holiday"), ours(50))


def test_meetings_that_we_share_with_a_colleague_do_not_tell():
    assert not echoes(there(20, guests=True), ours(50, guests=True))


def test_meetings_whose_guests_the_server_hides_do_not_tell_either():
    assert not echoes(there(20), ours(50, guests=True))


def test_events_of_ours_that_a_colleague_made_meetings_of_do_not_tell():
    assert not echoes(there(20, guests=True), ours(50))


def test_the_mark_of_our_feed_tells_even_where_all_are_meetings():
    assert echoes(there(5, marked=True), ours(50, guests=True))


def test_the_mark_of_somebody_elses_feed_does_not():
    assert not echoes(there(5, marked=True, of="other"), ours(50))


def test_a_feed_with_some_meetings_in_it_is_told_by_the_rest():
    assert echoes([*there(20, guests=True)[3:], *there(3)], {**ours(20, guests=True), **ours(3)})


def test_an_event_tells_its_uid_its_guests_and_the_mark():
    plain = trace(event("u"))
    meeting = trace(event("u", extra="ATTENDEE:mailto:a@example.org\n"))
    marked = trace(event("u", extra="X-CALSYNC-FEED:1\n"))

    assert (plain, meeting, marked) == (Trace("u", False, False), Trace("u", True, False), Trace("u", False, True))
