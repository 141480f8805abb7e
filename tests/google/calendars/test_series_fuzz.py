"""Series edited at random: what was sent is what is there, and the next look shows what the write told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from calsync_cli.core.event import same_after_rewriting
from calsync_cli.core.lines import render
from calsync_cli.core.model import NOBODY, Held
from calsync_cli.core.ops import Create, Edit, Wrote
from calsync_cli.core.zone_text import zone_text
from tests.google.scene import Desk
from tests.servers.google.control import Google

FIRST = date(2026, 10, 5)
"""The clocks change on the 25th."""
EDITS = 6
ACTS = ("title", "place", "hour", "count", "repeat", "change", "change", "settle", "leave", "leave", "readmit")


@dataclass
class Sketch:
    """A series as somebody has it in mind."""

    chance: random.Random
    title: str = "T"
    place: str = ""
    hour: int = 9
    count: int = 5
    repeats: bool = True
    changed: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Occurrence → title, and by how much it is later."""
    left_out: set[int] = field(default_factory=set)
    edits: int = 0

    def __post_init__(self) -> None:
        self.zone = self.chance.choice(["Europe/Zurich", "America/New_York", "UTC", ""])
        self.step = timedelta(days=self.chance.choice([1, 7]))

    def edit(self) -> None:
        """Something else."""
        self.edits += 1
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            self._act(self.chance.choice(ACTS), self.chance.randrange(self.count))
        self.changed = {at: how for at, how in self.changed.items() if self.repeats and at < self.count}
        self.left_out = {at for at in self.left_out if self.repeats and at < self.count} - self.changed.keys()

    def _act(self, act: str, at: int) -> None:
        match act:
            case "title":
                self.title = f"T{self.edits}"
            case "place":
                self.place = self.chance.choice(["", "Rome", f"P{self.edits}"])
            case "hour":
                self.hour = self.chance.randrange(8, 15)
            case "count":
                self.count = self.chance.randrange(3, 8)
            case "repeat":
                self.repeats = not self.repeats
            case "change" if at not in self.left_out:
                self.changed[at] = (f"C{self.edits}", self.chance.randrange(3))
            case "settle" if self.changed:
                del self.changed[self.chance.choice(sorted(self.changed))]
            case "leave" if len(self.left_out) < self.count - 2:
                self.changed.pop(at, None)
                self.left_out.add(at)
            case "readmit" if self.left_out:
                self.left_out.remove(self.chance.choice(sorted(self.left_out)))

    def content(self) -> bytes:
        """As an .ics."""
        rule = f"RRULE:FREQ=DAILY;INTERVAL={self.step.days};COUNT={self.count}"
        own = [rule, *(f"EXDATE{self._at(at)}" for at in sorted(self.left_out))] if self.repeats else []
        events = [self._event(self.title, 0, 0, own)]
        for at, (title, later) in sorted(self.changed.items()):
            events.append(self._event(title, at, later, [f"RECURRENCE-ID{self._at(at)}"]))
        block = zone_text(self.zone) if self.zone not in {"", "UTC"} else None
        zone = render(block) if block else b""
        head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fuzz//EN\r\n"
        return head + zone + "".join(events).encode() + b"END:VCALENDAR\r\n"

    def _event(self, title: str, at: int, later: int, own: list[str]) -> str:
        lines = ["BEGIN:VEVENT", "UID:fuzz@home", "DTSTAMP:20260101T000000Z", f"SUMMARY:{title}", *own]
        lines += [f"DTSTART{self._at(at, later)}", f"DTEND{self._at(at, later + 1)}"]
        lines += [f"LOCATION:{self.place}"] if self.place else []
        return "\r\n".join([*lines, "END:VEVENT", ""])

    def _at(self, at: int, later: int = 0) -> str:
        day = FIRST + at * self.step
        if not self.zone:
            return f";VALUE=DATE:{day + timedelta(days=later):%Y%m%d}"
        text = f"{day:%Y%m%d}T{self.hour + later:02d}0000"
        return f":{text}Z" if self.zone == "UTC" else f";TZID={self.zone}:{text}"


def play(desk: Desk, google: Google, seed: int) -> None:
    """Made, edited some times, and looked at after each."""
    chance = random.Random(seed)
    sketch = Sketch(chance)
    desk.calendar = desk.user.new_calendar()
    store, held = desk.store(), None
    ways = {name: chance.random() < 0.3 for name in ("exdates_as_instances", "rewrites_rules", "bare_tombstones")}
    with google.behaving(**ways):
        for _ in range(EDITS):
            sketch.edit()
            op = Edit(held, sketch.content(), NOBODY) if held else create(sketch, store.new_ref("fuzz@home"))
            (done,) = store.write([op])
            assert isinstance(done, Wrote), done
            held = done.held or held
            assert held is not None
            assert same_after_rewriting(op.content, held.content), held.content.decode()
            assert shown(desk, held) == held


def create(sketch: Sketch, ref) -> Create:
    return Create(ref, sketch.content(), NOBODY)


def shown(desk: Desk, held: Held) -> Held | None:
    """What a later look shows of it."""
    return desk.look().seen[held.ref].held


@pytest.mark.parametrize("seed", range(5))
def test_a_series_edited_at_random_is_as_it_was_sent(desk: Desk, google: Google, seed: int) -> None:
    play(desk, google, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 300))
def test_two_hundred_series_edited_at_random_are_as_they_were_sent(desk: Desk, google: Google, seed: int) -> None:
    play(desk, google, seed)
