"""Scenes for a real account to be killed in: how things stand, what is typed, and what must have become of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.doubles.events import event
from tests.journeys.person import Person, agree, told, uid_of

Wanted = dict[str, set[str]]
"""Calendar URL → the titles it must hold in the end, on either side."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Made ready, a command that will be killed, and the command that a person types then."""

    words: tuple[str, ...]
    again: tuple[str, ...]
    wanted: Wanted
    attic: frozenset[str] = frozenset()
    """Titles that were overwritten or deleted, and must lie in the attic."""
    conflicts: int = 0


def _new(title: str, **more: str) -> tuple[str, bytes]:
    uid = f"{uuid.uuid4().hex}@example.org"
    return uid, event(uid, title, **more)


def _there(person: Person, *bodies: tuple[str, bytes], url: str = "") -> None:
    for uid, body in bodies:
        person.served.plain(url).put(f"{uid}{person.served.suffix}", body)


def connecting(person: Person) -> Scene:
    words = person.connecting()
    return Scene(words, words, {})


def choosing(person: Person) -> Scene:
    person.connects()
    before = person.agenda / "agenda"  # what was written before there was a connection
    before.mkdir(parents=True)
    _, body = _new("Mine from before")
    (before / "mine.ics").write_bytes(body)
    _there(person, _new("Theirs"), _new("Theirs too"))
    words = ("choose-primary", person.primary_id)
    return Scene(words, words, {"": {"Mine from before", "Theirs", "Theirs too"}})


def first_sync(person: Person) -> Scene:
    person.connects()
    both, here, here_too = _new("Both"), _new("Here"), _new("Here too")
    _there(person, both, *(_new(f"There {number}") for number in range(4)))
    person.chooses("--no-sync")
    for uid, body in (both, here, here_too):
        person.writes(f"{uid}.ics", body)
    titles = {"Both", "Here", "Here too", *(f"There {number}" for number in range(4))}
    return Scene(("sync",), ("sync",), {"": titles})


def edits(person: Person) -> Scene:
    near, far, both = _new("Near"), _new("Far"), _new("Both", extra="LOCATION:Room 1\n")
    _there(person, near, far, both)
    person.starts()
    person.edits(near[0], "Near", "Near edited")
    person.edits_there(far[0], "Far", "Far edited")
    person.edits(both[0], "Both", "Both edited")
    person.edits_there(both[0], "Room 1", "Room 2")
    fresh = _new("Fresh near")
    person.writes("fresh.ics", fresh[1])
    _there(person, _new("Fresh far"))
    titles = {"Near edited", "Far edited", "Both edited", "Fresh near", "Fresh far"}
    return Scene(("sync",), ("sync",), {"": titles}, frozenset({"Near", "Far", "Both"}))


def deletions(person: Person) -> Scene:
    here, there, stays = _new("Deleted here"), _new("Deleted there"), _new("Stays")
    _there(person, here, there, stays)
    person.starts()
    person.file(here[0]).unlink()
    person.served.plain().delete(person.there()[there[0]])
    return Scene(("sync",), ("sync",), {"": {"Stays"}}, frozenset({"Deleted here", "Deleted there"}))


def conflict(person: Person) -> Scene:
    one = _new("Before")
    _there(person, one, _new("Calm"))
    person.starts()
    person.edits(one[0], "Before", "Mine")
    person.edits_there(one[0], "Before", "Theirs")
    return Scene(("sync",), ("sync",), {"": {"Theirs", "Calm"}}, frozenset({"Mine"}), conflicts=1)


def moves(person: Person) -> Scene:
    second = person.served.fresh_calendar().calendar_url
    here, there = _new("Moved here"), _new("Moved there")
    _there(person, here)
    _there(person, there, url=second)
    person.starts()
    person.sure("calendars", "set", person.folder(second).name, "--two-way")
    body = person.file(here[0]).read_bytes()
    person.file(here[0]).unlink()
    person.writes("moved.ics", body, second)
    href, plain = person.there(second)[there[0]], person.served.plain()
    target = f"{plain.url}moved-{uuid.uuid4().hex}{person.served.suffix}"
    plain.sure("MOVE", href, Destination=target, Overwrite="F")
    return Scene(("sync",), ("sync",), {"": {"Moved there"}, second: {"Moved here"}})


SCENES: dict[str, Callable[[Person], Scene]] = {
    "connect": connecting,
    "choose-primary": choosing,
    "first-sync": first_sync,
    "edits": edits,
    "deletions": deletions,
    "conflict": conflict,
    "moves": moves,
}


def came_true(person: Person, scene: Scene) -> None:
    """Both sides are equal and hold what the scene wants; what was displaced lies in the attic; conflicts are told."""
    if not scene.wanted:
        return
    agree(person, *scene.wanted)
    for url, titles in scene.wanted.items():
        found = [title(body) for body in person.far(url)]
        assert sorted(found) == sorted(titles), (urlsplit(url).path, found)
    kept = {title(body) for body in person.attic.values()}
    assert scene.attic <= kept, (scene.attic, kept)
    assert person.rows("SELECT count(*) FROM conflict") == [(scene.conflicts,)]


def title(body: bytes) -> str:
    """The title of an event that has no overrides."""
    (one,) = told(body)
    return next(part.partition(":")[2] for part in one.split("|") if part.startswith("SUMMARY:"))


__all__ = ["SCENES", "Scene", "came_true", "uid_of"]
