"""Two spellings of one href are one place, and two places are never one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.hrefs import place


@pytest.mark.parametrize(
    "spelled",
    [
        "/dav/me@example.org/cal/",
        "/dav/me%40example.org/cal/",
        "/dav/me%40example.org/cal",
        "/dav/%6de%40example%2Eorg/c%61l/",
        "https://Cal.Example.org/dav/me@example.org/cal/",
        "HTTPS://cal.example.org:443/dav/me%40example.org/cal",
        "//cal.example.org/dav/me@example.org/cal/",
    ],
)
def test_spellings_of_one_place(spelled):
    assert place(spelled) == place("/dav/me@example.org/cal/")


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a%2Fb/", "/a/b/"), ("/a/", "/A/"), ("/a%25/", "/a%/x"), ("/a/b/", "/a/b/c/"), ("/é/", "/e/")],
)
def test_what_is_elsewhere(one, other):
    assert place(one) != place(other)


def test_letters_beyond_ascii_may_be_escaped_or_not():
    assert place("/k%C3%A4l/") == place("/käl/") == place("/k%c3%a4l/")


def test_bytes_that_are_no_text_stay_themselves():
    assert place("/%ff/") == place("/%FF/") != place("/%fe/")


def test_an_id_that_is_no_href_says_what_it_says():
    assert place("me%40example.org@group.calendar.example.com") == "me%40example.org@group.calendar.example.com"


@given(st.text(max_size=30))
def test_a_place_is_told_for_anything(text):
    assert place(place(text)) == place(text) or "%" in text
