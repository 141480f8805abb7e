"""`sync --dry-run` for mail: the plan by folder is what the run does afterwards, and it leaves no trace."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer, letter

FOLDERS = {"inbox": "INBOX", "archive": "Archive"}
VOLATILE = ("state.db-wal", "state.db-shm", "lock")
"""SQLite's own, and the lock."""


def tree(person: Mailer) -> dict[str, tuple[int, bytes]]:
    """Everything below the home; files with times and contents."""
    return {
        str(path.relative_to(person.home)): (path.stat().st_mtime_ns, path.read_bytes()) if path.is_file() else (0, b"")
        for path in person.home.rglob("*")
        if not path.name.endswith(VOLATILE)
    }


def still(person: Mailer, *flags: str) -> dict[str, Any]:
    """A dry run, which left everything as it was."""
    here, there = tree(person), {far: person.far(far) for far in ("INBOX", "Archive", "Trash", "Sent")}
    told = person.syncs("--dry-run", *flags)
    assert tree(person) == here
    assert {far: person.far(far) for far in there} == there
    assert told["dry_run"] is True
    return told


def plan(told: dict[str, Any]) -> tuple[object, ...]:
    return told["mail"], told["messages"], told["lines"]


class Meddling:
    """Somebody who does this and that, here and there, to messages of their own choice."""

    def __init__(self, person: Mailer, seed: int) -> None:
        self.person = person
        self.chance = random.Random(seed)
        self.left = {folder: sorted(person.near(folder)) for folder in FOLDERS}
        self.count = 0

    def take(self, folder: str) -> str | None:
        """A message that nobody has touched since the last round."""
        left = self.left[folder]
        return left.pop(self.chance.randrange(len(left))) if left else None

    def once(self) -> None:
        deeds: tuple[Callable[[str, str], None], ...] = (
            lambda one, folder: self.person.file(one, folder).unlink(),
            lambda one, folder: self.person.expunges(one, folder=FOLDERS[folder]),
            lambda one, folder: void(self.person.marks(one, "FS", folder)),
            lambda one, folder: self.person.store(one, "\\Answered", folder=FOLDERS[folder]),
            lambda one, folder: void(self.person.carries(one, other(folder), folder)),
            lambda one, folder: self.person.moves(one, FOLDERS[other(folder)], folder=FOLDERS[folder]),
        )
        folder = self.chance.choice(list(FOLDERS))
        self.count += 1
        match self.chance.randrange(len(deeds) + 2):
            case 0:
                self.person.puts(letter(f"Here {self.count:02}"), folder)
            case 1:
                self.person.delivers(letter(f"There {self.count:02}"), folder=FOLDERS[folder])
            case at:
                one = self.take(folder)
                if one is not None:
                    deeds[at - 2](one, folder)


def other(folder: str) -> str:
    return "archive" if folder == "inbox" else "inbox"


def void(_: Path) -> None:
    """Deeds answer nothing."""


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 40))])
def test_what_is_foretold_is_what_is_done(newcomer: Mailer, seed: int) -> None:
    newcomer.delivers(*(letter(f"Old {n:02}") for n in range(8)))
    newcomer.delivers(*(letter(f"Kept {n:02}") for n in range(8)), folder="Archive")
    newcomer.starts()
    someone = Meddling(newcomer, seed)
    for _ in range(12):
        someone.once()

    foretold = still(newcomer)
    done = newcomer.syncs()

    assert plan(done) == plan(foretold)
    newcomer.settled()


def test_the_first_round_of_a_folder_is_foretold(newcomer: Mailer) -> None:
    newcomer.delivers(letter("Kept"), folder="Archive")
    newcomer.sure(*newcomer.connecting())
    newcomer.sure("map-folders", "--auto", "--sent", "Sent")

    foretold = still(newcomer)

    assert foretold["mail"]["in"] == 1
    assert plan(newcomer.syncs()) == plan(foretold)


def test_a_round_with_nothing_to_do_foretells_nothing(settled: Mailer) -> None:
    settled.syncs()

    assert still(settled)["messages"] == []


def test_the_plan_is_data_and_names_the_folders(settled: Mailer) -> None:
    settled.delivers(letter("News"))
    settled.file("Lunch").unlink()

    ran = settled.sure("sync", "--dry-run")

    assert ran.out.splitlines() == ["→ deleted  1  (inbox)", "← added  1  (inbox)"]
    assert "Nothing was changed" in ran.err


def test_it_stays_out_of_the_log(settled: Mailer) -> None:
    before = settled.sure("log", "--json").json["rows"]
    settled.delivers(letter("News"))

    settled.syncs("--dry-run")

    assert settled.sure("log", "--json").json["rows"] == before


def test_a_folder_that_is_gone_there_is_told_and_is_news_still_afterwards(settled: Mailer) -> None:
    with settled.there() as client:
        client.create("Projects")
    settled.sure("map-folders", "--map", "projects=Projects")
    settled.syncs()
    with settled.there() as client:
        client.delete("Projects")

    dry = settled.sure("sync", "--dry-run", "--json", codes=(3,))
    done = settled.sure("sync", "--json", codes=(3,))

    assert [line["code"] for line in dry.json["lines"]] == ["E210"]
    assert dry.json["lines"] == done.json["lines"]
