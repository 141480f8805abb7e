"""The crash points of mail-peers 2.5: SIGKILL at each kind of point on a real Dovecot, then `calsync sync` again.

Both sides equal, nothing lost, nothing twice; and one round more writes nothing, by the server's MODSEQs and by the
inodes here. A run whose fuse did not blow fails.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests import starting
from tests.journeys.person import Ran
from tests.mail_journeys import scenes
from tests.mail_journeys.mailer import Mailer
from tests.mail_journeys.scenes import SCENES, Scene, came_true, rests, stocked
from tests.servers.dovecot import Dovecot

MORTAL = str(Path(__file__).with_name("mortal.py"))

POINTS: dict[str, tuple[str, ...]] = {
    "uploads": (
        "run-begin.before",
        "run-begin.after",
        "far-glance.after",
        "near-look.during",
        "near-fetch.during 2",
        "books-intent.before",
        "books-intent.after",
        "far-write.before",
        "wire-append.before",
        "wire-append.after",
        "wire-append.answered",
        "far-write.during",
        "far-write.during 2",
        "far-write.after",
        "books-done.before",
        "books-done.after",
        "books-intent.before 2",
        "books-done.before 2",
        "books-clear.before",
        "books-binned.before",
        "run-end.before",
        "run-end.after",
    ),
    "downloads": (
        "wire-fetch.before",
        "wire-fetch.answered",
        "wire-fetch.answered 2",
        "far-look.during",
        "far-fetch.during",
        "far-fetch.during 2",
        "books-intent.before",
        "books-intent.after",
        "near-write.before",
        "disk-create.before",
        "disk-create.after",
        "disk-create.after 2",
        "bench-settle.before",
        "bench-settle.after",
        "disk-claim.before",
        "disk-claim.after",
        "disk-claim.after 2",
        "bench-settle_names.before",
        "bench-settle_names.after",
        "near-write.during",
        "books-done.before",
        "books-done.after",
        "books-finish.before",
        "books-finish.after",
    ),
    "marks": (
        "wire-store.before",
        "wire-store.after",
        "wire-store.answered",
        "far-write.during",
        "disk-claim.before",
        "disk-claim.after",
        "near-write.during",
        "books-done.before",
        "books-done.after",
    ),
    "deletions": (
        "wire-move.before",
        "wire-move.after",
        "wire-move.answered",
        "far-write.during",
        "attic-link.before",
        "attic-link.after",
        "disk-link.after",
        "disk-unlink.before",
        "disk-unlink.after",
        "bench-settle_names.after",
        "books-done.before",
        "books-done.after",
        "books-done.before 2",
    ),
    "moves": (
        "near-sketch.during",
        "far-sketch.during",
        "wire-move.before",
        "wire-move.answered",
        "far-write.during",
        "books-done.before",
        "books-done.after",
        "disk-claim.before",
        "disk-claim.after",
        "bench-settle_names.after",
        "books-done.before 2",
        "books-done.after 2",
        "wire-store.answered",
    ),
    "edit": (
        "near-fetch.during",
        "books-intent.after",
        "wire-append.answered",
        "far-write.during",
        "books-intent.before",
        "wire-move.before",
        "wire-move.answered",
        "books-done.before",
        "books-done.after",
    ),
}
"""Scene → kinds of points, each with the number of its passing where that is not the first."""

ROWS = (
    ("uploads", "books-intent.before"),  # before the intent is committed
    ("uploads", "books-intent.after"),  # after it, before APPEND
    ("uploads", "wire-append.answered"),  # stored there, and nobody heard of it
    ("downloads", "disk-create.after"),  # a file in tmp/
    ("downloads", "disk-claim.after"),  # a file in new/, and no row
    ("marks", "wire-store.answered"),  # a flag pushed, the row not updated
    ("deletions", "wire-move.answered"),  # deleted there, the row not updated
    ("deletions", "disk-unlink.after"),  # unlinked here, the row not updated
    ("moves", "wire-move.answered"),  # moved there, and nobody heard where to
    ("moves", "disk-claim.after"),  # moved here, the row not updated
    ("edit", "wire-move.before"),  # the new version stored, the old one still there
)
"""The rows of mail-peers 2.5 that are points of ours: killed at in every run, the others in the long ones."""


def cases() -> list[ParameterSet]:
    """All points of all scenes."""
    named = [(scene, point) for scene, points in POINTS.items() for point in points]
    assert set(ROWS) <= set(named)
    return [
        pytest.param(*one, id="-".join(one).replace(" ", "#"), marks=() if one in ROWS else pytest.mark.soak)
        for one in named
    ]


def dying(person: Mailer, *words: str) -> Ran:
    """Calsync as it dies, forked like any command."""
    out = person.place / "said"
    nothing = os.open(os.devnull, os.O_RDONLY)
    streams = [os.open(out.with_suffix(one), os.O_CREAT | os.O_WRONLY | os.O_TRUNC) for one in (".out", ".err")]
    code = starting.begin([MORTAL, *words], person.env, (nothing, streams[0], streams[1])).ended()
    return Ran(code, out.with_suffix(".out").read_text(), out.with_suffix(".err").read_text())


def count(person: Mailer) -> int:
    """Messages there."""
    return sum(map(len, scenes.there(person).values()))


def killed(person: Mailer, point: str) -> None:
    kind, _, nth = point.partition(" ")
    ran = dying(person, "kill", kind, nth or "1", "sync")
    assert ran.code == -signal.SIGKILL, ("the fuse never blew", ran)


def recovers(person: Mailer, scene: Scene, before: int) -> None:
    """The same command again brings everything into order, with a second look at most; then there is nothing to do."""
    person.syncs()
    person.syncs()
    came_true(person, scene, before)
    rests(person)


@pytest.mark.parametrize(("scene", "point"), cases())
def test_killed_and_run_again(newcomer: Mailer, scene: str, point: str) -> None:
    person = stocked(newcomer)
    before = count(person)
    set_up = SCENES[scene](person)

    killed(person, point)

    recovers(person, set_up, before)


@pytest.mark.soak
def test_every_kind_of_point_that_is_met_is_named(dovecot: Dovecot, tmp_path: Path) -> None:
    met: set[str] = set()
    for scene, set_up in SCENES.items():
        person = stocked(Mailer(tmp_path / scene, dovecot, dovecot.new_user()))
        set_up(person)
        dying(person, "trace", str(person.place / "trace"), "sync")
        met |= {point.partition(".")[0] for point in (person.place / "trace").read_text().split()}

    named = {point.partition(".")[0] for points in POINTS.values() for point in points}
    assert met - {"books-other"} == named
