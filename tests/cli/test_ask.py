"""Questions at a real terminal (a pty), and what happens where there is none."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.cli import ask
from calsync_cli.cli.options import Asked
from calsync_cli.core.errors import CalsyncError
from tests.cli.test_view import on, shown

NAMES = ("Team", "Personal", "Work")


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\n", 2),
        ("1\n", 1),
        ("3\n", 3),
        ("Work\n", 3),
        ("4\n0\n-1\nx\n٢\n1e0\n1\n", 1),
        (" 2 \n", 2),
        ("9" * 9999 + "\n3\n", 3),
    ],
)
def test_a_choice_is_asked_until_it_is_one(text: str, wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, text)

    got = ask.choose(on(interactive=True), "Primary calendar", NAMES, usual=2, flag="x")

    assert got == wanted


def test_the_question_shows_the_usual_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "\n")
    screen = on(interactive=True)

    ask.choose(screen, "Primary calendar", NAMES, usual=2, flag="x")

    assert shown(screen) == ("", "Primary calendar [2]: ")


@pytest.mark.parametrize(
    "question",
    [
        lambda screen: ask.choose(screen, "Which", NAMES, usual=1, flag="--flag"),
        lambda screen: ask.line(screen, "Address", flag="--flag"),
        lambda screen: ask.confirm(screen, Asked(), "Sure?"),
        lambda screen: ask.name_typed(screen, Asked(), "me", "Type me"),
    ],
)
def test_the_end_of_the_input_is_a_missing_answer(question: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "")

    with pytest.raises(CalsyncError) as caught:
        question(on(interactive=True))

    assert (caught.value.code, caught.value.variant) == ("E002", "end")


@pytest.mark.parametrize("text", ["y\n", "Y\n", "yes\n", " y\n", "what\ny\n"])
def test_yes_goes_on(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, text)

    ask.confirm(on(interactive=True), Asked(), "Disconnect me?")


@pytest.mark.parametrize("text", ["\n", "n\n", "no\n", "N\n", "hm\nn\n"])
def test_everything_like_no_does_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, text)

    with pytest.raises(CalsyncError) as caught:
        ask.confirm(on(interactive=True), Asked(), "Disconnect me?")

    assert (caught.value.code, caught.value.variant) == ("E002", "declined")


def test_yes_on_the_line_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "")
    screen = on(interactive=False)

    ask.confirm(screen, Asked(yes=True), "Disconnect me?")

    assert shown(screen) == ("", "")


def test_another_name_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "you\n")

    with pytest.raises(CalsyncError) as caught:
        ask.name_typed(on(interactive=True), Asked(yes=True), "me", "Type me")

    assert caught.value.variant == "name"


@pytest.mark.parametrize("text", ["", "\n", "\r\n"])
def test_an_empty_password_is_none(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(text, newline="")

    with pytest.raises(CalsyncError) as caught:
        ask.password(on(), "Password", file, from_stdin=False)

    assert (caught.value.code, caught.value.variant) == ("E002", "no-password")


PROGRAM = """
import sys
from calsync_cli.cli import ask
from calsync_cli.cli.options import Asked
from calsync_cli.cli.view.screen import screen
shown = screen(Asked())
number = ask.choose(shown, "Which", ["a", "b"], usual=1, flag="--which")
secret = ask.password(shown, "Password", None, from_stdin=False)
ask.confirm(shown, Asked(), "Sure?")
print(number, len(secret))
"""


def test_at_a_real_terminal_questions_go_to_stderr_and_a_password_is_not_shown() -> None:
    got, screen = at_a_terminal([b"x\n", b"2\n", b"hunter2\n", b"y\n"], ["Which", "Which", "Password: ", "Sure?"])

    assert got == "2 7\n"
    assert "Please type a number from 1 to 2." in screen
    assert "hunter2" not in screen


def at_a_terminal(answers: Sequence[bytes], prompts: Sequence[str]) -> tuple[str, str]:
    """Run PROGRAM with stdin and stderr on a pty; answer each prompt when it has come. Its stdout, and the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, start_new_session=True
    )
    os.close(theirs)
    screen, read = "", 0
    for answer, prompt in zip(answers, prompts, strict=True):
        while prompt not in screen[read:]:
            screen += os.read(ours, 1000).decode()
        read = screen.rindex(prompt) + len(prompt)
        os.write(ours, answer)
    out, _nothing = process.communicate(timeout=20)
    os.close(ours)
    return out.decode(), screen


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1\n", (0,)),
        ("3 1\n", (0, 2)),
        ("1,2,2\n", (0, 1)),
        ("all\n", (0, 1, 2)),
        (" ALL \n", (0, 1, 2)),
        ("none\n", ()),
        ("\n4\n0\n1 x\n٢\nall 1\n2\n", (1,)),
    ],
)
def test_a_checklist_is_asked_until_it_is_answered(
    text: str, wanted: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, text)

    got = ask.checklist(on(interactive=True), "Who?", NAMES, flag="--invite")

    assert got == wanted


def test_a_checklist_shows_what_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "none\n")
    screen = on(interactive=True)

    ask.checklist(screen, "Who?", NAMES, flag="--invite")

    assert shown(screen) == ("", "  1 Team\n  2 Personal\n  3 Work\nWho? ")


def test_a_checklist_where_nobody_sits_names_the_flag() -> None:
    with pytest.raises(CalsyncError) as caught:
        ask.checklist(on(interactive=False), "Who?", NAMES, flag="--invite ADDR")

    assert (caught.value.code, caught.value.params["flag"]) == ("E002", "--invite ADDR")
