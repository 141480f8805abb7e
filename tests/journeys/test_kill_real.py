"""SIGKILL at each kind of point while the installed command works with a real server, then the same command again.

Both sides equal, nothing lost, nothing twice; and one round more writes nothing, by the server's access log and by the
mtimes here. A run whose fuse did not blow fails.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.journeys.person import MORTAL, Person, silent
from tests.journeys.scenes import SCENES, came_true
from tests.servers.served import Served

POINTS: dict[str, tuple[str, ...]] = {
    "connect": (
        "vault-probe.before",
        "vault-probe.after",
        "discover.before",
        "discover.after",
        "settings-pend.before",
        "settings-pend.after",
        "settings-put.after",
        "vault-put.before 2",
        "vault-put.after 2",
        "settings-connect.before",
        "settings-connect.after",
        "glance.after",
    ),
    "choose-primary": (
        "settings-put.after",
        "settings-add_link.after",
        "settings-add_link.after 2",
        "disk-rename.before 4",
        "disk-rename.after 6",
        "run-begin.after",
        "books-finish.after",
        "books-finish.before 3",
        "run-end.after",
    ),
    "first-sync": (
        "near-look.during",
        "near-fetch.during 2",
        "far-look.before",
        "far-fetch.during 3",
        "books-keep.after",
        "books-begin.after",
        "far-create.before",
        "far-create.after",
        "far-create.after 2",
        "far-read-back.after",
        "disk-create.after",
        "disk-settle.before",
        "disk-claim.before",
        "disk-claim.after 2",
        "disk-settle_folder.before",
        "books-record.before",
        "books-clear.before",
        "books-finish.before",
        "run-end.before",
    ),
    "edits": (
        "books-begin.before",
        "attic-keep.before",
        "attic-keep.after",
        "far-edit.before",
        "far-edit.after",
        "far-edit.after 2",
        "far-read-back.before",
        "disk-link.after",
        "disk-swap.before",
        "disk-swap.after",
        "disk-swap.after 2",
        "disk-unlink.before",
        "disk-settle_folder.after",
        "books-record.before",
        "books-record.after",
    ),
    "deletions": (
        "books-begin.after",
        "far-remove.before",
        "far-remove.after",
        "disk-link.before",
        "disk-rename.before",
        "disk-rename.after",
        "disk-unlink.after",
        "books-record.before",
    ),
    "conflict": (
        "disk-swap.before",
        "disk-swap.after",
        "disk-unlink.after",
        "books-record.before",
        "books-record.after",
    ),
    "moves": (
        "books-begin.after",
        "books-begin.after 2",
        "far-move.before",
        "far-move.after",
        "books-record.before",
        "books-record.after",
        "disk-claim.after",
        "disk-rename.after",
        "books-record.before 2",
    ),
}
"""Scene → kinds of points, each with the number of its passing where that is not the first."""


HERE = ("disk-", "near-", "run-", "vault-probe")
"""What has nothing to do with which server it is."""


LAST = {point.partition(" ")[0]: (scene, point) for scene, points in POINTS.items() for point in points}
"""Where each kind of point is named last."""


def _cases() -> Iterator[tuple[str, str, str]]:
    """With Radicale every point of every scene; with Cyrus every kind of point once, where it is named last."""
    for scene, points in POINTS.items():
        yield from (("radicale", scene, point) for point in points)
    yield from (("cyrus", scene, point) for scene, point in LAST.values() if not point.startswith(HERE))


def case(server: str, scene: str, point: str) -> ParameterSet:
    """Every kind of point is killed at in each run; the same kinds in the other scenes are for the long ones."""
    name = f"{server}-{scene}-{point.replace(' ', '#')}"
    once = (scene, point) in LAST.values()
    return pytest.param(server, scene, point, id=name, marks=() if once else pytest.mark.soak)


CASES = [case(*one) for one in _cases()]


@pytest.fixture
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Person:
    return Person(tmp_path, request.getfixturevalue(request.param).new_user())


@pytest.mark.parametrize(("person", "scene", "point"), CASES, indirect=["person"])
def test_killed_and_run_again(person: Person, scene: str, point: str) -> None:
    set_up = SCENES[scene](person)
    kind, _, nth = point.partition(" ")

    killed = person.types("kill", kind, nth or "1", *set_up.words, program=MORTAL)

    assert killed.code == -signal.SIGKILL, ("the fuse never blew", killed)
    recovers(person, scene, set_up)


def recovers(person: Person, name: str, scene) -> None:
    """The same command again brings everything into order, and then there is nothing left to do."""
    person.sure(*scene.again, codes=(0, 3) if scene.conflicts else (0,))
    if name == "connect":
        person.chooses()
    came_true(person, scene)
    silent(person)


@pytest.mark.parametrize("point", ["disk-unlink.after", "books-record.before"])
@pytest.mark.parametrize("person", ["radicale"], indirect=True)
def test_what_a_killed_round_displaced_can_be_brought_back(person: Person, point: str) -> None:
    scene = SCENES["deletions"](person)
    person.types("kill", point, "1", *scene.words, program=MORTAL)
    person.sure("sync")

    offered = person.sure("undo", "--list", "--json").json["items"]

    assert {"Deleted here", "Deleted there"} <= {row["title"] for row in offered}


@pytest.fixture(scope="module")
def passed(radicale: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """Scene → the points that an undisturbed run passes."""
    found = {}
    for scene, set_up in SCENES.items():
        place = tmp_path_factory.mktemp(scene)
        person = Person(place, radicale.new_user())
        person.types("trace", str(place / "trace"), *set_up(person).words, program=MORTAL)
        found[scene] = Counter((place / "trace").read_text().split())
    return found


@pytest.mark.parametrize("scene", SCENES)
def test_every_point_is_met_where_it_is_named(scene: str, passed: dict[str, Counter[str]], capsys) -> None:
    wanted = {point.partition(" ")[0] for point in POINTS[scene]}

    with capsys.disabled():
        told = f"{len(POINTS[scene])} kills at {len(wanted)} of {len(passed[scene])} kinds of points"
        print(f"\n  {scene}: {told}, {passed[scene].total()} points", end="")
    assert wanted <= passed[scene].keys(), wanted - passed[scene].keys()


def test_every_kind_of_point_is_named_in_some_scene(passed: dict[str, Counter[str]]) -> None:
    met = {point.partition(".")[0] for points in passed.values() for point in points}

    named = {point.partition(" ")[0].partition(".")[0] for points in POINTS.values() for point in points}

    assert met <= named, met - named
