"""The calendars of an account as directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.meta import Meta, marker, plain_color, read_meta, set_marker, write_meta
from tests.local.near_doubles import Killed as Dead
from tests.local.near_doubles import TestDisk, bodies, event, killed_at

WORK = CollectionId("work")


@pytest.fixture
def agenda(tmp_path: Path, attic: Attic) -> Agenda:
    root = tmp_path / "agenda"
    root.mkdir()
    return Agenda(root, attic)


def test_every_directory_is_a_calendar(agenda: Agenda) -> None:
    (agenda.root / "plain").mkdir()
    (agenda.root / ".hidden").mkdir()
    (agenda.root / "file").write_bytes(b"")
    agenda.create(WORK, Meta("Work", "#00ff00"))

    assert agenda.glance() == [
        Glance(CollectionId("plain"), "plain", Rights.OWNER, rev=""),
        Glance(WORK, "Work", Rights.OWNER, rev="", color="#00ff00"),
    ]


def test_a_missing_root_is_not_an_agenda_without_calendars(agenda: Agenda) -> None:
    agenda.root.rmdir()

    with pytest.raises(CalsyncError) as told:
        agenda.glance()

    assert (told.value.code, told.value.params["path"]) == ("E303", str(agenda.root))


def test_opening_touches_nothing(agenda: Agenda) -> None:
    store = agenda.open(WORK)

    assert store.root == agenda.root / "work"
    assert not store.root.exists()


def test_a_calendar_is_made_private_with_all_above_it(tmp_path: Path, attic: Attic) -> None:
    agenda = Agenda(tmp_path / "home" / "agenda" / "me@example.org", attic)

    store = agenda.create(WORK, Meta("Work", ""))

    modes = {path.stat().st_mode & 0o777 for path in (store.root, *list(store.root.parents)[:3])}
    assert modes == {0o700}


def test_making_a_calendar_that_is_there_leaves_it_as_it_is(agenda: Agenda) -> None:
    (agenda.root / "work").mkdir(mode=0o755)
    (agenda.root / "work").chmod(0o755)
    (agenda.root / "work" / "a.ics").write_bytes(event("a"))

    store = agenda.create(WORK, Meta())

    assert store.root.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in store.root.iterdir()] == ["a.ics"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", ".hidden", "nul\0"])
def test_no_name_leads_out_of_the_root(agenda: Agenda, name: str) -> None:
    for verb in (agenda.open, agenda.retire, lambda name: agenda.create(name, Meta())):
        with pytest.raises(CalsyncError) as told:
            verb(CollectionId(name))
        assert told.value.code == "E209"


def test_a_retired_calendar_lies_in_the_attic_with_all_its_files(agenda: Agenda, attic: Attic) -> None:
    store = agenda.create(WORK, Meta("Work", "#00ff00"))
    (store.root / "a.ics").write_bytes(event("a"))

    entry = agenda.retire(WORK)

    assert agenda.glance() == []
    assert sorted(path.name for path in attic.path(entry).iterdir()) == ["a.ics", "color", "displayname"]
    assert bodies(attic.root) == {event("a")}


def test_slugs_avoid_what_is_there(agenda: Agenda) -> None:
    (agenda.root / "Work").mkdir()

    assert agenda.slug("work") == "work-2"
    assert Agenda(agenda.root / "not yet", Attic(agenda.root)).slug("work") == "work"


def test_name_and_colour_are_written_once(agenda: Agenda) -> None:
    folder = agenda.create(WORK, Meta("Work", "#00ff00")).root
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]

    again = write_meta(folder, Meta("Work", "#00ff00"))

    assert not again
    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())] == before


def test_a_new_name_replaces_the_old_and_leaves_the_colour(agenda: Agenda) -> None:
    folder = agenda.create(WORK, Meta("Work", "#00ff00")).root

    assert write_meta(folder, Meta("Job", ""))
    assert read_meta(folder) == Meta("Job", "#00ff00")
    assert sorted(path.name for path in folder.iterdir()) == ["color", "displayname"]


def test_a_name_of_several_lines_becomes_one(agenda: Agenda) -> None:
    folder = agenda.create(WORK, Meta("Work\n and \r\n more", "")).root

    assert (folder / "displayname").read_bytes() == b"Work and more"


def test_a_kill_while_the_name_is_written_leaves_the_old_or_the_new(agenda: Agenda) -> None:
    folder = agenda.create(WORK, Meta("Old", "")).root

    for fuse in range(4):
        with pytest.raises(Dead):
            write_meta(folder, Meta("New", ""), disk=TestDisk(before=killed_at(fuse)))
        assert read_meta(folder).display == ("Old" if fuse < 3 else "New")


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#00ff00", "#00ff00"),
        ("#00FF00FF", "#00FF00"),
        ("#0f0", "#00ff00"),
        ("#0f08", "#00ff00"),
        ("None", ""),
        ("green", ""),
        ("#00ff0", ""),
        ("", ""),
        ("#00ff00\n", ""),
    ],
)
def test_a_colour_is_six_digits_or_none(text: str, color: str) -> None:
    assert plain_color(text) == color


def test_a_marker_tells_a_directory_from_an_empty_mount_point(agenda: Agenda) -> None:
    assert marker(agenda.root) is None

    set_marker(agenda.root, "1f2e3d")

    assert marker(agenda.root) == "1f2e3d"
    agenda.root.rename(agenda.root.with_name("away"))
    assert marker(agenda.root) is None
    agenda.root.mkdir()
    assert marker(agenda.root) is None


def test_a_marker_is_no_calendar_and_no_item(agenda: Agenda) -> None:
    store = agenda.create(WORK, Meta())
    set_marker(agenda.root, "root")
    set_marker(store.root, "work")

    (page,) = store.look(None, frozenset())

    assert [glance.id for glance in agenda.glance()] == ["work"]
    assert page.end is not None
    assert page.end.inventory == frozenset()
