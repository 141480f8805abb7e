"""Random people, random servers, random misfortune: both sides agree in the end, and no edit is lost."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.brake import Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Mode, Side
from tests.doubles.faults import Call, Cut, DoThenRaise, Lose, Meanwhile, Raise, Unread
from tests.doubles.fuse import Fuse, Killed
from tests.doubles.memory import HONEST, Oddities, uid_of
from tests.engine.events import event
from tests.engine.odd import Blank, as_it_likes
from tests.engine.world import World

CALENDARS = {"work": Mode.TWO_WAY, "team": Mode.TWO_WAY, "hols": Mode.VIEW}
FIELDS = ("title", "place")
AGENDA = Agenda()

calendars = st.sampled_from(["work", "work", "team", "hols"])
sides = st.sampled_from(["near", "far"])
numbers = st.integers(0, 2)
"""Few, so that both sides' people often come upon the same event."""
fields = st.sampled_from(FIELDS)


@dataclass
class Story:
    """What people did since all was quiet, for one event: edits by field, seen where, and deletions."""

    edits: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"near": {}, "far": {}})
    deleted: set[str] = field(default_factory=set)
    moved: bool = False


def body_of(uid: str, said: dict[str, str]) -> bytes:
    return event(uid, said["title"], place=said["place"])


def said_in(body: bytes) -> dict[str, str]:
    names = {"title": b"SUMMARY:", "place": b"LOCATION:"}
    return {
        name: next((line.removeprefix(prefix).decode() for line in body.split(b"\r\n") if line.startswith(prefix)), "")
        for name, prefix in names.items()
    }


