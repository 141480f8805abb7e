"""The files in completions/: current, accepted by those who read them, and packed into the wheel."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from calsync_cli.cli import words
from calsync_cli.cli.completion.files import files
from calsync_cli.cli.completion.picture import Command, picture
from calsync_cli.cli.completion.slots import decided
from calsync_cli.cli.tree import VERBS
from tests.project.shells import COMPLETIONS, ROOT, SHELLS, program
from tests.servers.fixtures import or_skip

SCRIPTS = {"bash": "calsync.bash", "zsh": "_calsync", "fish": "calsync.fish"}
SYNTAX = {"bash": ("-n",), "zsh": ("-n",), "fish": ("--no-config", "-n")}


@pytest.mark.parametrize("name", files())
def test_what_is_committed_is_what_the_command_line_is_now(name: str) -> None:
    """If not: python -m calsync_cli.cli.completion."""
    assert (COMPLETIONS / name).read_text(encoding="utf-8") == files()[name]


def test_nothing_else_lies_there() -> None:
    assert {path.name for path in COMPLETIONS.iterdir()} == set(files())


def test_making_them_leaves_the_language_as_it_was() -> None:
    words.speak("nl")

    picture()

    spoken = words.language()
    words.speak("en")
    assert spoken == "nl"


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_is_in_every_script(shell: str) -> None:
    text = (COMPLETIONS / SCRIPTS[shell]).read_text(encoding="utf-8")

    assert [verb for verb in VERBS if f"'{verb}'" not in text] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_reads_its_script(shell: str) -> None:
    found = or_skip(lambda: program(shell))

    told = subprocess.run(
        [found, *SYNTAX[shell], COMPLETIONS / SCRIPTS[shell]], capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_shellcheck_has_nothing_to_say() -> None:
    found = or_skip(lambda: program("shellcheck"))

    told = subprocess.run([found, COMPLETIONS / "calsync.bash"], capture_output=True, text=True, check=False)  # fmt: skip

    assert told.stdout == ""


def test_a_flag_that_a_command_refuses_is_not_in_its_picture() -> None:
    taken = {command.path for command in picture() if any("--dry-run" in flag.names for flag in command.flags)}

    assert {"", "sync", "undo", "calendars list"} <= taken
    assert taken & {"connect", "calendars hide", "config set", "demo"} == set()


@pytest.mark.parametrize("command", picture(), ids=lambda command: command.path or "calsync")
def test_everything_is_explained_in_both_languages(command: Command) -> None:
    told = [command.about, *(flag.about for flag in command.flags), *(place.about for place in command.arguments)]

    assert [about for about in told if not all(about)] == []
    assert command.about[0] != command.about[1]


@pytest.mark.parametrize("command", picture(), ids=lambda command: command.path or "calsync")
def test_somebody_has_thought_of_what_stands_in_each_place(command: Command) -> None:
    """If not: cli/completion/slots.py."""
    places = [*(flag for flag in command.flags if flag.metavar), *command.arguments]

    assert [place.metavar for place in places if not decided(command.path, place.name, place.metavar)] == []


INSTALLED = {
    "share/bash-completion/completions/calsync": "calsync.bash",
    "share/zsh/site-functions/_calsync": "_calsync",
    "share/fish/vendor_completions.d/calsync.fish": "calsync.fish",
    "share/man/man1/calsync.1": "calsync.1",
    "share/man/nl/man1/calsync.1": "calsync.nl.1",
}
"""Where the shells and man look, below the prefix, and what has to lie there."""


def test_the_wheel_puts_them_where_shells_and_man_look() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"].get("shared-data", {})

    assert {target: Path(source).name for source, target in shared.items()} == INSTALLED
    assert [source for source in shared if not (ROOT / source).exists()] == []
