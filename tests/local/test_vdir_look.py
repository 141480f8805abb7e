"""Listing a directory that others write to: complete, without reading, and never wrong about what is gone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Cursor, Held, Page, Ref, Rev
from calsync_cli.core.ops import Create, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import event, mere_mortal


def looked(vdir: Vdir, *known: str) -> Page:
    (page,) = vdir.look(None, {Ref(ref) for ref in known})
    return page


def revs(vdir: Vdir) -> dict[str, Rev]:
    return {seen.ref: seen.rev for seen in looked(vdir).seen}


def aged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def test_a_look_is_a_complete_inventory(vdir: Vdir, root: Path) -> None:
    aged(root / "a.ics", event("a"))
    aged(root / "b.ics", event("b"))

    page = looked(vdir)

    assert page.end is not None
    assert page.end.inventory == {"a.ics", "b.ics"}
    assert {(seen.ref, seen.size) for seen in page.seen} == {("a.ics", len(event("a"))), ("b.ics", len(event("b")))}


def test_a_cursor_changes_nothing(vdir: Vdir, root: Path) -> None:
    aged(root / "a.ics", event("a"))

    (page,) = vdir.look(Cursor("whatever"), frozenset())

    assert page.end is not None
    assert page.end.inventory == {"a.ics"}


@pytest.mark.parametrize(
    "name", ["displayname", "color", ".calsync", ".a.ics", ".calsync-1-1.tmp", "a.ics.tmp", "a.ICS"]
)
def test_what_is_no_item_is_not_listed(vdir: Vdir, root: Path, name: str) -> None:
    (root / name).write_bytes(event("a"))

    page = looked(vdir)

    assert page.end is not None
    assert (page.seen, page.unreadable, page.end.inventory) == ((), (), frozenset())


def test_a_look_reads_no_file(vdir: Vdir, root: Path) -> None:
    aged(root / "a.ics", event("a"))
    (root / "a.ics").chmod(0)

    with mere_mortal():
        page = looked(vdir)

    assert [seen.ref for seen in page.seen] == ["a.ics"]


def test_a_symlink_to_a_file_is_listed_as_the_file(vdir: Vdir, root: Path, tmp_path: Path) -> None:
    aged(tmp_path / "elsewhere", event("a"))
    (root / "a.ics").symlink_to(tmp_path / "elsewhere")

    before = revs(vdir)
    (tmp_path / "elsewhere").write_bytes(event("a", "longer title"))

    assert list(before) == ["a.ics"]
    assert revs(vdir) != before


def make_dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_directory(path: Path) -> None:
    path.mkdir()


def make_link_to_directory(path: Path) -> None:
    path.symlink_to("..")


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [make_dangling, make_loop, make_directory, make_link_to_directory, make_fifo])
def test_what_stands_where_a_file_should_be_is_unreadable_and_not_gone(vdir: Vdir, root: Path, make) -> None:
    make(root / "a.ics")

    page = looked(vdir)

    assert page.end is not None
    assert page.end.inventory == {"a.ics"}
    assert [(lost.ref, lost.why) for lost in page.unreadable] == [("a.ics", "E505")]
    assert page.seen == ()


def test_a_name_that_is_not_text_is_unreadable_under_a_name_that_is(vdir: Vdir, root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.ics")).write_bytes(event("a"))

    page = looked(vdir)

    assert [(lost.ref, lost.detail) for lost in page.unreadable] == [("caf\\xe9.ics", "name")]
    page.unreadable[0].ref.encode()


def test_a_missing_directory_is_not_an_empty_one(vdir: Vdir, root: Path) -> None:
    root.rmdir()

    with pytest.raises(CalsyncError) as told:
        looked(vdir)

    assert (told.value.code, told.value.variant, told.value.params) == ("E303", "directory", {"path": str(root)})


def test_a_file_in_place_of_the_directory_is_not_an_empty_one(vdir: Vdir, root: Path) -> None:
    root.rmdir()
    root.write_bytes(b"")

    with pytest.raises(CalsyncError) as told:
        looked(vdir)

    assert told.value.code == "E303"


def test_a_directory_that_may_not_be_read_is_not_an_empty_one(vdir: Vdir, root: Path) -> None:
    root.chmod(0)

    with mere_mortal(), pytest.raises(CalsyncError) as told:
        looked(vdir)

    root.chmod(0o700)
    assert (told.value.code, told.value.variant, told.value.params["reason"]) == ("E505", "denied", "EACCES")


def test_a_file_that_the_listing_missed_while_it_was_renamed_over_is_asked_for_by_name(
    vdir: Vdir, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(root / "a.ics", event("a"))
    aged(root / "b.ics", event("b"))
    real = os.scandir

    @contextmanager
    def blink(path: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
        with real(path) as files:
            yield (file for file in files if file.name != "b.ics")

    monkeypatch.setattr(os, "scandir", blink)

    page = looked(vdir, "a.ics", "b.ics", "c.ics")

    assert page.end is not None
    assert page.end.inventory == {"a.ics", "b.ics"}
    assert {seen.ref for seen in page.seen} == {"a.ics", "b.ics"}


def test_a_settled_file_keeps_its_rev(vdir: Vdir, root: Path) -> None:
    aged(root / "a.ics", event("a"))

    first, second = revs(vdir), revs(vdir)

    assert first == second


def test_the_rev_of_a_file_younger_than_two_seconds_never_occurs_again(root: Path, attic: Attic) -> None:
    now = 1_800_000_000.0
    vdir = Vdir(root, attic, clock=lambda: now)
    (root / "a.ics").write_bytes(event("a"))
    os.utime(root / "a.ics", (now - 1.9, now - 1.9))

    first, second = revs(vdir), revs(vdir)
    now += 0.2

    assert len({first["a.ics"], second["a.ics"], revs(vdir)["a.ics"]}) == 3
    assert revs(vdir) == revs(vdir)


def test_a_change_within_one_tick_of_the_clock_and_of_the_same_size_is_seen(root: Path, attic: Attic) -> None:
    now = 1_800_000_000.0
    vdir = Vdir(root, attic, clock=lambda: now)
    path = root / "a.ics"
    path.write_bytes(event("a", "one"))
    os.utime(path, (now, now))
    (held,) = vdir.fetch([Ref("a.ics")])
    assert isinstance(held, Held)

    path.write_bytes(event("a", "two"))
    os.utime(path, (now, now))

    assert revs(vdir)["a.ics"] != held.rev
    now += 60
    assert revs(vdir)["a.ics"] != held.rev


def test_a_file_from_the_future_is_read_again(vdir: Vdir, root: Path) -> None:
    (root / "a.ics").write_bytes(event("a"))
    os.utime(root / "a.ics", (time.time() + 9999, time.time() + 9999))

    assert revs(vdir) != revs(vdir)


def test_what_calsync_wrote_is_settled_at_once(vdir: Vdir) -> None:
    (wrote,) = vdir.write([Create(Ref("a.ics"), event("a"), NOBODY)])

    assert isinstance(wrote, Wrote)
    assert revs(vdir) == {"a.ics": wrote.rev}
    (held,) = vdir.fetch([Ref("a.ics")])
    assert isinstance(held, Held)
    assert held.rev == wrote.rev


def test_a_write_in_place_into_what_calsync_wrote_shows_at_once(vdir: Vdir, root: Path) -> None:
    (wrote,) = vdir.write([Create(Ref("a.ics"), event("a", "one"), NOBODY)])
    assert isinstance(wrote, Wrote)

    with (root / "a.ics").open("r+b") as file:
        file.write(event("a", "two"))

    assert revs(vdir)["a.ics"] != wrote.rev


def test_the_time_of_a_written_file_is_true_to_the_millisecond(vdir: Vdir, root: Path) -> None:
    before = time.time_ns() // 1_000_000

    list(vdir.write([Create(Ref("a.ics"), event("a"), NOBODY)]))

    assert before <= (root / "a.ics").stat().st_mtime_ns // 1_000_000 <= time.time_ns() // 1_000_000
