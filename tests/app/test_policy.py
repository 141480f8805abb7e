"""What may be connected, told from files alone."""

from __future__ import annotations

from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.policy import HERE, allowed, allowed_here
from calsync_cli.cli.view.accounts import NAMES
from calsync_cli.config import policy
from calsync_cli.config.places import Places, find_places


def places(tmp_path, text: str | None) -> Places:
    found = find_places({"CALSYNC_HOME": str(tmp_path / "home")}, etc=tmp_path / "etc")
    if text is not None:
        (tmp_path / "etc").mkdir()
        (tmp_path / "etc" / "policy.toml").write_text(text)
    return found


def test_what_this_version_can_connect_is_what_the_catalogue_has():
    assert tuple(PROVIDERS) == HERE


def test_every_provider_has_a_name_to_show():
    assert set(policy.PROVIDERS) == set(NAMES)


def test_without_a_policy_all_are_allowed(tmp_path):
    assert allowed(places(tmp_path, None)) == HERE


def test_two_that_are_allowed_are_two(tmp_path):
    """R39: in the order of the menu, whatever the policy's."""
    assert allowed(places(tmp_path, 'providers = ["caldav", "kerio"]')) == ("kerio", "caldav")


def test_an_alias_is_the_provider_it_stands_for(tmp_path):
    assert policy.read_policy(places(tmp_path, 'providers = ["office365"]').policies).providers == {"microsoft365"}


def test_nothing_is_allowed_where_it_is_switched_off_or_cannot_be_read(tmp_path):
    for number, text in enumerate(("enabled = false", 'enabled = "auto"', "?", "providers = []")):
        (tmp_path / str(number)).mkdir()
        assert allowed(places(tmp_path / str(number), text)) == ()


def test_without_a_home_nothing_can_be_connected(monkeypatch):
    monkeypatch.setattr("pathlib.Path.expanduser", lambda path: path)

    assert allowed_here({"CALSYNC_HOME": "~/calsync"}) == ()


def test_asking_leaves_no_trace(tmp_path):
    there = places(tmp_path, 'enabled = "auto"')
    before = sorted(tmp_path.rglob("*"))

    allowed(there)

    assert sorted(tmp_path.rglob("*")) == before
