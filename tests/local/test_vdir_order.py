"""What survives a power cut: contents and attic entries before the barrier, names after it, then the directory."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.core.model import NOBODY, Held, Ref
from calsync_cli.core.ops import Create, Edit, Remove
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import TestDisk, event


def scene(root: Path, tmp_path: Path, *, durable: bool) -> tuple[TestDisk, Path]:
    """One of each kind of write in a batch, all calls recorded."""
    disk = TestDisk()
    attic = Attic(tmp_path / "attic", disk=disk)
    vdir = Vdir(root, attic, disk=disk, durable=durable)
    (root / "b.ics").write_bytes(event("b"))
    (root / "c.ics").write_bytes(event("c"))
    held = {found.ref: found for found in vdir.fetch([Ref("b.ics"), Ref("c.ics")]) if isinstance(found, Held)}
    attic.keep(b"", name_hint="the day exists")
    disk.calls.clear()

    done = list(
        vdir.write(
            [
                Create(Ref("a.ics"), event("a"), NOBODY),
                Edit(held[Ref("b.ics")], event("b", "two"), NOBODY),
                Remove(held[Ref("c.ics")], NOBODY),
            ]
        )
    )
    assert len(done) == 3
    return disk, attic.root


def test_contents_then_barrier_then_names_then_directory(root: Path, tmp_path: Path) -> None:
    disk, attic = scene(root, tmp_path, durable=True)

    assert disk.verbs == [
        "create", "link", "create", "link",
        "settle", "settle_folder",
        "claim", "swap", "rename", "unlink", "unlink",
        "settle_folder",
    ]  # fmt: skip
    (day,) = attic.iterdir()
    assert disk.calls[5][1] == (str(day),)
    assert disk.calls[-1][1] == (str(root),)


def test_the_barrier_covers_every_temporary_file_and_they_do_not_end_in_ics(root: Path, tmp_path: Path) -> None:
    disk, _ = scene(root, tmp_path, durable=True)
    made = {arguments[0] for verb, arguments in disk.calls if verb == "create"}

    (settled,) = [set(arguments) for verb, arguments in disk.calls if verb == "settle"]

    assert settled == made
    assert not [name for name in made if str(name).endswith(".ics") or not str(name).startswith(".calsync-")]


def test_without_durability_nothing_is_synced(root: Path, tmp_path: Path) -> None:
    disk, _ = scene(root, tmp_path, durable=False)

    assert not {"settle", "settle_folder"} & set(disk.verbs)


def test_a_batch_of_many_files_has_one_barrier(root: Path, tmp_path: Path) -> None:
    disk = TestDisk()
    vdir = Vdir(root, Attic(tmp_path / "attic", disk=disk), disk=disk)

    list(vdir.write([Create(Ref(f"{n}.ics"), event(str(n)), NOBODY) for n in range(50)]))

    assert disk.verbs == ["create"] * 50 + ["settle"] + ["claim"] * 50 + ["settle_folder"]


def test_answers_come_only_after_the_directory_is_durable(root: Path, tmp_path: Path) -> None:
    disk = TestDisk()
    answers = Vdir(root, Attic(tmp_path / "attic"), disk=disk).write([Create(Ref("a.ics"), event("a"), NOBODY)])

    next(answers)

    assert disk.verbs[-1] == "settle_folder"
