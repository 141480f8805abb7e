"""Letting go of bodies: exactly those that nothing refers to, and nothing younger than it was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.model import CollectionId, Glance, Mode, Pair, Ref, Rev, Rights, RunId, Sha, Side, Version
from calsync_cli.core.record import Happened, Intent, Outcome
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.steps import Conflict
from calsync_cli.core.verdict import Verdict
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.database import Database
from calsync_cli.state.settings import Settings
from calsync_cli.state.sweep import lost_bodies, sweep

NOW = 1_000_000.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    yield made
    made.close()


def kept(books: SqliteBooks, *names: str) -> list[Sha]:
    bodies = [(sha_of(name.encode()), name.encode()) for name in names]
    books.keep(bodies)
    return [sha for sha, _ in bodies]


def version(sha: Sha) -> Version:
    return Version(Ref(f"{sha[:8]}.ics"), Rev("1"), sha)


def test_every_kind_of_reference_keeps_its_bodies(database: Database) -> None:
    books = SqliteBooks(database, lambda: NOW)
    link = Settings(database).add_link(
        Glance(CollectionId("/c/"), "C", Rights.OWNER, ""), "c", mode=Mode.TWO_WAY, primary=True
    )
    names = ("near", "far", "cb", "cn", "cfb", "cf", "cr", "before", "after", "meant", "meant too")
    near, far, base, mine, far_base, theirs, result, before, after, meant, too = kept(books, *names)
    kept(books, "nobody's")
    conflict = Conflict((), base, mine, far_base, theirs, result, Side.NEAR)
    told = Happened(link, Verdict.TO_NEAR, "", "", near=True, far=False, before=before, after=after)
    pair = Pair(link, version(near), version(far), "uid")
    books.record(RunId(1), Outcome(pairs=[pair], conflicts=[(link, "uid", "", Ref(""), conflict)], happened=[told]))
    books.begin([Intent("op", link, 0, "uid", "", version(meant), version(too), near_wanted=True, far_wanted=True)])

    gone = sweep(database, before=NOW - 1)

    assert gone == 1
    assert [books.body(sha_of(name.encode())) for name in names] == [name.encode() for name in names]
    assert lost_bodies(database) == 0


def test_history_goes_when_its_year_is_over_and_its_bodies_with_it(database: Database) -> None:
    books = SqliteBooks(database, lambda: NOW)
    link = Settings(database).add_link(
        Glance(CollectionId("/c/"), "C", Rights.OWNER, ""), "c", mode=Mode.TWO_WAY, primary=True
    )
    before, after = kept(books, "before", "after")
    told = Happened(link, Verdict.TO_NEAR, "", "", near=True, far=False, before=before, after=after)
    books.record(RunId(1), Outcome(happened=[told]))
    young = sweep(database, before=NOW)

    old = sweep(database, before=NOW + 1)

    assert (young, old) == (0, 2)


def test_a_pair_without_its_body_is_noticed(database: Database) -> None:
    books = SqliteBooks(database, lambda: NOW)
    link = Settings(database).add_link(
        Glance(CollectionId("/c/"), "C", Rights.OWNER, ""), "c", mode=Mode.TWO_WAY, primary=True
    )
    (near,) = kept(books, "near")
    pair = Pair(link, version(near), version(sha_of(b"never kept")), "uid")

    books.record(RunId(1), Outcome(pairs=[pair]))

    assert lost_bodies(database) == 1
