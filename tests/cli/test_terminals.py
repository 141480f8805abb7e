"""Every screen at a real terminal: narrow and wide, dumb and in colours, in both languages, with the worst of titles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.cli import words
from calsync_cli.cli.view.safe import cells, cut_front, safe
from calsync_cli.cli.view.table import table
from tests.cli import catalogue, test_flags
from tests.cli.test_view import on
from tests.cli.tty import HARMFUL, SGR, at_terminal, columns, displayed
from tests.doubles.events import event
from tests.journeys.person import CALSYNC, Person

EVIL = "Ti\x1b[31mtle\x1b]8;;https://evil.example\x1b\\\\link\x1b]8;;\x1b\\\\\x1b]0;owned\x07 \u202eesrever\u202c\u2066x\u2069\x9b2J\x7f\u200bend"
LONG = "Long " + "word " * 2000
WIDE = "会議 東京 " * 40 + "🎉 é\u0302"
LINES = "First\\nsecond\\n\\nthird"
TITLES = {"evil": EVIL, "long": LONG, "wide": WIDE, "lines": LINES}
NAME = "Ca\u202el\u2066\x9bx 会議 " + "very " * 60 + "long"
DRESS = f"<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:displayname>{NAME}</D:displayname></D:prop></D:set></D:propertyupdate>"

TABLES = [
    ("calendars",),
    ("conflicts",),
    ("undo", "--list"),
    ("account", "list"),
    ("config", "list", "--origin"),
    ("agenda", "2026-12-01"),
    ("agenda", "2026-12-01", "--search", "e"),
    ("agenda", "2026-12-01", "--free"),
]
"""What is cut to the width of the terminal."""
TEXTS = [
    ("status",),
    ("conflicts", "show", "c1"),
    ("undo", "-n", "1"),
    ("log",),
    ("doctor",),
    ("choose-primary", "--list"),
    ("config", "list"),
    ("config", "path"),
    ("admin", "policy"),
    ("help",),
    ("help", "errors"),
    ("status", "-h"),
    (EVIL,),
    ("calendars", "hide", EVIL),
    ("-a", EVIL, "log"),
]
"""What the terminal may break into lines."""
SCREENS = TABLES + TEXTS


def name(one: tuple[str, ...]) -> str:
    return " ".join("EVIL" if word == EVIL else word for word in one)


@pytest.fixture(scope="module")
def person(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """The worst titles in files, in conflicts, in what was deleted, in one that is broken; and the name of a calendar."""
    someone = Person(tmp_path_factory.mktemp("evil"), request.getfixturevalue("radicale").new_user())
    plain = someone.served.plain()
    plain.sure("PROPPATCH", "", DRESS.encode(), Content_Type="application/xml")
    made = {title: [uuid.uuid4().hex for _ in range(2)] for title in TITLES.values()}
    for clash, goes in made.values():
        plain.put(f"{clash}.ics", event(clash, "Harmless"))
        plain.put(f"{goes}.ics", event(goes, "Harmless"))
    someone.starts()
    for title, (clash, goes) in made.items():
        someone.edits(clash, "Harmless", title)
        someone.edits(goes, "Harmless", title)
        someone.edits_there(clash, "Harmless", "Theirs " + LONG[:300])
    someone.sure("sync", codes=(0, 3))
    for _clash, goes in made.values():
        someone.file(goes).unlink()
    someone.writes("new.ics", event("new", EVIL, extra=f"LOCATION:{LONG}\nDESCRIPTION:{LINES}{LONG}\n"))
    someone.writes("broken.ics", event("broken", EVIL + LONG).replace(b"END:VEVENT\r\n", b""))
    someone.sure("sync", codes=(0, 3))
    for name in ("LC_MESSAGES", "LANGUAGE", "NO_COLOR", "COLUMNS", "LINES"):
        someone.env.pop(name, None)
    someone.env |= {"TERM": "xterm-256color"}
    return someone


def test_the_worst_is_there_to_be_shown(person: Person) -> None:
    """Else the tests below prove nothing."""
    titles = [row["title"] for row in person.sure("conflicts", "--json").json["conflicts"]]
    lost = [row["title"] for row in person.sure("undo", "--list", "--json").json["items"]]

    assert len([title for title in titles if "owned" in title or len(title) > 9000 or "東京" in title]) >= 3
    assert any(len(title) > 9000 for title in lost)


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("screen", SCREENS, ids=name)
def test_nothing_that_steers_reaches_the_terminal_and_tables_fit(
    screen: tuple[str, ...], width: int, person: Person
) -> None:
    seen = at_terminal(screen, person.env, width=width)

    assert HARMFUL.findall(seen.text) == []
    assert SGR.sub("", seen.raw.decode()).count("\x1b") == 0
    assert "Traceback" not in seen.text
    limit = width if screen in TABLES else 700
    assert [line for line in seen.lines if columns(line) > limit] == []


@pytest.mark.parametrize("env", [{"TERM": "dumb", "CALSYNC_LANG": "nl"}, {"NO_COLOR": "1"}], ids=["dumb", "NO_COLOR"])
@pytest.mark.parametrize("screen", SCREENS, ids=name)
def test_without_colours_no_escape_at_all_reaches_the_terminal(
    screen: tuple[str, ...], env: dict[str, str], person: Person
) -> None:
    seen = at_terminal(screen, person.env | env)

    assert b"\x1b" not in seen.raw
    assert HARMFUL.findall(seen.text) == []


C = {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, C | {"CALSYNC_LANG": "nl"}], ids=["ascii", "C"])
@pytest.mark.parametrize("screen", SCREENS, ids=name)
def test_a_terminal_that_is_not_utf8_gets_ascii(screen: tuple[str, ...], env: dict[str, str], person: Person) -> None:
    seen = at_terminal(screen, person.env | env)

    assert seen.raw.isascii()
    assert seen.code != 1


@pytest.mark.parametrize("screen", TABLES[:3], ids=name)
def test_ids_can_be_typed_as_they_are_shown_however_narrow_the_terminal_is(
    screen: tuple[str, ...], person: Person
) -> None:
    told = json.loads(person.types(*screen, "--json").out)
    ids = [row["id"] for row in told.get("conflicts") or told.get("items") or []]

    seen = at_terminal(screen, person.env, width=40)

    assert [one for one in ids if not any(line.split()[:1] == [one] for line in seen.lines)] == []


@pytest.mark.parametrize("screen", TABLES, ids=name)
def test_in_a_pipe_there_are_no_colours_and_nothing_steers(screen: tuple[str, ...], person: Person) -> None:
    ran = person.types(*screen)

    assert HARMFUL.findall(ran.out + ran.err) == []


@pytest.mark.parametrize("screen", [("conflicts",), ("undo", "--list"), ("log",)], ids=name)
def test_in_a_pipe_nothing_is_cut(screen: tuple[str, ...], person: Person) -> None:
    ran = person.types(*screen, TERM="xterm", COLUMNS="40")

    assert safe(LONG) in ran.out


@pytest.mark.parametrize("width", [40, 200])
def test_every_event_can_be_looked_at(width: int, person: Person) -> None:
    events = person.sure("agenda", "2026-12-01", "--json").json["events"]
    assert len(events) >= 5

    for one in events:
        seen = at_terminal(("event", "show", one["short"]), person.env, width=width)

        assert (seen.code, HARMFUL.findall(seen.text)) == (0, [])
        assert [line for line in seen.lines if columns(line) > 700] == []


def test_languages_differ_in_words_dates_and_nothing_else(person: Person) -> None:
    english, dutch = (
        at_terminal(("agenda", "2026-12-01"), person.env | {"LANG": lang}).lines for lang in ("en_US.UTF-8", "nl_NL.UTF-8")
    )  # fmt: skip

    assert (english[0], dutch[0]) == ("Tue 1 Dec", "di 1 dec")
    assert english[1:] == dutch[1:]


@pytest.mark.parametrize("screen", [("status",), ("calendars",), ("conflicts",), ("undo", "--list"), ("-h",)], ids=name)
def test_what_a_screen_says_is_said_in_dutch(screen: tuple[str, ...], person: Person) -> None:
    english, dutch = (
        at_terminal(screen, person.env | {"LANG": lang}, width=200).lines for lang in ("C", "nl_NL.UTF-8")
    )

    same = [line for line in set(english) & set(dutch) if re.search(r"[a-z]{3}.*\s[a-z]{3}", line)]
    assert [line for line in same if "Holidays" not in line and "Team" not in line] == []


SLOW = """
import sys
from calsync_cli.cli.view import progress
progress.SLOW = 0
from calsync_cli.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def test_a_bar_leaves_the_screen_as_if_it_had_never_been_there(person: Person) -> None:
    person.sure("sync", "--full", codes=(0, 3))
    dumb = at_terminal(("sync", "--full"), person.env | {"TERM": "dumb"})
    told = [line for line in dumb.lines if not line.endswith("…") or "!" in line]

    seen = at_terminal(("sync", "--full"), person.env, program=(sys.executable, "-c", SLOW))

    assert b"\x1b[2K" in seen.raw, "no bar was drawn: this proves nothing"
    assert [line for line in displayed(seen.raw) if line] == told


