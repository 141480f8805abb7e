"""Whatever is done on both sides, whatever goes wrong meanwhile: nothing is lost, doubled or mailed, and it comes to rest."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.google.conftest import begun
from tests.google.oracle import Oracle
from tests.google.person import Googler

MANNERS: tuple[dict[str, Any], ...] = (
    {},
    {"exdates_as_instances": True, "rewrites_rules": True, "bare_tombstones": True},
    {"page_limit": 3, "shuffled": True},
    {"revives": False, "gzip": False},
)
"""How Google may behave."""


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 120), (2, 80), *(pytest.param(seed, 400, marks=pytest.mark.soak) for seed in range(3, 23))],
)
def test_two_hands_by_chance(connected: Googler, seed: int, steps: int) -> None:
    oracle = Oracle(begun(connected), Random(seed))
    with connected.world.google.behaving(**MANNERS[seed % len(MANNERS)]):
        for _ in range(0, steps, 40):
            oracle.steps(40)
            oracle.judged()
