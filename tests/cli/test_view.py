"""What is shown: harmless, as wide as the terminal, in colours only where they are wanted, never in colours alone."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli import words
from calsync_cli.cli.options import Asked
from calsync_cli.cli.view import faults, rounds
from calsync_cli.cli.view import screen as screens
from calsync_cli.cli.view.machine import plain
from calsync_cli.cli.view.safe import ascii_only, cells, cut, padded, safe
from calsync_cli.cli.view.screen import Screen, Stream
from calsync_cli.core.errors import KINDS
from tests.cli import samples

HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202eevil\u2066 a\r\nb\x9b31m [bold red]x[/] \u200b{0}\ud800"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
STYLES = re.compile(r"\x1b\[[0-9]+m")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def on(*, width: int = 80, color: bool = False, unicode: bool = True, terminal: bool = True, **more: Any) -> Screen:
    out, err = (Stream(Terminal() if terminal else io.StringIO(), color, unicode) for _ in range(2))
    return Screen(
        **{"out": out, "err": err, "json": False, "verbosity": 0, "width": width, "interactive": False, **more}
    )


def shown(screen: Screen) -> tuple[str, str]:
    return screen.out.file.getvalue(), screen.err.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", samples.EVERY)
def test_a_hostile_title_does_nothing_to_the_terminal(name: str, language: str) -> None:
    make, render = samples.EVERY[name]
    words.speak(language)
    screen = on(color=True)

    render(make(HOSTILE), screen)

    words.speak("en")
    text = STYLES.sub("", "".join(shown(screen)))
    assert CONTROLS.findall(text) == []
    assert "  \n" not in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize(
    "name", ["status", "calendars", "conflicts", "conflict", "undoable", "config origin", "accounts", "offered"]
)
def test_a_table_is_no_wider_than_the_terminal(name: str, width: int) -> None:
    make, render = samples.EVERY[name]
    screen = on(width=width)

    render(make("Überlänge 会議 🎉 " * 20), screen)

    table = [line for line in shown(screen)[0].splitlines() if line.count("  ") > 1 and ": " not in line]
    assert table
    assert [line for line in table if cells(line) > max(width, 7 * 8) + 2] == []


def test_off_a_terminal_nothing_is_cut() -> None:
    make, render = samples.EVERY["undoable"]
    screen = on(width=20, terminal=False)

    render(make("A title that is longer than twenty columns"), screen)

    assert "A title that is longer than twenty columns" in shown(screen)[0]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", samples.EVERY)
def test_an_output_that_is_not_utf8_gets_ascii(name: str, language: str) -> None:
    make, render = samples.EVERY[name]
    words.speak(language)
    screen = on(unicode=False)

    render(make("Überlänge 会議"), screen)

    words.speak("en")
    assert "".join(shown(screen)).isascii()


@pytest.mark.parametrize("name", [name for name in samples.EVERY if name not in ("config", "config get")])
def test_dutch_is_not_english(name: str) -> None:
    make, render = samples.EVERY[name]
    told = []
    for language in words.LANGUAGES:
        words.speak(language)
        screen = on(width=300)
        render(make("X"), screen)
        told.append("".join(shown(screen)))
    words.speak("en")

    assert told[0] != told[1] or name in ("config path", "config set", "exported")


@pytest.mark.parametrize(
    "name", ["synced", "nothing to do", "connected", "disconnected", "undone", "resolved", "chosen again"]
)
def test_quiet_says_nothing_when_all_went_well(name: str) -> None:
    make, render = samples.EVERY[name]
    screen = on(verbosity=-1)

    render(samples.quiet_sync() if name == "synced" else make("X"), screen)

    told = [line for line in "".join(shown(screen)).splitlines() if not line.startswith("! ")]
    assert told == []


def test_quiet_still_tells_what_wants_a_look() -> None:
    screen = on(verbosity=-1)

    rounds.synced(samples.sync("Intake talk"), screen)

    out, err = shown(screen)
    assert out == ""
    assert "! ← conflict  Intake talk  10:00 → 10:30   (Kerio)" in err
    assert "2 items want a look: calsync conflicts" in err
    assert "added" not in err


def test_a_round_is_told_in_numbers_without_the_zeros() -> None:
    screen = on()

    rounds.synced(samples.sync(lines=(), attention=0, next=""), screen)

    assert shown(screen)[1] == "✓ calendar 4 in, 2 out, 3 deleted here, 5 deleted there, 1 conflict, 1 skipped\n"


def test_the_last_line_names_the_next_step() -> None:
    screen = on()

    rounds.synced(samples.sync(), screen)

    assert shown(screen)[1].splitlines()[-1] == "Next: calsync conflicts"


def test_a_plan_is_data_and_goes_to_stdout() -> None:
    screen = on()

    rounds.synced(samples.sync("Lunch", dry_run=True), screen)

    out, err = shown(screen)
    assert "→ added  Lunch  10:00 → 10:30   (Kerio)" in out
    assert "Nothing was changed. This would be done: calendar 4 in" in err


def test_a_watch_that_did_nothing_says_nothing() -> None:
    screen = on()

    rounds.watched(samples.quiet_sync(), screen)

    assert shown(screen) == ("", "")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("code", KINDS)
def test_every_error_says_who_can_mend_it_and_how(code: str, language: str) -> None:
    """R60."""
    words.speak(language)
    screen = on()

    faults.show_failure(ErrorReport(code=code, params={"fix": "calsync status", "flag": "--email"}), screen)

    words.speak("en")
    first, second = shown(screen)[1].splitlines()
    assert f"({code})" in first
    assert ("Who can fix this: " if language == "en" else "Wie dit kan oplossen: ") in second
    assert ("· Do: " if language == "en" else "· Doe: ") in second
    assert "calsync help " in second


@pytest.mark.parametrize("code", KINDS)
def test_an_error_in_json_is_the_same_in_every_language(code: str) -> None:
    objects = []
    for language in words.LANGUAGES:
        words.speak(language)
        screen = on(json=True)
        faults.show_failure(ErrorReport(code=code, params={"host": "h"}), screen)
        objects.append(shown(screen))
    words.speak("en")

    assert objects[0] == objects[1]
    assert objects[0][1] == ""


@pytest.mark.parametrize("name", samples.EVERY)
def test_a_report_in_json_is_the_same_in_every_language(name: str) -> None:
    objects = []
    for language in words.LANGUAGES:
        words.speak(language)
        objects.append(plain(samples.EVERY[name][0]("X")))
    words.speak("en")

    assert objects[0] == objects[1]


def test_colour_is_never_alone() -> None:
    screen = on(color=True)

    rounds.synced(samples.quiet_sync(), screen)

    assert shown(screen)[1] == "\x1b[32m✓\x1b[0m nothing to do\n"


@pytest.mark.parametrize(
    ("color", "terminal", "env", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    color: str, terminal: bool, env: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", Terminal() if terminal else io.StringIO())

    got = screens.screen(Asked(color=color), env)

    assert (got.out.color, got.err.color) == (wanted, wanted)


@pytest.mark.parametrize(
    ("no_input", "terminal", "wanted"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_somebody_is_asked_only_where_somebody_sits(
    no_input: bool, terminal: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", Terminal() if terminal else io.StringIO())

    got = screens.screen(Asked(no_input=no_input), {})

    assert got.interactive is wanted


@given(st.text())
def test_safe_text_is_one_line_without_controls_and_stays_so(text: str) -> None:
    got = safe(text)

    assert CONTROLS.findall(got) == []
    assert "\n" not in got
    assert safe(got) == got


@given(st.text(), st.integers(1, 30))
def test_cut_text_fits(text: str, width: int) -> None:
    clean = safe(text)

    assert cells(cut(clean, width)) <= width
    assert cells(padded(clean, width)) == width


@given(st.text())
def test_ascii_is_ascii(text: str) -> None:
    assert ascii_only(text).isascii()


def test_our_own_signs_have_ascii_forms() -> None:
    assert ascii_only("✓ ← “a” … café \u2013 会") == 'ok <- "a" ... cafe - ?'


@pytest.mark.parametrize("title", ["Réunion d'équipe", "会議 14:00", "Borrel 🎉", "naïef", "שלום"])
def test_titles_in_any_language_stay_as_they_are(title: str) -> None:
    assert safe(title) == title
