"""Hrefs, etags, colours and waiting times: the small words of the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.net.dates import seconds_until
from calsync_cli.providers.caldav.colors import as_rgb
from calsync_cli.providers.caldav.etags import bare, crlf, fingerprint, guards
from calsync_cli.providers.caldav.hrefs import member, normal
from calsync_cli.providers.quirks import GENERIC, XANDIKOS, kin, recognised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/b%40c.ics", "/a/b@c.ics"),
        ("/a/%E2%98%83.ics", "/a/☃.ics"),
        ("/a/b%20c.ics", "/a/b c.ics"),
        ("https://h/a/b.ics", "/a/b.ics"),
        ("//h/a/b.ics", "/a/b.ics"),
        ("/a/%7eb.ics", "/a/~b.ics"),
    ],
)
def test_spellings_of_one_href_are_equal(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_an_escaped_slash_is_no_slash() -> None:
    assert normal("/a/b%2Fc.ics") != normal("/a/b/c.ics")


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/cal/x.ics", "/cal/x.ics"),
        ("/cal/a%2Fb.ics", "/cal/a%2Fb.ics"),
        ("http://inner:8080/cal/x.ics", "/cal/x.ics"),
        ("x.ics", "/cal/x.ics"),
        ("/cal/%41.ics", "/cal/%41.ics"),
        ("/%63al/x.ics", "/%63al/x.ics"),
        ("/cal/", ""),
        ("/cal", ""),
        ("/cal/sub/", ""),
        ("/cal/sub/x.ics", ""),
        ("/other/x.ics", ""),
        ("/cal/../x.ics", ""),
        ("/cal/..", ""),
        ("/cal/%2e%2e", ""),
        ("/cal/%2e", ""),
        ("/calendar/x.ics", ""),
        ("", ""),
    ],
)
def test_members_stay_within_their_collection(href: str, path: str) -> None:
    assert member("/cal/", href) == path


@given(st.text())
def test_no_text_makes_a_member_of_somewhere_else(href: str) -> None:
    path = member("/cal/", href)

    assert path == "" or normal(path).startswith("/cal/")
    assert normal(path).count("/") in {0, 2}


@pytest.mark.parametrize("etag", ['"abc"', '"a-b/c=="', "abc", "1795-3", '""', "sha1-abc"])
def test_strong_etags_guard_a_write(etag: str) -> None:
    assert guards(etag)


@pytest.mark.parametrize(
    "etag", ["", 'W/"abc"', "W/abc", '"abc-gzip"', '"abc;gzip"', '"abc--gzip"', "sha:12", '"é"', '"a b"', '"a\nb"', '"']
)
def test_weak_compressed_and_odd_etags_do_not(etag: str) -> None:
    assert not guards(etag)


def test_only_an_etag_without_quotes_is_bare() -> None:
    assert [bare(etag) for etag in ("abc", '"abc"', 'W/"abc"', "W/abc", "sha:1")] == [True, False, False, False, False]


def test_a_fingerprint_looks_through_line_ends_and_stamps() -> None:
    one = b"BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:1\r\nEND:VEVENT\r\n"
    other = b"BEGIN:VEVENT\nDTSTAMP;X=1:20270101T000000Z\nUID:1\nEND:VEVENT\n"

    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(one.replace(b"UID:1", b"UID:2"))


def test_lines_end_in_cr_lf() -> None:
    assert crlf(b"a\nb\r\nc") == b"a\r\nb\r\nc"


@given(st.binary())
def test_line_ends_are_set_once(content: bytes) -> None:
    assert crlf(crlf(content)) == crlf(content)


@pytest.mark.parametrize(
    ("said", "rgb"),
    [
        ("#1e90ff", "#1E90FF"),
        ("#1E90FFCC", "#1E90FF"),
        ("1e90ff", "#1E90FF"),
        ("#abc", "#AABBCC"),
        ("#abcd", "#AABBCC"),
        (" #0000FF\n", "#0000FF"),
        ("rgb(0, 128, 300)", "#0080FF"),
        ("rgba(1 2 3 / 50%)", "#010203"),
        ("Red", "#FF0000"),
        ("None", ""),
        ("", ""),
        ("#12345", ""),
        ("#gggggg", ""),
        ("url(javascript:x)", ""),
    ],
)
def test_colours_in_any_form(said: str, rgb: str) -> None:
    assert as_rgb(said) == rgb


@given(st.text())
def test_a_colour_is_rgb_or_nothing(said: str) -> None:
    assert as_rgb(said) == "" or len(as_rgb(said)) == 7


@pytest.mark.parametrize(("said", "seconds"), [("0", 0.0), ("120", 120.0), ("", None), ("soon", None), ("-5", None)])
def test_waiting_times(said: str, seconds: float | None) -> None:
    assert seconds_until(said) == seconds


def test_a_moment_that_has_passed_is_no_time_to_wait() -> None:
    assert seconds_until("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_xandikos_is_known_by_its_tokens() -> None:
    assert recognised("ae4423fea231573dd53ab2567fdc26cd3f98a7ca") is XANDIKOS
    assert recognised("data:,1795169795-5") is GENERIC
    assert recognised("") is GENERIC


@pytest.mark.parametrize(
    ("asked", "host", "of_kin"),
    [
        ("caldav.icloud.com", "p42-caldav.icloud.com", True),
        ("caldav.icloud.com", "p42-caldav.icloud.com.evil.example", False),
        ("caldav.icloud.com", "evil.icloud.com", False),
        ("example.org", "dav.example.org", True),
        ("example.org", "evilexample.org", False),
        ("dav.example.org", "example.org", False),
        ("localhost", "x.localhost", False),
        ("127.0.0.1", "9.127.0.0.1", False),
    ],
)
def test_who_is_of_kin(asked: str, host: str, of_kin: bool) -> None:
    assert kin(asked, host) is of_kin
