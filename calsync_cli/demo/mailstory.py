"""The chapters about mail: folders are linked, messages come and go, and the server itself says where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from calsync_cli.demo.letters import (
    ARCHIVE,
    DELETED,
    DRAFTS,
    INBOX,
    INVOICE,
    LEASE,
    OFFER,
    QUESTION,
    REUNION,
    SENT,
    TITLES,
    question,
)
from calsync_cli.demo.mailwitness import MailWitness, Print, file_of, here
from calsync_cli.demo.server import EMAIL
from calsync_cli.demo.typist import Chapter, Typist
from calsync_cli.demo.witness import WentWrong, sure

LINKED = {"inbox": INBOX, "archive": ARCHIVE, "deleted": DELETED, "sent": SENT, "drafts": DRAFTS, "reunie": REUNION}
"""The folder here, and the one there."""
EVERY = "10s"
"""The net below the servers' news."""


@dataclass(slots=True)
class MailStory:
    """What happens to Anna's mail."""

    typist: Typist
    witness: MailWitness
    today: date
    folders: dict[str, Path] = field(default_factory=dict)
    """The Maildirs, as far as they are linked."""

    def beginning(self) -> Iterator[Chapter]:
        """Set up."""
        yield Chapter("map", self._map)

    def chapters(self) -> Iterator[Chapter]:
        """What happens then."""
        yield Chapter("watch", self._watch)
        yield Chapter("mail-undo", self._undo, TITLES[INVOICE])

    def _map(self) -> None:
        before = self.far()
        self.typist.types("map-folders", "--list")
        others = ("--sent", SENT, "--drafts", DRAFTS, "--map", f"reunie={REUNION}")
        self.typist.types("map-folders", "--auto", *others)
        self.typist.types("sync")
        (account,) = self.typist.asks("status")["accounts"]
        self.folders = {row["local"]: Path(row["path"]) for row in account["mail"]["folders"] if row["path"]}
        sure(set(self.folders) == set(LINKED), "all folders are linked")
        sure(self.far() == before == self.near(), "all of it is here")

    def _watch(self) -> None:
        with self.typist.watches("sync", "--watch", "--every", EVERY) as watched:
            watched.says(EMAIL)
            self.typist.audience.chapter("arrive", title=TITLES[QUESTION])
            watched.after(
                lambda: self.witness.receives(INBOX, question(self.today)),
                lambda: file_of(self.folders["inbox"], QUESTION) is not None,
                "the message is here",
            )
            before = self.far()
            self.typist.audience.chapter("archive", title=f"{TITLES[OFFER]}, {TITLES[LEASE]}")
            watched.after(self._files, self._filed, "both moves travel")
        sure(_all(self.far()) == _all(before), "nothing is lost or doubled")
        sure(self.far() == self.near(), "both sides agree")

    def _files(self) -> None:
        """As mail programs do: one is read and one is archived, here; another one leaves the archive, there."""
        read, filed = self._file("inbox", QUESTION), self._file("inbox", OFFER)
        read.rename(self.folders["inbox"] / "cur" / f"{read.name.partition(':')[0]}:2,S")
        filed.rename(self.folders["archive"] / "cur" / filed.name)
        self.witness.moves(LEASE, ARCHIVE, INBOX)

    def _filed(self) -> bool:
        return (
            file_of(self.folders["inbox"], LEASE) is not None
            and self.witness.holds(ARCHIVE, OFFER)
            and "\\Seen" in self.witness.flags(INBOX, QUESTION)
        )

    def _undo(self) -> None:
        before = self.far()
        self._file("inbox", INVOICE).unlink()
        self.typist.types("sync")
        sure(self.witness.holds(DELETED, INVOICE) and not self.witness.holds(INBOX, INVOICE), "it is in the bin there")
        self.typist.types("undo", self.typist.reads(TITLES[INVOICE], "undo", "--list"))
        self.typist.types("sync")
        sure(self.far() == before == self.near(), "it is there again")

    def far(self) -> Mapping[str, list[Print]]:
        """What the linked folders hold there."""
        found = self.witness.prints(LINKED.values())
        return {local: found[remote] for local, remote in LINKED.items()}

    def near(self) -> Mapping[str, list[Print]]:
        """What they hold here."""
        return {local: here(path) for local, path in self.folders.items()}

    def _file(self, local: str, name: str) -> Path:
        path = file_of(self.folders[local], name)
        if path is None:
            raise WentWrong(f"no {name}")
        return path


def _all(prints: Mapping[str, list[Print]]) -> list[Print]:
    return sorted(one for some in prints.values() for one in some)
