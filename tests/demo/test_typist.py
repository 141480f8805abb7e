"""Commands typed for all to see: to their end, or going on while other things happen."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calsync_cli.demo import typist
from calsync_cli.demo.typist import Typist
from calsync_cli.demo.witness import WentWrong

ECHO = """
import signal, sys, time
from pathlib import Path
place, code = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGINT, lambda *_: sys.exit(code))
try:
    print("ready", flush=True)
    while True:
        for path in sorted(place.glob("*.in")):
            print("saw", path.stem, flush=True)
            path.rename(path.with_suffix(".out"))
        time.sleep(0.01)
finally:
    print("stopped", flush=True)
"""


@dataclass(slots=True)
class Room:
    """Whoever watches."""

    seen: list[str] = field(default_factory=list)

    def chapter(self, scene: str, **_: str) -> None:
        self.seen.append(f"# {scene}")

    def typed(self, words: tuple[str, ...]) -> None:
        self.seen.append(f"$ {words[1]}")

    def printed(self, text: str) -> None:
        self.seen.append(text.strip())


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def hand(room: Room, monkeypatch: pytest.MonkeyPatch) -> Typist:
    """Somebody who types Python instead of calsync."""
    monkeypatch.setattr(typist, "program", lambda: (sys.executable, "-c"))
    return Typist(room, os.environ)


def test_what_goes_on_is_shown_line_by_line_and_ended_by_ctrl_c(hand: Typist, room: Room, tmp_path: Path):
    with hand.watches(ECHO, str(tmp_path), "0") as watched:
        watched.says("ready")
        room.chapter("a file")
        watched.after((tmp_path / "one.in").touch, (tmp_path / "one.out").exists, "it is seen")

    assert room.seen[1:] == ["ready", "# a file", "saw one", "stopped"]


def test_what_is_true_but_told_by_nobody_is_waited_for_in_vain(hand: Typist, tmp_path: Path, monkeypatch):
    with hand.watches(ECHO, str(tmp_path), "0") as watched:
        watched.says("ready")
        monkeypatch.setattr(typist, "SECONDS", 0.2)

        with pytest.raises(WentWrong, match="it is told"):
            watched.after(tmp_path.exists, lambda: True, "it is told")


def test_what_is_told_but_never_true_is_waited_for_in_vain(hand: Typist, room: Room, tmp_path: Path, monkeypatch):
    with hand.watches(ECHO, str(tmp_path), "0") as watched:
        watched.says("ready")
        monkeypatch.setattr(typist, "SECONDS", 0.5)

        with pytest.raises(WentWrong, match="it is true"):
            watched.after((tmp_path / "one.in").touch, lambda: False, "it is true")

    assert "saw one" in room.seen


def test_one_that_ends_by_itself_is_not_waited_for(hand: Typist):
    with pytest.raises(WentWrong, match="by itself"), hand.watches("print('ready')") as watched:
        watched.says("another word")


def test_one_that_ends_badly_goes_wrong(hand: Typist, tmp_path: Path):
    with pytest.raises(WentWrong, match=": 4"), hand.watches(ECHO, str(tmp_path), "4") as watched:
        watched.says("ready")


def test_a_command_that_ends_in_another_way_than_it_should_goes_wrong(hand: Typist, room: Room):
    hand.types("print('fine'); raise SystemExit(3)", codes=(0, 3))

    with pytest.raises(WentWrong, match=": 3"):
        hand.types("print('bad'); raise SystemExit(3)")

    assert [line for line in room.seen if not line.startswith("$")] == ["fine", "bad"]


def test_the_row_of_a_table_is_found_by_its_title(hand: Typist, room: Room):
    table = "print('ID  Title'); print('4   Lunch'); print('m1  Invoice 0387   -> deleted')"

    found = hand.reads("Invoice 0387", table)

    assert found == "m1"
    assert room.seen[-1] == "m1  Invoice 0387   -> deleted"
    with pytest.raises(WentWrong, match="no Dinner"):
        hand.reads("Dinner", table)
