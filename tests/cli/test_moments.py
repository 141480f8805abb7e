"""Moments in a sentence are local, and no longer than they need to be."""

from __future__ import annotations

import time

import pytest

from calsync_cli.cli.view.moments import spoken


@pytest.fixture(autouse=True)
def amsterdam(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Amsterdam")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_two_times_of_one_day_are_told_without_the_day():
    assert spoken("2026-11-24T09:00:00Z → 2026-11-24T10:30:00+01:00") == ("10:00 → 10:30",)


def test_times_of_several_days_are_told_with_their_day():
    told = spoken("2026-11-24T10:00:00+01:00", "2026-11-25T10:00:00+01:00")

    assert told == ("2026-11-24 10:00", "2026-11-25 10:00")


def test_a_floating_time_stays_what_it_says():
    assert spoken("2026-11-24T10:00:00") == ("2026-11-24 10:00",)


def test_other_texts_stay_as_they_are():
    assert spoken("Room 1 → Room 2", "2026-11-24", "") == ("Room 1 → Room 2", "2026-11-24", "")
