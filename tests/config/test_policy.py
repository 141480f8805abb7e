"""What an administrator may say, and that a policy which cannot be read allows nothing."""

from __future__ import annotations

import pytest

from calsync_cli.config.policy import Enabled, Policy
from calsync_cli.core.errors import CalsyncError


def test_no_policy_allows_everything(files):
    assert files.load().policy == Policy(enabled=Enabled.YES, providers=None)


def test_a_policy_is_read_whole(files):
    path = files.policy(
        'enabled = "auto"\nproviders = ["google", "kerio"]\ncontact = "helpdesk@example.org"\n'
        'locked = ["event.invite"]\nmailboxes = ["@example.org"]\n'
    )

    policy = files.load().policy

    assert policy.path == path
    assert policy.enabled is Enabled.AUTO
    assert policy.providers == {"google", "kerio"}
    assert policy.contact == "helpdesk@example.org"
    assert policy.mailboxes == ("@example.org",)
    assert set(policy.settings) == {"event.invite"}


@pytest.mark.parametrize(("text", "meant"), [("true", Enabled.YES), ("false", Enabled.NO), ('"auto"', Enabled.AUTO)])
def test_enabled_is_yes_no_or_auto(files, text, meant):
    files.policy(f"enabled = {text}")

    assert files.load().policy.enabled is meant


def test_no_providers_means_none_not_all(files):
    files.policy("providers = []")

    assert files.load().policy.providers == frozenset()


@pytest.mark.parametrize(
    ("text", "variant", "key"),
    [
        ('enabled = "maybe"', "value", "enabled"),
        ("enabled = 1", "value", "enabled"),
        ('providers = "google"', "value", "providers"),
        ("contact = []", "value", "contact"),
        ('contact = "a\\u001b[2J"', "value", "contact"),
        ('mailboxes = ["example.org"]', "value", "mailboxes"),
        ('locked = ["event.invites"]', "unknown-near", "event.invites"),
        ('lock = ["event.invite"]', "unknown", "lock"),
        ('[event]\ninvite = "perhaps"', "choice", "event.invite"),
    ],
)
def test_a_mistake_in_a_policy_stops_everything(files, text, variant, key):
    files.policy(text)

    with pytest.raises(CalsyncError) as told:
        files.load()

    assert (told.value.code, told.value.variant, told.value.params["key"]) == ("E004", variant, key)


def test_a_policy_that_is_no_file_stops_everything(files):
    files.places.policies[0].mkdir(parents=True)

    with pytest.raises(CalsyncError):
        files.load()
