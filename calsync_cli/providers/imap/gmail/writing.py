r"""Changing messages at Gmail: labels come and go by COPY and MOVE, deletion is a MOVE to the bin.

\Deleted and EXPUNGE are kept to the bin itself: what they do elsewhere (archive, bin, deletion for good) is a setting
of the account (Users.settings.updateImap, expungeBehavior). A message that two folders in step show loses the label of
the one that it is removed from; it goes to the bin when the last of them lets go of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from calsync_cli.core.mail.nouns import DELETED
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import CollectionId, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Remove, Stale, Wrote
from calsync_cli.providers.imap import ladder
from calsync_cli.providers.imap.gmail.account import Gmail, searched
from calsync_cli.providers.imap.gmail.labels import copies, unlabelled
from calsync_cli.providers.imap.gmail.mirror import asked
from calsync_cli.providers.imap.gmail.naming import message_of, ref
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.store import ImapMailbox
from calsync_cli.providers.imap.wire import command


@dataclass(frozen=True, slots=True)
class Task:
    """What is really done: in which folder, to which message; `to` is where it goes, "" where it stays."""

    op: Op
    message: int = 0
    to: str = ""
    copy: bool = False
    binned: bool = False
    done: Done | None = None
    """Nothing need be done, or nothing may."""

    @property
    def kind(self) -> tuple[object, ...]:
        """Tasks of one kind go together."""
        match self.op:
            case Mark(_, _, add, drop):
                how: tuple[object, ...] = (add, drop)
            case _:
                how = (self.to, self.copy)
        return type(self.op).__name__, self.done is not None, *how


@dataclass(frozen=True, slots=True)
class GmailWriting:
    """Does ops in one folder."""

    gmail: Gmail
    name: str
    inner: ImapMailbox
    bin: str

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        """Each op done and answered in order."""
        tasks = [self._task(op) for op in ops]
        try:
            for _, group in groupby(tasks, lambda task: task.kind):
                yield from self._together(list(group))
        finally:
            self.gmail.keep_all()

    def _task(self, op: Op) -> Task:
        special = self.gmail.special()
        match op:
            case Create():
                return Task(op)
            case Mark(target, _, add):
                return Task(replace(op, add=add - {DELETED}), message_of(target) or 0)
            case Move(target, _, to):
                out = self.name == special.all and not special.final(str(to)) and str(to) != self.bin
                return Task(op, message_of(target) or 0, str(to), copy=out)
            case Edit(base):
                return Task(op, done=Denied(base.ref, "E403", Why.UNCHANGEABLE))
            case Remove(base, _, to_bin):
                return self._removal(op, message_of(base.ref) or 0, to_bin=to_bin)

    def _removal(self, op: Remove, message: int, *, to_bin: bool) -> Task:
        special, target = self.gmail.special(), op.base.ref
        bin_ = self.bin if self.bin not in {"", self.name} else special.bin
        if self.name == special.bin:
            return Task(op, message)
        kept = not to_bin and self.name not in {special.junk, self.bin}
        if kept or (self.name != special.junk and self._shown_elsewhere(message)):
            if self.name == special.all:
                return Task(op, message, done=Wrote(target, Rev("")))
            return Task(op, message, special.all) if special.all else Task(op, done=_denied(target))
        return Task(op, message, bin_, binned=True) if bin_ else Task(op, done=_denied(target))

    def _shown_elsewhere(self, message: int) -> bool:
        mirrors = (self.gmail.known(name) for name in self.gmail.others if name not in {self.name, self.bin})
        return any(one is not None and message in one.shown for one in mirrors)

    def _together(self, tasks: Sequence[Task]) -> Iterator[Done]:
        first = tasks[0]
        if first.done is not None:
            yield from (task.done for task in tasks if task.done is not None)
        elif isinstance(first.op, Create):
            yield from self._created([task.op for task in tasks if isinstance(task.op, Create)])
        elif first.copy:
            yield from self._copied(tasks, first.to)
        else:
            yield from self._asked(tasks)

    # ── what the folder itself does ──────────────────────────────────────────────────────────────────────────────

    def _asked(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """What the folder hides is dealt with in All Mail, where it is, too."""
        mirror = self.gmail.known(self.name)
        held = {task.message for task in tasks if mirror is not None and mirror.shown.get(task.message) == 0}
        if not held:
            yield from self.here(tasks)
            return
        all_ = self.gmail.special().all
        there = replace(self, name=all_, inner=self.gmail.inner(CollectionId(all_)))
        for task in tasks:
            if task.message not in held:
                yield from self.here([task])
            elif all_ in {"", self.name}:
                yield Denied(ref(task.message), "E403", Why.HIDDEN)
            elif isinstance(task.op, Mark | Remove) or self.gmail.special().final(task.to):
                yield from there.here([task])
            else:
                yield there.relabelled(task, self.name)

    def here(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """By the UIDs that the folder has for them."""
        with self.gmail.pool.lend(self.name) as session:
            life = opened(session, self.name).uidvalidity
            uids = self.gmail.uids(session, self.name, [task.message for task in tasks])
        meant = [task for task in tasks if task.message in uids]
        answers = self.inner.write([_plain(task, ladder.ref(life, uids[task.message])) for task in meant])
        done = {task.message: one for task, one in zip(meant, answers, strict=True)}
        for task in self._arrived(meant, done):
            done[task.message] = Wrote(Ref(""), Rev(""))
        for task in tasks:
            yield self._told(task, done[task.message]) if task.message in done else _absent(task)

    def _arrived(self, tasks: Sequence[Task], done: Mapping[int, Done]) -> list[Task]:
        """Those that left, and nobody said where to (no COPYUID): they are looked for where they were to go."""
        doubted = [task for task in tasks if task.to and isinstance(done.get(task.message), Stale)]
        if not doubted:
            return []
        to = doubted[0].to
        with self.gmail.pool.lend(to) as session:
            opened(session, to)
            found = searched(session, to, [task.message for task in doubted])
        return [task for task in doubted if task.message in found]

    def _told(self, task: Task, done: Done) -> Done:
        """In the refs that the engine has."""
        mine = ref(task.message)
        match done:
            case Wrote(where, rev, held):
                if task.to or isinstance(task.op, Remove):
                    self._went(task, where)
                return Wrote(mine, rev, replace(held, ref=mine) if held else None, kept=mine if task.binned else "")
            case _:
                return replace(done, ref=mine)

    def _went(self, task: Task, where: Ref) -> None:
        """What is known of the folders follows."""
        special = self.gmail.special()
        final = special.final(task.to) or not task.to
        names = [*self.gmail.mapped] if final else [self.name] if self.name != special.all else []
        for name in names:
            if name != task.to and (one := self.gmail.known(name)) is not None:
                one.drop(task.message)
        self._came(task.message, task.to, where)

    def _came(self, message: int, to: str, where: Ref) -> None:
        target = self.gmail.known(to) if to else None
        if target is not None and (uid := ladder.uid_of(where, target.point.uidvalidity)):
            target.put(message, uid)

    # ── out of All Mail ──────────────────────────────────────────────────────────────────────────────────────────

    def _copied(self, tasks: Sequence[Task], to: str) -> Iterator[Done]:
        """A label more: All Mail shows it all the same, and the archive does not."""
        with self.gmail.pool.lend(self.name) as session:
            opened(session, self.name)
            uids = self.gmail.uids(session, self.name, [task.message for task in tasks])
            done = {task.message: Stale(ref(task.message)) for task in tasks} | copies(session, uids, to)
        for task in self._arrived([task for task in tasks if task.message in uids], done):
            done[task.message] = Wrote(Ref(""), Rev(""))
        for task in tasks:
            one = done[task.message]
            if isinstance(one, Wrote):
                self._came(task.message, to, one.ref)
            yield replace(one, ref=ref(task.message))

    def relabelled(self, task: Task, source: str) -> Done:
        """Moved here, out of a folder that does not show it."""
        with self.gmail.pool.lend(self.name) as session:
            opened(session, self.name)
            uids = self.gmail.uids(session, self.name, [task.message])
            moved: Done | None = Wrote(Ref(""), Rev("")) if uids and task.to == self.name else None
            moved = moved or copies(session, uids, task.to).get(task.message) or Stale(ref(task.message))
            left = isinstance(moved, Wrote) and unlabelled(session, uids[task.message], source, self.gmail.special())
        if left and (mirror := self.gmail.known(source)) is not None:
            mirror.drop(task.message)
            self._came(task.message, task.to, moved.ref)
        denied = Denied(ref(task.message), "E403", Why.HIDDEN)
        return replace(moved, ref=ref(task.message)) if left or not isinstance(moved, Wrote) else denied

    # ── new messages ─────────────────────────────────────────────────────────────────────────────────────────────

    def _created(self, ops: Sequence[Create]) -> Iterator[Done]:
        """Uploaded, or copied where Gmail has them; what number they got is asked for."""
        octets = sum(len(op.content) for op in ops if op.twin is None)
        if octets and self.gmail.spending.up(0) < octets:
            raise self.gmail.spending.over()
        done = list(self.inner.write([self._with_twin(op) for op in ops]))
        self.gmail.spending.up(octets)
        messages = self._messages([one.ref for one in done if isinstance(one, Wrote) and one.ref])
        for one in done:
            message = messages.get(one.ref) if isinstance(one, Wrote) else None
            yield replace(one, ref=ref(message) if message else Ref("")) if isinstance(one, Wrote) else one

    def _with_twin(self, op: Create) -> Create:
        message = message_of(op.twin[1]) if op.twin is not None else None
        if op.twin is None or message is None:
            return replace(op, twin=None)
        folder = str(op.twin[0])
        with self.gmail.pool.lend(folder) as session:
            life = opened(session, folder).uidvalidity
            uid = self.gmail.uids(session, folder, [message]).get(message)
        return replace(op, twin=(CollectionId(folder), ladder.ref(life, uid)) if uid else None)

    def _messages(self, refs: Sequence[Ref]) -> dict[Ref, int]:
        if not refs:
            return {}
        mirror = self.gmail.mirror(self.name)
        with self.gmail.pool.lend(self.name) as session:
            life = opened(session, self.name).uidvalidity
            session.ask(command("NOOP"))
            uids = {uid: one for one in refs if (uid := ladder.uid_of(one, life)) is not None}
            rows = asked(mirror, session, set(uids))
        if self.name in self.gmail.mapped:
            for uid, row in rows.items():
                mirror.put(row.message, uid)
        if self.name == self.gmail.archive and any(self._shown_elsewhere(row.message) for row in rows.values()):
            self.gmail.again_soon()
        return {uids[uid]: row.message for uid, row in rows.items()}


def _plain(task: Task, inner: Ref) -> Op:
    """The op as any IMAP server's folder has it."""
    match task.op:
        case Mark():
            return replace(task.op, ref=inner)
        case Move():
            return replace(task.op, ref=inner)
        case Remove(base, mail) if task.to:
            return Move(inner, base.rev, CollectionId(task.to), inner, mail)
        case Remove(base):
            return replace(task.op, base=replace(base, ref=inner), to_bin=False)
        case _:
            raise AssertionError(task.op)


def _absent(task: Task) -> Done:
    """Gone already is what a removal wants."""
    return Wrote(ref(task.message), Rev("")) if isinstance(task.op, Remove) else Stale(ref(task.message))


def _denied(target: Ref) -> Denied:
    return Denied(target, "E403", Why.NO_BIN)
