"""Letting go of what nobody will ask for again: bodies that nothing refers to, and history older than a year."""

from __future__ import annotations

from calsync_cli.state.database import Database

KEPT = (
    "SELECT near_sha FROM pair UNION SELECT far_sha FROM pair"
    " UNION SELECT near_base FROM conflict UNION SELECT near FROM conflict UNION SELECT far_base FROM conflict"
    " UNION SELECT far FROM conflict UNION SELECT result FROM conflict"
    " UNION SELECT before FROM happened WHERE before IS NOT NULL"
    " UNION SELECT after FROM happened WHERE after IS NOT NULL"
)
"""Every column that names a body, but those of open intents, which spell it in digits."""

INTENDED = "SELECT near_sha FROM intent UNION SELECT far_sha FROM intent"


def sweep(database: Database, *, before: float) -> int:
    """Forget what happened `before`, then bodies without anybody who refers to them; says how many of those went."""
    with database.transaction() as sql:
        sql.execute("DELETE FROM happened WHERE at<?", (before,))
        sql.execute("DELETE FROM conflict WHERE resolved<?", (before,))
        sql.execute("DELETE FROM hushed WHERE at<?", (before,))
        sql.execute("DELETE FROM posted WHERE run IN (SELECT id FROM run WHERE began<?)", (before,))
        sql.execute(
            "DELETE FROM run WHERE began<? AND id NOT IN (SELECT run FROM happened)"
            " AND id<(SELECT max(id) FROM run WHERE code='' AND ended IS NOT NULL)",
            (before,),
        )
        gone = sql.execute(
            f"DELETE FROM body WHERE sha NOT IN ({KEPT}) AND lower(hex(sha)) NOT IN ({INTENDED})"  # noqa: S608
        )
        return gone.rowcount


def unsuccessful(database: Database, *, before: float) -> None:
    """Rounds that did nothing but fail, of an account that was offline for a month: the last ones are enough."""
    with database.transaction() as sql:
        sql.execute(
            "DELETE FROM run WHERE began<? AND code<>''"
            " AND id NOT IN (SELECT run FROM happened UNION SELECT run FROM posted)"
            " AND id<(SELECT max(id) FROM run)",
            (before,),
        )


def lost_bodies(database: Database) -> int:
    """How many versions that both sides agreed on have no body any more."""
    with database.reading() as sql:
        query = (
            "SELECT count(*) FROM (SELECT near_sha AS sha FROM pair UNION SELECT far_sha FROM pair)"
            " WHERE sha NOT IN (SELECT sha FROM body)"
        )
        return int(sql.execute(query).fetchone()[0])
