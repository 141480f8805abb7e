"""Random people, random servers, random misfortune: both sides agree in the end, nothing is lost and nothing doubled."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from calsync_cli.core.brake import Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, FLAGGED, SEEN
from tests.doubles.faults import Call, Cut, DoThenRaise, Faults, Lose, Meanwhile, Raise, Unread
from tests.doubles.fuse import Fuse, Killed
from tests.doubles.mailbox import Item
from tests.engine.mail.world import World, bare, mail

FOLDERS = ("inbox", "archive", "deleted")

folders = st.sampled_from(FOLDERS)
sides = st.sampled_from(["near", "far"])
numbers = st.integers(0, 3)
marks = st.frozensets(st.sampled_from([SEEN, ANSWERED, FLAGGED]), max_size=2)


class Machine(RuleBasedStateMachine):
    """Three folders of one account, and one here that nothing is mapped to.

    What is required of every message: that it can be found somewhere until a person did away with it, and that there are
    never more of it on a side than people made. A message that both sides touched in one breath may be kept twice.
    """

    root: Path
    count = itertools.count()
    misfortunes: Counter[str]
    dying = False

    @initialize(uidplus=st.booleans(), moves=st.booleans(), deltas=st.booleans(), glances=st.booleans())
    def begin(self, *, uidplus, moves, deltas, glances) -> None:
        self.world = World(
            self.root / str(next(self.count)),
            FOLDERS,
            unmapped=("private",),
            uidplus=uidplus,
            moves=moves,
            deltas=deltas,
        )
        self.world.glances = glances
        self.names = itertools.count(1)
        self.alive: set[bytes] = set()
        self.shared: set[bytes] = set()
        """Messages that may be there more than once: somebody copied them, or both sides moved them."""
        self.touched: dict[bytes, set[str]] = {}
        self.wanted: dict[bytes, dict[str, bool]] = {}
        """What people last said of a flag, since all was quiet, where only one side said anything."""
        for name in FOLDERS:
            for at in range(3):
                self.arrive(name, "far", bool(at % 2))
        self.quiet()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            if self.well:
                self.quiet()
            self.world.database.close()

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────

    def pick(self, name: str, side: str, number: int):
        if side == "near":
            refs = sorted(self.world.near[name].items)
        else:
            # What a server could only mark for deletion is gone to people; they would need to bring it back first.
            alive = (uid for uid, item in self.world.far[name].items.items() if DELETED not in item.flags)
            refs = [self.world.far[name].ref(uid) for uid in sorted(alive)]
        if not refs:
            return None
        ref = refs[number % len(refs)]
        item = (self.world.near if side == "near" else self.world.far)[name].find(ref)
        self.touched.setdefault(bare(item.content), set()).add(side)
        if len(self.touched[bare(item.content)]) > 1:
            self.shared.add(bare(item.content))
        return ref, item

    @rule(name=folders, side=sides, ident=st.booleans())
    def arrive(self, name, side, ident) -> None:
        body = mail(f"x{next(self.names)}", f"text {next(self.names)}", ident=ident)
        self.alive.add(bare(body))
        if side == "near":
            self.world.near[name].put(bare(body))
        else:
            self.world.far[name].put(body)

    @rule(name=folders, side=sides, number=numbers, flags=marks)
    def flag(self, name, side, number, flags) -> None:
        found = self.pick(name, side, number)
        if found:
            ref, item = found
            for bit in item.flags ^ flags:
                self.wanted.setdefault(bare(item.content), {})[bit] = bit in flags
                if (bare(item.content), bit) in self.half:
                    del self.wanted[bare(item.content)][bit]
            (self.world.near if side == "near" else self.world.far)[name].flag(ref, *flags)

    @rule(name=folders, side=sides, number=numbers)
    def delete(self, name, side, number) -> None:
        found = self.pick(name, side, number)
        if found:
            ref, item = found
            self.alive.discard(bare(item.content))
            self.wanted.pop(bare(item.content), None)
            (self.world.near if side == "near" else self.world.far)[name].drop(ref)

    @rule(source=folders, goal=folders, side=sides, number=numbers, rename=st.booleans())
    def move(self, source, goal, side, number, rename) -> None:
        found = self.pick(source, side, number)
        if not found or source == goal:
            return
        ref, item = found
        self.wanted.pop(bare(item.content), None)  # a move is the last word, and marks travel with it
        self.moved.add(bare(item.content))
        if side == "near":
            name = f"r{next(self.names)}" if rename else ""
            self.world.near[source].carry(ref, self.world.near[goal], name=name)
        else:
            self.world.far[source].carry(ref, self.world.far[goal])

    @rule(name=folders, goal=folders, side=sides, number=numbers)
    def copy(self, name, goal, side, number) -> None:
        found = self.pick(name, side, number)
        if found:
            self.shared.add(bare(found[1].content))
            (self.world.near if side == "near" else self.world.far)[goal].put(found[1].content, found[1].flags)

    @rule(name=folders, number=numbers)
    def rename_file(self, name, number) -> None:
        found = self.pick(name, "near", number)
        if found:
            self.world.near[name].carry(found[0], self.world.near[name], name=f"r{next(self.names)}")

    @rule(name=folders, number=numbers)
    def put_away(self, name, number) -> None:
        """To where nothing is mapped: nothing may be deleted there for it."""
        found = self.pick(name, "near", number)
        if found:
            self.shared.add(bare(found[1].content))
            self.world.near[name].carry(found[0], self.world.unmapped["private"])

    @rule(name=folders, number=numbers)
    def bring_back(self, name, number) -> None:
        refs = sorted(self.world.unmapped["private"].items)
        if refs:
            self.world.unmapped["private"].carry(refs[number % len(refs)], self.world.near[name])

    @rule(name=folders)
    def new_life(self, name) -> None:
        self.world.far[name].new_life()

    # ── misfortune ───────────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        name=folders,
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
        (self.world.near if side == "near" else self.world.far)[name].fail_next(*fault)
        self.sync()

    @rule(
        name=folders,
        side=sides,
        number=numbers,
        when=st.sampled_from([Call.LOOK, Call.FETCH, Call.WRITE]),
        deed=st.sampled_from(["delete", "move", "flag"]),
    )
    def meanwhile(self, *, name, side, number, when, deed) -> None:
        """Somebody acts in the middle of the next round."""
        acts = {
            "delete": lambda: self.delete(name, side, number),
            "move": lambda: self.move(name, "archive", side, number, rename=False),
            "flag": lambda: self.flag(name, side, number, frozenset({SEEN})),
        }
        (self.world.near if side == "near" else self.world.far)[name].fail_next(when, Meanwhile(acts[deed]))
        self.shared |= self.alive  # whoever acts in the middle of a round may find a thing half moved
        self.sync()

    @rule(name=folders)
    def vanish_for_a_while(self, name) -> None:
        """What moved meanwhile waits until it can be looked into."""
        self.world.far[name].answers = False
        self.sync()
        self.world.far[name].answers = True

    # ── rounds ───────────────────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def sync(self) -> None:
        boxes = (*self.world.near.values(), *self.world.far.values())
        if self.dying or any(box.faults.left for box in boxes):
            self.half |= {(body, bit) for body, bits in self.wanted.items() for bit in bits}
        try:
            result = self.world.sync()
        except CalsyncError as error:
            if error.code != "E402":
                raise
            self.misfortunes[error.code] += 1
            self.world.restart()
        else:
            self.misfortunes.update(alarm.what for alarm in result.alarms)

    @rule(at=st.integers(5, 90))
    def kill(self, at) -> None:
        """The process dies in a round; what comes next is a new one."""
        self.world.on_call = fuse = Fuse(blow_at=at)
        self.dying = True
        try:
            self.sync()
        except Killed:
            self.misfortunes["killed"] += fuse.blown
        finally:
            self.world.on_call = lambda _: None
            self.dying = False
        self.world.restart()

    @rule()
    def quiet(self) -> None:
        """Nothing is in the way any more: both sides agree, and then there is silence."""
        self.well = False
        for box in (*self.world.near.values(), *self.world.far.values()):
            box.answers = True
            box.faults = Faults()
        given_up = any(wait.tries > 3 for link in self.world.books.links() for wait in self.world.books.waits(link.id))
        for again in range(4):
            assert not self.world.sync(limit=Limit(count=1000), full=given_up and again == 0).alarms
        writes = self.world.writes()

        result = self.world.sync(limit=Limit(count=1000))

        assert self.world.writes() == writes, "never silent"
        assert not result.waits, result.waits
        self.agreed()
        self.moved: set[bytes] = set()
        self.touched.clear()
        self.wanted.clear()
        self.half: set[tuple[bytes, str]] = set()
        """Flags that a round may have carried over without its answer: who takes one back then is not understood."""
        self.shared -= self.single()
        self.well = True

    def agreed(self) -> None:
        for name in FOLDERS:
            near, far = self.items("near", name), self.items("far", name)
            assert Counter(bare(item.content) for item in near) == Counter(bare(item.content) for item in far), name
            known = [one for one in self.world.books.known(self.world.link(name).id) if one.near]
            assert {one.near for one in known} == set(self.world.near[name].items)
            for one in known:
                item = self.world.far[name].find(one.far)
                assert item is not None
                assert self.world.near[name].items[one.near].flags == item.flags, one
        self.told()

    def single(self) -> set[bytes]:
        """Messages of which each side has one, and that are nowhere else."""
        boxes = self.world.near, self.world.far
        near, far = (
            Counter(bare(item.content) for box in one.values() for item in box.items.values()) for one in boxes
        )
        away = {bare(item.content) for item in self.world.unmapped["private"].items.values()}
        return {body for body in near if near[body] == far[body] == 1} - away

    def items(self, side: str, name: str) -> list[Item]:
        """Without what is there only because it was put away here, or could only be marked."""
        if side == "near":
            return list(self.world.near[name].items.values())
        box = self.world.far[name]
        parked = {one.far for one in self.world.books.known(self.world.link(name).id) if not one.near}
        return [item for uid, item in box.items.items() if box.ref(uid) not in parked]

    def told(self) -> None:
        for side in ("near", "far"):
            items = [item for name in FOLDERS for item in self.items(side, name)]
            count = Counter(bare(item.content) for item in items)
            for body in self.alive - self.shared:
                assert count[body] == 1, f"{count[body]} of {body!r} on the {side} side"
            for body, bits in self.wanted.items():
                if body in self.shared or body not in self.alive or body in self.moved:
                    continue
                flags = next(item.flags for item in items if bare(item.content) == body)
                for bit, raised in bits.items():
                    assert (bit in flags) == raised, (body, bit)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "world"):
            lost = self.alive - self.world.everything()
            self.well = self.well and not lost
            assert not lost, f"lost: {lost}"


def run(path: Path, examples: int, steps: int, *, same: bool = False) -> Counter[str]:
    machine = type("Here", (Machine,), {"root": path, "misfortunes": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.misfortunes


def test_whatever_happens_both_sides_agree_in_the_end_and_nothing_is_lost_or_doubled(tmp_path):
    misfortunes = run(tmp_path, examples=100, steps=25, same=True)

    assert {"E402", "killed"} <= misfortunes.keys()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_whatever_happens_for_long(tmp_path):
    misfortunes = run(tmp_path, examples=2000, steps=60)

    assert {"E402", "killed"} <= misfortunes.keys()
