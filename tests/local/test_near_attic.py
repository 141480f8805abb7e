"""The attic: whole files by day that a person can find, for as long and as much as was agreed."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.local.attic import Attic
from tests.local.near_doubles import Killed as Dead
from tests.local.near_doubles import TestDisk, event, killed_at, refusing_at

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(tmp_path: Path, clock: Clock) -> Attic:
    return Attic(tmp_path / "attic", clock=clock)


def test_an_entry_is_a_plain_file_under_its_day(timed: Attic) -> None:
    entry = timed.keep(event("a"), name_hint="lunch.ics")

    assert entry.startswith("2026-11-24/120000-lunch-")
    assert timed.path(entry) == timed.root / entry
    assert timed.path(entry).suffix == ".ics"
    assert timed.path(entry).read_bytes() == timed.read(entry) == event("a")


def test_entries_and_their_directories_are_private(timed: Attic) -> None:
    entry = timed.path(timed.keep(b"x", name_hint="a"))

    modes = [path.stat().st_mode & 0o777 for path in (entry, entry.parent, timed.root)]

    assert modes == [0o600, 0o700, 0o700]


def test_two_entries_of_one_name_and_second_are_two(timed: Attic) -> None:
    names = {timed.keep(b"x", name_hint="a") for _ in range(20)}

    assert len(names) == len(timed.entries()) == 20


def test_an_entry_is_durable_before_its_name_is_told(tmp_path: Path) -> None:
    disk = TestDisk()

    Attic(tmp_path / "attic", disk=disk).keep(b"x", name_hint="a")

    assert disk.verbs == ["settle_folder", "create", "rename", "settle", "settle_folder"]


def test_a_kill_while_keeping_leaves_no_half_entry_and_what_it_leaves_is_pruned(tmp_path: Path) -> None:
    for fuse in range(5):
        attic = Attic(tmp_path / str(fuse), disk=TestDisk(before=killed_at(fuse)))

        with pytest.raises(Dead):
            attic.keep(event("a"), name_hint="a")

        assert {attic.read(entry.name) for entry in attic.entries()} <= {event("a")}
        assert {path.read_bytes() for path in attic.root.rglob("*.ics")} <= {event("a")}
        Attic(attic.root).prune(older_than=datetime.now(UTC) + timedelta(days=1), max_bytes=0)
        assert list(attic.root.iterdir()) == []


@pytest.mark.parametrize("fuse", range(5))
def test_a_full_disk_is_e505(tmp_path: Path, fuse: int) -> None:
    attic = Attic(tmp_path / "attic", disk=TestDisk(before=refusing_at(fuse, errno.ENOSPC)))

    with pytest.raises(CalsyncError) as told:
        attic.keep(b"x", name_hint="a")

    assert (told.value.code, told.value.variant) == ("E505", "full")


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "2026-11-24/../../x", "2026-11-24", "", "x/y", "2026-11-24/120000/x"]
)
def test_a_name_that_never_was_an_entry_leads_nowhere(timed: Attic, name: str) -> None:
    with pytest.raises(ValueError):
        timed.path(name)


def test_a_dropped_entry_is_gone_and_dropping_it_again_is_no_error(timed: Attic) -> None:
    entry = timed.keep(b"x", name_hint="a")

    timed.drop(entry)
    timed.drop(entry)

    assert timed.entries() == []


def test_entries_come_oldest_first_with_time_and_size(timed: Attic, clock: Clock) -> None:
    late = timed.keep(b"later", name_hint="z")
    clock.now -= timedelta(days=3)
    early = timed.keep(b"first!", name_hint="a")

    assert [(entry.name, entry.at, entry.size) for entry in timed.entries()] == [
        (early, NOON - timedelta(days=3), 6),
        (late, NOON, 5),
    ]


def test_an_attic_that_was_never_used_is_empty(timed: Attic) -> None:
    assert timed.entries() == []
    assert timed.prune(older_than=NOON, max_bytes=0) == 0
    assert not timed.root.exists()


def test_what_is_too_old_goes_and_its_day_with_it(timed: Attic, clock: Clock) -> None:
    kept = timed.keep(b"x", name_hint="new")
    clock.now -= timedelta(days=31)
    timed.keep(b"x", name_hint="old")

    dropped = timed.prune(older_than=NOON - timedelta(days=30), max_bytes=1000)

    assert dropped == 1
    assert [entry.name for entry in timed.entries()] == [kept]
    assert [day.name for day in timed.root.iterdir()] == ["2026-11-24"]


def test_what_is_too_much_goes_from_the_oldest(timed: Attic, clock: Clock) -> None:
    names = []
    for _ in range(5):
        clock.now += timedelta(seconds=1)
        names.append(timed.keep(b"x" * 10, name_hint="a"))

    dropped = timed.prune(older_than=NOON, max_bytes=25)

    assert dropped == 3
    assert [entry.name for entry in timed.entries()] == names[3:]


def test_what_a_person_put_there_is_not_pruned(timed: Attic, clock: Clock) -> None:
    timed.keep(b"x", name_hint="a")
    (timed.root / "2026-11-24" / "notes.txt").write_bytes(b"mine")
    (timed.root / "readme").write_bytes(b"mine")

    timed.prune(older_than=NOON + timedelta(days=1), max_bytes=0)

    assert sorted(path.name for path in timed.root.rglob("*") if path.is_file()) == ["notes.txt", "readme"]


def test_a_whole_calendar_is_put_away_and_counted_and_pruned(timed: Attic, tmp_path: Path) -> None:
    folder = tmp_path / "agenda" / "work"
    folder.mkdir(parents=True)
    (folder / "a.ics").write_bytes(event("a"))
    (folder / "color").write_bytes(b"#00ff00")

    entry = timed.take_folder(folder)

    assert not folder.exists()
    assert (timed.path(entry) / "a.ics").read_bytes() == event("a")
    assert timed.entries()[0].size == len(event("a")) + 7
    assert timed.prune(older_than=NOON + timedelta(days=1), max_bytes=0) == 1
    assert timed.entries() == []


def test_a_symlinked_calendar_is_copied_and_only_the_link_goes(timed: Attic, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (real / "a.ics").write_bytes(event("a"))
    (tmp_path / "work").symlink_to(real)

    entry = timed.take_folder(tmp_path / "work")

    assert not (tmp_path / "work").is_symlink()
    assert (real / "a.ics").read_bytes() == (timed.path(entry) / "a.ics").read_bytes() == event("a")


def test_putting_away_a_calendar_that_is_gone_is_e303(timed: Attic, tmp_path: Path) -> None:
    with pytest.raises(CalsyncError) as told:
        timed.take_folder(tmp_path / "gone")

    assert told.value.code == "E303"


def test_many_entries_are_kept_at_one_barrier(tmp_path: Path) -> None:
    disk = TestDisk()
    attic = Attic(tmp_path / "attic", disk=disk)

    names = attic.keep_all([(f"{n}.ics", event(str(n))) for n in range(20)])

    assert [attic.read(name) for name in names] == [event(str(n)) for n in range(20)]
    assert disk.verbs.count("settle") == 1
    assert disk.verbs[-2:] == ["settle", "settle_folder"]


def test_keeping_nothing_makes_nothing(timed: Attic) -> None:
    assert timed.keep_all([]) == []
    assert not timed.root.exists()
