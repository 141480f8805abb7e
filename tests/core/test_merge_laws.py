"""What holds of every merge, whatever both sides did to an event or a series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.event import parse, render, same_meaning
from calsync_cli.core.lines import Component
from calsync_cli.core.merge import Merged, merge, merge_without_base
from calsync_cli.core.model import Prefer
from calsync_cli.core.scan import scan
from tests.core.icals import ics

WEEKS = range(1, 6)


@dataclass(frozen=True)
class Occasion:
    """What can be edited of an event: each field on its own."""

    summary: str = "Meeting"
    location: str = ""
    description: str = "As usual"
    hour: int = 10
    rule: str = "FREQ=WEEKLY"
    categories: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()
    alarms: frozenset[int] = frozenset()
    color: str = ""
    excepted: frozenset[int] = frozenset()
    moved: frozenset[tuple[int, str, int]] = frozenset()
    """Overrides: week, title, hour (0: not moved)."""

    def written(self) -> bytes:
        lines = ["UID:u@example.org", "DTSTAMP:20261101T080000Z", f"SUMMARY:{self.summary}"]
        lines += [f"LOCATION:{self.location}"] if self.location else []
        lines += [f"DESCRIPTION:{self.description}", *self._times(self.hour)]
        lines += [f"RRULE:{self.rule}"] + [
            f"EXDATE;TZID=Europe/Amsterdam:{self._day(week)}" for week in sorted(self.excepted)
        ]
        lines += [f"CATEGORIES:{','.join(sorted(self.categories))}"] if self.categories else []
        lines += [f"ATTENDEE:mailto:{each}@example.org" for each in sorted(self.guests)]
        lines += [f"X-COLOR:{self.color}"] if self.color else []
        for minutes in sorted(self.alarms):
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{minutes}M", "END:VALARM"]
        return ics("\n".join(lines), *(self._override(*each) for each in sorted(self.moved)))

    def _day(self, week: int, hour: int = 0) -> str:
        return f"202612{week:02}T{hour or self.hour:02}0000"

    def _times(self, hour: int, week: int = 1) -> list[str]:
        return [f"DTSTART;TZID=Europe/Amsterdam:{self._day(week, hour)}", "DURATION:PT45M"]

    def _override(self, week: int, title: str, hour: int) -> str:
        lines = ["UID:u@example.org", f"RECURRENCE-ID;TZID=Europe/Amsterdam:{self._day(week)}", f"SUMMARY:{title}"]
        return "\n".join(lines + self._times(hour or self.hour, week))


def overrides(weeks: st.SearchStrategy[int]) -> st.SearchStrategy[frozenset[tuple[int, str, int]]]:
    one = st.tuples(weeks, st.sampled_from(["Moved", "Meeting", "Party"]), st.sampled_from([0, 16, 17]))
    return st.lists(one, max_size=3, unique_by=lambda each: each[0]).map(frozenset)


FIELDS: dict[str, st.SearchStrategy[object]] = {
    "summary": st.sampled_from(["Meeting", "Party", "Lunch, late; or: early"]),
    "location": st.sampled_from(["", "Room 1", "Zaal é"]),
    "description": st.sampled_from(["As usual", "long " * 40]),
    "hour": st.sampled_from([9, 10, 11]),
    "rule": st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;COUNT=30"]),
    "categories": st.frozensets(st.sampled_from(["Work", "Play", "Home"])),
    "guests": st.frozensets(st.sampled_from(["anna", "bob", "eve"])),
    "alarms": st.frozensets(st.sampled_from([5, 15, 60])),
    "color": st.sampled_from(["", "red", "blue"]),
    "excepted": st.frozensets(st.sampled_from([2, 3, 4]), max_size=2),
    "moved": overrides(st.sampled_from([5, 6, 7])),
}
OCCASIONS = st.builds(Occasion, **FIELDS)
PREFERENCES = st.sampled_from(list(Prefer))


@st.composite
def edits(draw: st.DrawFn, base: Occasion, names: set[str] | None = None) -> Occasion:
    chosen = draw(st.sets(st.sampled_from(sorted(FIELDS if names is None else names)))) if names != set() else set()
    return replace(base, **{name: draw(FIELDS[name]) for name in chosen})


def merged(base: Occasion, near: Occasion, far: Occasion, prefer: Prefer = Prefer.REMOTE) -> Merged:
    return merge(
        near_base=base.written(), near=near.written(), far_base=base.written(), far=far.written(), prefer=prefer
    )


def rewritten(content: bytes, seed: int) -> bytes:
    """The same in another order, as servers give it back."""
    random = Random(seed)

    def shuffled(part: Component) -> Component:
        if part.name in {"VTIMEZONE", "STANDARD", "DAYLIGHT"}:
            return part
        body = [shuffled(item) if isinstance(item, Component) else item for item in part.body]
        random.shuffle(body)
        return part.with_body(body)

    return render(shuffled(parse(content)))


@given(st.data(), OCCASIONS, PREFERENCES)
def test_what_changed_there_alone_is_taken_to_the_byte(data: st.DataObject, base: Occasion, prefer: Prefer) -> None:
    far = data.draw(edits(base))

    got = merged(base, base, far, prefer)

    assert got == Merged(
        far.written(), (), near_changed=not same_meaning(base.written(), far.written()), far_changed=False
    )


@given(st.data(), OCCASIONS, PREFERENCES, st.integers())
def test_what_changed_here_alone_is_taken(data: st.DataObject, base: Occasion, prefer: Prefer, seed: int) -> None:
    near = data.draw(edits(base))
    far = rewritten(base.written(), seed)

    got = merge(near_base=base.written(), near=near.written(), far_base=far, far=far, prefer=prefer)

    assert same_meaning(got.content, near.written())
    assert (got.clashes, got.near_changed) == ((), False)
    assert got.far_changed == (not same_meaning(near.written(), base.written()))


@given(st.data(), OCCASIONS, st.integers())
def test_the_same_change_on_both_sides_is_no_clash(data: st.DataObject, base: Occasion, seed: int) -> None:
    both = data.draw(edits(base)).written()

    got = merge(
        near_base=base.written(), near=both, far_base=base.written(), far=rewritten(both, seed), prefer=Prefer.REMOTE
    )

    assert same_meaning(got.content, both)
    assert (got.clashes, got.near_changed, got.far_changed) == ((), False, False)


@given(st.data(), OCCASIONS, PREFERENCES)
def test_edits_that_do_not_overlap_both_survive(data: st.DataObject, base: Occasion, prefer: Prefer) -> None:
    mine = data.draw(st.sets(st.sampled_from(sorted(FIELDS))))
    near, far = data.draw(edits(base, mine)), data.draw(edits(base, set(FIELDS) - mine))
    both = replace(far, **{name: getattr(near, name) for name in mine})

    got = merged(base, near, far, prefer)

    assert got.clashes == ()
    assert same_meaning(got.content, both.written())


@given(st.data(), OCCASIONS, PREFERENCES)
def test_the_sides_may_be_swapped_with_the_preference(data: st.DataObject, base: Occasion, prefer: Prefer) -> None:
    near, far = data.draw(edits(base)), data.draw(edits(base))
    other = Prefer.LOCAL if prefer is Prefer.REMOTE else Prefer.REMOTE

    one, two = merged(base, near, far, prefer), merged(base, far, near, other)

    assert same_meaning(one.content, two.content)
    assert {(clash.occurrence, clash.property) for clash in one.clashes} == {
        (clash.occurrence, clash.property) for clash in two.clashes
    }


@given(st.data(), OCCASIONS, PREFERENCES)
def test_a_merge_is_at_rest_once_both_sides_have_it(data: st.DataObject, base: Occasion, prefer: Prefer) -> None:
    near, far = data.draw(edits(base)), data.draw(edits(base))
    once = merged(base, near, far, prefer).content

    again = merge(near_base=base.written(), near=once, far_base=base.written(), far=once, prefer=prefer)
    later = merge(near_base=once, near=once, far_base=once, far=once, prefer=prefer)

    assert again == Merged(once, (), near_changed=False, far_changed=False)
    assert later == again


@given(st.data(), OCCASIONS, PREFERENCES)
def test_a_merge_is_one_whole_event_with_one_uid(data: st.DataObject, base: Occasion, prefer: Prefer) -> None:
    near, far = data.draw(edits(base)), data.draw(edits(base))

    got = scan(merged(base, near, far, prefer).content)

    assert (got.uid, got.uids, got.broken) == ("u@example.org", 1, "")


@given(OCCASIONS, OCCASIONS, PREFERENCES)
def test_without_a_past_the_preferred_side_stays_whole(near: Occasion, far: Occasion, prefer: Prefer) -> None:
    got = merge_without_base(near=near.written(), far=far.written(), prefer=prefer)

    kept = far if prefer is Prefer.REMOTE else near
    assert same_meaning(got.content, kept.written())
    assert bool(got.clashes) == (not same_meaning(near.written(), far.written()))
    assert (got.near_changed, got.far_changed) == (
        (bool(got.clashes), False) if prefer is Prefer.REMOTE else (False, bool(got.clashes))
    )
