"""Killed, refused or overtaken at every single call of a batch: nothing is lost, nothing is half."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Held, Ref
from calsync_cli.core.ops import Create, Denied, Done, Edit, Op, Partial, Remove, Stale, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import (
    Hook,
    Killed,
    TestDisk,
    at,
    bodies,
    event,
    killed_at,
    meanwhile,
    refusal,
    refusing_at,
    replace,
)

NEW, OLD, OLDER = event("a"), event("b", "before"), event("c", "before")
EDITED = event("b", "after")
A, B, C = Ref("a.ics"), Ref("b.ics"), Ref("c.ics")


class Scene:
    """A directory with two files, and a batch that makes one, edits one and removes one."""

    def __init__(self, base: Path, *, swaps: bool = True, links: bool = True) -> None:
        self.root, self.attic = base / "work", base / "attic"
        self.root.mkdir(parents=True)
        self.disk = TestDisk(swaps=swaps, links=links)
        self.vdir = Vdir(self.root, Attic(self.attic, disk=self.disk), disk=self.disk)
        (self.root / B).write_bytes(OLD)
        (self.root / C).write_bytes(OLDER)

    def ops(self) -> list[Op]:
        held = {found.ref: found for found in self.vdir.fetch([B, C]) if isinstance(found, Held)}
        ops: list[Op] = [Create(A, NEW, NOBODY)]
        ops += [Edit(held[B], EDITED, NOBODY)] if B in held and held[B].content == OLD else []
        ops += [Remove(held[C], NOBODY)] if C in held and held[C].content == OLDER else []
        return ops

    def run(self, before: Hook) -> list[Done]:
        ops = self.ops()
        self.disk.before = before
        return list(self.vdir.write(ops))

    def all_bodies(self) -> set[bytes]:
        """Wherever a person can find them: in the directory and in the attic."""
        return bodies(self.root, self.attic)

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.root.glob("[!.]*")}

    def leftovers(self) -> list[str]:
        return [path.name for path in self.root.glob(".*")]


def verbs_of(tmp_path: Path, **how: bool) -> list[str]:
    scene = Scene(tmp_path / "counted", **how)
    scene.run(lambda *_: None)
    shutil.rmtree(tmp_path / "counted")
    return scene.disk.verbs


def calls_of(tmp_path: Path, **how: bool) -> int:
    return len(verbs_of(tmp_path, **how))


WAYS = [{}, {"swaps": False}, {"links": False}]


@pytest.mark.parametrize("how", WAYS)
def test_killed_at_every_call_nothing_is_lost_and_nothing_is_half(tmp_path: Path, how: dict[str, bool]) -> None:
    total = calls_of(tmp_path, **how)
    for fuse in range(total):
        scene = Scene(tmp_path / str(fuse), **how)

        with pytest.raises(Killed):
            scene.run(killed_at(fuse))

        assert {OLD, OLDER} <= scene.all_bodies(), fuse
        assert scene.all_bodies() <= {NEW, OLD, OLDER, EDITED}, fuse
    assert total >= 12


@pytest.mark.parametrize("how", WAYS)
def test_run_again_after_a_kill_it_comes_to_the_same_end_and_leaves_no_temporary_file(
    tmp_path: Path, how: dict[str, bool]
) -> None:
    for fuse in range(calls_of(tmp_path, **how)):
        scene = Scene(tmp_path / str(fuse), **how)
        with pytest.raises(Killed):
            scene.run(killed_at(fuse))
        later = Vdir(scene.root, Attic(scene.attic), clock=lambda: time.time() + 3600)
        scene.disk.before = lambda *_: None

        list(later.look(None, frozenset()))
        list(scene.vdir.write(scene.ops()))

        assert scene.files() == {"a.ics": NEW, "b.ics": EDITED}, fuse
        assert scene.leftovers() == [], fuse
        assert {OLD, OLDER} <= bodies(scene.attic) <= {NEW, OLD, OLDER, EDITED}, fuse


def test_the_temporary_files_of_a_run_that_may_be_at_work_are_left_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")
    with pytest.raises(Killed):
        scene.run(killed_at(4))
    before = scene.leftovers()

    list(Vdir(scene.root, Attic(scene.attic)).look(None, frozenset()))

    assert before
    assert scene.leftovers() == before


def test_what_only_a_leftover_still_holds_goes_to_the_attic(root: Path, attic: Attic) -> None:
    (root / ".calsync-0a0a0a0a-1.swap").write_bytes(event("x", "an edit that was overtaken"))
    (root / ".calsync-0a0a0a0a-2.swap").write_bytes(b"BEGIN:VCALENDAR\nhalf of something ne")
    (root / ".calsync-0a0a0a0a-3.tmp").write_bytes(b"half of something ne")

    list(Vdir(root, attic, clock=lambda: time.time() + 3600).look(None, frozenset()))

    assert bodies(attic.root) == {event("x", "an edit that was overtaken")}
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_refused_at_every_call_it_stops_with_e505_and_nothing_half(tmp_path: Path, code: int) -> None:
    for fuse in (fuse for fuse, verb in enumerate(verbs_of(tmp_path)) if verb != "unlink"):
        scene = Scene(tmp_path / str(fuse))
        answers: list[Done] = []
        ops = scene.ops()
        scene.disk.before = refusing_at(fuse, code)

        with pytest.raises(CalsyncError) as told:
            answers.extend(scene.vdir.write(ops))

        assert told.value.code == "E505"
        assert told.value.params["reason"] == errno.errorcode[code]
        assert {OLD, OLDER} <= scene.all_bodies()
        assert len([name for name in scene.leftovers() if name.endswith(".tmp")]) == 0
        assert [type(answer) for answer in answers] == [Wrote] * len(answers)
        if Wrote in {type(answer) for answer in answers}:
            assert scene.files()["a.ics"] == NEW


def test_a_temporary_file_that_cannot_be_taken_away_does_not_undo_the_batch(tmp_path: Path) -> None:
    for fuse in (fuse for fuse, verb in enumerate(verbs_of(tmp_path)) if verb == "unlink"):
        scene = Scene(tmp_path / str(fuse))

        answers = scene.run(refusing_at(fuse, errno.EIO))
        list(Vdir(scene.root, Attic(scene.attic), clock=lambda: time.time() + 3600).look(None, frozenset()))

        assert [type(answer) for answer in answers] == [Wrote] * 3
        assert scene.files() == {"a.ics": NEW, "b.ics": EDITED}
        assert scene.leftovers() == []
        assert bodies(scene.attic) == {OLD, OLDER}


def test_what_was_put_in_place_before_the_disk_refused_is_answered(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")
    ops = scene.ops()
    scene.disk.before = at("swap", B, refusal(errno.ENOSPC))
    answers = scene.vdir.write(ops)

    first = next(answers)

    assert isinstance(first, Wrote)
    with pytest.raises(CalsyncError):
        next(answers)
    assert scene.files() == {"a.ics": NEW, "b.ics": OLD, "c.ics": OLDER}
    assert bodies(scene.attic) == set()


THEIRS = event("x", "theirs")


def written_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate()
        file.write(THEIRS)


def replaced(path: Path) -> None:
    replace(path, THEIRS)


MEDDLING: list[Callable[[Path], None]] = [written_in_place, replaced]


@pytest.mark.parametrize("meddle", MEDDLING)
@pytest.mark.parametrize("ref", [A, B, C])
@pytest.mark.parametrize("how", [{}, {"links": False}])
def test_what_another_program_writes_before_any_call_is_never_lost(
    tmp_path: Path, how: dict[str, bool], ref: Ref, meddle: Callable[[Path], None]
) -> None:
    for fuse in range(calls_of(tmp_path, **how)):
        scene = Scene(tmp_path / str(fuse), **how)
        path = scene.root / ref
        wrote = []

        def deed(path: Path = path, wrote: list[bool] = wrote) -> None:
            if path.exists() or meddle is replaced:
                meddle(path)
                wrote.append(True)

        answers = scene.run(meanwhile(fuse, deed))

        assert not wrote or THEIRS in scene.all_bodies(), (fuse, answers)
        assert scene.leftovers() == [], fuse
        assert scene.files()[ref] == THEIRS if wrote else True, (fuse, answers)


@pytest.mark.parametrize("ref", [B, C])
def test_what_is_written_in_place_is_never_lost_where_names_cannot_be_exchanged(tmp_path: Path, ref: Ref) -> None:
    for fuse in range(calls_of(tmp_path, swaps=False)):
        scene = Scene(tmp_path / str(fuse), swaps=False)
        path = scene.root / ref

        def deed(path: Path = path) -> None:
            if path.exists():
                written_in_place(path)

        there = []
        answers = scene.run(meanwhile(fuse, lambda path=path, there=there: (there.append(path.exists()), deed(path))))

        assert not any(there) or THEIRS in scene.all_bodies(), (fuse, answers)
        assert scene.leftovers() == [], fuse


@pytest.mark.parametrize("ref", [B, C])
def test_what_another_program_deletes_before_any_call_does_not_stop_the_batch(tmp_path: Path, ref: Ref) -> None:
    for fuse in range(calls_of(tmp_path)):
        scene = Scene(tmp_path / str(fuse))
        path = scene.root / ref

        answers = scene.run(meanwhile(fuse, lambda path=path: path.unlink(missing_ok=True)))

        assert len(answers) == 3
        assert {type(answer) for answer in answers} <= {Wrote, Stale}
        assert scene.leftovers() == [], fuse


def test_who_is_overtaken_answers_stale_and_keeps_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")

    answers = scene.run(at("swap", B, lambda: replace(scene.root / B, THEIRS)))

    assert answers[1] == Stale(B)
    assert scene.files() == {"a.ics": NEW, "b.ics": THEIRS}
    assert bodies(scene.attic) == {OLDER}


def test_overtaken_twice_the_latest_stays_and_the_one_before_lies_in_the_attic(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")
    latest = event("x", "latest")

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if verb == "swap" and scene.disk.verbs.count("swap") == 1:
            replace(scene.root / B, THEIRS)
        if verb == "swap" and scene.disk.verbs.count("swap") == 2:
            replace(scene.root / B, latest)

    answers = scene.run(hook)

    assert isinstance(answers[1], Partial)
    assert scene.files()["b.ics"] == latest
    assert Attic(scene.attic).read(answers[1].detail) == THEIRS


def test_a_file_made_anew_while_an_edited_one_is_put_back_stays(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")
    latest = event("x", "latest")

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if verb == "rename" and arguments[0] == C:
            replace(scene.root / C, THEIRS)
        if verb == "claim" and arguments[1] == C:
            replace(scene.root / C, latest)

    answers = scene.run(hook)

    assert isinstance(answers[2], Partial)
    assert scene.files()["c.ics"] == latest
    assert Attic(scene.attic).read(answers[2].detail) == THEIRS


def test_a_temporary_file_that_vanished_is_an_unknown_outcome(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "scene")

    def hook(number: int, verb: str, arguments: tuple[object, ...]) -> None:
        if verb == "claim":
            (scene.root / str(arguments[0])).unlink()

    answers = scene.run(hook)

    assert not isinstance(answers[0], Wrote | Stale | Denied)
    assert sorted(scene.files()) == ["b.ics"]
