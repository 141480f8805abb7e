"""--json: the keys that scripts rely on, times in UTC, nothing translated, nothing that steers a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli.view import show
from calsync_cli.cli.view.machine import plain
from calsync_cli.core.errors import CalsyncError
from tests.cli import samples
from tests.cli.test_view import HOSTILE, on, shown


def emitted(report: Any) -> dict[str, Any]:
    screen = on(json=True)
    show(screen, report, lambda _report, _screen: pytest.fail("text with --json"))
    out, err = shown(screen)
    assert (out.count("\n"), err) == (1, "")
    return json.loads(out)


def test_sync_has_the_keys_that_are_promised() -> None:
    got = emitted(samples.sync())

    assert {key: got[key] for key in ("schema", "ok", "account", "run", "calendar", "mail", "invitations_sent", "requests", "next_try", "error")} == {
        "schema": 1,
        "ok": True,
        "account": "me@example.org",
        "run": 812,
        "calendar": {"in": 4, "out": 2, "deleted_in": 3, "deleted_out": 5, "conflicts": 1, "skipped": 1},
        "mail": {"in": 0, "out": 0, "moved": 0, "deleted_in": 0, "deleted_out": 0, "flags_in": 0, "flags_out": 0, "skipped": 0},
        "invitations_sent": 0,
        "requests": 9,
        "next_try": None,
        "error": None,
    }  # fmt: skip


def test_status_has_the_keys_that_are_promised() -> None:
    [account, _, _] = emitted(samples.status())["accounts"]

    assert {"account", "provider", "state", "calendar", "mail", "last_sync", "conflicts", "next"} <= set(account)
    assert {"name", "path", "primary", "writable", "items"} <= set(account["calendar"]["calendars"][0])
    assert {"role", "remote", "path", "messages"} <= set(account["mail"]["folders"][0])
    assert (account["calendar"]["primary"], account["mail"]["missing"]) == ("Personal", ["archive", "deleted"])
    assert account["calendar"]["calendars"][0]["path"] == "/agenda/me/personal"


@pytest.mark.parametrize(
    ("name", "rows"),
    [("conflicts", "conflicts"), ("undoable", "items"), ("doctor", "checks"), ("log", "rows")],
)
def test_lists_have_what_a_script_needs_to_act(name: str, rows: str) -> None:
    got = emitted(samples.EVERY[name][0]("X"))[rows]

    assert [row for row in got if not {"id", "when", "what", "title"} <= set(row)] == []


def test_an_error_has_the_keys_that_are_promised() -> None:
    got = emitted(samples.quiet_sync(error=ErrorReport(code="E203")))["error"]

    assert (got["code"], got["exit"], got["who"], got["fix"]) == ("E203", 6, "you", "calsync disconnect")
    assert got["message"].startswith("The settings were changed")


def test_a_command_that_fails_says_so_in_json(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["status.status"] = CalsyncError("E203")

    got = calsync("status", "--json", "--lang", "nl")

    assert (got.code, got.err) == (6, "")
    assert (got.json["schema"], got.json["ok"], got.json["error"]["code"]) == (1, False, "E203")
    assert got.json["error"]["message"].startswith("The settings were changed")


def test_times_are_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    assert plain(noon) == "2026-07-01T10:00:00Z"


@pytest.mark.parametrize("name", samples.EVERY)
def test_json_is_ascii_on_one_line_whatever_a_title_holds(name: str) -> None:
    screen = on(json=True)

    show(screen, samples.EVERY[name][0](HOSTILE), lambda _report, _screen: None)

    out = shown(screen)[0]
    assert out.isascii()
    assert out.rstrip("\n").isprintable()


def test_a_value_that_json_does_not_know_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        plain(b"bytes")
