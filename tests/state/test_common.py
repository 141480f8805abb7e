"""What a read-only calendar has in common with our own: by UID, with two-way calendars alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.model import CollectionId, Glance, LinkId, Mode, Pair, Ref, Rev, Rights, RunId, Sha, Version
from calsync_cli.core.record import Outcome
from calsync_cli.core.shelf import sha_of
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.common import common
from calsync_cli.state.database import Database
from calsync_cli.state.settings import Settings


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    yield made
    made.close()


def link(database: Database, name: str, mode: Mode) -> LinkId:
    glance = Glance(CollectionId(f"/{name}/"), name, Rights.OWNER, "")
    return Settings(database).add_link(glance, name, mode=mode, primary=name == "own")


def sha(text: str) -> Sha:
    return sha_of(text.encode())


def holding(database: Database, at: LinkId, *keys: str) -> None:
    def version(side: str, key: str) -> Version:
        return Version(Ref(f"{at} {side} {key}"), Rev("1"), sha(f"{at} {side} {key}"))

    pairs = [Pair(at, version("near", key), version("far", key), key) for key in keys]
    SqliteBooks(database).record(RunId(1), Outcome(pairs=pairs))


def test_by_uid_with_what_is_there_and_what_is_ours(database: Database) -> None:
    own, feed = link(database, "own", Mode.TWO_WAY), link(database, "feed", Mode.VIEW)
    holding(database, own, "a", "b", "c")
    holding(database, feed, "b", "c", "d")

    assert common(database, feed) == [(sha(f"{feed} far {key}"), sha(f"{own} near {key}")) for key in ("b", "c")]


def test_two_read_only_calendars_have_nothing_of_ours_in_common(database: Database) -> None:
    one, other = link(database, "one", Mode.VIEW), link(database, "other", Mode.VIEW)
    holding(database, one, "a")
    holding(database, other, "a")

    assert common(database, one) == []


def test_each_once_where_several_of_ours_have_it(database: Database) -> None:
    own, team, feed = (link(database, name, Mode.TWO_WAY) for name in ("own", "team", "feed"))
    for at in (own, team, feed):
        holding(database, at, "a")

    assert len(common(database, feed)) == 1
