"""The story: from connect to disconnect, each chapter judged by what the server itself says afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.demo.events import CLIENT, LUNCH, PLANNING, RETREAT, WORKSHOP
from calsync_cli.demo.mailstory import MailStory
from calsync_cli.demo.server import EMAIL, HOLIDAYS, OWN, TEAM, USER
from calsync_cli.demo.typist import Chapter, Typist
from calsync_cli.demo.witness import Fact, WentWrong, Witness, edited, facts, sure

WANTS_A_LOOK = 3
"""The exit of a round after which something wants a look."""
HOLIDAY = "Koningsdag"


@dataclass(slots=True)
class Story:
    """One telling of it."""

    typist: Typist
    witness: Witness
    mail: MailStory
    password: Path
    folders: dict[str, Path] = field(default_factory=dict)
    before: list[Fact] = field(default_factory=list)
    """What the server said when the chapter began."""

    def tell(self, *, keep: bool) -> None:
        """All of it. Raises WentWrong in the chapter in which it does."""
        for chapter in self._chapters(keep=keep):
            try:
                self._tell(chapter)
            except WentWrong as wrong:
                wrong.scene = chapter.scene
                raise

    def _tell(self, chapter: Chapter) -> None:
        self.before = self._far()
        events = len({fact[0] for fact in self.before})
        messages = sum(map(len, self.mail.near().values()))
        self.typist.audience.chapter(chapter.scene, title=chapter.title, events=str(events), messages=str(messages))
        chapter.tell()

    def _chapters(self, *, keep: bool) -> Iterator[Chapter]:
        yield Chapter("connect", self._connect)
        yield Chapter("choose", self._choose)
        yield from self.mail.beginning()
        yield Chapter("status", self._status)
        yield Chapter("edit", self._edit, "Lunch met Fatima, Workshop schrijven")
        yield Chapter("conflict", self._conflict, "Project planning, Intake talk")
        yield Chapter("undo", self._undo, "Heidag")
        yield from self.mail.chapters()
        yield Chapter("view-only", self._view_only, HOLIDAY)
        yield Chapter("check", self._check)
        if not keep:
            yield Chapter("disconnect", self._disconnect)

    # ── the chapters ─────────────────────────────────────────────────────────────────────────────────────────────

    def _connect(self) -> None:
        where = ("--caldav", self.witness.server.url, "--imap", self.mail.witness.post.url)
        who = ("--email", EMAIL, "--user", USER, "--password-file", str(self.password))
        mail = self.mail.far()
        self.typist.types("connect", "caldav", *where, *who)
        sure(self.mail.far() == mail, "no message was touched")
        sure(self._far() == self.before, "nothing was changed there")

    def _choose(self) -> None:
        self.typist.types("choose-primary", "--list")
        self.typist.types("choose-primary", "Agenda Anna")
        rows = self.typist.asks("calendars")["calendars"]
        self.folders = {
            name: Path(row["path"])
            for name, title in ((OWN, "Agenda Anna"), (TEAM, "Team"), (HOLIDAYS, "Holidays NL/UK"))
            for row in rows
            if row["name"] == title
        }
        sure(self._far() == self.before == self._near(), "all of it is here")

    def _status(self) -> None:
        said = "".join(self.typist.types("status"))
        sure(all(str(path) in said for path in (*self.folders.values(), *self.mail.folders.values())), "all is told")

    def _edit(self) -> None:
        self._edits(OWN, LUNCH, ("T120000", "T123000"), ("T130000", "T133000"))
        self.witness.changes(OWN, WORKSHOP, ("Vergaderzaal Zuid", "Kantine"))
        self.typist.types("sync")
        sure("T123000" in self.witness.event(OWN, LUNCH)[0][4], "lunch was moved there")
        sure("Kantine" in self._event(OWN, WORKSHOP)[0], "the workshop was moved here")

    def _conflict(self) -> None:
        self._edits(OWN, PLANNING, ("Room 4.12", "Room 2.20"))
        self.witness.changes(OWN, PLANNING, ("Project planning", "Project planning Q1"))
        self._edits(OWN, CLIENT, ("T110000", "T120000"), ("T100000", "T110000"))
        self.witness.changes(OWN, CLIENT, ("T100000", "T103000"))
        self.typist.types("sync", codes=(WANTS_A_LOOK,))
        self.typist.types("conflicts", "show", self.typist.reads("Intake talk", "conflicts"))
        (planning,) = self.witness.event(OWN, PLANNING)
        sure(planning[2:4] == ("Project planning Q1", "Room 2.20"), "both edits are there")
        sure("T103000" in self.witness.event(OWN, CLIENT)[0][4], "theirs stands")
        sure(self._near() == self._far(), "both sides agree")

    def _undo(self) -> None:
        self._file(OWN, RETREAT).unlink()
        self.typist.types("sync")
        sure(not self.witness.event(OWN, RETREAT), "it is gone there")
        self.typist.types("undo", self.typist.reads("Heidag", "undo", "--list"))
        self.typist.types("sync")
        sure(self._far() == self.before, "it is there again")

    def _view_only(self) -> None:
        self.typist.types("calendars")
        name = next(path for path in sorted(self.folders[HOLIDAYS].glob("*.ics")) if HOLIDAY in path.read_text("utf-8"))
        _replace(name, edited(name.read_bytes(), (HOLIDAY, f"{HOLIDAY} (vrij?)")))
        self.typist.types("sync", codes=(0, WANTS_A_LOOK))
        sure(self._far() == self.before == self._near(), "it is as it was, on both sides")

    def _check(self) -> None:
        sure(self._near() == self.before and self.mail.near() == self.mail.far(), "both sides agree")

    def _disconnect(self) -> None:
        mail = self.mail.far()
        self.typist.types("disconnect", "--yes")
        sure(self._far() == self.before == self._near(), "nothing was deleted on either side")
        sure(self.mail.far() == mail == self.mail.near(), "no message was deleted on either side")

    # ── both sides ───────────────────────────────────────────────────────────────────────────────────────────────

    def _far(self) -> list[Fact]:
        return sorted(fact for name in (OWN, TEAM, HOLIDAYS) for fact in self.witness.facts(name))

    def _near(self) -> list[Fact]:
        return facts(path.read_bytes() for folder in self.folders.values() for path in folder.glob("*.ics"))

    def _event(self, calendar: str, uid: str) -> list[Fact]:
        return facts([self._file(calendar, uid).read_bytes()])

    def _file(self, calendar: str, uid: str) -> Path:
        wanted = f"UID:{uid}".encode()
        for path in self.folders[calendar].glob("*.ics"):
            if wanted in path.read_bytes().splitlines():
                return path
        raise WentWrong(f"no {uid}")

    def _edits(self, calendar: str, uid: str, *edits: tuple[str, str]) -> None:
        path = self._file(calendar, uid)
        _replace(path, edited(path.read_bytes(), *edits))


def _replace(path: Path, content: bytes) -> None:
    """As other programs write: aside, then renamed."""
    aside = path.with_suffix(".tmp")
    aside.write_bytes(content)
    aside.replace(path)
