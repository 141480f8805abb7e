"""Both sides edited at random, rounds killed, tokens expired: in the end both are equal, and nobody was mailed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.doubles.memory import uid_of
from tests.google.calendars.test_rounds import SAME, Agendas
from tests.google.calendars.test_series_fuzz import Sketch
from tests.google.scene import LUNCH, STAND_UP, Desk
from tests.servers.google.control import Google, RefusedError

STEPS = 25
HERE = ("new", "edit", "edit", "edit", "drop")
THERE = ("insert", "patch", "patch", "patch", "occurrence", "cancel", "delete", "split")
ROUNDS = ("sync", "sync", "sync", "kill", "expire")


class Machine:
    """Somebody at this machine, somebody at Google, and the program between them."""

    def __init__(self, agendas: Agendas, seed: int) -> None:
        self.agendas = agendas
        self.user, self.calendar = agendas.desk.user, agendas.desk.calendar
        self.chance = random.Random(seed)
        self.sketches: dict[str, Sketch] = {}
        self.steps = 0

    def step(self) -> None:
        """One thing happens."""
        self.steps += 1
        act = self.chance.choice([*HERE, *THERE, *ROUNDS])
        if act in HERE:
            self._here(act)
        elif act in ROUNDS:
            self._round(act)
        else:
            self._there(act)

    def _here(self, act: str) -> None:
        near = self.agendas.near
        names = sorted(set(near.contents()) & {f"{uid}.ics" for uid in self.sketches})
        match act:
            case "new":
                self._write(f"u{self.steps}", Sketch(random.Random(self.chance.random())))
            case "edit" if names:
                uid = self.chance.choice(names).removesuffix(".ics")
                self._write(uid, self.sketches[uid])
            case "drop" if names and self.chance.random() < 0.5:
                near.drop(self.chance.choice(names))

    def _write(self, uid: str, sketch: Sketch) -> None:
        sketch.edit()
        self.sketches[uid] = sketch
        self.agendas.near.put(f"{uid}.ics", sketch.content().replace(b"fuzz@home", uid.encode()))

    def _round(self, act: str) -> None:
        match act:
            case "sync":
                self.agendas.sync()
            case "kill":
                self.agendas.sync(kill_at=(self.chance.randrange(6), self.chance.choice(["before", "after"])))
            case "expire":
                self.user.google.expire_sync_tokens()

    def _there(self, act: str) -> None:
        events = [one for one in self.user.listed(self.calendar) if one["status"] != "cancelled"]
        items = [one["id"] for one in events if "recurringEventId" not in one]
        series = [one["id"] for one in events if "recurrence" in one]
        match act:
            case "insert":
                body = self.chance.choice([LUNCH, STAND_UP])
                self.agendas.desk.insert({**body, "summary": f"far{self.steps}"})
            case "patch" if events:
                name = self.chance.choice(events)["id"]
                self.user.patch(name, {"summary": f"far{self.steps}"}, self.calendar)
            case "delete" if items and self.chance.random() < 0.5:
                self.user.delete(self.chance.choice(items), self.calendar)
            case "occurrence" | "cancel" | "split" if series:
                self._occurrence(act, self.user.instances(self.chance.choice(series), self.calendar))

    def _occurrence(self, act: str, instances: list[dict[str, str]]) -> None:
        if len(instances) < 3:
            return
        name = self.chance.choice(instances[1:])["id"]
        match act:
            case "occurrence":
                self.user.patch(name, {"summary": f"far{self.steps}", "location": f"l{self.steps}"}, self.calendar)
            case "cancel":
                self.user.delete(name, self.calendar)
            case "split":
                self.user.split(name, {"summary": f"split{self.steps}"}, self.calendar)

    def rest(self) -> int:
        """Rounds until nothing is written any more; what the last one wrote."""
        for _ in range(5):
            self.agendas.sync()
        return self.agendas.sync()


def play(tmp_path: Path, desk: Desk, google: Google, seed: int) -> None:
    """All of it, and how it must end."""
    machine = Machine(Agendas(tmp_path, desk), seed)
    names = ("exdates_as_instances", "rewrites_rules", "bare_tombstones", "shuffled")
    with google.behaving(**{name: machine.chance.random() < 0.3 for name in names}):
        for _ in range(STEPS):
            try:
                machine.step()
            except RefusedError:  # Google's web would not have offered that
                continue
        assert machine.rest() == 0
        near = {uid_of(body): body for body in machine.agendas.near.contents().values()}
        far = machine.agendas.far()
        assert len(near) == len(machine.agendas.near.contents())
        assert near.keys() == far.keys()
        assert [uid for uid, body in near.items() if not SAME(body, far[uid])] == []
    assert desk.user.mails() == []


@pytest.mark.parametrize("seed", range(3))
def test_both_sides_edited_at_random_come_to_the_same(tmp_path: Path, desk: Desk, google: Google, seed: int) -> None:
    play(tmp_path, desk, google, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_hundred_times_both_sides_edited_at_random_come_to_the_same(
    tmp_path: Path, desk: Desk, google: Google, seed: int
) -> None:
    play(tmp_path, desk, google, seed)
