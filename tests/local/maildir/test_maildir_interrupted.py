"""Killed, refused or overtaken at every single call of a batch: nothing is lost, nothing is half, nothing is twice."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import NOBODY, Held, Ref, Rev
from calsync_cli.core.ops import Create, Done, Mark, Move, Op, Remove, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import bodies, deliver, letter, names, seen
from tests.local.near_doubles import Hook, Killed, TestDisk, killed_at, meanwhile, refusing_at

A, B, C, D, E = (Ref(name) for name in "abcde")
LETTERS = {ref: letter(ref) for ref in (A, B, C, D, E)}
ENDS = ({"cur/a:2,S", "new/e", "cur/b:2,S"}, {"new/c"})
"""Inbox and archive when all is done."""


class Scene:
    """Two Maildirs, and a batch that makes two messages, flags one, moves one and removes one."""

    def __init__(self, base: Path, *, links: bool = True) -> None:
        self.disk = TestDisk(links=links)
        self.attic = base / "attic"
        self.mail = Maildirs(base / "mail", Attic(self.attic, disk=self.disk, suffix=".eml"), disk=self.disk)
        plain = Maildirs(base / "mail", Attic(self.attic))
        self.inbox, self.archive = plain.create(INBOX), plain.create(ARCHIVE)
        for name in ("new/b", "new/c", "cur/d:2,S"):
            deliver(self.inbox, name)

    def ops(self) -> list[Op]:
        return [
            Create(A, LETTERS[A], NOBODY, frozenset({SEEN})),
            Create(E, LETTERS[E], NOBODY),
            Mark(B, Rev("1"), frozenset({SEEN}), frozenset()),
            Move(C, Rev("1"), ARCHIVE, C, NOBODY),
            Remove(Held(D, Rev(""), b""), NOBODY),
        ]

    def run(self, before: Hook) -> list[Done]:
        store = self.mail.open(INBOX)
        seen(store)
        self.disk.calls.clear()
        self.disk.before = before
        try:
            return list(store.write(self.ops()))
        finally:
            self.disk.before = lambda *_: None

    def names(self) -> tuple[set[str], set[str]]:
        return names(self.inbox), names(self.archive)

    def messages(self) -> list[bytes]:
        """What mail programs see."""
        return [path.read_bytes() for path in (*self.inbox.path.glob("[cn]*/*"), *self.archive.path.glob("[cn]*/*"))]


def calls_of(tmp_path: Path, *, links: bool = True) -> list[str]:
    scene = Scene(tmp_path / "counted", links=links)
    scene.run(lambda *_: None)
    shutil.rmtree(tmp_path / "counted")
    return scene.disk.verbs


@pytest.mark.parametrize("links", [True, False])
def test_killed_at_every_call_each_message_is_there_whole_and_once(tmp_path: Path, links: bool) -> None:
    total = len(calls_of(tmp_path, links=links))
    for fuse in range(total):
        scene = Scene(tmp_path / str(fuse), links=links)

        with pytest.raises(Killed):
            scene.run(killed_at(fuse))

        found = scene.messages()
        assert set(found) <= set(LETTERS.values()), fuse
        assert len(found) == len(set(found)), fuse
        assert {LETTERS[B], LETTERS[C]} <= set(found), fuse
        assert LETTERS[D] in [*found, *bodies(scene.attic)], fuse
    assert total >= 13


@pytest.mark.parametrize("links", [True, False])
def test_run_again_after_a_kill_it_comes_to_the_same_end(tmp_path: Path, links: bool) -> None:
    for fuse in range(len(calls_of(tmp_path, links=links))):
        scene = Scene(tmp_path / str(fuse), links=links)
        with pytest.raises(Killed):
            scene.run(killed_at(fuse))
        later = Maildirs(scene.mail.root, Attic(scene.attic), clock=lambda: time.time() + 3600).open(INBOX)

        seen(later)
        answers = list(later.write(scene.ops()))

        assert {type(answer) for answer in answers} <= {Wrote, Stale}, fuse
        assert scene.names() == ENDS, fuse
        assert LETTERS[D] in bodies(scene.attic), fuse


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_refused_at_every_call_it_stops_with_e505_and_nothing_half(tmp_path: Path, code: int) -> None:
    for fuse in range(len(calls_of(tmp_path))):
        scene = Scene(tmp_path / str(fuse))

        with pytest.raises(CalsyncError) as told:
            scene.run(refusing_at(fuse, code))

        assert (told.value.code, told.value.params["reason"]) == ("E505", errno.errorcode[code])
        assert set(scene.messages()) <= set(LETTERS.values()), fuse
        assert {LETTERS[B], LETTERS[C]} <= set(scene.messages()), fuse
        assert LETTERS[D] in [*scene.messages(), *bodies(scene.attic)], fuse
        assert list((scene.inbox.path / "tmp").iterdir()) == [], fuse


def test_a_full_disk_leaves_no_message_of_the_batch_and_no_leftover(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")
    before = scene.names()

    with pytest.raises(CalsyncError) as told:
        scene.run(refusing_at(1, errno.ENOSPC))

    assert (told.value.code, told.value.variant) == ("E505", "full")
    assert scene.names() == before
    assert bodies(scene.attic) == []


def flagged(scene: Scene, ref: Ref) -> None:
    """As neomutt does it, wherever the message is."""
    for box in (scene.inbox, scene.archive):
        for path in [*box.path.glob(f"new/{ref}"), *box.path.glob(f"cur/{ref}:2,*")]:
            letters = "".join(sorted({*path.name.partition(":2,")[2], "F"}))
            path.rename(box.path / "cur" / f"{ref}:2,{letters}")


def deleted(scene: Scene, ref: Ref) -> None:
    for box in (scene.inbox, scene.archive):
        for path in [*box.path.glob(f"new/{ref}"), *box.path.glob(f"cur/{ref}:2,*")]:
            path.unlink()


@pytest.mark.parametrize("ref", [A, B, C, E])
def test_a_message_that_is_flagged_before_any_call_ends_with_that_flag_and_ours(tmp_path: Path, ref: Ref) -> None:
    for fuse in range(len(calls_of(tmp_path))):
        scene = Scene(tmp_path / str(fuse))
        there = []

        def deed(scene: Scene = scene, there: list[bool] = there) -> None:
            there.append(LETTERS[ref] in scene.messages())
            flagged(scene, ref)

        answers = scene.run(meanwhile(fuse, deed))

        everywhere = seen(scene.inbox) | seen(scene.archive)
        assert {type(answer) for answer in answers} == {Wrote}, fuse
        assert (FLAGGED in everywhere[ref]) == there[0], fuse
        assert SEEN in everywhere[B], fuse
        assert len(scene.messages()) == 4, fuse


def test_a_message_to_be_removed_is_found_again_when_it_is_flagged_before_any_call(tmp_path: Path) -> None:
    for fuse in range(len(calls_of(tmp_path))):
        scene = Scene(tmp_path / str(fuse))

        answers = scene.run(meanwhile(fuse, lambda scene=scene: flagged(scene, D)))

        assert {type(answer) for answer in answers} == {Wrote}, fuse
        assert scene.names() == ENDS, fuse
        assert bodies(scene.attic) == [LETTERS[D]], fuse


@pytest.mark.parametrize("ref", [B, C, D])
def test_a_message_that_is_deleted_before_any_call_stops_nothing(tmp_path: Path, ref: Ref) -> None:
    for fuse in range(len(calls_of(tmp_path))):
        scene = Scene(tmp_path / str(fuse))

        answers = scene.run(meanwhile(fuse, lambda scene=scene: deleted(scene, ref)))

        assert {type(answer) for answer in answers} <= {Wrote, Stale}, fuse
        assert LETTERS[ref] not in scene.messages(), fuse
        assert {LETTERS[A], LETTERS[E]} <= set(scene.messages()), fuse
        assert list((scene.inbox.path / "tmp").iterdir()) == [], fuse


def test_a_new_message_whose_leftover_is_taken_away_is_an_unknown_outcome(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")

    def cleared(number: int, verb: str, told: tuple[object, ...]) -> None:
        if verb == "claim" and number and "tmp" in str(told[0]):
            (scene.mail.root / str(told[0])).unlink(missing_ok=True)

    answers = scene.run(cleared)

    assert not {type(answer) for answer in answers[:2]} & {Wrote, Stale}
    assert scene.names() == ({"cur/b:2,S"}, {"new/c"})


CHILD = """
import sys
from pathlib import Path
from calsync_cli.core.model import NOBODY, CollectionId, Ref
from calsync_cli.core.ops import Create
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs

