"""Doctor: what it finds, what it mends without losing or doubling anything, and what it tells a helper."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app import checkup, wiring
from calsync_cli.app.clerk import Clerk
from calsync_cli.net.dates import seconds_ahead
from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent
from tests.servers.line import Line
from tests.servers.served import Served


def wrong(person: Person, *words: str) -> list[tuple[str, str]]:
    """The failed checks and their codes."""
    rows = person.types("doctor", "--json", *words).json["checks"]
    return [(row["id"], row["error"]["code"]) for row in rows if row["what"] == "fail"]


def test_on_a_machine_where_nothing_is_set_up_all_is_well(newcomer: Person) -> None:
    assert newcomer.sure("doctor", "--json").json["ok"] is True


def test_of_an_account_in_order_every_check_is_well(settled: Person) -> None:
    rows = settled.sure("doctor", "--json").json["checks"]

    assert {row["what"] for row in rows} == {"ok"}
    assert {"state", "agenda", "server", "sign-in", "primary", "last-sync", "conflicts"} <= {row["id"] for row in rows}


def test_offline_it_says_so_and_checks_the_rest(settled: Person, line: Callable[[Served], Line]) -> None:
    settled.sure("disconnect", "--yes")
    before = line(settled.served)
    settled.connects(url=before.url)
    settled.chooses()
    before.stop()

    ran = settled.types("doctor", "--json")

    assert ran.code == 8
    assert [(row["id"], row["error"]["code"]) for row in ran.json["checks"] if row["what"] == "fail"] == [
        ("server", "E402")
    ]


def test_a_password_that_is_not_taken_any_more_is_the_sign_in(settled: Person) -> None:
    settled.sure("disconnect", "--yes")
    other = settled.served.new_user()
    (settled.place / "password").write_text(other.password)
    words = ("--email", settled.email, "--user", other.user, "--password-file", str(settled.place / "password"))
    settled.sure("connect", "caldav", "--caldav", other.url, *words)

    secrets = settled.database.parent / "secrets"
    secrets.write_bytes(b"rubbish")

    assert ("sign-in", "E501") in wrong(settled)


def test_a_config_that_cannot_be_read_is_found_and_named(settled: Person) -> None:
    (settled.home / "config.toml").write_text("sync = [")

    assert wrong(settled) == [("config", "E004")]


def test_what_can_be_entered_by_others_is_worth_a_look(settled: Person) -> None:
    (settled.home / "attic").mkdir(exist_ok=True)
    (settled.home / "attic").chmod(0o755)

    rows = settled.sure("doctor", "--json").json["checks"]

    assert [row["fix"] for row in rows if row["what"] == "warn"] == [f"chmod 700 {settled.home / 'attic'}"]


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────


def rubbish(person: Person) -> None:
    person.database.write_bytes(b"rubbish" * 5000)


def torn(person: Person) -> None:
    """The second half is gone, as after a crash of the disk."""
    for tail in ("-wal", "-shm"):
        person.database.with_name(f"state.db{tail}").unlink(missing_ok=True)
    content = person.database.read_bytes()
    person.database.write_bytes(content[: len(content) // 2])


def overwritten(person: Person) -> None:
    """Zeros in the middle."""
    content = person.database.read_bytes()
    person.database.write_bytes(content[:4096] + bytes(len(content) - 4096))


def newer(person: Person) -> None:
    person.alters("INSERT INTO migration(name) VALUES ('999-of-tomorrow')")


def foreign(person: Person) -> None:
    person.alters("DROP TABLE migration")


def bodiless(person: Person) -> None:
    person.alters("DELETE FROM body")


DAMAGE = (rubbish, torn, overwritten, newer, foreign, bodiless)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_shown_by_status_and_never_taken_for_a_first_sync(
    settled: Person, damage: Callable[[Person], None]
) -> None:
    settled.syncs()
    settled.edits_there("talk", "Intake talk", "Theirs")
    damage(settled)
    before = settled.mtimes()

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.error) == (7, "E503")
    assert settled.mtimes() == before
    assert [
        one["error"]["code"] for one in settled.sure("status", "--json").json["accounts"] if one["state"] == "damaged"
    ] in (["E503"], [])
    assert ("state", "E503") in wrong(settled)


@pytest.mark.parametrize("damage", DAMAGE)
def test_repaired_nothing_is_lost_or_there_twice_and_nobody_signs_in_again(
    settled: Person, damage: Callable[[Person], None]
) -> None:
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.edits("talk", "Intake talk", "Edited before the damage")
    settled.syncs()
    settled.edits("lunch", "Lunch", "Edited here since")
    settled.writes("new.ics", event("new", "New here"))
    damage(settled)
    settled.served.plain().put("there.ics", event("there", "New there"))

    repaired = settled.sure("doctor", "--repair", "--json").json
    settled.syncs(codes=(0, 3))

    assert repaired["repaired"] == [settled.email]
    assert set(agree(settled)) == {"talk", "lunch", "new", "there"}
    assert {row["name"]: row["mode"] for row in settled.sure("calendars", "--json").json["calendars"]}[
        "Team"
    ] == "two-way"
    silent(settled)


def test_repair_deletes_nothing_even_where_one_side_is_empty(settled: Person) -> None:
    rubbish(settled)
    for path in (settled.agenda / "calendar").glob("*.ics"):
        path.unlink()

    settled.sure("doctor", "--repair")
    settled.syncs()

    assert set(agree(settled)) == {"talk", "lunch"}


def test_what_lay_in_the_attic_can_be_brought_back_after_a_repair(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()
    rubbish(settled)
    settled.sure("doctor", "--repair")
    settled.syncs()
    (row,) = settled.sure("undo", "--list", "--json").json["items"]

    settled.sure("undo", row["id"])
    settled.syncs()

    assert row["title"] == "Lunch"
    assert set(agree(settled)) == {"talk", "lunch"}


def test_the_damaged_file_is_kept(settled: Person) -> None:
    rubbish(settled)

    settled.sure("doctor", "--repair")

    assert [path.read_bytes()[:7] for path in settled.database.parent.glob("state.db.damaged-*")] == [b"rubbish"]


def test_without_the_copy_of_the_set_up_one_signs_in_again_and_nothing_is_there_twice(settled: Person) -> None:
    rubbish(settled)
    (settled.database.parent / "connection.json").write_text("rubbish too")

    settled.sure("doctor", "--repair")
    state = settled.sure("status", "--json").json["accounts"][0]["state"]
    settled.starts()

    assert state == "local"
    assert set(agree(settled)) == {"talk", "lunch"}
    silent(settled)


def test_a_repair_of_what_is_whole_adopts_everything_again(settled: Person) -> None:
    settled.sure("doctor", "--repair")
    settled.served.log.mark()

    report = settled.syncs()

    assert (report["calendar"]["in"], report["calendar"]["out"], settled.served.log.writes()) == (0, 0, [])
    silent(settled)


# ── for a helper ─────────────────────────────────────────────────────────────────────────────────────────────────


def texts(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [text for pair in said.items() for one in pair for text in texts(one)]
    if isinstance(said, list):
        return [text for one in said for text in texts(one)]
    return [said] if isinstance(said, str) else []


def test_the_bundle_names_nobody_and_nothing(settled: Person, tmp_path: Path) -> None:
    settled.writes("broken.ics", b"BEGIN:VCALENDAR\r\nSecret plan\r\nEND:VCALENDAR\r\n")
    settled.edits("talk", "Intake talk", "Mine")
    settled.edits_there("talk", "Intake talk", "Theirs")
    settled.syncs(codes=(3,))
    file = tmp_path / "bundle.json"

    settled.sure("doctor", "--bundle", str(file))

    said = file.read_text()
    hidden = (
        settled.served.password,
        settled.email,
        settled.served.user + '"',
        "Lunch",
        "Mine",
        "Theirs",
        "Room 1",
        str(tmp_path),
        "127.0.0.1",
        "Team",
        "Secret",
    )
    assert [word for word in hidden if word in said] == []
    assert file.stat().st_mode & 0o077 == 0
    assert {"checks", "accounts", "settings"} <= json.loads(said).keys()
    assert not [text for text in texts(json.loads(said)) if "@" in text or "://" in text]


def test_a_bundle_is_written_of_a_damaged_account_too(settled: Person, tmp_path: Path) -> None:
    rubbish(settled)

    settled.types("doctor", "--bundle", str(tmp_path / "bundle.json"))

    assert json.loads((tmp_path / "bundle.json").read_text())["accounts"] == [{"error": "E503", "variant": "damaged"}]


def test_the_log_says_what_was_done_and_goes_on_without_its_bodies(settled: Person) -> None:
    settled.edits("talk", "Intake talk", "Mine")
    settled.syncs()
    settled.alters("DELETE FROM body")

    rows = settled.sure("log", "--json").json["rows"]

    assert [(row["what"], row["direction"], row["title"]) for row in rows if row["run"] == rows[-1]["run"]] == [
        ("run", None, ""),
        ("changed", "out", "Mine"),
    ]


def test_the_logs_run_that_is_not_there_is_refused(settled: Person) -> None:
    ran = settled.types("log", "--run", "99", "--json")

    assert (ran.code, ran.error) == (2, "E003")


def test_what_is_older_than_the_attic_keeps_is_pruned_after_a_sync(settled: Person) -> None:
    settled.file("lunch").unlink()
    settled.syncs()
    (day,) = (settled.home / "attic" / settled.email).iterdir()
    shutil.move(day, day.with_name("2020-01-01"))
    settled.alters("UPDATE attic SET name=replace(name, ?, '2020-01-01')", day.name)
    settled.alters("DELETE FROM setting WHERE name='upkeep'")
    settled.edits("talk", "Intake talk", "Mine")

    settled.syncs()

    assert not day.with_name("2020-01-01").exists()
    assert [row["title"] for row in settled.sure("undo", "--list", "--json").json["items"]] == ["Mine"]


def test_bodies_that_nobody_refers_to_are_let_go_and_the_others_stay(settled: Person) -> None:
    settled.alters("INSERT INTO body(sha, content) VALUES (?, ?)", bytes(32), b"x")
    settled.alters("DELETE FROM setting WHERE name='upkeep'")

    settled.syncs()

    assert settled.rows("SELECT count(*) FROM body WHERE sha=x'" + "00" * 32 + "'") == [(0,)]
    assert wrong(settled) == []
    silent(settled)


# ── what else it looks at ────────────────────────────────────────────────────────────────────────────────────────


def row(person: Person, check: str, **env: str) -> dict[str, Any]:
    """How one check ended."""
    (found,) = [one for one in person.types("doctor", "--json", **env).json["checks"] if one["id"] == check]
    return found


def test_a_policy_is_looked_at_and_a_broken_one_stops_the_rest(settled: Person) -> None:
    policy = settled.home / "policy.toml"
    policy.write_text('providers = ["caldav"]\n')
    well = row(settled, "policy")
    policy.write_text("providers = [\n")

    ran = settled.types("doctor", "--json")

    assert (well["what"], well["params"]) == ("ok", {"path": str(policy)})
    assert [(one["id"], one["what"]) for one in ran.json["checks"] if one["what"] == "fail"] == [("policy", "fail")]
    assert (ran.code, "state" in {one["id"] for one in ran.json["checks"]}) == (2, False)


def test_a_hook_that_is_not_there_is_worth_a_look(settled: Person) -> None:
    settled.sure("config", "set", "hooks.post_sync", '["true"]')
    well = row(settled, "hooks")
    settled.sure("config", "set", "hooks.post_sync", '["/nowhere/notmuch", "new"]')

    missing = row(settled, "hooks")

    assert (well["what"], missing["what"], missing["params"]) == ("ok", "warn", {"program": "/nowhere/notmuch"})


def test_a_locale_that_is_not_installed_is_worth_a_look(settled: Person) -> None:
    assert row(settled, "locale", LC_ALL="C.UTF-8")["what"] == "ok"

    assert row(settled, "locale", LC_ALL="xx_XX.UTF-8")["what"] == "warn"


def test_a_clock_that_differs_from_the_servers_is_worth_a_look(settled: Person) -> None:
    well = row(settled, "clock")

    ahead = [_ahead(date) for date in ("Fri, 20 Nov 2026 12:00:00 GMT", "Fri, 20 Nov 2026 12:05:00 GMT", "", "soon")]

    assert (well["what"], abs(int(well["params"]["seconds"])) < 60) == ("ok", True)
    assert ahead == [0.0, 300.0, None, None]


def _ahead(date: str) -> float | None:
    return seconds_ahead(date, datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(("seconds", "what"), [(-61.0, "warn"), (-59.0, "ok"), (59.0, "ok"), (3600.0, "warn")])
def test_a_minute_is_the_limit(seconds: float, what: str, tmp_path: Path) -> None:
    desk = wiring.desk(
        account=None, config_file=None, env={"CALSYNC_HOME": str(tmp_path)}, interactive=False, tell=None
    )

    assert checkup._clock(Clerk(desk), seconds).what == what


def test_a_service_is_compared_with_what_would_be_installed_now(settled: Person, tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "PATH": str(tmp_path)}
    without = [one for one in settled.types("doctor", "--json", **env).json["checks"] if one["id"] == "service"]
    settled.types("service", "install", **env)

    current = row(settled, "service", **env)
    other = row(settled, "service", CALSYNC_SYNC_EVERY="1h", **env)
    settled.sure("disconnect", "--yes")
    idle = row(settled, "service", **env)

    assert without == []
    assert [one["what"] for one in (current, other, idle)] == ["ok", "warn", "warn"]
    assert other["fix"] == f"calsync service install --account {settled.email}"
    assert idle["fix"] == f"calsync service remove --account {settled.email}"


CANARY = "zwaluw"
"""A word that stands in everything that is nobody else's business."""


