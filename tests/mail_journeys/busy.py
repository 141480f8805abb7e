"""Two who work on one mailbox while it is synced: another client at the server, and a mail program in the Maildirs.

Each message has one owner for each of its properties, who alone changes it, so that what must come of it is known: who
did what last is written down when the deed is done. What a deed met in the wrong moment (a file that was just renamed,
a message that was just moved) was not done, and is not written down.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.mail_journeys.mailer import Mailer, letter
from tests.mail_journeys.scenes import FOLDERS

GONE, BINNED = "", "deleted here"
"""The folder of what was deleted for good, and of what was deleted in a Maildir."""
_APPENDUID = re.compile(rb"APPENDUID \d+ (\d+)")
_COPYUID = re.compile(rb"COPYUID \d+ \S+ (\d+)")
OPEN = ("inbox", "archive", "sent")


@dataclass(slots=True)
class Truth:
    """Where a message must be in the end, and with which flags."""

    folder: str
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Story:
    """Subject → truth; what both write to while they work."""

    truths: dict[str, Truth] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, subject: str, folder: str, flags: str = "") -> None:
        """There is a new message."""
        with self.lock:
            self.truths[subject] = Truth(folder, set(flags))

    def goes(self, subject: str, folder: str) -> None:
        """It is elsewhere now."""
        self.truths[subject].folder = folder

    def marks(self, subject: str, flag: str, *, on: bool) -> None:
        """One flag more, or less."""
        with self.lock:
            (self.truths[subject].flags.add if on else self.truths[subject].flags.discard)(flag)

    def binned(self, subject: str) -> None:
        """Deleted here: it lies in the bin as it was known there, or nowhere where nobody had sent it yet."""
        self.truths[subject].folder = BINNED

    def wanted(self) -> dict[str, list[tuple[str, str]]]:
        """Folder → subjects and flags."""
        found: dict[str, list[tuple[str, str]]] = {folder: [] for folder in FOLDERS}
        for name, one in sorted(self.truths.items()):
            if one.folder in found:
                found[one.folder].append((name, "".join(sorted(one.flags))))
        return found

    def without_binned(self, folder: str, found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of the bin only what the other put there.

        What the program deleted is there too; and what it moved twice while one round looked may have left a copy.
        """
        return [(name, flags) for name, flags in found if folder != "deleted" or name.startswith("Far")]


class Other:
    """Another client. It owns what is called Far, and the stars and answers of what is called Both."""

    def __init__(self, person: Mailer, story: Story, seed: int) -> None:
        self._client = person.server.client(person.user)
        self._story = story
        self._chance = random.Random(f"other {seed}")
        self._places: dict[str, tuple[str, bytes]] = {}
        self._count = 0

    def deed(self) -> None:
        """Something, to something."""
        roll = self._chance.random()
        if roll < 0.3 or not self._places:
            self.deliver("Far")
        elif roll < 0.5:
            self._star()
        else:
            subject = self._chance.choice(sorted(self._places))
            self._chance.choice([self._flag, self._flag, self._move, self._move, self._expunge])(subject)

    def deliver(self, owner: str) -> None:
        """A new message."""
        self._count += 1
        subject, folder = f"{owner} {self._count:03}", self._chance.choice(OPEN)
        said = self._client.append(FOLDERS[folder], None, None, letter(subject))  # type: ignore[arg-type]
        found = _APPENDUID.search(said[1][0])
        assert found is not None
        self._story.tell(subject, folder)
        if owner == "Far":
            self._places[subject] = (folder, found[1])

    def leave(self) -> None:
        """It signs out."""
        self._client.logout()

    def _select(self, folder: str) -> None:
        assert self._client.select(FOLDERS[folder])[0] == "OK"

    def _flag(self, subject: str) -> None:
        folder, uid = self._places[subject]
        self._select(folder)
        on, flag = self._chance.random() < 0.6, self._chance.choice([("\\Seen", "S"), ("\\Flagged", "F")])
        assert self._client.uid("STORE", uid.decode(), "+FLAGS" if on else "-FLAGS", f"({flag[0]})")[0] == "OK"
        self._story.marks(subject, flag[1], on=on)

    def _move(self, subject: str) -> None:
        folder, uid = self._places[subject]
        to = self._chance.choice([one for one in (*OPEN, "deleted") if one != folder])
        self._select(folder)
        self._client.untagged_responses.clear()
        assert self._client.uid("MOVE", uid.decode(), FOLDERS[to])[0] == "OK"
        found = _COPYUID.search(b" ".join(self._client.response("OK")[1] or self._client.response("COPYUID")[1]))
        told = self._client.untagged_responses.get("COPYUID")
        new = found[1] if found else told[-1].split()[-1] if told else b""
        assert new, self._client.untagged_responses
        self._places[subject] = (to, new)
        self._story.goes(subject, to)

    def _expunge(self, subject: str) -> None:
        folder, uid = self._places.pop(subject)
        self._select(folder)
        self._client.uid("STORE", uid.decode(), "+FLAGS", "(\\Deleted)")
        assert self._client.uid("EXPUNGE", uid.decode())[0] == "OK"
        self._story.goes(subject, GONE)

    def _star(self) -> None:
        """A flag on what the program moves about: wherever it is just now, if it is."""
        shared = sorted(name for name in self._story.truths if name.startswith("Both"))
        subject, folder = self._chance.choice(shared), self._chance.choice(OPEN)
        self._select(folder)
        _, (found,) = self._client.uid("SEARCH", "SUBJECT", f'"{subject}"')
        if not found:
            return
        on = self._chance.random() < 0.7
        _, told = self._client.uid("STORE", found.split()[0].decode(), "+FLAGS" if on else "-FLAGS", "(\\Flagged)")
        if told and told != [None]:
            self._story.marks(subject, "F", on=on)