# ── help, in this process: the same at 80 columns is asked of the installed command above ────────────────────────────

LEAVES = test_flags.LEAVES


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("leaf", [(), *LEAVES], ids=lambda leaf: " ".join(leaf) or "calsync")
def test_help_fits_the_terminal(
    leaf: tuple[str, ...], language: str, width: int, calsync: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    path = [word for word in leaf if word.islower() and not word.isdigit()]

    got = calsync(*path, "-h", "--lang", language)

    assert got.code == 0
    assert [line for line in got.out.splitlines() if columns(line) > width] == []
    assert "..." not in got.out, "a sentence was cut"


# ── plurals ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ALIKE = {("nl", "{n} hour")}
"""Een uur, twee uur."""

PLURALS = [one for one in catalogue.sentences() if isinstance(one, tuple)]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("forms", PLURALS, ids=lambda forms: forms[0][:40])
def test_one_is_one_and_all_other_numbers_are_many(forms: tuple[str, str], language: str) -> None:
    words.speak(language)

    told = [words.ngettext(*forms, n) for n in (0, 1, 2, 101)]

    words.speak("en")
    assert told[0] == told[2] == told[3]
    assert (told[0] == told[1]) is ((language, forms[0]) in ALIKE)
    assert all("{n}" in text for text in (told[0], forms[1]))


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text(), st.integers(1, 30))
def test_text_cut_in_front_fits_and_keeps_its_end(text: str, width: int) -> None:
    clean = safe(text)

    got = cut_front(clean, width)

    assert cells(got) <= width
    assert clean.endswith(got.removeprefix("…"))