base = Path(sys.argv[1])
inbox = Maildirs(base / "mail", Attic(base / "attic"), durable=False).open(CollectionId("inbox"))
for batch in range(10_000):
    refs = [Ref(f"{batch}.{n}") for n in range(20)]
    list(inbox.write([Create(ref, (ref + "\\n").encode() * 10_000, NOBODY) for ref in refs]))
"""


@pytest.mark.parametrize("enough", [1, 15, 50, 133])
def test_a_process_that_is_killed_leaves_whole_messages_and_nothing_else_to_see(tmp_path: Path, enough: int) -> None:
    mail = Maildirs(tmp_path / "mail", Attic(tmp_path / "attic"))
    inbox = mail.create(INBOX)
    child = subprocess.Popen([sys.executable, "-c", CHILD, tmp_path])
    try:
        while len(list((inbox.path / "new").iterdir())) < enough:
            assert child.poll() is None
    finally:
        child.kill()
        child.wait()

    later = Maildirs(mail.root, Attic(tmp_path / "attic"), clock=lambda: time.time() + 3600).open(INBOX)
    shown = seen(later)

    assert len(shown) >= enough
    for ref in shown:
        assert (inbox.path / "new" / ref).read_bytes() == f"{ref}\n".encode() * 10_000
    assert list((inbox.path / "tmp").iterdir()) == []