class Program:
    """A mail program. It owns what is called Near, and of what is called Both the places and whether it was read."""

    def __init__(self, person: Mailer, story: Story, seed: int) -> None:
        self._root = person.mail
        self._story = story
        self._chance = random.Random(f"program {seed}")
        self._count = 0

    def deed(self) -> None:
        """Something, to something. What is just being renamed is left alone."""
        mine = sorted(
            name for name, one in self._story.truths.items() if name[:4] in {"Near", "Both"} and one.folder in OPEN
        )
        if self._chance.random() < 0.25 or not mine:
            self.deliver()
            return
        subject = self._chance.choice(mine)
        with suppress(FileNotFoundError):
            path = self._find(subject)
            deeds = [self._flag, self._flag, self._move, self._move]
            self._chance.choice([*deeds, self._delete] if subject.startswith("Near") else deeds)(subject, path)

    def deliver(self) -> None:
        """A new message, by way of tmp."""
        self._count += 1
        subject, folder = f"Near {self._count:03}", self._chance.choice(OPEN)
        name = f"{time.time_ns()}.M{self._count}.host"
        aside = self._root / folder / "tmp" / name
        aside.write_bytes(letter(subject).replace(b"\r\n", b"\n"))
        seen = self._chance.random() < 0.5
        aside.rename(self._root / folder / ("cur" if seen else "new") / (f"{name}:2,S" if seen else name))
        self._story.tell(subject, folder, "S" if seen else "")

    def _find(self, subject: str) -> Path:
        folder = self._root / self._story.truths[subject].folder
        for path in [*folder.glob("cur/*"), *folder.glob("new/*")]:
            with suppress(FileNotFoundError):
                if f"Subject: {subject}\n".encode() in path.read_bytes().replace(b"\r\n", b"\n"):
                    return path
        raise FileNotFoundError(subject)

    def _flag(self, subject: str, path: Path) -> None:
        base, _, flags = path.name.partition(":2,")
        letters = set(flags)
        on = "S" not in letters
        (letters.add if on else letters.discard)("S")
        path.rename(path.parent.parent / "cur" / f"{base}:2,{''.join(sorted(letters))}")
        self._story.marks(subject, "S", on=on)

    def _move(self, subject: str, path: Path) -> None:
        """Some programs keep the name, some give another."""
        base, colon, flags = path.name.partition(":2,")
        folder = path.parent.parent.name
        to = self._chance.choice([one for one in OPEN if one != folder])
        if self._chance.random() < 0.5:
            base = f"{time.time_ns()}.Q{self._chance.randrange(10**6)}.host"
        path.rename(self._root / to / path.parent.name / f"{base}{colon}{flags}")
        self._story.goes(subject, to)

    def _delete(self, subject: str, path: Path) -> None:
        """For good, as far as the program knows."""
        path.unlink()
        self._story.binned(subject)


def work_until(done: threading.Event, deed: Callable[[], None], most: int, seed: int) -> None:
    """Deed after deed, in no rhythm."""
    chance = random.Random(f"rhythm {seed}")
    for _ in range(most):
        deed()
        if done.wait(chance.random() * 0.03):
            return
