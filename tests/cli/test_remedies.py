"""The command that an error names is one that can be typed as it stands, and is about what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calsync_cli.cli.usage import remedied
from calsync_cli.core.errors import CalsyncError


def mend(line: str, code: str, variant: str = "", **params: str) -> str:
    return remedied(CalsyncError(code, variant, retry_after=None, **params), line.split()).params.get("fix", "")


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("event", "calsync event --help"),
        ("event add", "calsync event add --help"),
        ("--lang nl -a me@example.org event --json add x", "calsync event add --help"),
        ("event ad show", "calsync event --help"),
        ("agenda --search event", "calsync agenda --help"),
        ("evnt add", "calsync --help"),
        ("-- event", "calsync --help"),
        ("", "calsync --help"),
    ],
)
def test_a_wrong_line_is_mended_by_the_help_of_what_was_meant(line: str, fix: str) -> None:
    assert mend(line, "E001", "argument", argument="TITLE") == fix


def test_where_another_command_was_meant_it_is_the_mend() -> None:
    assert mend("stat", "E001", "verb-near", verb="stat", near="calsync status", verbs="status") == "calsync status"


@pytest.mark.parametrize(
    ("line", "flag", "fix"),
    [
        ("event add x", "--at WHEN", "calsync event add --help"),
        ("conflicts resolve 7", "--keep local|remote|both", "calsync conflicts resolve --help"),
        ("connect", "calsync connect kerio|caldav", "calsync connect --help"),
        ("connect", "calsync connect kerio", "calsync connect kerio"),
        ("disconnect", "--yes", "calsync disconnect --yes"),
        ("disconnect --delete-data", "--yes --account a@b.c", "calsync disconnect --delete-data --yes --account a@b.c"),
        ("disconnect --export $HOME", "--yes", "calsync disconnect --export '$HOME' --yes"),
        ("connect kerio", "--password-file", "calsync connect --help"),
    ],
)
def test_a_missing_answer_is_mended_by_a_line_that_can_be_typed(line: str, flag: str, fix: str) -> None:
    assert mend(line, "E002", flag=flag) == fix


def test_whoever_met_the_error_knows_better() -> None:
    assert mend("choose-primary", "E002", flag="CALENDAR", fix="calsync choose-primary --list") == (
        "calsync choose-primary --list"
    )


def test_an_option_that_is_nothing_like_what_was_typed_is_not_proposed(calsync: Callable[..., Any]) -> None:
    got = calsync("event", "add", "x", "--duration", "1h")

    assert "Did you mean" not in got.err


def test_other_errors_have_mends_of_their_own() -> None:
    assert mend("sync", "E201") == ""
