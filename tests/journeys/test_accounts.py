"""Settings and accounts: what being connected locks (R44), and taking a set-up to another machine (R54)."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.person import Person, agree, silent
from tests.servers.served import Served

Document = dict[str, Any]


def locked(person: Person) -> set[str]:
    return {row["key"] for row in person.sure("config", "list", "--json").json["rows"] if row["locked"]}


def test_r44_before_connecting_nothing_is_locked(newcomer: Person) -> None:
    assert locked(newcomer) == set()


def test_r44_what_was_filled_in_is_shown_and_locked(settled: Person) -> None:
    rows = {row["key"]: row["value"] for row in settled.sure("config", "list", "--json").json["rows"]}

    assert locked(settled) == {"secrets.backend", "caldav.email", "caldav.user", "caldav.server", "caldav.url"}
    assert (rows["caldav.user"], rows["caldav.url"]) == (settled.served.user, settled.served.url)


@pytest.mark.parametrize("key", ["secrets.backend", "caldav.server", "caldav.url"])
def test_r44_a_locked_field_cannot_be_set_and_keeps_its_value(settled: Person, key: str) -> None:
    before = settled.sure("config", "get", key).out

    ran = settled.types("config", "set", key, "keyring", "--json")

    assert (ran.code, ran.error) == (5, "E208")
    assert settled.sure("config", "get", key).out == before


def test_r44_connecting_to_another_address_is_refused_while_connected(settled: Person) -> None:
    ran = settled.types(*settled.connecting(url="http://127.0.0.1:9/"), "--json")

    assert (ran.code, ran.error) == (5, "E208")
    silent(settled)


def test_r44_after_a_disconnect_it_can_be_set_again(settled: Person) -> None:
    settled.sure("disconnect", "--yes")

    settled.sure("config", "set", "secrets.backend", "keyring")

    assert locked(settled) == set()


def test_a_setting_is_kept_found_with_its_origin_and_taken_back(newcomer: Person) -> None:
    newcomer.sure("config", "set", "sync.every", "9m")
    ((_, told),) = [(row["key"], row) for row in newcomer.sure("config", "get", "sync.every", "--json").json["rows"]]
    newcomer.sure("config", "unset", "sync.every")

    after = newcomer.sure("config", "get", "sync.every").out.strip()

    assert (told["value"], after) == ("9m", "5m")
    assert "90-cli.toml" in told["origin"]


def test_the_paths_are_told_though_a_file_is_broken(newcomer: Person) -> None:
    newcomer.home.mkdir(parents=True)
    (newcomer.home / "config.toml").write_text("sync = [")
    broken = newcomer.types("config", "list", "--json")

    ran = newcomer.sure("config", "path")

    assert (broken.code, broken.error) == (2, "E004")
    assert str(newcomer.home / "config.toml") in ran.out


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_that_is_added_has_an_agenda_and_is_local(newcomer: Person) -> None:
    newcomer.sure("account", "add", "you@example.org")
    again = newcomer.sure("account", "add", "You@Example.org", "--json")

    (row,) = again.json["accounts"]
    assert (row["account"], row["state"], row["current"]) == ("you@example.org", "local", True)
    assert (newcomer.home / "agenda" / "you@example.org" / "agenda" / "displayname").exists()


def test_what_was_added_becomes_the_primary_when_it_is_connected(newcomer: Person) -> None:
    newcomer.sure("account", "add", newcomer.email)

    newcomer.starts()

    assert newcomer.folder() == newcomer.agenda / "agenda"


@pytest.mark.parametrize("name", ["nobody", "", "../x", "a b"])
def test_what_is_no_address_is_no_account(newcomer: Person, name: str) -> None:
    ran = newcomer.types("account", "add", name, "--json")

    assert (ran.code, ran.error) == (2, "E001")


def test_with_two_accounts_one_has_to_be_named_or_chosen(settled: Person) -> None:
    settled.sure("account", "add", "you@example.org")
    torn = settled.types("sync", "--json")

    settled.sure("account", "use", "me@")

    assert (torn.code, torn.error) == (2, "E003")
    assert "you@example.org" in torn.json["error"]["message"]
    assert settled.syncs()["account"] == settled.email


def test_status_of_all_names_the_account_in_the_next_command(settled: Person) -> None:
    settled.sure("account", "add", "you@example.org")

    accounts = settled.sure("status", "--all", "--json").json["accounts"]

    assert [(one["state"], one["next"]) for one in accounts] == [
        ("active", f"calsync sync --account {settled.email}"),
        ("local", "calsync connect --account you@example.org"),
    ]


@pytest.mark.parametrize("name", ["nobody", "m*"])
def test_an_unknown_account_cannot_be_used(settled: Person, name: str) -> None:
    ran = settled.types("account", "use", name, "--json")

    assert (ran.code, ran.error) == (2, "E003")


# ── on another machine ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def elsewhere(settled: Person, tmp_path: Path) -> Person:
    """The same person at another machine."""
    return Person(tmp_path / "elsewhere", settled.served)


def test_r54_on_a_new_machine_only_the_password_is_asked_and_nothing_is_there_twice(
    settled: Person, elsewhere: Person, tmp_path: Path
) -> None:
    settled.sure("calendars", "set", "Team", "--two-way")
    settled.sure("config", "set", "sync.every", "9m")
    settled.sure("account", "export", str(tmp_path / "me.json"))
    elsewhere.sure("account", "import", str(tmp_path / "me.json"))
    refused = elsewhere.types("sync", "--json")
    (pending,) = elsewhere.sure("status", "--json").json["accounts"]

    resumed = elsewhere.sure("connect", "--resume", "--password-file", str(elsewhere.place / "password"), "--json")
    elsewhere.syncs()

    assert (refused.error, resumed.json["next"]) == ("E202", "calsync sync")
    assert (pending["state"], pending["calendar"]["primary"]) == ("pending", "Calendar")
    assert set(agree(elsewhere)) == {"talk", "lunch"}
    modes = {row["name"]: row["mode"] for row in elsewhere.sure("calendars", "--json").json["calendars"]}
    assert (modes["Calendar"], modes["Team"], modes["Holidays"]) == ("two-way", "two-way", "view")
    assert elsewhere.sure("config", "get", "sync.every").out.strip() == "9m"
    silent(elsewhere)
    silent(settled)


def test_r54_an_agenda_that_was_copied_along_is_adopted(settled: Person, elsewhere: Person, tmp_path: Path) -> None:
    settled.sure("account", "export", str(tmp_path / "me.json"))
    elsewhere.agenda.parent.mkdir(parents=True)
    settled.agenda.rename(elsewhere.agenda)
    elsewhere.sure("account", "import", str(tmp_path / "me.json"))
    elsewhere.sure("connect", "--resume", "--password-file", str(elsewhere.place / "password"))
    elsewhere.served.log.mark()

    report = elsewhere.syncs()

    assert (report["calendar"]["in"], report["calendar"]["out"]) == (0, 0)
    assert elsewhere.served.log.writes() == []


def test_no_secret_is_exported_and_nobody_else_can_read_the_file(settled: Person, tmp_path: Path) -> None:
    file = tmp_path / "me.json"

    settled.sure("account", "export", str(file))

    said = file.read_text()
    ((token,),) = settled.rows("SELECT value FROM setting WHERE name='secret_token'")
    assert settled.served.password not in said
    assert token not in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(settled: Person, tmp_path: Path) -> None:
    (tmp_path / "me.json").write_text("mine")

    ran = settled.types("account", "export", str(tmp_path / "me.json"), "--json")

    assert (ran.code, ran.error) == (2, "E001")
    assert (tmp_path / "me.json").read_text() == "mine"


def test_an_account_that_is_connected_is_not_taken_over(settled: Person, tmp_path: Path) -> None:
    settled.sure("account", "export", str(tmp_path / "me.json"))

    ran = settled.types("account", "import", str(tmp_path / "me.json"), "--json")

    assert (ran.code, ran.error) == (6, "E211")
    silent(settled)


def _altered(path: str, value: object) -> Callable[[Document], Document]:
    def change(said: Document) -> Document:
        *way, last = path.split(".")
        place: Any = said
        for step in way:
            place = place[int(step)] if step.isdecimal() else place[step]
        place[last] = value
        return said

    return change


HOSTILE = {
    "a directory that leads elsewhere": _altered("calendars.0.directory", "../../../etc"),
    "an absolute directory": _altered("calendars.0.directory", "/tmp/x"),
    "a hidden directory": _altered("calendars.0.directory", ".ssh"),
    "two calendars in one directory": _altered("calendars.0.directory", "Team"),
    "two primaries": _altered("calendars.1.primary", True),
    "a primary that is view-only": _altered("calendars.0.mode", "view"),
    "an unknown mode": _altered("calendars.0.mode", "destroy"),
    "an unknown provider": _altered("connection.provider", "hotmail"),
    "an account that leads elsewhere": _altered("account", "../x"),
    "control characters": _altered("connection.user", "me\u001b[2J"),
    "a number where a text should be": _altered("connection.user", 5),
    "another format": _altered("calsync", 99),
    "no calendars": _altered("calendars", {}),
    "no connection": _altered("connection", None),
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory, radicale: Served) -> str:
    """What somebody exported; the primary comes first."""
    someone = Person(tmp_path_factory.mktemp("exporting"), radicale.new_user())
    someone.starts()
    someone.sure("account", "export", str(someone.place / "me.json"))
    said = json.loads((someone.place / "me.json").read_text())
    said["calendars"].sort(key=lambda one: not one["primary"])
    return json.dumps(said)


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing_behind(
    newcomer: Person, document: str, tmp_path: Path, change: Callable[[Document], Document]
) -> None:
    (tmp_path / "bad.json").write_text(json.dumps(change(json.loads(document))))

    ran = newcomer.types("account", "import", str(tmp_path / "bad.json"), "--json")

    assert (ran.code, ran.error) == (2, "E001")
    assert newcomer.sure("account", "list", "--json").json["accounts"] == []
    assert not newcomer.agenda.exists()


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"null", b"0" * 2_000_000])
def test_a_file_that_is_no_export_is_refused(newcomer: Person, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "bad.json").write_bytes(raw)

    ran = newcomer.types("account", "import", str(tmp_path / "bad.json"), "--json")

    assert (ran.code, ran.error) == (2, "E001")


def test_programs_and_places_in_a_file_are_not_believed(settled: Person, elsewhere: Person, tmp_path: Path) -> None:
    settled.sure("account", "export", str(tmp_path / "me.json"))
    said = json.loads((tmp_path / "me.json").read_text())
    said["settings"] = {
        "hooks.post_sync": '["rm"]',
        "secrets.command": '["rm"]',
        "agenda.path": "/etc",
        "sync.every": "junk",
    }
    (tmp_path / "me2.json").write_text(json.dumps(said))

    elsewhere.sure("account", "import", str(tmp_path / "me2.json"))

    origins = {row["origin"] for row in elsewhere.sure("config", "list", "--json").json["rows"]}
    assert not any("90-cli" in origin for origin in origins)


def test_another_provider_may_be_connected_instead_of_what_was_imported(
    settled: Person, elsewhere: Person, xandikos: Served, tmp_path: Path
) -> None:
    settled.sure("account", "export", str(tmp_path / "me.json"))
    elsewhere.sure("account", "import", str(tmp_path / "me.json"))
    elsewhere.served = xandikos.new_user()
    (elsewhere.place / "password").write_text(elsewhere.served.password)
    words = (
        "--email",
        elsewhere.email,
        "--user",
        elsewhere.served.user,
        "--password-file",
        str(elsewhere.place / "password"),
    )

    ran = elsewhere.sure("connect", "kerio", "--caldav", elsewhere.served.url, *words, "--json")

    assert ran.json["next"] == "calsync choose-primary"
    elsewhere.chooses(codes=(0, 3))
    silent(elsewhere)