def test_columns_give_way_in_the_order_that_was_said() -> None:
    rows = [("wb014a7", "2026-11-20 13:55", "/home/me/agenda/personal", "A title that is long")]
    heads = ("ID", "When", "Directory", "Title")

    told = {
        width: table(on(width=width), heads, rows, whole={0, 1}, spare=(1, 2), tails={2})[1] for width in (80, 60, 40, 20)
    }  # fmt: skip

    assert told == {
        80: "wb014a7  2026-11-20 13:55  /home/me/agenda/personal  A title that is long",
        60: "wb014a7  2026-11-20 13:55  …agenda/personal  A title that i…",
        40: "wb014a7  …agenda/personal  A title that…",
        20: "wb014a7  A title th…",
    }


def test_an_indented_table_is_no_wider_than_the_terminal() -> None:
    told = table(on(width=30), ("Name",), [("n" * 100,)], indent="  ")

    assert [cells(line) for line in told] == [6, 30]


def test_lines_that_a_reader_has_seen_enough_of_are_no_failure(person: Person) -> None:
    told = subprocess.run(f"{CALSYNC[0]} log | head -n 1", shell=True, env=person.env, capture_output=True, text=True, check=False)  # fmt: skip

    assert told.stderr == ""


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"abc\r\x1b[2Kxy\r\nz", ["xy", "z"]),
        (b"one\r\ntwo\x1b[1A\r\x1b[2K1", ["1", "two"]),
        ("\x1b[?25l\x1b[31m━━\x1b[0m\r\x1b[2K✓ done\r\n\x1b[?25h".encode(), ["✓ done", ""]),
    ],
)
def test_the_screen_of_these_tests_does_what_a_terminal_does(raw: bytes, wanted: list[str]) -> None:
    assert displayed(raw) == wanted


def test_what_is_harmful_is_more_than_what_calsync_takes_out() -> None:
    """Told without a line of calsync, so that a hole in one is not a hole in the other."""
    harmful = "\x00\x07\x08\x1b\x7f\x85\x9b\xad\u061c\u200b\u200e\u2028\u202e\u2066\u2069\u3164\ufeff\U000e0041"

    assert HARMFUL.findall(harmful) == list(harmful)
    assert HARMFUL.findall(safe(harmful)) == []
