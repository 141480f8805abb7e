"""Edits of real-looking files, byte by byte: before.ics becomes after.ics (and tail.ics, where a series is split)."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is meant

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsync_cli.core.draft import WHOLE, Changes, Extent, Invitee, Reach
from calsync_cli.core.editing import Edited, answered, edited
from calsync_cli.core.times import Moment
from tests.core.icals import HERE

AMSTERDAM = "Europe/Amsterdam"
STAMP = datetime(2026, 11, 20, 9, tzinfo=UTC)


def case(name: str, which: str = "before") -> bytes:
    path = HERE / "part2" / name / f"{which}.ics"
    return path.read_bytes() if path.exists() else b""


def edit(name: str, changes: Changes, reach: Reach = WHOLE) -> Edited:
    return edited(case(name), changes, reach, stamp=STAMP, organizer="me@example.org", fresh_uid="fresh@example.org")


def made() -> dict[str, Edited]:
    """What each case is."""
    one, following = Extent.ONE, Extent.FOLLOWING
    new_york = Moment(datetime(2026, 11, 2, 18), "America/New_York")
    lecture = Moment(datetime(2026, 12, 1, 13), "UTC")
    garden = Changes(
        title="Weekly",
        where="Room 2",
        start=Moment(datetime(2015, 3, 31, 10), AMSTERDAM),
        reminders=(timedelta(hours=1),),
    )
    people = (Invitee("anna@example.org", invited=False), Invitee("bob@example.org", invited=True, name="Bob B"))
    return {
        "retitled-odd": edit(
            "retitled-odd",
            Changes(title="Talk, renamed", notes="New", reminders=(timedelta(minutes=15), timedelta(hours=2))),
        ),
        "moved-to-wednesday": edit(
            "moved-to-wednesday", Changes(start=Moment(datetime(2026, 11, 25, 15, 30), AMSTERDAM))
        ),
        "thirty-years": edit("thirty-years", garden, Reach(following, Moment(datetime(2015, 3, 31, 9), AMSTERDAM))),
        "one-of-many": edit(
            "one-of-many",
            Changes(where="Room 1", end=Moment(datetime(2026, 11, 2, 20), "America/New_York")),
            Reach(one, new_york),
        ),
        "only-an-exception": Edited(
            answered(case("only-an-exception"), frozenset({"me@example.org"}), "tentative", Reach(one, lecture))
        ),
        "invited-to-all": edit("invited-to-all", Changes(invitees=people)),
    }


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "part2").iterdir()))
def test_an_edit_gives_these_very_bytes(name: str) -> None:
    got = made()[name]

    assert got.content == case(name, "after")
    assert got.tail == case(name, "tail")
