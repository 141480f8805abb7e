"""Policy > flag > environment > config set > config.toml > default, for every pair."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from calsync_cli.config import keys
from calsync_cli.config.layers import Origin

ORDER = list(Origin)
MINUTES = {origin: number for number, origin in enumerate(ORDER, 11)}


def said(origin: Origin) -> str:
    return f"{MINUTES[origin]}m"


def load(files, origins):
    text = {origin: f'[sync]\nevery = "{said(origin)}"\n' for origin in ORDER}
    writers = {Origin.FILE: files.write, Origin.SET: files.set, Origin.POLICY: files.policy}
    for origin in origins:
        if origin in writers:
            writers[origin](text[origin])
    env = {"CALSYNC_SYNC_EVERY": said(Origin.ENVIRONMENT)} if Origin.ENVIRONMENT in origins else {}
    flags = {"sync.every": said(Origin.FLAG)} if Origin.FLAG in origins else {}
    return files.load(env=env, flags=flags)


@pytest.mark.parametrize(("higher", "lower"), list(combinations(ORDER[:-1], 2)))
def test_the_higher_source_wins_and_is_named_as_the_origin(files, higher, lower):
    config = load(files, {higher, lower})

    assert config[keys.SYNC_EVERY] == timedelta(minutes=MINUTES[higher])
    assert config.settings["sync.every"].origin is higher


@pytest.mark.parametrize("origin", ORDER[:-1])
def test_any_source_wins_over_the_default(files, origin):
    assert load(files, {origin})[keys.SYNC_EVERY] == timedelta(minutes=MINUTES[origin])


def test_where_nobody_said_anything_every_default_can_be_read(files):
    config = files.load()

    assert {setting.origin for setting in config} == {Origin.DEFAULT}
    assert [config[setting.key] for setting in config][3] == timedelta(minutes=5)
    assert len(list(config)) == len(keys.KEYS)


def test_the_origin_is_told_with_its_place(files):
    files.write('# mine\nlanguage = "nl"\n[attic]\n\nkeep = "1d"\n')
    config = files.load(env={"CALSYNC_SYNC_CONFLICT": "local"})

    assert config.settings["language"].place == f"{files.places.config_file}:2"
    assert config.settings["attic.keep"].place == f"{files.places.config_file}:5"
    assert config.settings["sync.conflict"].place == "CALSYNC_SYNC_CONFLICT"


def test_a_locked_setting_is_the_default_whatever_the_user_says(files):
    files.policy('locked = ["event.invite"]')
    files.write('[event]\ninvite = "all"')

    config = files.load(env={"CALSYNC_EVENT_INVITE": "all"}, flags={"event.invite": "all"})

    assert config[keys.EVENT_INVITE] == "ask"
    assert config.settings["event.invite"].origin is Origin.POLICY


def test_a_policy_may_lock_a_setting_at_its_own_value(files):
    files.policy('locked = ["event.invite"]\n[event]\ninvite = "none"')

    assert files.load()[keys.EVENT_INVITE] == "none"


def test_the_machines_policy_hides_the_homes(files):
    files.policy('[event]\ninvite = "none"')
    files.write('[event]\ninvite = "all"', files.places.policies[1])

    assert files.load()[keys.EVENT_INVITE] == "none"


def test_every_key_has_its_variable(files):
    texts = {"amount": "7", "list": '["a@b"]'}
    env = {
        key.variable: texts["list"] if key.many else key.example.strip('"').replace("…", "0")
        for key in keys.KEYS.values()
    }

    config = files.load(env=env)

    assert {setting.origin for setting in config} == {Origin.ENVIRONMENT}


def test_lists_in_the_environment_are_json(files):
    config = files.load(env={"CALSYNC_HOOKS_POST_SYNC": '["notmuch", "new, really"]'})

    assert config[keys.HOOKS_POST_SYNC] == ("notmuch", "new, really")


def test_an_empty_variable_is_not_set(files):
    assert files.load(env={"CALSYNC_SYNC_EVERY": ""}).settings["sync.every"].origin is Origin.DEFAULT


def test_variables_of_others_are_left_alone(files):
    config = files.load(env={"CALSYNC_HOME": "/x", "CALSYNC": "1", "CALSYNC_OTHER_THING": "1", "SYNC_EVERY": "rubbish"})

    assert {setting.origin for setting in config} == {Origin.DEFAULT}
