"""A mistake in calsync: a report that holds places and types, and nothing of the user's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.cli import crash
from calsync_cli.core.errors import CalsyncError

SECRET = "hunter2-and-Intake-talk"


def deep(secret: str) -> None:
    def inner(password: str) -> None:
        raise KeyError(password)

    try:
        inner(secret)
    except KeyError as error:
        raise ValueError(f"while at {secret}") from error


@pytest.fixture
def bug(office: Any) -> Any:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        deep(SECRET)

    office.ready["status.status"] = broken
    return office


def test_a_bug_ends_with_1_and_names_its_report(calsync: Callable[..., Any], bug: Any, home: Path) -> None:
    got = calsync("status")

    [report] = (home / "log").glob("report-*.txt")
    assert got.code == 1
    assert f"{report} (E999)" in got.err
    assert "Traceback" not in got.err


def test_the_report_names_places_and_types(calsync: Callable[..., Any], bug: Any, home: Path) -> None:
    calsync("status")

    [report] = (home / "log").glob("report-*.txt")
    text = report.read_text()
    assert re.search(r"^builtins\.KeyError$", text, re.MULTILINE)
    assert re.search(r"^builtins\.ValueError$", text, re.MULTILINE)
    assert re.search(r"^  test_crash\.py:\d+ in deep\.<locals>\.inner$", text, re.MULTILINE)
    assert re.search(r"^  calsync_cli/cli/commands/status\.py:\d+ in status$", text, re.MULTILINE)


def test_the_report_holds_no_value(calsync: Callable[..., Any], bug: Any, home: Path) -> None:
    got = calsync("status", "--account", SECRET, "-vv")

    [report] = (home / "log").glob("report-*.txt")
    assert SECRET not in report.read_text() + got.out + got.err
    assert str(Path.home()) not in report.read_text()


def test_the_report_is_its_owners_alone(calsync: Callable[..., Any], bug: Any, home: Path) -> None:
    calsync("status")

    [report] = (home / "log").glob("report-*.txt")
    assert (report.stat().st_mode & 0o777, (home / "log").stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_bug_in_json_is_an_object(calsync: Callable[..., Any], bug: Any) -> None:
    got = calsync("status", "--json")

    assert (got.code, got.err, got.json["error"]["code"], got.json["error"]["who"]) == (1, "", "E999", "bug tracker")


def test_a_bug_that_cannot_be_written_down_is_told_all_the_same(
    calsync: Callable[..., Any], bug: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(crash, "os", crash.os)
    got = crash.as_bug(ValueError(SECRET), {"CALSYNC_HOME": str(tmp_path / "file")})

    assert (got.code, got.variant) == ("E999", "unwritten")


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one

    assert crash.report(one).count("Error") == 2


def test_an_error_whose_telling_fails_is_told_by_its_code(
    calsync: Callable[..., Any], office: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    office.ready["status.status"] = CalsyncError("E201")
    monkeypatch.setattr("calsync_cli.cli.view.faults.sentence", lambda *_args: 1 / 0)

    got = calsync("status")

    assert (got.code, capfd.readouterr().err) == (6, "calsync: E201\n")
