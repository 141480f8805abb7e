"""Which local mail folder is in step with which remote one: mapped, mapped anew and unmapped, deleting nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calsync_cli.core.model import CollectionId, LinkId, Mode
from calsync_cli.state.database import Database


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A mapped folder with what only commands ask for."""

    id: LinkId
    name: str
    far_id: CollectionId
    mode: Mode
    rounds: int
    letters: int


class Folders:
    """The mail half's links, in the account's database. state.settings has the calendars'."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> Sequence[FolderRow]:
        """In the order in which they were mapped."""
        query = (
            "SELECT id, name, far_id, mode, rounds,"
            " (SELECT count(*) FROM letter WHERE letter.link=link.id AND near IS NOT NULL)"
            " FROM link WHERE half='mail' ORDER BY id"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query).fetchall()
        return [FolderRow(row[0], row[1], row[2], Mode(row[3]), row[4], row[5]) for row in rows]

    def map(self, name: str, far: CollectionId, *, mode: Mode = Mode.TWO_WAY) -> LinkId | None:
        """One local folder, one remote one. Mapped elsewhere before, it begins anew; what lies on either side stays.

        None: another local folder has that remote one, and keeps it.
        """
        mapped = {row.name: row for row in self.rows()}
        if any(row.far_id == far and row.name != name for row in mapped.values()):
            return None
        if name in mapped and mapped[name].far_id == far:
            return mapped[name].id
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM link WHERE half='mail' AND name=?", (name,))
            row = sql.execute(
                "INSERT INTO link(half, name, far_id, mode, rights) VALUES ('mail',?,?,?,'owner')", (name, far, mode)
            )
            return LinkId(int(row.lastrowid or 0))

    def unmap(self, name: str) -> None:
        """Its letters are forgotten with it, and lie on both sides as before."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM link WHERE half='mail' AND name=?", (name,))

    def begin_again(self, names: Sequence[str] | None = None) -> None:
        """Forget what both sides of these folders (of all) agreed on, not which they are: the next round adopts."""
        chosen = [row.id for row in self.rows() if names is None or row.name in names]
        with self._database.transaction() as sql:
            for table in ("letter", "parcel", "letter_wait"):
                sql.executemany(f"DELETE FROM {table} WHERE link=?", [(link,) for link in chosen])  # noqa: S608 - the names stand above
            sql.executemany(
                "UPDATE link SET cursor=NULL, glance='', near_glance='', rounds=0 WHERE id=?",
                [(link,) for link in chosen],
            )
