"""Believable events, and odd ones, come back from Google as the event that was sent; or it is known why not."""

from __future__ import annotations

import pytest

from calsync_cli.core.event import same_after_rewriting
from calsync_cli.providers.google.reading import Unsayable, content_of
from calsync_cli.providers.google.writing import draft_of
from tests.core.icals import ODD
from tests.core.test_what_servers_make_of_it import EVENTS
from tests.wire.google.shelf import FRAME, stored

FILES = {path.stem: path.read_bytes() for path in ODD} | EVENTS
OTHERWISE = {
    "floating": "in the calendar's zone",
    "all-day-end-is-start": "ends a day later",
    "end-before-start": "ends when it starts",
    "attendee-without-address": "with an organizer",
    "organizer-only-in-override": "with an organizer",
    "control-characters": "without them",
    "exception-and-override-at-once": "the override alone",
}
UNSAYABLE = {
    "a-task": "kind",
    "empty-calendar": "kind",
    "only-a-zone": "kind",
    "impossible-dates": "recurrence",
    "no-start": "start",
    "no-start-of-master-in-series": "start",
    "this-and-future": "range",
    "twice-the-same-override": "several",
    "two-uids": "several",
    "unknown-zone": "zone",
    "zone-of-0001": "zone",
    "zone-without-rules": "zone",
}
ALONE = {"override-only"}


@pytest.mark.parametrize("name", sorted(FILES.keys() - OTHERWISE.keys() - UNSAYABLE.keys() - ALONE))
def test_it_is_the_event_that_was_sent(name: str) -> None:
    back = content_of(stored(draft_of(FILES[name], FRAME)), FRAME)

    assert same_after_rewriting(FILES[name], back)


@pytest.mark.parametrize("name", sorted(OTHERWISE))
def test_what_google_can_only_say_otherwise_is_said_so_for_good(name: str) -> None:
    once = content_of(stored(draft_of(FILES[name], FRAME)), FRAME)

    twice = content_of(stored(draft_of(once, FRAME)), FRAME)

    assert not same_after_rewriting(FILES[name], once)
    assert same_after_rewriting(once, twice)


@pytest.mark.parametrize("name", sorted(UNSAYABLE))
def test_what_google_cannot_take_is_told(name: str) -> None:
    with pytest.raises(Unsayable) as caught:
        draft_of(FILES[name], FRAME)

    assert caught.value.reason == UNSAYABLE[name]


@pytest.mark.parametrize("name", sorted(ALONE))
def test_occurrences_without_their_series_are_overrides_alone(name: str) -> None:
    draft = draft_of(FILES[name], FRAME)

    assert (draft.master, len(draft.overrides)) == (None, 1)
