"""A list in a hand-written file is changed where it stands, and everything else stays as it was typed."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.config.amend import Unclear, with_list

FIVE = ("google", "microsoft365", "exchange", "kerio", "caldav")


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ("", ["kerio"], 'providers = ["kerio"]\n'),
        ("# ours\n", ["kerio"], '# ours\nproviders = ["kerio"]\n'),
        ("# ours", ["kerio"], '# ours\nproviders = ["kerio"]\n'),
        ("enabled = true # for now", ["kerio"], 'enabled = true # for now\nproviders = ["kerio"]\n'),
        ("enabled = true\n\n[event]\ninvite = 'all'\n", [], "enabled = true\nproviders = []\n\n[event]\ninvite = 'all'\n"),
        ("[event]\ninvite = 'all'\n", ["kerio"], "providers = [\"kerio\"]\n[event]\ninvite = 'all'\n"),
        ('locked = [\n  "a", # [x]\n]\n[event]\n', ["b"], 'locked = [\n  "a", # [x]\n]\nproviders = ["b"]\n[event]\n'),
        ('contact = """a\n[b]\n"""\n[c]\n', ["k"], 'contact = """a\n[b]\n"""\nproviders = ["k"]\n[c]\n'),
        ("a.b = {c = [1, {d = ']'}]}\n", ["k"], "a.b = {c = [1, {d = ']'}]}\nproviders = [\"k\"]\n"),
        ("enabled = true\r\n", ["kerio"], 'enabled = true\r\nproviders = ["kerio"]\r\n'),
        ('providers = ["google"]\n', ["google", "kerio"], 'providers = ["google", "kerio"]\n'),
        ("providers = ['google'] # note\n", ["kerio"], 'providers = ["kerio"] # note\n'),
        ('providers = ["google", "kerio"]\n', ["kerio"], 'providers = ["kerio"]\n'),
        ('providers = ["google", "kerio"]\n', ["google"], 'providers = ["google"]\n'),
        ('providers = ["google", "kerio",]\n', ["google"], 'providers = ["google",]\n'),
        ('providers = ["google"]\n', [], "providers = []\n"),
        ("providers = [ ]\n", ["kerio"], 'providers = ["kerio" ]\n'),
        ('"providers" = ["google"]\n', ["google", "b"], '"providers" = ["google", "b"]\n'),
        (
            'providers = [\n  "google", # since May\n  "kerio" # ours\n]\n',
            ["google", "kerio", "caldav"],
            'providers = [\n  "google", # since May\n  "kerio", # ours\n  "caldav",\n]\n',
        ),
        (
            'providers = [\n  "google", # since May\n  "kerio",\n]\nenabled = "auto"\n',
            ["google"],
            'providers = [\n  "google", # since May\n]\nenabled = "auto"\n',
        ),
        (
            'providers = [\n  "google", # since May\n  "kerio",\n]\n',
            ["kerio"],
            'providers = [\n   # since May\n  "kerio",\n]\n',
        ),
    ],
)  # fmt: skip
def test_the_list_changes_and_nothing_else(before: str, wanted: list[str], after: str) -> None:
    assert with_list(before, "providers", wanted) == after


@pytest.mark.parametrize(
    "text", ["providers = 5\n", "providers = [5]\n", 'providers = ["""a"""]\n', "providers = [\n", "?\n"]
)
def test_what_is_not_a_plain_list_is_left_to_a_person(text: str) -> None:
    with pytest.raises(Unclear):
        with_list(text, "providers", ["kerio"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A policy as people write one: with or without the list, on one line or many, with comments in it."""
    names = draw(st.lists(st.sampled_from(FIVE), unique=True))
    comment = st.sampled_from(["", ' # [x], "y"', " # ünïcode ' ] }"])
    gap = draw(st.sampled_from([" ", "\n  ", "\n\t", "\n\n  # why\n  "]))
    quote = draw(st.sampled_from("\"'"))
    many = "\n" in gap
    items = [f"{gap}{quote}{name}{quote}" + (draw(st.sampled_from(["", " # was\n"])) if many else "") for name in names]
    end = draw(st.sampled_from(["", ","])) if items else ""
    close = draw(comment) + "\n" if many else ""
    key = draw(st.sampled_from(["", f"providers = [{','.join(items)}{end}{close}]{draw(comment)}\n"]))
    head = draw(st.sampled_from(["", "# ours\n\n", "enabled = true\n", 'contact = "a#b"\n']))
    tail = draw(st.sampled_from(["", 'mailboxes = ["@x"]\n', "[event]\ninvite = 'all'\n[sync]\n"]))
    text = head + key + tail
    return draw(st.sampled_from([text, text.replace("\n", "\r\n")]))


@given(files(), st.lists(st.sampled_from(FIVE), unique=True))
def test_whatever_the_file_looks_like_its_other_words_and_comments_stay(text: str, wanted: list[str]) -> None:
    before = tomllib.loads(text)

    after = with_list(text, "providers", wanted)

    read = tomllib.loads(after)
    assert {**read, "providers": sorted(read["providers"])} == {**before, "providers": sorted(wanted)}
    assert after.count("#") == text.count("#")
    assert ("\r" in after) == ("\r" in text)
