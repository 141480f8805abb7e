"""A person's word about a guest: kept, told to one round, and never again."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.model import RunId
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.consents import Choice, Consents
from calsync_cli.state.database import Database

ANN, BOB = "ann@x.example", "bob@x.example"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "state.db")


@pytest.fixture
def consents(database: Database) -> Consents:
    return Consents(database)


def test_who_is_to_be_invited_is_told_by_event_and_occurrence(consents: Consents) -> None:
    consents.choose("a", "Ann@X.example", Choice.INVITE)
    consents.choose("a", BOB, Choice.SILENT)
    consents.choose("a", BOB, Choice.INVITE, occurrence="2026-12-01T13:00:00Z")

    assert consents.chosen() == {"a": {"": {ANN}, "2026-12-01T13:00:00Z": {BOB}}}
    assert consents.of("a")["", BOB] is Choice.SILENT


def test_what_was_carried_out_is_not_asked_for_again(consents: Consents) -> None:
    consents.choose("a", ANN, Choice.INVITE)

    consents.done(RunId(7), [("a", "", ANN)])

    assert (consents.chosen(), consents.of("a")) == ({}, {("", ANN): Choice.INVITE})


def test_a_new_word_counts_anew(consents: Consents) -> None:
    consents.choose("a", ANN, Choice.INVITE)
    consents.done(RunId(7), [("a", "", ANN)])

    consents.choose("a", ANN, Choice.INVITE)

    assert consents.chosen() == {"a": {"": {ANN}}}


def test_an_event_that_comes_back_takes_a_new_word(consents: Consents) -> None:
    consents.choose("a", ANN, Choice.INVITE)

    consents.lower("a")

    assert (consents.chosen(), consents.of("a")) == ({}, {("", ANN): Choice.LOCAL})


def test_the_second_part_of_a_series_has_the_choices_of_the_first(consents: Consents) -> None:
    consents.choose("a", ANN, Choice.INVITE)
    consents.choose("a", BOB, Choice.SILENT)

    consents.carry("a", "b")

    assert consents.of("b") == consents.of("a")
    assert consents.chosen()["b"] == {"": {ANN}}


def test_what_is_forgotten_is_gone(consents: Consents) -> None:
    consents.choose("a", ANN, Choice.INVITE)

    consents.forget("a")

    assert consents.of("a") == {}


def test_the_newer_word_about_mail_counts_and_both_end_with_the_write(database: Database) -> None:
    books = SqliteBooks(database)
    books.quietly("a_b")
    books.let_mail("a_b")
    books.quietly("a%b")

    assert (books.may_mail(), books.quiet()) == ({"a_b"}, {"a%b"})
    books.unmark({"a_b", "a%b"})
    assert (books.may_mail(), books.quiet()) == (frozenset(), frozenset())
