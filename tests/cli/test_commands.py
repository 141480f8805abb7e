"""Each command orders its use-case with what was typed, and ends with the code that its report says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from calsync_cli.app.reports.rounds import BatchReport
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.config.units import Amount
from calsync_cli.core.errors import CalsyncError
from tests.cli import samples

WISH = SyncWish()


@pytest.mark.parametrize(
    ("line", "order", "said"),
    [
        ("choose-primary --list", "choose.offer", {}),
        ("choose-primary Work", "choose.choose", {"calendar": "Work", "sync": True, "dry_run": False}),
        ("choose-primary Work --no-sync -n", "choose.choose", {"calendar": "Work", "sync": False, "dry_run": True}),
        ("sync --all --jobs 3 --shard 1/2", "sync.sync_all", {"jobs": 3, "shard": (1, 2), "manner": ()}),
        ("sync --all -vv --log-file /l", "sync.sync_all", {"jobs": 1, "shard": None, "manner": ("-vv", "--log-file", "/l")}),
        ("disconnect", "disconnect.disconnect", {"delete_data": False, "revoke": True, "export": None, "dry_run": True}),
        ("disconnect --delete-data --no-revoke --export /x", "disconnect.disconnect", {"delete_data": True, "revoke": False, "export": Path("/x"), "dry_run": True}),
        ("status", "status.status", {"everyone": False, "check": False}),
        ("status --all --check", "status.status", {"everyone": True, "check": True}),
        ("calendars", "calendars.calendars", {}),
        ("calendars list", "calendars.calendars", {}),
        ("calendars hide Team", "calendars.set_shown", {"name": "Team", "shown": False}),
        ("calendars show Team", "calendars.set_shown", {"name": "Team", "shown": True}),
        ("calendars set Team --two-way", "calendars.set_mode", {"name": "Team", "two_way": True}),
        ("calendars set Team --view-only", "calendars.set_mode", {"name": "Team", "two_way": False}),
        ("conflicts", "conflicts.conflicts", {}),
        ("conflicts show 7", "conflicts.show", {"id": "7"}),
        ("conflicts resolve 7 --keep both", "conflicts.resolve", {"id": "7", "keep": "both"}),
        ("undo", "undo.items", {}),
        ("undo --list", "undo.items", {}),
        ("undo 12", "undo.undo", {"item": "12", "run": None, "dry_run": False}),
        ("undo --run 812 -n", "undo.undo", {"item": None, "run": 812, "dry_run": True}),
        ("doctor", "doctor.doctor", {"repair": False, "bundle": None}),
        ("doctor --repair --bundle /b", "doctor.doctor", {"repair": True, "bundle": Path("/b")}),
        ("log --run 812", "log.log", {"run": 812}),
        ("config", "settings.settings", {}),
        ("config list --origin", "settings.settings", {}),
        ("config get sync.every", "settings.get", {"key": "sync.every"}),
        ("config set sync.every 1h", "settings.set_key", {"key": "sync.every", "value": "1h"}),
        ("config set agenda.path -- -x", "settings.set_key", {"key": "agenda.path", "value": "-x"}),
        ("config unset sync.every", "settings.unset_key", {"key": "sync.every"}),
        ("config path", "settings.paths", {}),
        ("account", "accounts.accounts", {}),
        ("account use b", "accounts.use", {"name": "b"}),
        ("account add b@example.org", "accounts.add", {"address": "b@example.org"}),
        ("account export /e.json", "accounts.export", {"file": Path("/e.json")}),
    ],
)  # fmt: skip
def test_a_command_orders_what_was_typed(
    line: str, order: str, said: dict[str, Any], calsync: Callable[..., Any], office: Any
) -> None:
    calsync(*line.split())

    [(name, args, kwargs)] = office.orders
    assert (name, args[0], kwargs) == (order, "desk", said)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("", WISH),
        ("-n --full --pull-only --accept-root", SyncWish(dry_run=True, full=True, pull_only=True, accept_root=True)),
        ("--max-delete 25%", SyncWish(max_delete=Amount(25, percent=True))),
        ("--max-delete 500 --wait 2m", SyncWish(max_delete=Amount(500), wait=120.0)),
        ("--wait 60 --only calendar", SyncWish(wait=60.0, only="calendar")),
    ],
)
def test_sync_wishes_what_was_typed(line: str, wish: SyncWish, calsync: Callable[..., Any], office: Any) -> None:
    calsync("sync", *line.split())

    assert office.orders == [("sync.sync", ("desk", wish), {})]


def test_a_watch_is_given_its_pace_and_both_wishes(calsync: Callable[..., Any], office: Any) -> None:
    def watched(_desk: str, _wish: SyncWish, **told: Any) -> None:
        told["show"](samples.sync("Lunch", lines=samples.sync("Lunch").lines[:1]))
        assert not told["stop"].is_set()
        assert not told["reload"].is_set()

    office.ready["watch.watch"] = watched

    got = calsync("sync", "--watch", "--every", "5m")

    assert (got.code, office.orders[0][2]["every"]) == (0, 300.0)
    assert "← added  Lunch" in got.err


def test_a_watch_with_json_writes_an_object_for_each_round(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["watch.watch"] = lambda _desk, _wish, **told: [told["show"](samples.quiet_sync()) for _ in range(2)]

    got = calsync("sync", "--watch", "--json")

    assert [line[:12] for line in got.out.splitlines()] == ['{"schema": 1'] * 2


@pytest.mark.parametrize(
    ("order", "line", "report", "code"),
    [
        ("sync.sync", "sync", samples.quiet_sync(), 0),
        ("sync.sync", "sync", samples.quiet_sync(attention=1), 3),
        ("sync.sync", "sync", samples.quiet_sync(error=ErrorReport(code="E402")), 8),
        ("sync.sync_all", "sync --all", BatchReport(ok=True, accounts=(samples.quiet_sync(),)), 0),
        ("sync.sync_all", "sync --all", BatchReport(ok=True, accounts=(samples.quiet_sync(attention=2),)), 3),
        ("sync.sync_all", "sync --all", BatchReport(ok=False, accounts=(samples.quiet_sync(attention=2), samples.quiet_sync(error=ErrorReport(code="E402")))), 10),
        ("doctor.doctor", "doctor", samples.doctor(), 8),
        ("status.status", "status", samples.status(), 0),
    ],
)  # fmt: skip
def test_the_exit_code_is_the_one_of_the_report(
    order: str, line: str, report: Any, code: int, *, calsync: Callable[..., Any], office: Any
) -> None:
    office.ready[order] = report

    got = calsync(*line.split(), "-q")

    assert got.code == code


def test_the_desk_gets_the_common_flags(calsync: Callable[..., Any], office: Any, tmp_path: Path) -> None:
    calsync("-a", "me", "status", "--config", str(tmp_path / "c.toml"))

    [desk] = office.desks
    assert (desk["account"], desk["config_file"], desk["interactive"]) == ("me", tmp_path / "c.toml", False)
    assert {"env", "tell"} <= set(desk)


def test_disconnect_with_yes_looks_first_and_then_does_it(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["disconnect.disconnect"] = lambda _desk, **said: samples.disconnect(dry_run=said["dry_run"])

    got = calsync("disconnect", "-y")

    assert (got.code, [order[2]["dry_run"] for order in office.orders]) == (0, [True, False])


def test_disconnect_without_anybody_to_ask_does_nothing(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["disconnect.disconnect"] = samples.disconnect()

    got = calsync("disconnect")

    assert (got.code, len(office.orders)) == (2, 1)
    assert "Give it with --yes. (E002)" in got.err


@pytest.mark.parametrize(("line", "times"), [("-y", 1), ("-y --account me@example.org", 2)])
def test_deleting_local_data_needs_the_name_as_well(
    line: str, times: int, calsync: Callable[..., Any], office: Any
) -> None:
    office.ready["disconnect.disconnect"] = lambda _desk, **_said: samples.disconnect(data_deleted=True)

    calsync("disconnect", "--delete-data", *line.split())

    assert len(office.orders) == times


def test_disconnect_dry_does_nothing_and_asks_nothing(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["disconnect.disconnect"] = samples.disconnect(dry_run=True)

    got = calsync("disconnect", "-n")

    assert (got.code, len(office.orders)) == (0, 1)
    assert "me@example.org would be disconnected." in got.out


def test_choosing_where_nobody_sits_names_the_answer(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["choose.offer"] = samples.offer()

    got = calsync("choose-primary")

    assert got.code == 2
    assert "Give it with calsync choose-primary CALENDAR. (E002)" in got.err


def test_choosing_again_confirms_the_choice_that_was_made(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["choose.offer"] = samples.offer(primary="personal")
    office.ready["choose.choose"] = lambda _desk, **_said: samples.EVERY["chosen again"][0]("Personal")

    got = calsync("choose-primary")

    assert (got.code, office.orders[1][2]["calendar"]) == (0, "personal")


def test_log_follows_until_it_is_stopped(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["log.log"] = samples.EVERY["log"][0]("Lunch")
    office.ready["log.follow"] = lambda _desk, **_said: iter([samples.log_row("Dinner")])

    got = calsync("log", "--follow")

    assert got.code == 0
    assert "Dinner" in got.out.splitlines()[-1]


def test_help_shows_a_page(calsync: Callable[..., Any]) -> None:
    got = calsync("help", "primary", "--lang", "nl")

    assert (got.code, got.out.splitlines()[0], got.err) == (0, "De primaire agenda", "")


def test_help_about_nothing_known_names_what_there_is(calsync: Callable[..., Any]) -> None:
    got = calsync("help", "primry")

    assert got.code == 2
    assert "Do: calsync help primary" in got.err


def test_the_demonstration_ends_with_its_own_code(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["demo.demo"] = lambda **_said: SimpleNamespace(ok=False, seconds=1.0, failed=None)

    got = calsync("demo")

    assert got.code == 1


def test_an_error_of_a_use_case_is_told_with_its_exit(calsync: Callable[..., Any], office: Any) -> None:
    office.ready["sync.sync"] = CalsyncError("E502", account="me@example.org")

    got = calsync("sync", "--lang", "nl")

    assert got.code == 9
    assert got.err.startswith("✗ Een andere ronde van calsync werkt met me@example.org. (E502)\n")
