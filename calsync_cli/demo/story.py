"""The story: from connect to disconnect, each chapter judged by what the server itself says afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.demo.events import CLIENT, LUNCH, PLANNING, RETREAT, WORKSHOP
from calsync_cli.demo.server import HOLIDAYS, OWN, TEAM, USER
from calsync_cli.demo.typist import Typist
from calsync_cli.demo.witness import Fact, WentWrong, Witness, edited, facts

EMAIL = "anna@example.org"
WANTS_A_LOOK = 3
"""The exit of a round after which something wants a look."""
HOLIDAY = "Koningsdag"


@dataclass(slots=True)
class Story:
    """One telling of it."""

    typist: Typist
    witness: Witness
    password: Path
    folders: dict[str, Path] = field(default_factory=dict)
    before: list[Fact] = field(default_factory=list)
    """What the server said when the chapter began."""
    scene: str = "start"
    """The chapter that is being told."""

    def tell(self, *, keep: bool) -> None:
        """All of it. Raises WentWrong in the chapter in which it does."""
        chapters = [self._connect, self._choose, self._status, self._edit, self._conflict, self._undo, self._view_only]
        chapters += [self._check] if keep else [self._check, self._disconnect]
        try:
            for chapter in chapters:
                self.before = self._far()
                chapter()
        except WentWrong as wrong:
            wrong.scene = self.scene
            raise

    def _begin(self, scene: str, **params: str) -> None:
        self.scene = scene
        self.typist.audience.chapter(scene, **params)

    # ── the chapters ─────────────────────────────────────────────────────────────────────────────────────────────

    def _connect(self) -> None:
        self._begin("connect")
        who = ("--email", EMAIL, "--user", USER, "--password-file", str(self.password), "--only", "calendar")
        self.typist.types("connect", "caldav", "--caldav", self.witness.server.url, *who)
        _sure(self._far() == self.before, "nothing was changed there")

    def _choose(self) -> None:
        self._begin("choose")
        self.typist.types("choose-primary", "--list")
        self.typist.types("choose-primary", "Agenda Anna")
        rows = self.typist.asks("calendars")["calendars"]
        self.folders = {
            name: Path(row["path"])
            for name, title in ((OWN, "Agenda Anna"), (TEAM, "Team"), (HOLIDAYS, "Holidays NL/UK"))
            for row in rows
            if row["name"] == title
        }
        _sure(self._far() == self.before == self._near(), "all of it is here")

    def _status(self) -> None:
        self._begin("status")
        self.typist.types("status")
        (account,) = self.typist.asks("status")["accounts"]
        items = sum(row["items"] for row in account["calendar"]["calendars"])
        _sure(items == len({fact[0] for fact in self.before}), "the numbers are right")

    def _edit(self) -> None:
        self._begin("edit", title="Lunch met Fatima, Workshop schrijven")
        self._edits(OWN, LUNCH, ("T120000", "T123000"), ("T130000", "T133000"))
        self.witness.changes(OWN, WORKSHOP, ("Vergaderzaal Zuid", "Kantine"))
        self.typist.types("sync")
        _sure("T123000" in self.witness.event(OWN, LUNCH)[0][4], "lunch was moved there")
        _sure("Kantine" in self._event(OWN, WORKSHOP)[0], "the workshop was moved here")

    def _conflict(self) -> None:
        self._begin("conflict", title="Project planning, Intake talk")
        self._edits(OWN, PLANNING, ("Room 4.12", "Room 2.20"))
        self.witness.changes(OWN, PLANNING, ("Project planning", "Project planning Q1"))
        self._edits(OWN, CLIENT, ("T110000", "T120000"), ("T100000", "T110000"))
        self.witness.changes(OWN, CLIENT, ("T100000", "T103000"))
        self.typist.types("sync", codes=(WANTS_A_LOOK,))
        self.typist.types("conflicts")
        number = next(row["id"] for row in self.typist.asks("conflicts")["conflicts"] if row["title"] == "Intake talk")
        self.typist.types("conflicts", "show", number)
        (planning,) = self.witness.event(OWN, PLANNING)
        _sure(planning[2:4] == ("Project planning Q1", "Room 2.20"), "both edits are there")
        _sure("T103000" in self.witness.event(OWN, CLIENT)[0][4], "theirs stands")
        _sure(self._near() == self._far(), "both sides agree")

    def _undo(self) -> None:
        self._begin("undo", title="Heidag")
        self._file(OWN, RETREAT).unlink()
        self.typist.types("sync")
        _sure(not self.witness.event(OWN, RETREAT), "it is gone there")
        self.typist.types("undo", "--list")
        items = self.typist.asks("undo", "--list")["items"]
        self.typist.types("undo", next(row["id"] for row in items if row["title"] == "Heidag"))
        self.typist.types("sync")
        _sure(self._far() == self.before, "it is there again")

    def _view_only(self) -> None:
        self._begin("view-only", title=HOLIDAY)
        self.typist.types("calendars")
        name = next(path for path in sorted(self.folders[HOLIDAYS].glob("*.ics")) if HOLIDAY in path.read_text("utf-8"))
        _replace(name, edited(name.read_bytes(), (HOLIDAY, f"{HOLIDAY} (vrij?)")))
        self.typist.types("sync", codes=(0, WANTS_A_LOOK))
        _sure(self._far() == self.before == self._near(), "it is as it was, on both sides")

    def _check(self) -> None:
        self._begin("check", count=str(len({fact[0] for fact in self.before})))
        _sure(self._near() == self.before, "both sides agree")

    def _disconnect(self) -> None:
        self._begin("disconnect")
        self.typist.types("disconnect", "--yes")
        _sure(self._far() == self.before == self._near(), "nothing was deleted on either side")

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


def _sure(true: bool, what: str) -> None:  # noqa: FBT001 - a claim
    if not true:
        raise WentWrong(what)


def _replace(path: Path, content: bytes) -> None:
    """As other programs write: aside, then renamed."""
    aside = path.with_suffix(".tmp")
    aside.write_bytes(content)
    aside.replace(path)
