"""The bell rings for what other programs do, and stops when told; every wait here is for a condition."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.model import CollectionId
from calsync_cli.local import bell
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.meta import Meta
from tests.local.listening import Listener
from tests.local.near_doubles import event, replace

WORK, HOME = CollectionId("work"), CollectionId("home")


@pytest.fixture
def agenda(tmp_path: Path, attic: Attic) -> Agenda:
    agenda = Agenda(tmp_path / "agenda", attic)
    agenda.create(WORK, Meta())
    agenda.create(HOME, Meta())
    return agenda


@pytest.fixture
def listener(agenda: Agenda) -> Iterator[Listener]:
    listener = Listener(agenda.bell)
    yield listener
    listener.end()


def test_it_rings_for_the_calendar_that_changed_alone(agenda: Agenda, listener: Listener) -> None:
    replace(agenda.root / "work" / "a.ics", event("a"))

    assert listener.next() == WORK


def test_it_rings_for_a_write_in_place_and_for_a_deletion(agenda: Agenda, listener: Listener) -> None:
    path = agenda.root / "work" / "a.ics"
    path.write_bytes(event("a"))
    written = listener.next()

    path.unlink()

    assert (written, listener.next()) == (WORK, WORK)


def test_it_rings_for_a_new_calendar(agenda: Agenda, listener: Listener) -> None:
    (agenda.root / "new").mkdir()

    assert listener.next() == "new"


def test_it_is_silent_about_temporary_files_and_names(agenda: Agenda, listener: Listener) -> None:
    for name in (".calsync-1.tmp", ".calsync", "displayname.tmp", "a.ics.swp"):
        (agenda.root / "work" / name).write_bytes(b"x")
    replace(agenda.root / "home" / "a.ics", event("a"))
    replace(agenda.root / "home" / "b.ics", event("b"))

    assert listener.next() == HOME


def test_it_follows_a_calendar_that_is_a_symlink(agenda: Agenda, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (agenda.root / "linked").symlink_to(tmp_path / "elsewhere")
    listener = Listener(agenda.bell)

    replace(tmp_path / "elsewhere" / "a.ics", event("a"))

    assert listener.next() == "linked"
    listener.end()


def test_a_root_that_goes_and_comes_back_rings_for_everything_and_is_watched_again(
    agenda: Agenda, listener: Listener
) -> None:
    agenda.root.rename(agenda.root.with_name("away"))
    listener.until(None)
    agenda.create(WORK, Meta())

    listener.until(WORK, lambda number: replace(agenda.root / "work" / f"a{number}.ics", event("a")))


def test_it_waits_for_a_root_that_is_not_there_yet_and_rings_when_it_is(tmp_path: Path, attic: Attic) -> None:
    agenda = Agenda(tmp_path / "later", attic)
    listener = Listener(agenda.bell)

    agenda.create(WORK, Meta())
    replace(agenda.root / "work" / "a.ics", event("a"))

    listener.until(None)
    listener.end()


@pytest.mark.parametrize("there", [True, False])
def test_it_ends_soon_after_it_is_told(tmp_path: Path, attic: Attic, agenda: Agenda, there: bool) -> None:
    watched = agenda if there else Agenda(tmp_path / "nowhere", attic)
    listener = Listener(watched.bell)
    told = time.monotonic()

    listener.end()

    assert time.monotonic() - told < 2


def test_without_watches_left_it_rings_now_and_then(agenda: Agenda, monkeypatch: pytest.MonkeyPatch) -> None:
    """inotify_init(2) fails here for lack of descriptors, as it does for lack of instances."""
    monkeypatch.setattr(bell, "_BLIND_S", 0.05)
    used = [os.open(os.devnull, os.O_RDONLY)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (used[0] + 1, before[1]))
    try:
        listener = Listener(agenda.bell)
        rings = [listener.next(), listener.next()]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        os.close(used[0])

    listener.end()
    assert rings == [None, None]
