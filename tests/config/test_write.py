"""`config set` and `config unset` write one file, whole, private, and never the one written by hand."""

from __future__ import annotations

import json
import stat
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calsync_cli.config import keys
from calsync_cli.config.layers import Origin
from calsync_cli.config.write import set_key, unset_key
from calsync_cli.core.errors import CalsyncError

PRINTABLE = st.characters(exclude_categories=("C", "Z"))
BY_HAND = "# my own words\n[sync]\nevery   =  '7m'  # slow\n"


def put(files, name, text, *, connected=False):
    set_key(files.load(), name, text, connected=connected)


def test_what_is_set_is_read_back_with_its_origin(files):
    put(files, "sync.conflict", "local")

    config = files.load()
    assert config[keys.SYNC_CONFLICT] == "local"
    assert config.settings["sync.conflict"].origin is Origin.SET


def test_the_file_written_by_hand_stays_byte_for_byte(files):
    path = files.write(BY_HAND)

    put(files, "sync.every", "9m")
    unset_key(files.load(), "sync.every", connected=False)

    assert path.read_text() == BY_HAND


def test_unset_lets_the_hand_written_value_through_again(files):
    files.write(BY_HAND)
    put(files, "sync.every", "9m")

    unset_key(files.load(), "sync.every", connected=False)

    assert files.load().settings["sync.every"].raw == "7m"


def test_unset_of_what_was_never_set_is_no_error(files):
    unset_key(files.load(), "sync.every", connected=False)

    assert files.load().settings["sync.every"].origin is Origin.DEFAULT


def test_settings_live_side_by_side_in_the_file(files):
    put(files, "language", "nl")
    put(files, "hooks.post_sync", '["notmuch", "new"]')
    put(files, "sync.every", "1h")
    put(files, "sync.max_delete", "30")

    config = files.load()
    assert [config[key] for key in (keys.LANGUAGE, keys.HOOKS_POST_SYNC)] == ["nl", ("notmuch", "new")]
    assert config[keys.SYNC_MAX_DELETE].number == 30
    assert config.settings["sync.every"].raw == "1h"


def test_only_its_owner_may_read_what_was_set(files):
    put(files, "language", "nl")

    assert stat.S_IMODE(files.places.cli_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.places.cli_file.parent.stat().st_mode) == 0o700
    assert [path.name for path in files.places.cli_file.parent.iterdir()] == ["90-cli.toml"]


def test_a_link_to_ones_dotfiles_stays_a_link(files, tmp_path):
    files.set("")
    target = tmp_path / "dotfiles.toml"
    files.places.cli_file.rename(target)
    files.places.cli_file.symlink_to(target)

    put(files, "language", "nl")

    assert files.places.cli_file.is_symlink()
    assert 'language = "nl"' in target.read_text()


def test_two_at_once_lose_nothing(files):
    names = [("language", "nl"), ("sync.every", "1h"), ("event.invite", "all"), ("attic.keep", "2d")] * 4
    threads = [threading.Thread(target=put, args=(files, *each)) for each in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {one.key.name for one in files.load() if one.origin is Origin.SET} == {name for name, _ in names}


@pytest.mark.parametrize(
    ("name", "text", "code", "variant"),
    [
        ("sync.evry", "5m", "E003", "key-near"),
        ("qqq", "5m", "E003", "key"),
        ("sync.every", "often", "E001", "value"),
        ("sync.conflict", "both", "E001", "choice"),
        ("hooks.post_sync", "notmuch new", "E001", "value"),
    ],
)
def test_a_mistake_changes_nothing(files, name, text, code, variant):
    with pytest.raises(CalsyncError) as told:
        put(files, name, text)

    assert (told.value.code, told.value.variant) == (code, variant)
    assert not files.places.cli_file.exists()


@pytest.mark.parametrize("name", ["google.imap", "microsoft.tenant", "secrets.backend"])
def test_r44_what_a_connection_was_made_with_is_locked_while_it_stands(files, name):
    with pytest.raises(CalsyncError) as told:
        put(files, name, "file", connected=True)

    assert (told.value.code, told.value.variant, told.value.params) == ("E208", "", {"key": name})
    assert not files.places.cli_file.exists()


def test_r44_the_rest_stays_open(files):
    put(files, "sync.every", "1h", connected=True)

    assert not files.load().locked(keys.SYNC_EVERY, connected=True)
    assert files.load().locked(keys.SECRETS_BACKEND, connected=True)
    assert not files.load().locked(keys.SECRETS_BACKEND, connected=False)


@pytest.mark.parametrize("change", [lambda files: put(files, "event.invite", "all"),
                                    lambda files: unset_key(files.load(), "event.invite", connected=False)])  # fmt: skip
def test_what_the_policy_locks_no_user_changes(files, change):
    files.policy('locked = ["event.invite"]\ncontact = "helpdesk@example.org"')

    with pytest.raises(CalsyncError) as told:
        change(files)

    assert (told.value.code, told.value.variant) == ("E208", "policy-ask")
    assert told.value.params == {
        "key": "event.invite",
        "contact": "helpdesk@example.org",
        "fix": "calsync admin policy",
    }


def test_a_directory_that_cannot_be_made_is_an_error_with_its_path(files, tmp_path):
    files.write("")
    files.places.cli_file.parent.touch()

    with pytest.raises(CalsyncError) as told:
        put(files, "language", "nl")

    assert told.value.code in {"E004", "E505"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(PRINTABLE, min_size=1, max_size=20), max_size=5))
def test_what_can_be_set_can_be_read(files, words):
    put(files, "hooks.post_sync", json.dumps(words))

    assert files.load()[keys.HOOKS_POST_SYNC] == tuple(words)
