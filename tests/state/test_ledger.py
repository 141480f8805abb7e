"""What an account remembers of messages that show in several folders: kept as told, and gone with the connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.state.database import Database
from calsync_cli.state.ledger import DryLedger, SqliteLedger
from calsync_cli.state.settings import Settings

LARGE = (1 << 64) - 7


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    yield made
    made.close()


def test_numbers_have_no_sign(database: Database) -> None:
    ledger = SqliteLedger(database)

    ledger.show("INBOX", {LARGE: 3, 5: 4}, [], afresh=False)

    assert ledger.shown("INBOX") == {LARGE: 3, 5: 4}


def test_what_went_is_gone_and_what_came_again_has_its_new_uid(database: Database) -> None:
    ledger = SqliteLedger(database)
    ledger.show("INBOX", {1: 1, 2: 2, LARGE: 3}, [], afresh=False)

    ledger.show("INBOX", {2: 9}, [1, LARGE], afresh=False)

    assert ledger.shown("INBOX") == {2: 9}


def test_afresh_nothing_of_before_is_left_and_other_folders_stay(database: Database) -> None:
    ledger = SqliteLedger(database)
    ledger.show("INBOX", {1: 1}, [], afresh=False)
    ledger.show("Work", {1: 1}, [], afresh=False)

    ledger.show("INBOX", {2: 2}, [], afresh=True)

    assert (ledger.shown("INBOX"), ledger.shown("Work")) == ({2: 2}, {1: 1})


def test_words_are_kept_and_forgotten(database: Database) -> None:
    ledger = SqliteLedger(database)
    ledger.put(one="1", two="2")
    ledger.put(one="", two="3")

    assert (ledger.get("one"), ledger.get("two")) == ("", "3")


def test_with_the_connection_all_goes_but_the_days_traffic(database: Database) -> None:
    ledger = SqliteLedger(database)
    ledger.show("INBOX", {1: 1}, [], afresh=False)
    ledger.put(gmail_special="x", gmail_spent="y")

    Settings(database).disconnect()

    assert (ledger.shown("INBOX"), ledger.get("gmail_special"), ledger.get("gmail_spent")) == ({}, "", "y")


def test_a_dry_run_keeps_nothing(database: Database) -> None:
    ledger = DryLedger(database)

    ledger.show("INBOX", {1: 1}, [], afresh=True)
    ledger.put(one="1")

    assert (ledger.shown("INBOX"), ledger.get("one")) == ({}, "")
