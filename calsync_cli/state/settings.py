"""What an account is: its connection, frozen at connect with a fingerprint, its links, and other small settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, LinkId, Mode, Rights
from calsync_cli.state.database import Database
from calsync_cli.state.ledger import forget_shown


class Stage(StrEnum):
    """How far connecting went."""

    PENDING = "pending"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything that was filled in at connect. No secret is in it; `secret` says which vault holds that."""

    provider: str
    email: str
    user: str
    server: str
    endpoint: str
    """Where discovery began."""
    principal: str
    homes: tuple[str, ...]
    addresses: tuple[str, ...]
    """The account's own calendar addresses."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """What discovery learnt of the server, in the provider's own words."""
    ca_file: str = ""
    halves: tuple[str, ...] = ("calendar",)
    secret: str = ""
    mail: str = ""
    """Where the mail is, as a URL: imaps://host:port."""

    def plain(self) -> dict[str, object]:
        """As it is kept. What came with the mail half is left out where there is none: older fingerprints hold."""
        fields = asdict(self)
        if not self.mail:
            del fields["mail"]
        return fields

    @property
    def fingerprint(self) -> str:
        """Changes when anything of the connection does."""
        return sha256(json.dumps(self.plain(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with what only commands ask for."""

    id: LinkId
    name: str
    far_id: CollectionId
    mode: Mode
    primary: bool
    display: str
    color: str
    rights: Rights
    shown: bool
    rounds: int
    missing: int
    items: int


class Settings:
    """The account's own settings, in its database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str:
        """Empty where it was never set."""
        with self._database.reading() as sql:
            row = sql.execute("SELECT value FROM setting WHERE name=?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, **values: str) -> None:
        """Several at once, all or none; "" unsets."""
        with self._database.transaction() as sql:
            _put(sql, values)

    # ── the connection ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def stage(self) -> Stage | None:
        """None: not connected."""
        said = self.get("stage")
        return Stage(said) if said else None

    def pend(self, connection: Connection, *, afresh: bool = False) -> None:
        """First phase: everything but the secret is settled; nothing counts yet. `afresh`: nothing of another stays."""
        with self._database.transaction() as sql:
            if afresh:
                _empty(sql)
            _put(sql, _at(Stage.PENDING, connection))

    def connect(self, connection: Connection) -> None:
        """Second phase: the secret is stored, so the connection counts."""
        self.put(**_at(Stage.CONNECTED, connection))

    def connection(self) -> Connection | None:
        """Raises CalsyncError E203 where what is stored is not what was connected."""
        stored = self.get("connection")
        if not stored:
            return None
        try:
            connection = _thawed(stored)
        except (ValueError, TypeError, KeyError) as broken:
            raise CalsyncError("E203", "stored") from broken
        if connection.fingerprint != self.get("fingerprint"):
            raise CalsyncError("E203", "stored")
        return connection

    def disconnect(self) -> None:
        """Empty the connection, the primary and every link with its pairs; bodies nobody needs go too."""
        with self._database.transaction() as sql:
            _empty(sql)

    # ── links ────────────────────────────────────────────────────────────────────────────────────────────────────

    def links(self) -> Sequence[LinkRow]:
        """Calendars; the primary first, then in the order they were found. state.folders has those of mail."""
        query = (
            "SELECT id, name, far_id, mode, is_primary, display, color, rights, shown, rounds, missing,"
            " (SELECT count(*) FROM pair WHERE pair.link=link.id) FROM link WHERE half='calendar'"
            " ORDER BY is_primary DESC, id"
        )
        with self._database.reading() as sql:
            rows = sql.execute(query).fetchall()
        return [
            LinkRow(
                id=row[0],
                name=row[1],
                far_id=row[2],
                mode=Mode(row[3]),
                primary=bool(row[4]),
                display=row[5],
                color=row[6],
                rights=Rights(row[7]),
                shown=bool(row[8]),
                rounds=row[9],
                missing=row[10],
                items=row[11],
            )
            for row in rows
        ]

    def add_link(self, glance: Glance, name: str, *, mode: Mode, primary: bool) -> LinkId:
        """A calendar gets its directory's name, once and for all."""
        with self._database.transaction() as sql:
            row = sql.execute(
                "INSERT INTO link(name, far_id, mode, is_primary, display, color, rights) VALUES (?,?,?,?,?,?,?)",
                (name, glance.id, mode, primary, glance.name, glance.color, glance.rights),
            )
            return LinkId(int(row.lastrowid or 0))

    def update_link(self, link: LinkId, glance: Glance) -> None:
        """Name, colour and rights follow the provider."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE link SET display=?, color=?, rights=?, missing=0 WHERE id=?",
                (glance.name, glance.color, glance.rights, link),
            )

    def miss_link(self, link: LinkId) -> int:
        """One more complete list without it; how many in a row."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE link SET missing=missing+1 WHERE id=?", (link,))
            return int(sql.execute("SELECT missing FROM link WHERE id=?", (link,)).fetchone()[0])

    def drop_link(self, link: LinkId) -> None:
        """The link and its pairs; what is told of it in the past points to nothing."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE conflict SET resolved=coalesce(resolved, at), link=0 WHERE link=?", (link,))
            for table in ("attic", "happened"):
                sql.execute(f"UPDATE {table} SET link=0 WHERE link=?", (link,))  # noqa: S608 - the names stand above
            for table, column in (("intent", "link"), ("recheck", "link"), ("pair", "link"), ("link", "id")):
                sql.execute(f"DELETE FROM {table} WHERE {column}=?", (link,))  # noqa: S608 - the names stand above

    def set_mode(self, link: LinkId, mode: Mode) -> None:
        """Two-way or view."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE link SET mode=? WHERE id=?", (mode, link))

    def set_shown(self, link: LinkId, *, shown: bool) -> None:
        """A hidden calendar is not on this disk, so nothing is remembered of it; shown again, it begins anew."""
        with self._database.transaction() as sql:
            for table in ("intent", "recheck", "pair"):
                sql.execute(f"DELETE FROM {table} WHERE link=?", (link,))  # noqa: S608 - the names stand above
            sql.execute("UPDATE link SET shown=?, cursor=NULL, glance='', rounds=0 WHERE id=?", (shown, link))

    def begin_again(self, links: Sequence[LinkId] | None = None) -> None:
        """Forget what both sides of these links (of all) agreed on, not who they are: the next round adopts."""
        chosen = [link.id for link in self.links()] if links is None else links
        with self._database.transaction() as sql:
            for table in ("intent", "recheck", "pair"):
                sql.executemany(f"DELETE FROM {table} WHERE link=?", [(link,) for link in chosen])  # noqa: S608 - the names stand above
            sql.executemany(
                "UPDATE link SET cursor=NULL, glance='', rounds=0, missing=0 WHERE id=?", [(link,) for link in chosen]
            )


def _put(sql: sqlite3.Connection, values: Mapping[str, str]) -> None:
    sql.executemany("DELETE FROM setting WHERE name=?", [(name,) for name in values])
    sql.executemany(
        "INSERT INTO setting(name, value) VALUES (?, ?)", [(n, value) for n, value in values.items() if value]
    )


def _at(stage: Stage, connection: Connection) -> dict[str, str]:
    return {"stage": stage, "connection": _frozen(connection), "fingerprint": connection.fingerprint}


def _empty(sql: sqlite3.Connection) -> None:
    sql.execute("DELETE FROM setting WHERE name IN ('stage', 'connection', 'fingerprint', 'secret_token')")
    sql.execute("DELETE FROM setting WHERE name LIKE 'may-mail %' OR name LIKE 'quietly %'")
    for table in ("intent", "recheck", "pair", "link", "body", "consent", "hushed"):
        sql.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
    sql.execute("UPDATE conflict SET resolved=coalesce(resolved, at), link=0")
    # A number may be given to another link some day, so that history must not point to it.
    sql.execute("UPDATE attic SET link=0")
    sql.execute("UPDATE happened SET link=0, goal=NULL")
    _forget_mail(sql)


def _forget_mail(sql: sqlite3.Connection) -> None:
    """What was said of folders; not whose the root is, which lies on the disk too. Letters went with their links."""
    sql.execute("DELETE FROM setting WHERE name LIKE 'mail\\_%' ESCAPE '\\' AND name<>'mail_root'")
    forget_shown(sql)
    sql.execute("DELETE FROM withdrawn WHERE name NOT LIKE '%/%'")  # in the provider's bin, not in the attic
    sql.execute("UPDATE withdrawn SET link=0")
    sql.execute(
        "INSERT INTO posted(run, link, what, count) SELECT run, 0, what, sum(count) FROM posted WHERE link<>0"
        " GROUP BY run, what ON CONFLICT DO UPDATE SET count=count+excluded.count"
    )
    sql.execute("DELETE FROM posted WHERE link<>0")


def _frozen(connection: Connection) -> str:
    return json.dumps(connection.plain(), sort_keys=True)


def _thawed(stored: str) -> Connection:
    fields = json.loads(stored)
    for name in ("homes", "addresses", "halves"):
        fields[name] = tuple(fields[name])
    return Connection(**fields)
