"""A connect that was killed after the sign-in and before the inbox was mapped: whatever is typed next goes on."""

from __future__ import annotations

import sqlite3

import pytest

from tests.mail_journeys.mailer import Mailer


@pytest.fixture
def cut_short(newcomer: Mailer) -> Mailer:
    """Connected, and not a word about folders in the state nor a directory on the disk."""
    newcomer.sure(*newcomer.connecting())
    line = sqlite3.connect(newcomer.database)
    with line:
        line.execute("PRAGMA foreign_keys=ON")
        line.execute("DELETE FROM link")
        line.execute("DELETE FROM setting WHERE name LIKE 'mail_%'")
    line.close()
    newcomer.mail.rename(newcomer.place / "elsewhere")
    return newcomer


def test_a_sync_maps_and_fetches_the_inbox(cut_short: Mailer) -> None:
    told = cut_short.syncs()["mail"]

    assert (told["in"], cut_short.near()) == (2, {"Lunch": "", "Talk": "S"})
    cut_short.settled()


def test_trying_it_first_changes_nothing(cut_short: Mailer) -> None:
    told = cut_short.syncs("--dry-run")

    assert (told["ok"], cut_short.mail.exists()) == (True, False)


def test_folders_mapped_first_are_synced(cut_short: Mailer) -> None:
    cut_short.sure("map-folders", "--auto")

    told = cut_short.syncs()["mail"]

    assert (told["in"], sorted(cut_short.near())) == (2, ["Lunch", "Talk"])
    cut_short.settled()


def test_connecting_again_goes_on(cut_short: Mailer) -> None:
    cut_short.sure(*cut_short.connecting())

    assert sorted(cut_short.near()) == ["Lunch", "Talk"]
