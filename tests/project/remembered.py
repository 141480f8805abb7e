"""An account's state as syncs leave it, written without a server: calendars, conflicts, an attic and runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calsync_cli.config.places import find_places
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights
from calsync_cli.state.database import Database
from calsync_cli.state.settings import Settings

ME = "me@example.org"


def account(home: Path, name: str = ME) -> Path:
    """An empty state; where its database is."""
    path = find_places({"CALSYNC_HOME": str(home)}).database(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    Database(path).close()
    return path


def calendars(path: Path, names: Sequence[str], *, hidden: Sequence[str] = ()) -> None:
    """Calendars by their shown names; the first one is the primary. Directories are d0, d1, ..."""
    database = Database(path)
    settings = Settings(database)
    for number, name in enumerate([*names, *hidden]):
        glance = Glance(CollectionId(f"/far/{number}"), name, Rights.OWNER, rev="")
        link = settings.add_link(glance, f"d{number}", mode=Mode.TWO_WAY, primary=number == 0)
        if name in hidden:
            settings.set_shown(link, shown=False)
    database.close()


def happened(path: Path, attic: Path, title: str = "Lunch") -> None:
    """Two runs; of the second one an event lies in the attic; one conflict is open, one item waits."""
    database = Database(path)
    with database.transaction() as sql:
        sql.executemany("INSERT INTO run(id, began, ended) VALUES (?, 1e9, 1e9)", [(811,), (812,)])
        for number, name, undone in (
            (12, "2026-11-24/101530-there-1f2e3d4c.ics", None),
            (13, "2026-11-24/101530-gone-1f2e3d4c.ics", None),
            (14, "2026-11-24/101530-there-1f2e3d4c.ics", 1.0),
        ):
            sql.execute(
                "INSERT INTO attic(id, run, at, link, calendar, side, ref, key, title, why, name, undone)"
                " VALUES (?, 812, 0, 0, '', 'near', '', '', ?, 'deleted', ?, ?)",
                (number, title, name, undone),
            )
        for number, resolved in ((7, None), (8, 1.0)):
            sql.execute(
                "INSERT INTO conflict(id, run, at, link, ref, key, title, notes, near_base, near, far_base, far, result, loser, resolved)"
                " VALUES (?, 812, 0, 0, '', '', ?, '[]', x'', x'', x'', x'', x'', 'near', ?)",
                (number, title, resolved),
            )
        sql.execute("INSERT OR IGNORE INTO link(id, name, far_id, mode) VALUES (1, 'd0', '/far/0', 'two-way')")
        sql.execute(
            "INSERT INTO recheck(link, side, ref, code, why, title, key, loud, tries, since, run)"
            " VALUES (1, 'near', 'broken.ics', 'E403', 'broken', ?, '', 1, 3, 0, 812)",
            (title,),
        )
    database.close()
    (attic / "2026-11-24").mkdir(parents=True)
    (attic / "2026-11-24" / "101530-there-1f2e3d4c.ics").write_bytes(b"")
