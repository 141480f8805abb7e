"""Whatever happens to a file's lines, an edit gives a whole file or one of the refusals that callers know."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.draft import Changes, Extent, Invitee, Reach
from calsync_cli.core.editing import answered, dropped, edited, with_guests
from calsync_cli.core.lines import Broken, parse
from calsync_cli.core.refusals import EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError
from calsync_cli.core.scan import scan
from calsync_cli.core.sheet import sheet
from calsync_cli.core.times import Moment
from calsync_cli.core.units import occurrence_of
from tests.core.test_event_fuzz import files

STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)
ME = "me@example.org"
KNOWN = (Broken, EndsTooEarly, NoSuchOccurrence, NotInvited, RuleError)
MOMENTS = st.sampled_from(
    [
        *(Moment(datetime(2026, 11, 24, 14), "Europe/Amsterdam"), Moment(datetime(2026, 12, 2, 9), "America/New_York")),
        *(Moment(date(2026, 11, 24)), Moment(datetime(2026, 12, 1, 14)), Moment(datetime(2026, 12, 1, 13), "UTC")),
        *(
            Moment(datetime(1, 1, 1)),
            Moment(datetime(9999, 12, 31, 23), "UTC"),
            Moment(datetime(2027, 1, 1), "Nowhere"),
        ),
    ]
)
CHANGES = st.builds(
    Changes,
    title=st.sampled_from([None, "", "x;y"]),
    start=st.none() | MOMENTS,
    end=st.none() | MOMENTS,
    where=st.sampled_from([None, "Room 9"]),
    rule=st.sampled_from([None, None, None, "", "FREQ=DAILY;COUNT=3"]),
    reminders=st.sampled_from([None, (), (timedelta(minutes=5),)]),
    invitees=st.sampled_from([(), (Invitee("anna@example.org", invited=False),)]),
)


@st.composite
def reaches(draw: st.DrawFn, content: bytes) -> Reach:
    extent = draw(st.sampled_from(Extent))
    return Reach(extent, draw(st.sampled_from(named(content)) | MOMENTS))


def named(content: bytes) -> list[Moment]:
    """Occurrences that the file has, as far as it can be read."""
    fallback = [Moment(datetime(2026, 11, 24, 14), "Europe/Amsterdam")]
    try:
        page = sheet(content, stamp=None, organizer="")
        course = page.course()
        beats = [at for at, _ in zip(course.beats(), range(5), strict=False)] if course else []
    except (Broken, RuleError):
        return fallback
    return beats + [at for part in page.overrides if (at := occurrence_of(part))] or fallback


def made(act: Callable[[], bytes | None]) -> bytes | None:
    try:
        return act()
    except KNOWN:
        return None


def whole(content: bytes | None) -> bool:
    return not content or (scan(content).broken == "" and bool(parse(content, mend=False)))


@given(files(), CHANGES, st.data())
def test_an_edit_of_anything_is_whole_or_refused(content: bytes, changes: Changes, data: st.DataObject) -> None:
    reach = data.draw(reaches(content))
    tails: list[bytes] = []

    def act() -> bytes:
        result = edited(content, changes, reach, stamp=STAMP, organizer=ME, fresh_uid="fresh@example.org")
        tails.append(result.tail)
        return result.content

    assert whole(made(act))
    assert all(map(whole, tails))


@given(files(), st.data())
def test_deleting_inviting_and_answering_give_whole_files_or_are_refused(content: bytes, data: st.DataObject) -> None:
    reach = data.draw(reaches(content))
    guests = [Invitee("bob@example.org", invited=True)]

    assert whole(made(lambda: dropped(content, reach, stamp=STAMP, organizer=ME)))
    assert whole(made(lambda: with_guests(content, guests, reach, organizer=ME, stamp=STAMP)))
    assert whole(made(lambda: answered(content, frozenset({ME, "anna@example.org"}), "accepted", reach)))
