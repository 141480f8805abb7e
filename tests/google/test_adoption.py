"""Two filled sides meet for the first time, or again: what is the same is one, what differs travels, nobody is told."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.meeting import Meeting
from tests.google.person import Googler

SAME, APART = 200, 25
"""Events on both sides, and on each side alone."""


def there(title: str, hour: int, **more: Any) -> dict[str, Any]:
    day = f"2026-12-{1 + hour // 20:02d}T{hour % 20:02d}"
    times = {key: {"dateTime": f"{day}:{minute}:00Z"} for key, minute in (("start", "00"), ("end", "45"))}
    return {"summary": title, **times, **more}


def here(title: str, hour: int, uid: str, extra: str = "") -> bytes:
    day = f"202612{1 + hour // 20:02d}T{hour % 20:02d}"
    return event(uid, title, start=f"{day}0000Z", end=f"{day}4500Z", extra=extra)


def test_r33_200_equal_and_50_different_events_are_50_transfers_and_no_mail(
    connected: Googler, capsys: pytest.CaptureFixture[str]
) -> None:
    connected.user.seed(
        [
            *(there(f"By UID {at}", at, iCalUID=f"same-{at}@example.org") for at in range(SAME // 2)),
            *(there(f"By look {at}", at) for at in range(SAME // 2)),
            *(there(f"There {at}", at, attendees=[{"email": "guest@outside.test"}]) for at in range(APART)),
        ]
    )
    connected.chooses("--no-sync")
    for at in range(SAME // 2):
        connected.writes(f"u{at}.ics", here(f"By UID {at}", at, f"same-{at}@example.org"))
        connected.writes(f"l{at}.ics", here(f"By look {at}", at, f"local-{at}"))
    people = f"ORGANIZER:mailto:{connected.email}\nATTENDEE:mailto:guest@outside.test\n"
    for at in range(APART):
        connected.writes(f"h{at}.ics", here(f"Here {at}", at, f"here-{at}", people))
    connected.asked()

    began = time.monotonic()
    report = connected.syncs()
    seconds = time.monotonic() - began

    requests = connected.asked()
    with capsys.disabled():
        print(
            f"\n  first sync of {SAME} equal and {2 * APART} different events: {len(requests)} requests, {seconds:.1f} s",
            end="",
        )
    assert report["match"] == {"equal": SAME // 2, "near": SAME // 2, "only_here": APART, "only_there": APART}
    assert (report["calendar"]["in"] - SAME // 2, report["calendar"]["out"]) == (APART, APART)
    assert len([one for one in requests if one["method"] != "GET"]) == APART
    assert len(requests) <= APART + 3
    assert connected.mails() == []
    assert len(agree(connected)) == SAME + 2 * APART
    connected.quiet_round()


@pytest.fixture
def other(settled: Googler, tmp_path: Path, signed_in: Googler) -> Googler:
    """The same person at another machine, where nothing is yet but the sign-in."""
    copytree(signed_in.place, tmp_path / "other")
    again = Googler(tmp_path / "other", email=settled.email, world=settled.world)
    (again.place / "key").write_bytes((signed_in.place / "key").read_bytes())
    return again


def test_a_second_machine_has_all_that_there_is_and_changes_nothing(settled: Googler, other: Googler) -> None:
    met = Meeting(settled, settled.world.google.new_user("colleague"))
    met.adds("--repeat", "weekly")
    met.sync()
    settled.mails()
    settled.asked()

    other.chooses()

    assert (other.mails(), settled.writes_there()) == ([], [])
    shown = agree(other)
    assert shown == agree(settled)
    assert {uid for body in other.near() if (uid := _uid(body))} == {
        uid for body in settled.near() if (uid := _uid(body))
    }
    settled.quiet_round()


def test_two_machines_that_take_turns_come_to_rest(settled: Googler, other: Googler) -> None:
    other.chooses()
    settled.edits(settled.uid("Lunch"), "SUMMARY:Lunch", "SUMMARY:Late lunch")
    settled.syncs()
    other.writes("o.ics", event("other", "Other", extra="CATEGORIES:Work\nX-ODD;A=B:c\n"))
    other.syncs()
    settled.syncs()
    settled.edits("other", "CATEGORIES:Work", "CATEGORIES:Play")
    settled.syncs()
    other.syncs()

    assert agree(other) == agree(settled)
    assert [b"CATEGORIES:Play" in body for body in other.near() if b"UID:other" in body] == [True]
    settled.quiet_round()
    other.quiet_round()


def _uid(body: bytes) -> str:
    return next(line[4:] for line in body.decode().splitlines() if line.startswith("UID:"))


def test_r54_after_a_disconnect_one_connects_again_and_nothing_is_there_twice(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine", extra="CATEGORIES:Work\n"))
    settled.syncs()
    before = agree(settled)
    settled.sure("disconnect", "--yes", "--no-revoke")
    settled.asked()

    settled.starts()

    assert settled.writes_there() == []
    assert (agree(settled), settled.mails()) == (before, [])
    settled.quiet_round()
