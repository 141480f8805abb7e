"""A secret shows itself only when asked to."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from dataclasses import dataclass

import pytest

from calsync_cli.vault.secret import Secret

TEXT = "correct horse battery staple"


@dataclass(frozen=True)
class Login:
    user: str
    password: Secret


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{:>40}".format, "%s".__mod__, "%r".__mod__, lambda s: f"{s!r:>10}{s}", lambda s: repr([s]),
     lambda s: repr(Login("me", s)), lambda s: str(vars(Login("me", s))), lambda s: repr(ValueError(s))],
)  # fmt: skip
def test_no_way_of_showing_shows_it(show):
    assert TEXT not in show(Secret(TEXT))


def test_it_is_revealed_by_name():
    assert Secret(TEXT).reveal() == TEXT


def test_locals_in_a_traceback_do_not_show_it():
    def fail(password: Secret) -> None:
        raise ValueError(password)

    try:
        fail(Secret(TEXT))
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())

    assert "password = Secret" in shown
    assert TEXT not in shown.replace(f'"{TEXT}"', "")


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_is_not_written_anywhere(write):
    with pytest.raises(TypeError):
        write(Secret(TEXT))


@pytest.mark.parametrize("text", ["", "a", TEXT, "é\U0001f600", "\udce9"])
def test_equal_texts_are_equal_secrets(text):
    assert Secret(text) == Secret(text)
    assert Secret(text) != Secret(text + "x")


def test_a_secret_is_not_its_text():
    assert Secret(TEXT) != TEXT


def test_it_has_no_hash_to_guess_against():
    with pytest.raises(TypeError):
        hash(Secret(TEXT))
