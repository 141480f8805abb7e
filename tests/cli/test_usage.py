"""A command line that is not right: E001, in a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calsync_cli.cli.tree import VERBS
from tests.cli.test_flags import LEAVES


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            ("hotmail",),
            "There is no command “hotmail”. There are: connect, choose-primary, map-folders, sync, disconnect",
        ),
        (("snyc",), "Did you mean “calsync sync”?"),
        (("config", "lst"), "Did you mean “calsync config list”? There are: list, get, set, unset, path"),
        (("sync", "--ful"), "There is no option --ful here. Did you mean --full?"),
        (("sync", "--zzz"), "There is no option --zzz here."),
        (("sync", "now"), "“now” is one word too many."),
        (("connect", "hotmail"), "“hotmail” cannot be connected. Choose from: google, kerio, caldav"),
        (("connect", "caldav", "--email"), "Something is missing after --email."),
        (("config", "set", "sync.every"), "VALUE is missing."),
        (("calendars", "hide"), "NAME is missing."),
        (("--json",), ""),
        (("-q",), "A command is missing. There are: connect,"),
        (("--lang", "fr", "sync"), "--lang cannot be “fr”. Choose from: en, nl"),
        (("sync", "--color", "green"), "--color cannot be “green”. Choose from: auto, always, never"),
        (("sync", "--account", ""), "--account cannot be empty."),
        (("sync", "--wait", "soon"), "“soon” does not fit --wait. Write it like this: 60"),
        (("sync", "--max-delete", "101%"), "“101%” does not fit --max-delete. Write it like this: 500, 25%"),
        (("sync", "--all", "--jobs", "0"), "“0” does not fit --jobs."),
        (("sync", "--all", "--jobs", "9" * 5000), "does not fit --jobs."),
        (("sync", "--all", "--shard", "5/4"), "“5/4” does not fit --shard. Write it like this: 1/4"),
        (("sync", "--jobs", "2"), "--jobs only works together with --all."),
        (("sync", "--every", "5m"), "--every only works together with --watch."),
        (("sync", "--watch", "--all"), "--watch and --all do not go together."),
        (("sync", "--watch", "-n"), "--watch and --dry-run do not go together."),
        (("sync", "--only", "tasks"), "--only cannot be “tasks”. Choose from: calendar, mail"),
        (("undo", "4", "--run", "7"), "ITEM and --run do not go together."),
        (("undo", "--list", "--run", "7"), "--list and --run do not go together."),
        (("conflicts", "resolve", "1", "--keep", "mine"), "--keep cannot be “mine”. Choose from: local, remote, both"),
        (
            ("connect", "caldav", "--password-file", "/nowhere"),
            "The file /nowhere after --password-file cannot be read.",
        ),
        (("account", "import", "nul\0byte"), "The file nulbyte after FILE cannot be read."),
        (("status", "--log-file", "/nowhere/at/all"), "The file /nowhere/at/all after --log-file cannot be written."),
        (("status", "--log-file", "/"), "The file / after --log-file cannot be written."),
        (("doctor", "--repair", "-n"), "--repair and --dry-run do not go together."),
    ],
    ids=lambda one: " ".join(one)[:40] if isinstance(one, tuple) else "",
)
def test_a_wrong_line_is_told_in_a_sentence(
    line: tuple[str, ...], said: str, calsync: Callable[..., Any], office: Any
) -> None:
    got = calsync(*line)

    assert (got.code, office.orders) == (2, [])
    assert said in got.out + got.err
    assert "(E001)" in got.err or got.json["error"]["code"] == "E001"


@pytest.mark.parametrize(
    "line",
    [("conflicts", "resolve", "1"), ("calendars", "set", "X"), ("calendars", "set", "X", "--two-way", "--view-only")],
)
def test_a_missing_answer_names_its_flag(line: tuple[str, ...], calsync: Callable[..., Any], office: Any) -> None:
    got = calsync(*line)

    assert (got.code, office.orders) == (2, [])
    assert "(E002)" in got.err
    assert "--keep local|remote|both" in got.err or "--two-way | --view-only" in got.err


@pytest.mark.parametrize("provider", ["microsoft365", "office365", "Office365", "exchange"])
def test_a_provider_of_a_later_version_is_refused_as_such(
    provider: str, calsync: Callable[..., Any], office: Any
) -> None:
    got = calsync("connect", provider, "--email", "me@example.org")

    assert (got.code, office.orders) == (5, [])
    assert "is not in this version of calsync yet. It can connect: google, kerio, caldav (E102)" in got.err


@pytest.mark.parametrize(("half", "flag"), [("calendar", "--imap"), ("mail", "--caldav")])
def test_one_half_alone_and_the_address_of_the_other_do_not_go_together(
    half: str, flag: str, calsync: Callable[..., Any], office: Any
) -> None:
    got = calsync("connect", "caldav", "--only", half, flag, "x", "--json")

    assert (got.code, office.orders, got.json["error"]["code"]) == (2, [], "E001")


def test_no_words_at_all_show_the_help(calsync: Callable[..., Any]) -> None:
    got = calsync()

    assert got.code == 0
    assert [verb for verb in VERBS if f"  {verb} " not in got.out] == []


def test_a_wrong_line_is_told_in_dutch_where_that_is_asked(calsync: Callable[..., Any]) -> None:
    got = calsync("sync", "--ful", "--lang=nl")

    assert "De optie --ful bestaat hier niet. Bedoelde je --full? (E001)" in got.err


def test_hostile_words_come_back_harmless(calsync: Callable[..., Any]) -> None:
    got = calsync("\x1b]0;owned\x07\u202esnyc\n\x9b31m")

    assert [character for character in got.err if character in "\x1b\x07\u202e\x9b"] == []


WORDS = st.one_of(
    st.sampled_from([word for leaf in LEAVES for word in leaf]),
    st.sampled_from([
        "--json", "-q", "-v", "-vv", "-n", "-y", "--lang", "nl", "fr", "--color", "--account", "-a", "--config", "--all", "--jobs",
        "--watch", "--every", "5m", "--list", "--run", "--keep", "local", "--", "-", "--email=", "--password-file", "kerio", "google",
        "-h", "--help", "--version", "--no-input", "-nq", "-an", "--full=1", "-zz", "--two-way", "--max-delete", "10%", "primary",
    ]),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.lists(WORDS, max_size=7))
@example(line=["--lang"])
@example(line=["--lang="])
@example(line=["sync", "--", "--json"])
@example(line=["\0"])
@example(line=["help", "\udcff"])
@example(line=["log", "--run", "٣"])
@example(line=["--config", "~nobody/x", "status"])
def test_no_line_ends_in_a_traceback(line: list[str], calsync: Callable[..., Any], office: Any) -> None:
    """Every use-case answers E201, so a line that is right ends with 6."""
    got = calsync(*line)

    assert got.code in {0, 2, 5, 6}
    assert "Traceback" not in got.out + got.err
    assert "E999" not in got.out + got.err
