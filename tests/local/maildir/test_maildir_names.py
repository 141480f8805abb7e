"""Names: what is a base name, what are flags, and which directory a folder gets."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.model import NO_FLAGS
from calsync_cli.local.maildir.names import (
    FLAGS,
    Namer,
    directory,
    flags_in,
    is_base,
    is_directory,
    letters_of,
    marked,
    split,
)

flags = st.frozensets(st.sampled_from(sorted(FLAGS)))


@pytest.mark.parametrize(
    ("name", "base", "info"),
    [
        ("1.a.host:2,FS", "1.a.host", ":2,FS"),
        ("1.a.host;2,FS", "1.a.host", ";2,FS"),
        ("1.a.host!2,FS", "1.a.host", "!2,FS"),
        ("1.a.host:2,", "1.a.host", ":2,"),
        ("1.a.host", "1.a.host", ""),
        ("1.a.host,S=120,W=123:2,Sa", "1.a.host,S=120,W=123", ":2,Sa"),
        ("1.a.host:1,x", "1.a.host:1,x", ""),
    ],
)
def test_a_name_is_a_base_and_an_info(name: str, base: str, info: str) -> None:
    assert split(name) == (base, info)


@given(flags)
def test_flags_written_are_flags_read(some: frozenset[str]) -> None:
    assert flags_in(marked("", some, NO_FLAGS)) == some


@given(flags, flags, flags, st.sampled_from([":2,", ";2,", "!2,"]), st.sampled_from(["", "a", "az"]))
def test_marking_raises_and_lowers_and_leaves_the_rest(
    there: frozenset[str], add: frozenset[str], drop: frozenset[str], colon: str, keywords: str
) -> None:
    info = colon + "".join(sorted(letters_of(there))) + keywords

    made = marked(info, add, drop)

    assert flags_in(made) == (there - drop) | add
    assert made.startswith(colon)
    assert made.endswith(keywords)


@given(flags)
def test_marking_with_what_is_there_changes_not_even_the_order(there: frozenset[str]) -> None:
    info = ":2," + letters_of(there)[::-1]

    assert marked(info, there, FLAGS - there) == info


def test_a_message_without_flags_in_new_needs_no_info() -> None:
    assert marked("", NO_FLAGS, FLAGS) == ""


def test_keywords_have_no_letter() -> None:
    assert marked("", frozenset({"$Label1", "\\Seen"}), NO_FLAGS) == ":2,S"


def test_base_names_are_all_different_and_need_no_host() -> None:
    one, other = Namer(lambda: 1_795_000_000.5), Namer(lambda: 1_795_000_000.5)

    given_out = [name() for name in (one, other) for _ in range(500)]

    assert len(set(given_out)) == 1000
    assert all(is_base(name) for name in given_out)
    assert all(os.uname().nodename not in name for name in given_out)


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../a", "a:2,S", "a;2,", "nul\0", "x" * 241, "\udcff"])
def test_what_is_no_base_name(name: str) -> None:
    assert not is_base(name)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("inbox", "inbox"),
        ("Lists/python dev", "Lists/python dev"),
        ("Entwürfe", "Entwürfe"),
        ("Entwu\u0308rfe", "Entwürfe"),
        ("..", "%2E%2E"),
        ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"),
        ("/abs//olute/", "abs/olute"),
        (".hidden", "%2Ehidden"),
        ("-rf", "%2Drf"),
        ("~root", "%7Eroot"),
        ("cur", "%63ur"),
        ("a/New/b", "a/%4Eew/b"),
        ("what? a:b*c|d\\e", "what%3F a%3Ab%2Ac%7Cd%5Ce"),
        ("50%", "50%25"),
        ("ends in dot.", "ends in dot%2E"),
        ("a\nb\x1b[0m", "a%0Ab%1B%5B0m"),
        ("", "folder"),
    ],
)
def test_the_directory_of_a_folder(name: str, wanted: str) -> None:
    assert directory(name) == wanted


@given(st.text())
def test_no_folder_leaves_the_root_or_looks_like_a_part_of_a_maildir(name: str) -> None:
    made = directory(name)

    assert is_directory(made)
    assert ".." not in made.split("/")
    assert all(part == part.strip() and len(part.encode()) <= 255 for part in made.split("/"))


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert directory("x" * 300 + "a") != directory("x" * 300 + "b")


def test_folders_that_differ_in_case_alone_do_not_share_a_directory() -> None:
    first = directory("Work")

    second = directory("work", {first.casefold()}.__contains__)

    assert (first, second) == ("Work", "work-2")
