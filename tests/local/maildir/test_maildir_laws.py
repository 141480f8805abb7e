"""Whatever calsync and mail programs do in turn: each look shows exactly what is there, and no message is ever lost."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle as Store
from hypothesis.stateful import RuleBasedStateMachine, consumes, invariant, multiple, rule

from calsync_cli.core.model import NO_FLAGS, NOBODY, Flags, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Op, Remove, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.names import FLAGS, LETTERS
from calsync_cli.local.maildir.store import Maildir
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import bodies, letter, seen

flags = st.frozensets(st.sampled_from(sorted(FLAGS)))


class TwoMaildirs(RuleBasedStateMachine):
    """Two Maildirs through one store each, kept open all the time, and a mail program that tells them nothing."""

    refs: Store[Ref] = Store("refs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        base = Path(self.folder.name)
        mail = Maildirs(base / "mail", Attic(base / "attic", suffix=".eml"), durable=False)
        self.attic = base / "attic"
        self.stores = {name: mail.create(name) for name in (INBOX, ARCHIVE)}
        self.model: dict[Ref, tuple[Maildir, Flags]] = {}
        self.written = 0
        self.removed: Counter[bytes] = Counter()

    def teardown(self) -> None:
        self.folder.cleanup()

    def do(self, ref: Ref, op: Op) -> bool:
        box = self.model[ref][0] if ref in self.model else self.stores[INBOX]
        (done,) = box.write([op])
        return isinstance(done, Wrote)

    @rule(target=refs, raised=flags)
    def create(self, raised: Flags) -> Ref:
        self.written += 1
        ref = self.stores[INBOX].new_ref()
        assert self.do(ref, Create(ref, letter(ref), NOBODY, raised))
        self.model[ref] = self.stores[INBOX], raised
        return ref

    @rule(target=refs, sub=st.sampled_from(["new", "cur"]))
    def deliver(self, sub: str) -> Ref:
        self.written += 1
        ref = Ref(f"{self.written}.theirs")
        (self.stores[INBOX].path / sub / ref).write_bytes(letter(ref))
        self.model[ref] = self.stores[INBOX], NO_FLAGS
        return ref

    @rule(ref=refs, add=flags, drop=flags)
    def mark(self, ref: Ref, add: Flags, drop: Flags) -> None:
        done = self.do(ref, Mark(ref, Rev(""), add, drop))

        assert done == (ref in self.model)
        if done:
            box, there = self.model[ref]
            self.model[ref] = box, (there - drop) | add

    @rule(ref=refs, to=st.sampled_from([INBOX, ARCHIVE]))
    def move(self, ref: Ref, to: str) -> None:
        if ref in self.model and self.model[ref][0] is not self.stores[to]:
            assert self.do(ref, Move(ref, Rev(""), to, ref, NOBODY))
            self.model[ref] = self.stores[to], self.model[ref][1]

    @rule(target=refs, ref=consumes(refs))
    def remove(self, ref: Ref) -> object:
        there = ref in self.model
        assert self.do(ref, Remove(Held(ref, Rev(""), b""), NOBODY))
        if there:
            del self.model[ref]
            self.removed[letter(ref)] += 1
        return multiple()

    @rule(ref=refs, there=flags, colon=st.sampled_from([":2,", ";2,", "!2,"]))
    def theirs_reflag(self, ref: Ref, there: Flags, colon: str) -> None:
        if ref in self.model:
            path = self.path(ref)
            path.rename(path.parent.parent / "cur" / f"{ref}{colon}{''.join(sorted(LETTERS[flag] for flag in there))}")
            self.model[ref] = self.model[ref][0], there

    @rule(ref=refs)
    def theirs_move(self, ref: Ref) -> None:
        if ref in self.model:
            box, there = self.model[ref]
            other = next(store for store in self.stores.values() if store is not box)
            path = self.path(ref)
            path.rename(other.path / path.relative_to(box.path))
            self.model[ref] = other, there

    @rule(ref=refs)
    def theirs_delete(self, ref: Ref) -> None:
        if ref in self.model:
            self.path(ref).unlink()
            del self.model[ref]

    def path(self, ref: Ref) -> Path:
        box = self.model[ref][0]
        (found,) = (path for path in box.path.glob("[cn]*/*") if path.name.startswith(f"{ref}") and _base(path) == ref)
        return found

    @rule()
    def look(self) -> None:
        for box in self.stores.values():
            assert seen(box) == {ref: there for ref, (where, there) in self.model.items() if where is box}

    @rule(ref=refs)
    def fetch(self, ref: Ref) -> None:
        if ref in self.model:
            box, there = self.model[ref]
            (found,) = box.fetch([ref])
            assert isinstance(found, Held)
            assert (found.content, found.flags) == (letter(ref), there)

    @invariant()
    def what_is_there_is_what_should_be(self) -> None:
        there = [path for box in self.stores.values() for path in box.path.glob("*/*")]
        assert sorted(map(_base, there)) == sorted(self.model)
        assert Counter(bodies(self.attic)) == self.removed


def _base(path: Path) -> str:
    name = path.name
    for colon in ":;!":
        name = name.partition(f"{colon}2,")[0]
    return os.fsdecode(name)


TestTwoMaildirs = TwoMaildirs.TestCase
TestTwoMaildirs.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
