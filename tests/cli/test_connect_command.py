"""`connect`: what is typed becomes a wish, what is missing is asked or named, a password comes from nowhere visible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app.reports.wanted import ConnectWish, Question
from tests.cli import samples


def connect_to(office: Any, *questions: Question) -> list[Any]:
    """A `connect` that asks these questions; what it was told."""
    told: list[Any] = []

    def connect(_desk: str, wish: ConnectWish, answers: Callable[..., str], _browsing: object) -> Any:
        told.append(wish)
        told.extend(answers(question, user="me", host="cal.example.org") for question in questions)
        return samples.connected()

    office.ready["connect.connect"] = connect
    return told


def test_connect_wishes_what_was_typed(calsync: Callable[..., Any], office: Any, tmp_path: Path) -> None:
    told = connect_to(office)
    (tmp_path / "ca.pem").touch()

    calsync(
        "connect",
        "caldav",
        "--email",
        "me@example.org",
        "--caldav",
        "https://h/",
        "--user",
        "me",
        "--ca-file",
        "ca.pem",
        "--only",
        "calendar",
    )

    assert told == [ConnectWish(provider="caldav", email="me@example.org", url="https://h/", only="calendar", user="me", ca_file=tmp_path / "ca.pem")]  # fmt: skip


def test_files_are_found_again_from_another_directory(calsync: Callable[..., Any], office: Any, tmp_path: Path) -> None:
    """What is remembered of a connection holds wherever the next command is typed."""
    told = connect_to(office)
    for name in ("ca.pem", "client.json"):
        (tmp_path / name).touch()

    calsync("connect", "google", "--client-file", "client.json", "--ca-file", "ca.pem")

    assert (told[0].client_file, told[0].ca_file) == (tmp_path / "client.json", tmp_path / "ca.pem")


def test_the_account_is_the_address_where_no_other_is_given(calsync: Callable[..., Any], office: Any) -> None:
    told = connect_to(office)

    calsync("connect", "kerio", "--server", "h", "-a", "me@example.org")

    assert (told[0].email, told[0].server) == ("me@example.org", "h")


def test_a_password_comes_from_a_file(calsync: Callable[..., Any], office: Any, tmp_path: Path) -> None:
    told = connect_to(office, Question.PASSWORD)
    (tmp_path / "secret").write_text("pässword with spaces \nsecond line\n", encoding="utf-8")

    got = calsync("connect", "caldav", "--password-file", "secret")

    assert (told[0].password_given, told[1]) == (True, "pässword with spaces ")
    assert "pässword" not in got.out + got.err


def test_a_password_comes_from_stdin(calsync: Callable[..., Any], office: Any) -> None:
    told = connect_to(office, Question.PASSWORD)

    calsync("connect", "caldav", "--password-file", "-", stdin="secret\r\n")

    assert told[1] == "secret"


@pytest.mark.parametrize("question", Question)
def test_what_connect_asks_where_nobody_sits_names_the_flag(
    question: Question, calsync: Callable[..., Any], office: Any
) -> None:
    connect_to(office, question)

    got = calsync("connect", "caldav")

    assert got.code == 2
    assert f"Give it with {question.value}. (E002)" in got.err


def test_connect_alone_names_the_providers_where_nobody_sits(calsync: Callable[..., Any], office: Any) -> None:
    got = calsync("connect")

    assert (got.code, office.orders) == (2, [])
    assert "calsync connect google|kerio|caldav" in got.err


def test_resuming_needs_no_provider(calsync: Callable[..., Any], office: Any) -> None:
    told = connect_to(office)

    calsync("connect", "--resume")

    assert (told[0].provider, told[0].resume) == (None, True)
