"""The common flags, before and after every verb and sub-verb."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.cli import options, tree
from calsync_cli.cli.options import Asked

# Every leaf of the tree with the words it needs to be called.
LEAVES = [
    ("connect",), ("choose-primary",), ("sync",), ("disconnect",), ("status",),
    ("calendars",), ("calendars", "list"), ("calendars", "hide", "X"), ("calendars", "show", "X"), ("calendars", "set", "X"),
    ("conflicts",), ("conflicts", "list"), ("conflicts", "show", "1"), ("conflicts", "resolve", "1"),
    ("undo",), ("doctor",), ("log",),
    ("config",), ("config", "list"), ("config", "get", "K"), ("config", "set", "K", "V"), ("config", "unset", "K"), ("config", "path"),
    ("account",), ("account", "list"), ("account", "use", "A"), ("account", "add", "A"), ("account", "export", "F"), ("account", "import", "F"),
    ("event",), ("event", "add", "T"), ("event", "edit", "X"), ("event", "delete", "X"), ("event", "show", "X"),
    ("event", "invite", "X", "A"), ("event", "respond", "X", "Y"),
    ("service",), ("service", "install"), ("service", "remove"),
    ("admin",), ("admin", "enable", "K"), ("admin", "disable", "K"), ("admin", "policy"), ("admin", "trust", "K"),
    ("help",), ("demo",),
]  # fmt: skip

# What is typed, and what it must come to.
FLAGS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "-a": (("-a", "me"), {"account": "me"}),
    "--account": (("--account=me",), {"account": "me"}),
    "--json": (("--json",), {"json": True}),
    "-q": (("-q",), {"verbosity": -1}),
    "-v": (("-v",), {"verbosity": 1}),
    "-vv": (("-vv",), {"verbosity": 2}),
    "--no-input": (("--no-input",), {"no_input": True}),
    "-y": (("-y",), {"yes": True}),
    "--yes": (("--yes",), {"yes": True}),
    "--lang": (("--lang", "nl"), {"lang": "nl"}),
    "--color": (("--color", "never"), {"color": "never"}),
    "--config": (("--config", "/c.toml"), {"config": Path("/c.toml")}),
    "--log-file": (("--log-file=/l",), {"log_file": Path("/l")}),
    "-n": (("-n",), {"dry_run": True}),
    "--dry-run": (("--dry-run",), {"dry_run": True}),
}


@pytest.fixture(scope="module")
def asked() -> Callable[..., Asked]:
    """What a command line asks: every command only notes it, and is built once for all lines."""
    with pytest.MonkeyPatch.context() as patched:
        return _noting(patched)


def _noting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    seen: list[Asked] = []
    real = options.common

    def noting(function: Callable[..., None], *, previews: bool = True) -> Callable[..., None]:
        del previews  # here -n is counted, not refused

        @functools.wraps(function)
        def note(asked: Asked, **given: Any) -> None:
            del given
            seen.append(asked)

        return real(note)

    def alone(asked: Asked) -> None:
        seen.append(asked)

    def nothing(about: str, default: Any, verbs: Any, *, writes: Any) -> Any:
        return plain_noun(about, alone, verbs, writes=writes)

    plain_noun = tree.noun
    monkeypatch.setattr(tree, "common", noting)
    monkeypatch.setattr(tree, "noun", nothing)
    command = tree.root()
    built = {name: command.get_command(None, name) for name in tree.VERBS}
    command.get_command = lambda _context, name: built[name]

    def parsed(*argv: str) -> Asked:
        seen.clear()
        with command.make_context("calsync", list(argv)) as context:
            command.invoke(context)
        return seen[-1]

    return parsed


@pytest.mark.parametrize("leaf", LEAVES, ids=" ".join)
def test_every_flag_works_in_every_place_of_every_verb(leaf: tuple[str, ...], asked: Callable[..., Asked]) -> None:
    """Before the verb, after a noun, after the whole line."""
    places = range(len([word for word in leaf if word.islower() and word != "1"]) + 1)
    for (typed, wanted), place in itertools.product(FLAGS.values(), [*places, len(leaf)]):
        line = (*leaf[:place], *typed, *leaf[place:])

        got = asked(*line)

        assert got == options.replace(Asked(), **wanted), line


@pytest.mark.parametrize("first", FLAGS)
def test_every_pair_of_flags_adds_up_wherever_each_one_stands(first: str, asked: Callable[..., Asked]) -> None:
    leaf = ("config", "list")
    places = itertools.combinations_with_replacement(range(3), 2)
    for second, (one, other) in itertools.product(FLAGS, places):
        line = (*leaf[:one], *FLAGS[first][0], *leaf[one:other], *FLAGS[second][0], *leaf[other:])

        got = asked(*line)

        wanted = {**FLAGS[first][1], **FLAGS[second][1]}
        if {first, second} <= {"-q", "-v", "-vv"} and one == other:
            wanted = {"verbosity": got.verbosity}  # in one place: see the test below
        assert got == options.replace(Asked(), **wanted), line


@pytest.mark.parametrize(
    ("line", "verbosity"),
    [(("-q", "-v"), 1), (("-v", "-q"), 1), (("-v", "-v"), 2), (("-vvv",), 2), (("-q", "-q"), -1)],
)
def test_in_one_place_v_is_counted_and_beats_q(
    line: tuple[str, ...], verbosity: int, asked: Callable[..., Asked]
) -> None:
    got = asked("sync", *line)

    assert got.verbosity == verbosity


@pytest.mark.parametrize(
    ("flag", "before", "after"),
    [
        ("--account", "a", "b"),
        ("--lang", "en", "nl"),
        ("--color", "always", "never"),
        ("--config", "/1", "/2"),
        ("--log-file", "/1", "/2"),
    ],
)
def test_the_flag_nearer_to_the_end_of_the_line_wins(
    flag: str, before: str, after: str, asked: Callable[..., Asked]
) -> None:
    got = asked(flag, before, "config", "list", flag, after)

    assert str(getattr(got, flag.strip("-").replace("-", "_"))) == after


@pytest.mark.parametrize(
    "line", [["--version"], ["sync", "--version"], ["config", "--version", "list"], ["-q", "--version"]]
)
def test_the_version_is_told_wherever_it_is_asked(line: list[str], calsync: Callable[..., Any]) -> None:
    got = calsync(*line)

    assert (got.code, got.out.split()[0], got.err) == (0, "calsync", "")


@pytest.mark.parametrize("leaf", LEAVES, ids=" ".join)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_verb_has_help_in_both_languages(leaf: tuple[str, ...], flag: str, calsync: Callable[..., Any]) -> None:
    path = [word for word in leaf if word.islower() and word != "1"]

    english, dutch = (calsync(*path, flag, "--lang", language) for language in ("en", "nl"))

    assert (english.code, dutch.code) == (0, 0)
    assert english.out.startswith("Usage: ")
    assert dutch.out.startswith("Gebruik: ")
    assert set(english.out.split("\n\n")) & set(dutch.out.split("\n\n")) == set()


@pytest.mark.parametrize(
    "leaf", [("connect", "caldav"), ("calendars", "hide", "X"), ("config", "set", "K", "V"), ("account", "add", "A"), ("demo",), ("conflicts", "resolve", "1")], ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_previewed_refuses_a_dry_run(
    leaf: tuple[str, ...], calsync: Callable[..., Any], office: Any
) -> None:
    got = calsync(*leaf, "-n")

    assert (got.code, office.orders) == (2, [])
    assert "cannot be tried without doing it" in got.err
