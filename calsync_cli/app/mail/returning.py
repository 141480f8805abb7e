"""What is wanted back out of the provider's bin: a round moves it to its folder there before it looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from calsync_cli.app import wiring
from calsync_cli.app.mail.undoing import bin_of, goal_of
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import DELETED, NO_REV, Sketch
from calsync_cli.core.mail.ports import MailAccount, Mailbox
from calsync_cli.core.mail.record import Tally, What
from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref
from calsync_cli.core.ops import Create, Denied, Done, Move, Stale, Wrote
from calsync_cli.state.folders import FolderRow
from calsync_cli.state.post import Post, WithdrawnRow


@dataclass(slots=True)
class Returned:
    """What a round did about it."""

    lost: list[WithdrawnRow] = field(default_factory=list)
    """Not in the bin any more."""
    tally: Tally = field(default_factory=Counter)
    """What a dry run would not see, for nothing is moved in it."""


def returned(session: Session, far: MailAccount, usual: CollectionId, *, dry: bool) -> Returned:
    """Move what is wanted. `usual`: the bin, where a killed round did not write down which it was."""
    post = Post(session.database)
    rows = post.wanted()
    found = Returned()
    if not rows:
        return found
    by_bin: dict[CollectionId, list[WithdrawnRow]] = defaultdict(list)
    for row in rows:
        by_bin[row.bin or usual].append(row)
    for bin_, some in by_bin.items():
        with_bin = _Returning(session, post, far.open(bin_), found)
        with_bin.all(some, dry=dry)
    return found


@dataclass(slots=True)
class _Returning:
    """Out of one bin."""

    session: Session
    post: Post
    store: Mailbox
    found: Returned

    def all(self, rows: Sequence[WithdrawnRow], *, dry: bool) -> None:
        folders = self.session.folders.rows()
        there = self._there(rows)
        missing = [row for row in rows if row.id not in there]
        goals = {row.id: goal for row in rows if row.id in there and (goal := goal_of(folders, row))}
        mine = [row for row in rows if row.id in goals]
        if dry:
            self._foretell(mine, goals, bin_of(folders))
            self.found.lost.extend(row for row in missing if not row.begun)
            return
        self._let_go(missing)
        self.post.begin(row.id for row in mine)
        ops = [Move(Ref(row.name), NO_REV, goals[row.id].far_id, Ref(row.name), NOBODY) for row in mine]
        for row, done in zip(mine, self.store.write(ops) if ops else (), strict=True):
            self._moved(row, done, goals[row.id])

    def _there(self, rows: Sequence[WithdrawnRow]) -> set[int]:
        """Those that the bin still has, and that are the ones that were meant."""
        by_ref = {Ref(row.name): row for row in rows}
        try:
            sketches = [one for one in self.store.sketch(list(by_ref)) if isinstance(one, Sketch)]
        except CalsyncError as error:
            if error.code != "E209":  # the bin itself is gone
                raise
            return set()
        return {by_ref[one.ref].id for one in sketches if _same(by_ref[one.ref], one)}

    def _let_go(self, missing: Sequence[WithdrawnRow]) -> None:
        """What a killed round had begun to move has come; the rest somebody has thrown away."""
        now = self.session.desk.now()
        self.post.undone([row.id for row in missing if row.begun], now)
        lost = [row for row in missing if not row.begun]
        self.post.forget(row.id for row in lost)
        self.found.lost.extend(lost)

    def _moved(self, row: WithdrawnRow, done: Done, goal: FolderRow) -> None:
        now = self.session.desk.now()
        match done:
            case Wrote():
                self.post.undone([row.id], now)
            case Stale():
                self._let_go([row])
            case Denied():
                self._fetched(row, goal)
            case _:  # done halfway, or the answer is lost: the next round sees
                pass

    def _fetched(self, row: WithdrawnRow, goal: FolderRow) -> None:
        """A server that cannot move without losing: it comes as a file, and goes there as one."""
        near = wiring.maildirs(self.session.desk, self.session.account).open(CollectionId(goal.name))
        for held in self.store.fetch([Ref(row.name)]):
            if isinstance(held, Held):
                list(near.write([Create(near.new_ref(), held.content, NOBODY, held.flags - {DELETED})]))
                self.post.undone([row.id], self.session.desk.now())

    def _foretell(self, rows: Sequence[WithdrawnRow], goals: dict[int, FolderRow], bin_: FolderRow | None) -> None:
        for row in rows:
            self.found.tally[goals[row.id].id, What.FETCHED] += 1
            if bin_ is not None:
                self.found.tally[bin_.id, What.FETCHED] -= 1


def _same(row: WithdrawnRow, one: Sketch) -> bool:
    """A bin that was not written down may be another; then a message without a name is nobody's to move."""
    return one.message_id == row.message_id and bool(row.bin or row.message_id)
