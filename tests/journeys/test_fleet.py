"""Many accounts in one run: one that fails stops no other, and the exit code says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.conftest import colleague
from tests.journeys.person import Person, agree


@pytest.fixture
def both(settled: Person) -> tuple[Person, Person]:
    """Two accounts in one home; one event waits at each server."""
    other = colleague(settled)
    other.sure(*other.connecting())
    other.sure("choose-primary", other.primary_id, "--account", other.email)
    for person in (settled, other):
        person.served.plain().put("new.ics", event("new", "New"))
    return settled, other


def test_all_accounts_are_synced(both: tuple[Person, Person]) -> None:
    ran = both[0].sure("sync", "--all", "--jobs", "2", "--json")

    assert [(one["account"], one["ok"], one["calendar"]["in"]) for one in ran.json["accounts"]] == [
        ("me@example.org", True, 1),
        ("you@example.org", True, 1),
    ]
    assert all("new" in agree(person) for person in both)


def test_one_that_fails_stops_no_other(both: tuple[Person, Person]) -> None:
    both[0].served.plain().remove()

    ran = both[0].types("sync", "--all", "--jobs", "2", "--json")

    assert ran.code == 10
    errors = [one["error"]["code"] if one["error"] else None for one in ran.json["accounts"]]
    assert errors == ["E304", None]
    assert "new" in agree(both[1])


def test_a_damaged_account_is_told_and_a_local_one_left_out(both: tuple[Person, Person]) -> None:
    both[0].sure("account", "add", "local@example.org")
    both[0].database.write_bytes(b"rubbish" * 1000)

    ran = both[0].types("sync", "--all", "--json")

    assert ran.code == 10
    assert [(one["account"], one["ok"]) for one in ran.json["accounts"]] == [
        ("me@example.org", False),
        ("you@example.org", True),
    ]


def test_how_it_is_told_is_handed_on(both: tuple[Person, Person], tmp_path: Path) -> None:
    ran = both[0].sure("sync", "--all", "-vv", "--log-file", str(tmp_path / "log"))

    log = (tmp_path / "log").read_text()
    for person in both:
        assert f"PROPFIND /{person.served.user}/" in ran.err
        assert f"PROPFIND /{person.served.user}/" in log


@pytest.mark.parametrize(("shard", "wanted"), [("1/2", ["me@example.org"]), ("2/2", ["you@example.org"])])
def test_a_shard_is_a_part_of_them(both: tuple[Person, Person], shard: str, wanted: list[str]) -> None:
    ran = both[0].sure("sync", "--all", "--shard", shard, "--json")

    assert [one["account"] for one in ran.json["accounts"]] == wanted
