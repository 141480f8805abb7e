"""Whatever a page of Google's holds: items that can be read, items that cannot, or an error with a code."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held, Missing, Ref, Unreadable
from calsync_cli.providers.google.fields import Frame, Json
from calsync_cli.providers.google.gathering import events_of
from calsync_cli.providers.google.members import Etags, etags_of, gathered

FRAME = Frame("me@example.org", "Europe/Zurich")
MANY = settings(deadline=None, max_examples=150)
WORDS = st.sampled_from(
    ["a", "a_20261130T110000Z", "b", "", "cancelled", "confirmed", '"1"', '["', "RRULE:FREQ=DAILY", "x\r\ny", "\ud800"]
)
FIELDS = st.sampled_from(["id", "recurringEventId", "iCalUID", "etag", "status", "recurrence", "summary", "updated"])
TIMES = st.sampled_from(
    [{"date": "2026-11-30"}, {"dateTime": "2026-11-30T12:00:00+01:00", "timeZone": "Europe/Zurich"}, {}, None, "soon"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)
EVENTS = st.builds(
    lambda fields, times: {**times, **fields},
    st.dictionaries(FIELDS, ANYTHING, max_size=7),
    st.fixed_dictionaries({"start": TIMES, "end": TIMES, "originalStartTime": TIMES}),
)


def read(page: Json) -> list[Any]:
    """As a look reads it."""
    try:
        return [members.item(FRAME) for members in gathered(events_of(page, "google.test")).values()]
    except CalsyncError:
        return []


def member(**fields: Any) -> Json:
    time = {"dateTime": "2026-11-30T12:00:00+01:00", "timeZone": "Europe/Zurich"}
    return {"start": time, "end": time, "originalStartTime": time, **fields}


@MANY
@given(st.dictionaries(st.just("items"), st.lists(EVENTS, max_size=5) | ANYTHING))
@example({"items": [member(id="a", recurrence=5), member(id="a_1", recurringEventId="a", status="cancelled")]})
@example({"items": [member(id="a", recurrence=[5]), member(id="a_1", recurringEventId="a", status="cancelled")]})
@example({"items": [member(id="a", recurrence={"x": 1}), member(id="a_1", recurringEventId="a")]})
@example({"items": [member(id="a", recurrence=["RRULE:FREQ=DAILY"], etag={}), member(id="x", recurringEventId="a")]})
def test_whatever_a_page_holds_is_items_or_an_error(page: Json) -> None:
    assert all(isinstance(one, Held | Missing | Unreadable) for one in read(page))


@MANY
@given(st.text(min_size=1), st.text(), st.dictionaries(st.text(min_size=1), st.text(), max_size=4))
def test_a_revision_is_taken_apart_into_what_it_was_made_of(ref: str, etag: str, others: dict[str, str]) -> None:
    made = Etags(etag, others)

    assert etags_of(Ref(ref), made.rev(Ref(ref))) == made
