"""A person and the web do what they like, several things between two rounds: in the end both sides have the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.google.gmailbox import USUAL, Home, letter
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX, MAIL, TRASH, Mail, subject_of

LABELS = ((INBOX,), (INBOX,), ("Work",), (INBOX, "Work"), ())


@dataclass(slots=True)
class Chance:
    """What was done, and what may follow from it."""

    dice: random.Random
    person: Home
    count: int = 0
    letters: set[str] = field(default_factory=set)
    """All that ever were."""
    gone: set[str] = field(default_factory=set)
    """Deleted for good."""
    bodies: Counter[str] = field(default_factory=Counter)
    """How often a message may be fetched again: its file was deleted here, or it went two ways at once."""

    def named(self) -> str:
        self.count += 1
        return f"m{self.count}"

    def written(self) -> str:
        self.letters.add(subject := self.named())
        return subject

    def arrive(self) -> str:
        subject = self.written()
        self.person.gmail.deliver(letter(subject), *self.dice.choice(LABELS))
        return subject

    # ── on the web ───────────────────────────────────────────────────────────────────────────────────────────────

    def web(self) -> str:
        """Something becomes of a message there."""
        gmail = self.person.gmail
        deeds: dict[str, Callable[[str], None]] = {
            "archive": gmail.archive,
            "inbox": lambda subject: gmail.label(subject, INBOX),
            "label": lambda subject: gmail.label(subject, "Work"),
            "unlabel": lambda subject: gmail.unlabel(subject, "Work"),
            "trash": gmail.trash,
            "star": lambda subject: gmail.flag(subject, *(gmail.named(subject).flags ^ {"\\Flagged"})),
        }
        found = self._any(MAIL)
        if not found:
            return ""
        deeds[self.dice.choice(list(deeds))](found)
        return found

    def empty(self) -> str:
        """Something goes from the bin there: back, or for good."""
        found = self._any(TRASH)
        if not found:
            return ""
        if self.dice.random() < 0.5:
            self.person.gmail.untrash(found, INBOX)
        else:
            self.person.gmail.erase(found)
            self.gone.add(found)
        return found

    def _any(self, place: str) -> str:
        there = [subject_of(one.content) for one in self.person.gmail.mails.values() if one.place == place]
        return self.dice.choice(there) if there else ""

    # ── here ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self) -> str:
        subject = self.written()
        self.person.puts(letter(subject), self.dice.choice([one for one in self.folders if one != "deleted"]))
        return subject

    def carry(self) -> str:
        folder, path = self._file()
        if path is None:
            return ""
        subject = subject_of(path.read_bytes())
        goal = self.dice.choice([one for one in self.folders if one != folder])
        path.rename(self.person.mail / goal / "cur" / f"{self.named()}.host:2,{self.person.flags(path)}")
        return subject

    def delete(self) -> str:
        folder, path = self._file()
        if path is None:
            return ""
        subject = subject_of(path.read_bytes())
        path.unlink()
        self.bodies[subject] += 1
        alive = [one for one in self.mails() if subject_of(one.content) == subject and one.place == MAIL]
        self.gone |= {subject} if folder == "deleted" or not alive else set()
        return subject

    def mark(self) -> str:
        _, path = self._file()
        if path is None:
            return ""
        letters = "".join(sorted({*self.person.flags(path)} ^ {"S"}))
        path.rename(path.parent.parent / "cur" / f"{path.name.partition(':2,')[0]}:2,{letters}")
        return ""

    def _file(self) -> tuple[str, Path | None]:
        there = [(folder, path) for folder in self.folders for path in self.person.files(folder)]
        return self.dice.choice(there) if there else ("", None)

    @property
    def folders(self) -> list[str]:
        return [link.name for link in self.person.books.links()]

    def mails(self) -> Iterator[Mail]:
        yield from self.person.gmail.mails.values()

    # ── and then ─────────────────────────────────────────────────────────────────────────────────────────────────

    def happens(self) -> None:
        """A few things between two rounds."""
        deeds = (self.arrive, self.web, self.web, self.web, self.empty, self.put, self.carry, self.carry, self.delete)
        touched = Counter(self.dice.choice((*deeds, self.mark))() for _ in range(4))
        self.bodies += Counter({subject: count for subject, count in touched.items() if count > 1})

    def comes_out(self) -> None:
        """Nothing lost, nothing twice, nothing fetched twice, and then silence."""
        self.person.settles()
        self.person.agrees()
        self.person.rests()
        there = {subject_of(one.content) for one in self.mails()}
        assert len(there) == len(self.person.gmail.mails)
        assert self.letters - there <= self.gone
        for one in self.mails() if len(self.folders) == len(USUAL) else ():
            subject = subject_of(one.content)
            assert self.person.server.bodies[one.id] <= 1 + self.bodies[subject], subject


def played(place: Path, seed: int, rounds: int, mapped: Mapping[str, str] = USUAL) -> None:
    server = GmailServer().start()
    server.gmail.labels_count = bool(seed % 2)
    try:
        chance = Chance(random.Random(seed), Home(place, server, mapped, sync=False))
        for _ in range(6):
            chance.arrive()
        chance.comes_out()
        for _ in range(rounds):
            chance.happens()
            chance.comes_out()
    finally:
        server.stop()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_both_sides_have_the_same(tmp_path: Path, seed: int) -> None:
    played(tmp_path, seed, rounds=5)


@pytest.mark.parametrize("absent", ["archive", "work", "deleted"])
def test_whatever_happens_where_not_all_is_in_step(tmp_path: Path, absent: str) -> None:
    played(tmp_path, len(absent), 3, {local: far for local, far in USUAL.items() if local != absent})


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_whatever_happens_for_long(tmp_path: Path, seed: int) -> None:
    absent = (None, None, "archive", "work", "deleted")[seed % 5]
    played(tmp_path, seed, 12, {local: far for local, far in USUAL.items() if local != absent})
