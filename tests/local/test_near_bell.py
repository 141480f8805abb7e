"""The bell rings for what other programs do, and stops when told; every wait here is for a condition."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest

from calsync_cli.core.model import CollectionId
from calsync_cli.local import bell
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.meta import Meta
from tests.local.near_doubles import event, replace

WORK, HOME = CollectionId("work"), CollectionId("home")
PATIENCE = 20.0


class Listener:
    """Rings collected in a thread."""

    def __init__(self, agenda: Agenda) -> None:
        self.rings: SimpleQueue[CollectionId | None] = SimpleQueue()
        self.stop = Event()
        self.thread = Thread(target=self._listen, args=(agenda,), daemon=True)
        self.thread.start()

    def _listen(self, agenda: Agenda) -> None:
        for ring in agenda.bell(self.stop):
            self.rings.put(ring)

    def until(self, wanted: CollectionId | None, deed: Callable[[], None]) -> set[CollectionId | None]:
        """Do it again and again until it rings: when the watches are set is not told."""
        heard: set[CollectionId | None] = set()
        deadline = time.monotonic() + PATIENCE
        while wanted not in heard:
            assert time.monotonic() < deadline, heard
            deed()
            try:
                heard.add(self.rings.get(timeout=0.5))
            except Empty:
                continue
        return heard

    def quiet(self) -> None:
        """Let what still rings ring out."""
        while True:
            try:
                self.rings.get(timeout=1.0)
            except Empty:
                return


@pytest.fixture
def agenda(tmp_path: Path, attic: Attic) -> Agenda:
    agenda = Agenda(tmp_path / "agenda", attic)
    agenda.create(WORK, Meta())
    agenda.create(HOME, Meta())
    return agenda


@pytest.fixture
def listener(agenda: Agenda) -> Iterator[Listener]:
    listener = Listener(agenda)
    yield listener
    listener.stop.set()
    listener.thread.join(PATIENCE)
    assert not listener.thread.is_alive()


def test_it_rings_for_the_calendar_that_changed_alone(agenda: Agenda, listener: Listener) -> None:
    heard = listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))

    assert heard == {WORK}


def test_it_rings_for_a_write_in_place_and_for_a_deletion(agenda: Agenda, listener: Listener) -> None:
    path = agenda.root / "work" / "a.ics"
    listener.until(WORK, lambda: path.write_bytes(event("a")) and None)
    listener.quiet()

    path.unlink()

    assert listener.rings.get(timeout=PATIENCE) == WORK


def test_it_rings_for_a_new_calendar(agenda: Agenda, listener: Listener) -> None:
    listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))
    listener.quiet()

    (agenda.root / "new").mkdir()

    assert listener.rings.get(timeout=PATIENCE) == "new"


def test_it_is_silent_about_temporary_files_and_names(agenda: Agenda, listener: Listener) -> None:
    listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))
    listener.quiet()

    for name in (".calsync-1.tmp", ".calsync", "displayname.tmp", "a.ics.swp"):
        (agenda.root / "work" / name).write_bytes(b"x")
    replace(agenda.root / "home" / "a.ics", event("a"))

    assert listener.rings.get(timeout=PATIENCE) == HOME


def test_it_follows_a_calendar_that_is_a_symlink(agenda: Agenda, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (agenda.root / "linked").symlink_to(tmp_path / "elsewhere")
    listener = Listener(agenda)

    heard = listener.until(CollectionId("linked"), lambda: replace(tmp_path / "elsewhere" / "a.ics", event("a")))

    listener.stop.set()
    listener.thread.join(PATIENCE)
    assert heard == {"linked"}


def test_it_outlives_its_root(agenda: Agenda, listener: Listener) -> None:
    listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))
    agenda.root.rename(agenda.root.with_name("away"))
    agenda.create(WORK, Meta())

    listener.until(None, lambda: None)
    listener.quiet()

    assert WORK in listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))


def test_it_waits_for_a_root_that_is_not_there_yet(tmp_path: Path, attic: Attic) -> None:
    agenda = Agenda(tmp_path / "later", attic)
    listener = Listener(agenda)

    agenda.create(WORK, Meta())
    heard = listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))

    listener.stop.set()
    listener.thread.join(PATIENCE)
    assert WORK in heard


@pytest.mark.parametrize("there", [True, False])
def test_it_ends_soon_after_it_is_told(tmp_path: Path, attic: Attic, agenda: Agenda, there: bool) -> None:
    watched = agenda if there else Agenda(tmp_path / "nowhere", attic)
    listener = Listener(watched)
    if there:
        listener.until(WORK, lambda: replace(agenda.root / "work" / "a.ics", event("a")))
    told = time.monotonic()

    listener.stop.set()
    listener.thread.join(PATIENCE)

    assert not listener.thread.is_alive()
    assert time.monotonic() - told < 2


def test_without_watches_left_it_rings_now_and_then(agenda: Agenda, monkeypatch: pytest.MonkeyPatch) -> None:
    """inotify_init(2) fails here for lack of descriptors, as it does for lack of instances."""
    monkeypatch.setattr(bell, "_BLIND_S", 0.05)
    used = [os.open(os.devnull, os.O_RDONLY)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (used[0] + 1, before[1]))
    try:
        listener = Listener(agenda)
        ring = listener.rings.get(timeout=PATIENCE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        os.close(used[0])

    listener.stop.set()
    listener.thread.join(PATIENCE)
    assert ring is None
