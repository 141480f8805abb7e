"""Progress: lines off a terminal, a bar on one, and the notes in between; and the log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from calsync_cli.app.reports.told import Note, Phase
from calsync_cli.cli import journal, words
from calsync_cli.cli.options import Asked
from calsync_cli.cli.view import progress
from calsync_cli.cli.view.progress import teller
from calsync_cli.cli.view.screen import Screen
from tests.cli.test_view import HOSTILE, on, shown

PARAMS = {
    Note.MATCH: {"equal": 1, "near": 2, "only_here": 3, "only_there": 4},
    Note.FEED: {"calendar": "C"},
    Note.WAITING: {"account": "A"},
    Note.OFFLINE: {"seconds": 30},
    Note.BACK: {},
    Note.THROTTLED: {"seconds": 30},
    Note.WATCHING: {"account": "A"},
    Note.RELOADED: {},
    Note.STOPPED: {},
    Note.INBOX: {"messages": 214, "size": "12 MB"},
    Note.PLAIN: {"host": "h"},
    Note.KEY_FILE: {"path": "/k.json"},
    Note.HIDDEN: {"folder": "archive", "count": 3},
}


def test_off_a_terminal_each_phase_is_a_line() -> None:
    screen = on(terminal=False)

    with teller(screen) as tell:
        tell.phase(Phase.LOOK)
        tell.phase(Phase.FETCH, 200)
        tell.advance(200)
        tell.phase(Phase.SEND, 0)

    assert shown(screen) == ("", "Looking what is new …\nFetching (200) …\n")


def test_quiet_shows_no_progress() -> None:
    screen = on(terminal=False, verbosity=-1)

    with teller(screen) as tell:
        tell.phase(Phase.FETCH, 200)
        tell.note(Note.BACK)

    assert shown(screen) == ("", "")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("note", Note)
def test_every_note_is_a_sentence_with_its_parameters(note: Note, language: str) -> None:
    words.speak(language)

    told = progress.note_line(note, PARAMS[note])

    words.speak("en")
    assert "{" not in told
    assert all(str(value) in told for value in PARAMS[note].values())


def test_a_note_about_a_hostile_calendar_is_harmless() -> None:
    assert "\x1b" not in progress.note_line(Note.FEED, {"calendar": HOSTILE})


def test_a_short_phase_at_a_terminal_shows_nothing() -> None:
    screen = on(color=True, interactive=True)

    with teller(screen) as tell:
        tell.phase(Phase.FETCH, 200)
        tell.advance(200)

    assert shown(screen) == ("", "")


def test_a_long_phase_at_a_terminal_shows_a_bar_and_puts_the_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SLOW", -1.0)
    screen = on(color=True, interactive=True)

    with teller(screen) as tell:
        tell.phase(Phase.FETCH, 200)
        tell.advance(150)
        tell.note(Note.THROTTLED, seconds=30)
        tell.phase(Phase.SEND, 10)
        tell.advance(5)

    out, err = shown(screen)
    assert out == ""
    assert [
        text for text in ("Fetching", "150/200", "The server asks to wait 30 s.", "Sending", "5/10") if text not in err
    ] == []
    assert err.rindex("\x1b[?25h") > err.rindex("\x1b[?25l")


def test_the_cursor_comes_back_after_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SLOW", -1.0)
    screen = on(color=True, interactive=True)

    with pytest.raises(KeyboardInterrupt):
        interrupted(screen)

    assert "\x1b[?25h" in shown(screen)[1]


def interrupted(screen: Screen) -> None:
    with teller(screen) as tell:
        tell.phase(Phase.FETCH, 200)
        tell.advance(1)
        raise KeyboardInterrupt


@pytest.fixture
def logger() -> logging.Logger:
    return logging.getLogger("calsync_cli.net.http")


def test_the_log_is_one_line_per_record_in_a_file_of_its_owner(home: Path, logger: logging.Logger) -> None:
    with journal.journal(Asked(), on()):
        logger.info("GET %s", "/cal\r\nforged line\x1b[2J")

    log = home / "log" / "calsync.log"
    [line] = log.read_text().splitlines()
    assert line.endswith("GET /cal forged line[2J")
    assert log.stat().st_mode & 0o777 == 0o600


def test_after_the_block_the_loggers_are_as_they_were(home: Path) -> None:
    """Else whoever listens to them in the same process hears nothing any more."""
    ours = logging.getLogger("calsync_cli")
    before = ours.level, ours.propagate

    with journal.journal(Asked(verbosity=2), on()):
        assert not ours.propagate

    assert (ours.level, ours.propagate) == before


def test_an_exception_in_the_log_is_its_type_alone(home: Path, logger: logging.Logger) -> None:
    with journal.journal(Asked(), on()):
        logger.error("failed", exc_info=ValueError("hunter2"))

    text = (home / "log" / "calsync.log").read_text()
    assert "hunter2" not in text
    assert "failed ValueError" in text


@pytest.mark.parametrize(
    ("verbosity", "wanted"), [(-1, []), (0, []), (1, ["INFO one"]), (2, ["INFO one", "DEBUG two"])]
)
def test_the_screen_shows_requests_only_where_they_are_asked_for(
    verbosity: int, wanted: list[str], home: Path, logger: logging.Logger
) -> None:
    screen = on()

    with journal.journal(Asked(verbosity=verbosity), screen):
        logger.info("one")
        logger.debug("two")

    assert shown(screen)[1].splitlines() == wanted


def test_libraries_write_neither_to_the_log_nor_to_the_screen(home: Path) -> None:
    """They log headers at DEBUG, and so passwords."""
    screen = on()

    with journal.journal(Asked(verbosity=2), screen):
        logging.getLogger("httpcore.http11").debug("Authorization: Basic aHVudGVyMg==")

    assert "Basic" not in (home / "log" / "calsync.log").read_text() + shown(screen)[1]


def test_the_log_can_lie_elsewhere(tmp_path: Path, logger: logging.Logger) -> None:
    place = tmp_path / "mine.log"

    with journal.journal(Asked(log_file=place), on()):
        logger.info("here")

    assert place.read_text().endswith("here\n")


def test_a_log_that_grew_too_large_gives_way(home: Path, logger: logging.Logger) -> None:
    (home / "log").mkdir(parents=True)
    log = home / "log" / "calsync.log"
    log.write_bytes(b"x" * (journal.LARGEST + 1))

    with journal.journal(Asked(), on()):
        logger.info("anew")

    assert log.read_text().endswith("anew\n")
    assert log.with_name("calsync.log.1").stat().st_size == journal.LARGEST + 1