class Machine(RuleBasedStateMachine):
    """Three calendars of one account: the primary, one that may be edited, one that may only be viewed."""

    root: Path
    count = itertools.count()
    misfortunes: Counter[str]

    @initialize(
        weak=st.booleans(),
        flaky=st.booleans(),
        blank=st.booleans(),
        rewrite=st.booleans(),
        tells=st.booleans(),
        rename=st.booleans(),
        bodies=st.booleans(),
        deltas=st.booleans(),
        moves=st.booleans(),
    )
    def begin(self, *, weak, flaky, blank, rewrite, tells, rename, bodies, deltas, moves) -> None:
        odd = Oddities(
            weak=weak or blank,
            flaky=flaky and not deltas,
            rewrite=as_it_likes if rewrite else None,
            tells_held=tells,
            rename=(lambda ref: ref.replace(".ics", ".eml")) if rename else None,
            bodies=bodies,
            page=3,
        )
        traits = replace(HONEST, deltas=deltas, moves=moves and not (blank or weak or flaky))
        self.world = World(self.root / str(next(self.count)), CALENDARS, far_odd=odd, far_traits=traits)
        self.world.through = Blank if blank else lambda store: store
        self.tokens = itertools.count(1)
        self.required: set[bytes] = set()
        self.stories: dict[tuple[str, str], Story] = {}
        self.faults = False
        for name in CALENDARS:
            for at in range(3):
                self.create(name, "far", number=at)
        self.quiet()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            if self.well:
                self.quiet()
            self.world.database.close()

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────

    def store(self, name: str, side: str):
        return (self.world.near if side == "near" else self.world.far)[name]

    def pick(self, name: str, side: str, number: int) -> tuple[str, bytes] | None:
        items = sorted(self.store(name, side).contents().items(), key=lambda item: uid_of(item[1]))
        return items[number % len(items)] if items else None

    def story(self, name: str, body: bytes) -> Story:
        return self.stories.setdefault((name, uid_of(body)), Story())

    def new_token(self) -> bytes:
        token = f"t{next(self.tokens)}t".encode()
        self.required.add(token)
        return token

    def let_go(self, *tokens: str) -> None:
        """A person saw them and did away with them."""
        gone = {token.encode() for token in tokens}
        self.required -= gone
        for story in self.stories.values():
            for edits in story.edits.values():
                for name in [name for name, token in edits.items() if token in gone]:
                    del edits[name]

    def beaten(self, name: str, body: bytes) -> None:
        """An edit that lost to the same field of the other side is to live no more: it lies in the attic."""
        story = self.story(name, body)
        for side, other in (("near", "far"), ("far", "near")):
            bodies = self.store(name, side).contents().values()
            said = next((said_in(one) for one in bodies if uid_of(one) == uid_of(body)), {})
            for what in [what for what, token in story.edits[other].items() if said.get(what, "").encode() == token]:
                story.edits[side].pop(what, None)

    @rule(name=calendars, side=sides, number=numbers)
    def create(self, name, side, number) -> None:
        uid = f"{side[0]}{number}-{next(self.tokens)}"
        said = {one: self.new_token().decode() for one in FIELDS}
        body = body_of(uid, said)
        if side == "far" or name == "work":
            self.story(name, body).edits[side].update({one: token.encode() for one, token in said.items()})
        else:
            self.story(name, body).moved = True  # it goes to the primary, perhaps as a copy
        self.store(name, side).put(f"new-{uid}.ics", body)

    @rule(name=calendars, side=sides, number=numbers, what=fields)
    def edit(self, name, side, number, what) -> None:
        found = self.pick(name, side, number)
        if found is None:
            return
        ref, body = found
        said = said_in(body)
        self.beaten(name, body)
        self.let_go(said[what])
        token = self.new_token()
        self.story(name, body).edits[side][what] = token
        old = f"{said[what]}\r\n".encode()
        assert body.count(old) == 1
        self.store(name, side).put(ref, body.replace(old, token + b"\r\n"))

    @rule(name=calendars, side=sides, number=numbers)
    def delete(self, name, side, number) -> None:
        found = self.pick(name, side, number)
        if found is None:
            return
        ref, body = found
        self.beaten(name, body)
        self.let_go(*said_in(body).values())
        self.story(name, body).deleted.add(side)
        self.store(name, side).drop(ref)

    @rule(name=calendars, number=numbers)
    def rename_file(self, name, number) -> None:
        found = self.pick(name, "near", number)
        if found is None:
            return
        ref, body = found
        self.store(name, "near").drop(ref)
        self.store(name, "near").put(f"r{next(self.tokens)}.ics", body)

    @rule(source=calendars, goal=calendars, side=sides, number=numbers)
    def move(self, source, goal, side, number) -> None:
        found = self.pick(source, side, number)
        if found is None or source == goal:
            return
        ref, body = found
        if uid_of(body) in map(uid_of, self.store(goal, side).contents().values()):
            return
        for name in CALENDARS:
            self.story(name, body).moved = True
        self.store(source, side).drop(ref)
        self.store(goal, side).put(f"m{next(self.tokens)}.ics", body)

    # ── misfortune ───────────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        name=calendars,
        side=sides,
        fault=st.sampled_from(
            [
                (Call.LOOK, Raise()),
                (Call.LOOK, Cut(after=2)),
                (Call.FETCH, Raise()),
                (Call.FETCH, Unread()),
                (Call.WRITE, Raise()),
                (Call.WRITE, DoThenRaise()),
                (Call.WRITE, Lose(done=True)),
                (Call.WRITE, Lose(done=False)),
            ]
        ),
    )
    def misfortune(self, name, side, fault) -> None:
        if side == "near" and isinstance(fault[1], Lose):
            return  # a disk answers
        self.faults = True
        self.store(name, side).fail_next(*fault)
        self.sync()

    @rule(
        name=calendars,
        side=sides,
        number=numbers,
        what=fields,
        when=st.sampled_from([Call.LOOK, Call.FETCH, Call.WRITE]),
        deed=st.sampled_from(["edit", "delete"]),
    )
    def meanwhile(self, *, name, side, number, what, when, deed) -> None:
        """Somebody acts in the middle of the next round."""
        self.faults = True
        act = (
            (lambda: self.edit(name, side, number, what))
            if deed == "edit"
            else (lambda: self.delete(name, side, number))
        )
        self.store(name, side).fail_next(when, Meanwhile(act))
        self.sync()

    @rule(name=calendars)
    def dead_token(self, name) -> None:
        self.world.far[name].kill_tokens()

    @rule(name=calendars)
    def vanish_for_a_while(self, name) -> None:
        self.faults = True
        self.world.far[name].answers = False
        self.sync()
        self.world.far[name].answers = True

    @rule(name=calendars, side=sides, number=numbers)
    def unreadable(self, name, side, number) -> None:
        found = self.pick(name, side, number)
        known = {ref for link in self.world.books.links() for ref in self.world.books.index(link.id, Side(side))}
        # A file that was renamed and cannot be read under its new name is deleted and new, for all one can know.
        if found is not None and found[0] in known:
            self.faults = True
            self.store(name, side).unreadable[found[0]] = "E403"
            self.sync()

    # ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def sync(self) -> None:
        self.try_to(self.world.sync)

    def try_to(self, sync) -> None:
        try:
            result = sync()
        except CalsyncError as error:
            if error.code not in {"E402", "E404"}:
                raise
            self.misfortunes[error.code] += 1
        else:
            self.braked(result)

    def braked(self, result) -> None:
        for alarm in result.alarms:
            self.misfortunes[alarm.what] += 1
            name = next(link.name for link in self.world.books.links() if link.id == alarm.link)
            told = [
                one for (calendar, _), one in self.stories.items() if calendar == name and (one.deleted or one.moved)
            ]
            assert len(told) >= 3, f"braked without a reason: {alarm}"

    @rule(at=st.integers(5, 90))
    def kill(self, at) -> None:
        """The process dies in a round; what comes next is a new one."""
        self.faults = True
        self.world.on_call = fuse = Fuse(blow_at=at)
        try:
            self.sync()
        except Killed:
            self.misfortunes["killed"] += fuse.blown
        self.world.on_call = lambda _: None
        self.world.restart()

    @rule()
    def pull(self) -> None:
        self.try_to(lambda: self.world.sync(mode=Mode.PULL))

    @rule()
    def quiet(self) -> None:
        """Nothing is in the way any more: both sides agree, and then there is silence."""
        self.well = False
        for store in (*self.world.near.values(), *self.world.far.values()):
            store.answers = True
            store.unreadable.clear()
            store._faults._queued.clear()
        given_up = any(wait.tries > 3 for link in self.world.books.links() for wait in self.world.books.waits(link.id))
        for again in range(4):
            result = self.world.sync(limit=Limit(count=1000), full=given_up and again == 0)
            assert not result.alarms
        writes = self.world.writes()

        result = self.world.sync(limit=Limit(count=1000))

        assert self.world.writes() == writes, "never silent"
        assert not result.waits, result.waits
        self.agreed()
        self.stories.clear()
        self.faults = False
        self.well = True

    def agreed(self) -> None:
        for name in CALENDARS:
            near, far = (self.by_uid(name, side) for side in ("near", "far"))
            assert near.keys() == far.keys(), (name, near.keys() ^ far.keys())
            for uid, body in near.items():
                assert AGENDA.same_after_rewriting(body, far[uid]) or AGENDA.same_after_rewriting(far[uid], body), uid
        self.told()

    def by_uid(self, name: str, side: str) -> dict[str, bytes]:
        bodies = list(self.store(name, side).contents().values())
        found = {uid_of(body): body for body in bodies}
        assert len(found) == len(bodies), f"twice in {side} {name}"
        return found

    def told(self) -> None:
        """Each edit lives, but those that a view calendar does not take and those that lost to the same field there."""
        for (name, uid), story in self.stories.items():
            if story.moved:
                continue
            mine = {} if CALENDARS[name] is Mode.VIEW else story.edits["near"]
            wanted = mine | story.edits["far"]
            body = self.by_uid(name, "far").get(uid, b"")
            for token in wanted.values():
                assert token in body, f"{token!r} of {uid} in {name} does not live"
            if story.deleted and not wanted and not self.faults and (name != "hols" or "far" in story.deleted):
                assert not body, f"{uid} in {name} was deleted and lives"

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "world"):
            return
        everything = b"\n".join(self.world.everything())
        lost = [token for token in self.required if token not in everything]
        self.well = self.well and not lost
        assert not lost, f"lost: {lost}"


def run(path: Path, examples: int, steps: int) -> Counter[str]:
    machine = type("Here", (Machine,), {"root": path, "misfortunes": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.misfortunes


def test_whatever_happens_both_sides_agree_in_the_end_and_no_edit_is_lost(tmp_path):
    misfortunes = run(tmp_path, examples=60, steps=25)

    assert {"E402", "E404", "killed"} <= misfortunes.keys()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_whatever_happens_for_long(tmp_path):
    misfortunes = run(tmp_path, examples=2000, steps=60)

    assert {"E402", "E404", "killed", "empty"} <= misfortunes.keys()
