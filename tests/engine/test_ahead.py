"""What comes ahead is what would have come."""

from __future__ import annotations

import threading

import pytest

from calsync_cli.engine.ahead import BLOCK, DEPTH, ahead


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1, BLOCK * DEPTH * 3 + 7])
def test_all_items_come_in_their_order(count):
    assert list(ahead(iter(range(count)))) == list(range(count))


def test_what_a_store_raises_comes_after_what_it_gave():
    def broken():
        yield from range(BLOCK + 3)
        raise ConnectionError("cut")

    got = []
    with pytest.raises(ConnectionError):
        got.extend(iter_into(got, ahead(broken())))

    assert got == list(range(BLOCK + 3))


def iter_into(into, items):
    for item in items:
        into.append(item)
    return []


def test_whoever_looks_away_leaves_no_thread_behind():
    items = ahead(iter(range(10**9)))
    next(items)

    items.close()

    assert [thread for thread in threading.enumerate() if thread.name == "calsync-ahead"] == []
