"""The man pages: accepted by what reads them, complete, in both languages, and true."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from calsync_cli.cli.completion import texts
from calsync_cli.cli.completion.picture import picture
from calsync_cli.cli.completion.roff import line, plain
from calsync_cli.config.keys import KEYS
from calsync_cli.config.places import find_places
from calsync_cli.core.errors import KINDS
from tests import starting
from tests.project.shells import COMPLETIONS, program
from tests.servers.fixtures import or_skip

PAGES = {"en": COMPLETIONS / "calsync.1", "nl": COMPLETIONS / "calsync.nl.1"}
READERS = {
    "mandoc": ("mandoc", ("-Tlint", "-W", "warning")),
    "groff": ("groff", ("-man", "-ww", "-Tutf8", "-z")),
    "man": ("man-db", ("--warnings", "-E", "UTF-8", "-l")),
}
UNDATED = re.compile(r'^mandoc: \S+: WARNING: missing date, using "": TH\n', re.MULTILINE)
"""A page that is made anew at every change has no day of its own; the version is in its footer."""


def shown(language: str, width: int = 80) -> str:
    """The page as a reader sees it."""
    found = or_skip(lambda: program("man", "man-db"))
    env = {**os.environ, "MANWIDTH": str(width), "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
    told = subprocess.run([found, "-E", "UTF-8", "-P", "cat", "-l", PAGES[language]], env=env, capture_output=True, text=True, check=True)  # fmt: skip
    return re.sub(r"\x1b\[[\d;]*m|.\x08", "", told.stdout)


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_of_man_pages_has_nothing_to_complain_about(reader: str, language: str) -> None:
    package, flags = READERS[reader]
    found = or_skip(lambda: program(reader, package))
    env = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}

    told = subprocess.run([found, *flags, PAGES[language]], env=env, capture_output=True, text=True, check=False)

    complaints = told.stdout if reader == "mandoc" else ""
    assert UNDATED.sub("", complaints + told.stderr) == ""


@pytest.mark.parametrize("language", PAGES)
def test_the_file_is_ascii_so_that_no_system_can_misread_it(language: str) -> None:
    assert PAGES[language].read_bytes().isascii()


@pytest.mark.parametrize("language", PAGES)
def test_every_command_has_its_heading_and_every_flag_its_line(language: str) -> None:
    text = shown(language, width=200)

    missing = [one.path for one in picture() if one.path and not re.search(rf"^ +calsync {one.path}( |$)", text, re.MULTILINE)]  # fmt: skip
    flags = {name for one in picture() for flag in one.flags for name in flag.names if name.startswith("--")}
    assert missing == []
    assert [name for name in sorted(flags) if not re.search(rf"(^ +|, ){name}\b", text, re.MULTILINE)] == []


@pytest.mark.parametrize("language", PAGES)
def test_every_error_setting_and_exit_code_is_there(language: str) -> None:
    text = shown(language, width=200)

    wanted = [*KINDS, *KEYS, *(key.variable for key in KEYS.values()), *texts.EXITS]
    assert [one for one in wanted if not re.search(rf"^ +{re.escape(one)}\b", text, re.MULTILINE)] == []


def test_every_exit_code_that_an_error_has_is_explained() -> None:
    assert {str(kind.exit) for kind in KINDS.values()} <= set(texts.EXITS)


def test_the_dutch_page_is_dutch() -> None:
    english, dutch = shown("en"), shown("nl")

    assert "COMMON OPTIONS" in english
    assert "ALGEMENE OPTIES" in dutch
    same = {one.strip() for one in set(english.splitlines()) & set(dutch.splitlines()) if len(one.split()) > 6}
    assert {one for one in same if one.count(",") < 6 and not one.startswith("calsync ")} == set()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_page_fits(width: int) -> None:
    """But for what cannot be broken: a path, a name of the environment, a heading."""
    lines = shown("en", width).splitlines()

    assert [one for one in lines if len(one) > width and " " in one.strip() and not one.strip().startswith("calsync")] == []  # fmt: skip


@pytest.mark.parametrize("typed", texts.EXAMPLES)
def test_an_example_is_understood(typed: str, tmp_path: Path) -> None:
    env = {
        "PATH": "/usr/bin:/bin",
        "LANG": os.environ["LANG"],
        "HOME": str(tmp_path),
        "CALSYNC_HOME": str(tmp_path),
        "CALSYNC_SECRETS_BACKEND": "file",
    }
    words = [*starting.CALSYNC, *shlex.split(typed)[1:], "--json", "--no-input"]

    done = starting.run(words, env=env)

    error = json.loads(done.stdout)["error"] if b'"error": {' in done.stdout else {}
    assert error.get("code") not in {"E001", "E999"}, error


def test_the_places_are_those_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/me")

    places = find_places({})

    named = {path.replace("~", "/home/me") for path in texts.FILES}
    assert {
        str(places.config_file),
        str(places.cli_file),
        str(places.policies[0]),
        f"{places.agendas}/ACCOUNT/CALENDAR/*.ics",
        f"{places.attics}/ACCOUNT/",
        f"{places.states}/ACCOUNT/state.db",
        f"{places.logs}/",
    } == named


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a-b", "a\\-b"), ("c:\\d", "c:\\ed"), ("\u201cx\u201d \u2026", "\\[u201C]x\\[u201D] \\[u2026]"), ("\U0001f389", "\\[u1F389]")],
)  # fmt: skip
def test_text_means_nothing_to_roff(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@pytest.mark.parametrize("text", [".so /etc/passwd", "'br"])
def test_text_at_the_beginning_of_a_line_is_no_macro(text: str) -> None:
    assert line(text) == f"\\&{text}"
