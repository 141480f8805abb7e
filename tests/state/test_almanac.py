"""The index of events on disk: what it finds, and that nothing damaged in it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Ref, Rev
from calsync_cli.state.almanac import Index, Kind, Ledger, Memory, Row
from calsync_cli.state.database import Database

WORK, HOME = CollectionId("work"), CollectionId("home")


@pytest.fixture(params=["on disk", "in memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "in memory":
        yield Memory()
        return
    made = Database(tmp_path / "state.db")
    yield made
    made.close()


def row(name: str, first: int | None = 100, last: int | None = 200, *, calendar: CollectionId = WORK) -> Row:
    return Row(calendar, Ref(f"{name}.ics"), Rev("1"), Kind.EVENT, name, f"{name}0", first, last)


def names(rows: list[Row]) -> list[str]:
    return sorted(each.uid for each in rows)


@pytest.mark.parametrize(
    ("begin", "end", "wanted"),
    [(0, 100, []), (0, 101, ["endless", "single"]), (200, 300, ["endless", "single"]), (201, 300, ["endless"])],
)
def test_what_can_take_place_in_a_window_is_found(ledger: Ledger, begin: int, end: int, wanted: list[str]) -> None:
    index = Index(ledger)
    index.learn([row("single"), row("endless", last=None), row("timeless", None, None)])

    assert names(index.between(begin, end)) == wanted


def test_what_begins_with_the_same_digits_is_found(ledger: Ledger) -> None:
    index = Index(ledger)
    index.learn([row("ab1"), row("ab2"), row("ac"), row("b")])

    assert names(index.begins("ab")) == ["ab1", "ab2"]
    assert index.neighbours("ab20") == ("ab10", "ac0")
    assert index.neighbours("b0") == ("ac0", "")


def test_what_is_read_again_takes_the_place_of_what_was_read(ledger: Ledger) -> None:
    index = Index(ledger)
    index.learn([row("one"), row("two"), row("one", calendar=HOME)])

    index.learn([row("one", 500, 600)], [(WORK, Ref("two.ics"))])

    assert names(index.between(0, 1000)) == ["one", "one"]
    assert index.known(WORK) == {"one.ics": "1"}
    assert [each.first for each in index.between(400, 700)] == [500]


def test_files_that_hold_no_events_are_remembered_and_not_found(ledger: Ledger) -> None:
    index = Index(ledger)
    index.learn([Row(WORK, Ref("task.ics"), Rev("1"), Kind.OTHER), Row(WORK, Ref("half.ics"), Rev("1"), Kind.BROKEN)])

    assert index.known(WORK).keys() == {"task.ics", "half.ics"}
    assert (index.between(-(10**12), 10**12), index.begins(""), index.broken()) == ([], [], 1)


@pytest.mark.parametrize(
    "damage", ["first=first+86400", "last=NULL", "first=NULL", "uid='another one'", "id=''", "kind='other'", "seal=0"]
)
def test_a_damaged_row_counts_as_a_file_that_changed(ledger: Ledger, damage: str) -> None:
    index = Index(ledger)
    index.learn([row("one"), row("two"), Row(WORK, Ref(""), Rev("sealed"), Kind.SEAL)])
    with ledger.transaction() as sql:
        sql.execute(f"UPDATE agenda SET {damage} WHERE ref='one.ics'")

    assert index.known(WORK) == {"two.ics": "1"}
    assert index.sealed(WORK) == ""


def test_a_seal_stands_until_anything_is_learnt(ledger: Ledger) -> None:
    index = Index(ledger)
    index.learn([row("one"), Row(WORK, Ref(""), Rev("sealed"), Kind.SEAL)])
    before = index.sealed(WORK)

    index.learn([], [(WORK, Ref("one.ics"))])

    assert (before, index.sealed(WORK), index.sealed(HOME)) == ("sealed", "", "")


def test_a_seal_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calsync_cli.state.almanac._BLOCK", 1)
    database = Database(tmp_path / "state.db")
    index = Index(_Failing(database, after=2))

    with pytest.raises(CalsyncError):
        index.learn([Row(WORK, Ref(""), Rev("sealed"), Kind.SEAL), row("one"), row("two")])

    assert (index.sealed(WORK), names(index.between(0, 1000))) == ("", ["one", "two"])
    database.close()


class _Failing:
    """A disk that is full after so many writes."""

    def __init__(self, database: Database, after: int) -> None:
        self.reading = database.reading
        self._database = database
        self._left = after

    def transaction(self):
        self._left -= 1
        if self._left < 0:
            raise CalsyncError("E505", "state", path="x", reason="full")
        return self._database.transaction()


def test_calendars_that_are_gone_are_forgotten(ledger: Ledger) -> None:
    index = Index(ledger)
    index.learn([row("one"), row("two", calendar=HOME)])

    index.forget_but([HOME])

    assert names(index.everything()) == ["two"]
