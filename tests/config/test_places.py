"""Where things lie, and which names may become directories."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.config.places import account_name, account_of, directory_name, find_places, make_private
from calsync_cli.core.errors import CalsyncError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_calsync_home_holds_everything(tmp_path):
    places = find_places({"CALSYNC_HOME": str(tmp_path)})

    assert [str(path.relative_to(tmp_path)) for path in (
        places.config_file,
        places.cli_file,
        places.policies[1],
        places.agenda("me@example.org"),
        places.mail("me@example.org"),
        places.database("me@example.org"),
        places.lock("me@example.org"),
        places.attic("me@example.org"),
        places.logs,
    )] == [
        "config.toml",
        "config.d/90-cli.toml",
        "policy.toml",
        "agenda/me@example.org",
        "mail/me@example.org",
        "state/me@example.org/state.db",
        "state/me@example.org/lock",
        "attic/me@example.org",
        "log",
    ]  # fmt: skip


def test_the_machines_policy_comes_before_the_homes():
    assert find_places({"CALSYNC_HOME": "/h"}).policies == (Path("/etc/calsync/policy.toml"), Path("/h/policy.toml"))


def test_without_calsync_home_the_platform_decides(tmp_path, monkeypatch):
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))

    places = find_places({})

    assert places.config_file == tmp_path / "CONFIG/calsync/config.toml"
    assert places.agendas == tmp_path / "DATA/calsync/agenda"
    assert places.states == tmp_path / "STATE/calsync/state"
    assert places.logs == tmp_path / "STATE/calsync/log"


def test_a_relative_calsync_home_is_made_absolute_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert find_places({"CALSYNC_HOME": "there"}).config_file == tmp_path / "there/config.toml"


def test_asking_for_places_creates_nothing(tmp_path):
    find_places({"CALSYNC_HOME": str(tmp_path)}).database("me@example.org")

    assert list(tmp_path.iterdir()) == []


def test_agenda_path_names_the_account_where_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    places = find_places({"CALSYNC_HOME": str(tmp_path / "h")})

    assert places.agenda("me@example.org", "~/Calendars/{account}") == tmp_path / "Calendars/me@example.org"
    assert places.mail("a/b@x", "~/Mail/{account}") == tmp_path / "Mail/a%2Fb@x"


def test_accounts_are_the_directories_with_a_state(tmp_path):
    places = find_places({"CALSYNC_HOME": str(tmp_path)})
    for name in ("b@x", "a/b@x"):
        make_private(places.state(name))
        places.database(name).touch()
    make_private(places.state("unfinished@x"))

    assert places.accounts() == ("a/b@x", "b@x")


def test_no_state_means_no_accounts(tmp_path):
    assert find_places({"CALSYNC_HOME": str(tmp_path)}).accounts() == ()


@pytest.mark.parametrize("name", ["me@example.org", "o'brien+tag@example.org", "personal", "rené@münchen.de", "a%b@x"])
def test_an_honest_name_is_a_name(name):
    assert account_name(name) == name


def test_capitals_are_one_account_with_small_letters():
    assert account_name(" Me@Example.ORG\n") == "me@example.org"


@pytest.mark.parametrize(
    "name",
    ["", "  ", ".", "..", "../../etc", ".hidden", "-rf", "~root", "a\0b", "a\nb@x", "a b@x", "ends.", "\x1b[2J@x",
     "me@x\u202egro", "a\u200bb@x", "x" * 201, "é" * 101, "\ud800@x"],
)  # fmt: skip
def test_a_hostile_name_is_refused(name):
    with pytest.raises(CalsyncError) as told:
        account_name(name)

    assert (told.value.code, told.value.variant) == ("E001", "account-name")


@pytest.mark.parametrize("name", ["a/../../b@x", "a\\b@x", "c:d@x"])
def test_what_may_stand_in_an_address_but_not_in_a_path_is_spelled_otherwise(name, tmp_path):
    state = find_places({"CALSYNC_HOME": str(tmp_path)}).state(account_name(name))

    assert state.parent == tmp_path / "state"
    assert account_of(state.name) == name


@given(st.text(max_size=60))
def test_any_text_is_refused_or_stays_one_directory_deep(text):
    try:
        name = account_name(text)
    except CalsyncError:
        return

    directory = directory_name(name)
    assert Path("root", directory).parent == Path("root")
    assert directory not in {"", ".", ".."}
    assert "/" not in directory
    assert "\\" not in directory
    assert account_of(directory) == name


def test_private_directories_are_private_whatever_the_umask(tmp_path):
    import os

    before = os.umask(0)
    try:
        made = make_private(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)

    assert [mode(made), mode(made.parent), mode(made.parent.parent)] == [0o700] * 3


def test_an_open_state_directory_is_closed_again(tmp_path):
    tmp_path.chmod(0o755)

    assert mode(make_private(tmp_path)) == 0o700


def test_a_users_own_directory_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)

    assert mode(make_private(tmp_path, ours=False)) == 0o755


def test_a_file_in_the_way_is_an_error_with_its_path(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(CalsyncError) as told:
        make_private(tmp_path / "file" / "deeper")

    assert (told.value.code, told.value.variant) == ("E505", "directory")
    assert told.value.params["path"] == str(tmp_path / "file" / "deeper")
