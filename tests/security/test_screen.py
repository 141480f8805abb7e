"""What a stranger writes reaches no terminal as a command: titles, names and reasons on every screen of calsync."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person

EVIL = "Ti\x1b[31mtle\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\\x1b]0;owned\x07 \u202eesrever\u202c\u2066x\u2069\x9b2J\x7f\u200bend"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def evil(request, tmp_path_factory) -> Person:
    """Evil titles in a whole file, in a broken one, in what was deleted and in a conflict; an evil calendar's name."""
    person = Person(tmp_path_factory.mktemp("evil"), request.getfixturevalue("radicale").new_user())
    dress = "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:displayname>Ca\u202el\u2066\x9bx</D:displayname></D:prop></D:set></D:propertyupdate>"
    person.served.plain().sure("PROPPATCH", "", dress.encode(), Content_Type="application/xml")
    both, goes = (uuid.uuid4().hex for _ in range(2))
    for uid in (both, goes):
        person.served.plain().put(f"{uid}.ics", event(uid, "Harmless"))
    person.starts()
    person.edits(both, "Harmless", EVIL)
    person.edits_there(both, "Harmless", "Theirs \u202e\x9b31m")
    person.file(goes).unlink()
    person.writes("new.ics", event(uuid.uuid4().hex, EVIL))
    broken = event(uuid.uuid4().hex, EVIL).replace(b"END:VEVENT\r\n", b"")
    person.writes("broken.ics", broken)
    return person


COMMANDS = (
    ("sync", "--dry-run"),
    ("sync", "-vv"),
    ("sync",),
    ("sync", "--full", "-v"),
    ("log",),
    ("conflicts",),
    ("conflicts", "show", "1"),
    ("status",),
    ("calendars",),
    ("undo", "--list"),
    ("undo", "--dry-run", "1"),
    ("choose-primary", "--list"),
    ("doctor",),
    ("calendars", "hide", EVIL),
    ("choose-primary", EVIL),
    ("--account", EVIL, "sync"),
    (EVIL,),
    ("help", EVIL),
)


@pytest.mark.parametrize(
    "words", COMMANDS, ids=lambda words: " ".join(words)[:30].encode("ascii", "replace").decode().replace("\x1b", "ESC")
)
@pytest.mark.parametrize("how", ["text", "colour", "json"])
def test_no_screen_shows_what_could_steer_a_terminal(evil: Person, words: tuple[str, ...], how: str) -> None:
    more = {"text": (), "colour": ("--color", "always"), "json": ("--json",)}[how]

    ran = evil.types(*words, *more)

    for said in (ran.out, ran.err):
        shown = SGR.sub("", said) if how == "colour" else said
        assert HARMFUL.findall(shown) == [], said
        assert how == "colour" or "\x1b" not in said


def test_the_evil_was_there_to_be_shown(evil: Person) -> None:
    """Else the tests above prove nothing."""
    told = evil.sure("conflicts", "--json").json["conflicts"]

    assert any("owned" in row["title"] for row in told)


def test_the_log_file_holds_lines_and_nothing_else(evil: Person, tmp_path: Path) -> None:
    log = tmp_path / "log"

    evil.types("sync", "--full", "-vv", "--log-file", str(log))

    files = [log, *(evil.home / "log").rglob("*")]
    assert not [found for file in files if file.is_file() and (found := HARMFUL.findall(file.read_text()))]