def test_a_bundle_holds_nothing_of_what_is_written_anywhere(newcomer: Person, tmp_path: Path) -> None:
    person = Person(newcomer.place, newcomer.served, email=f"{CANARY}@example.org")
    body = event("canary", f"{CANARY} title", extra=f"LOCATION:{CANARY} place\nDESCRIPTION:{CANARY} notes\nATTENDEE:mailto:{CANARY}@guest.example\n")  # fmt: skip
    person.served.plain().put("canary.ics", body)
    person.starts()
    hook = person.place / CANARY
    hook.write_text(f"#!/bin/sh\necho {CANARY}; exit 1\n")
    hook.chmod(0o755)
    person.sure("config", "set", "hooks.post_sync", json.dumps([str(hook), CANARY]))
    person.sure("config", "set", "team.members", f'["@{CANARY}.example"]')
    (person.home / "policy.toml").write_text(f'contact = "{CANARY}"\nmailboxes = ["{CANARY}@example.org"]\n')
    person.edits("canary", f"{CANARY} title", f"{CANARY} mine")
    person.edits_there("canary", f"{CANARY} title", f"{CANARY} theirs")
    person.syncs(codes=(0, 3))
    person.writes("broken.ics", f"BEGIN:VCALENDAR\r\n{CANARY}\r\nEND:VCALENDAR\r\n".encode())
    person.syncs(codes=(0, 3))
    person.types("service", "install", XDG_CONFIG_HOME=str(tmp_path / CANARY))

    person.types("doctor", "--bundle", str(tmp_path / "bundle"), XDG_CONFIG_HOME=str(tmp_path / CANARY), LC_ALL=CANARY)

    said = (tmp_path / "bundle").read_text()
    assert CANARY not in said
    assert person.served.password not in said
    assert {"policy", "hooks", "service", "locale"} <= {one["check"] for one in json.loads(said)["checks"]}
