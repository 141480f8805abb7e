"""Multistatus answers: read as meant, and hostile ones refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.caldav.multistatus import explanation, parse_multistatus, preconditions
from calsync_cli.providers.caldav.wire import DATA, ETAG, RESOURCE_TYPE
from tests.caldav.fake import NAMESPACES, Says, data, error, etag, multi, props, status
from tests.wire.test_requests import TEXT

HREFS = TEXT.map(str.strip).filter(bool)


def read(said: Says | str, *, lenient: bool = False) -> list[tuple[str, int, str]]:
    body = said.body if isinstance(said, Says) else said
    raw = body.encode() if isinstance(body, str) else body
    parsed = parse_multistatus(raw, host="h", lenient=lenient)
    return [(answer.href, answer.status, answer.text(ETAG)) for answer in parsed.answers]


def refused(body: bytes, *, lenient: bool = False) -> str:
    with pytest.raises(CalsyncError) as raised:
        parse_multistatus(body, host="h", lenient=lenient)
    assert raised.value.code == "E404"
    return raised.value.variant


@given(st.lists(st.tuples(HREFS, HREFS)), st.lists(st.tuples(HREFS, st.integers(400, 599))), HREFS)
def test_what_is_built_is_read(alive: list[tuple[str, str]], dead: list[tuple[str, int]], token: str) -> None:
    said = multi(*(props(h, etag(e)) for h, e in alive), *(status(h, code) for h, code in dead), token=token)

    assert read(said) == [(h, 0, e) for h, e in alive] + [(h, code, "") for h, code in dead]
    assert parse_multistatus(str(said.body).encode(), host="h").token == token


@given(TEXT)
def test_a_body_comes_out_as_it_was_put_in(content: str) -> None:
    parsed = parse_multistatus(str(multi(props("/x", data(content))).body).encode(), host="h")

    assert parsed.answers[0].raw(DATA) == content


def test_properties_that_were_refused_are_not_found() -> None:
    answer = "<d:response><d:href>/x</d:href><d:propstat><d:prop><d:getetag/></d:prop><d:status>HTTP/1.1 404 No</d:status></d:propstat></d:response>"

    parsed = parse_multistatus(str(multi(answer).body).encode(), host="h").answers[0]

    assert (parsed.text(ETAG), parsed.refused) == ("", {ETAG: 404})


def test_one_response_may_speak_for_many_hrefs() -> None:
    answer = (
        "<d:response><d:href>/a</d:href><d:href>/b</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
    )

    assert read(multi(answer)) == [("/a", 404, ""), ("/b", 404, "")]


@pytest.mark.parametrize("line", ["HTTP/1.1 404 Not Found", "HTTP/1.1 404", "HTTP/2 404 ", " 404 Not Found", "404"])
def test_a_status_is_read_in_any_spelling(line: str) -> None:
    answer = f"<d:response><d:href>/a</d:href><d:status>{line}</d:status></d:response>"

    assert read(multi(answer)) == [("/a", 404, "")]


def test_html_inside_a_calendar_is_no_page() -> None:
    said = multi(props("/x", etag('"1"'), "<c:calendar-data><![CDATA[<!DOCTYPE html><html>]]></c:calendar-data>"))

    assert read(said) == [("/x", 0, '"1"')]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>Log in</body></html>",
        b"\xef\xbb\xbf\n <HTML><form/></HTML>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    ],
)
def test_a_login_page_is_no_calendar(page: bytes) -> None:
    assert refused(page) == "not-caldav"


def test_entities_that_multiply_are_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        b'<d:multistatus xmlns:d="DAV:"><d:response><d:href>&b;</d:href></d:response></d:multistatus>'
    )

    assert refused(bomb) == "bomb"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_entities_in_another_encoding_are_refused_too(encoding: str) -> None:
    bomb = (
        '<!DOCTYPE m [<!ENTITY a "aa">]><d:multistatus xmlns:d="DAV:"><d:sync-token>&a;</d:sync-token></d:multistatus>'
    )

    assert refused(bomb.encode(encoding)) == "bomb"


def test_a_file_of_this_machine_is_not_read_into_an_answer(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("treasure")
    thief = f'<!DOCTYPE m [<!ENTITY x SYSTEM "file://{secret}">]><d:multistatus xmlns:d="DAV:"><d:sync-token>&x;</d:sync-token></d:multistatus>'

    assert refused(thief.encode()) == "bomb"


def test_a_tower_of_elements_is_refused() -> None:
    tower = b'<d:multistatus xmlns:d="DAV:">' + b"<d:a>" * 5000 + b"</d:a>" * 5000 + b"</d:multistatus>"

    assert refused(tower) == "xml"


def test_one_endless_text_is_refused() -> None:
    assert refused(str(multi(props("/x", data("x" * 11_000_000))).body).encode()) == "xml"


@pytest.mark.parametrize("body", [b"", b"nonsense", b"<d:multistatus xmlns:d='DAV:'>", b"<other/>"])
def test_what_is_no_multistatus_is_refused(body: bytes) -> None:
    assert refused(body) == "xml"


@pytest.mark.parametrize("bad", ["\x0b", "\x00", "&#11;", "&#x1B;", "&#0;"])
def test_control_characters_are_dropped_where_that_does_no_harm(bad: str) -> None:
    body = f"<d:multistatus {NAMESPACES}>{props('/x', etag('1'), f'<d:displayname>A{bad}B</d:displayname>')}</d:multistatus>"

    assert refused(body.encode()) == "xml"
    assert read(body, lenient=True) == [("/x", 0, "1")]


@pytest.mark.parametrize("good", ["&#9;", "&#10;", "&#x0D;", "&#x41;", "&#127;"])
def test_character_references_that_xml_allows_are_kept(good: str) -> None:
    body = f"<d:multistatus {NAMESPACES}>{props(chr(11) + '/', f'<d:getetag>a{good}b</d:getetag>')}</d:multistatus>"

    kept = etree.fromstring(f"<x>a{good}b</x>").text

    assert read(body, lenient=True) == [("/", 0, kept)]


# ── why something was refused ────────────────────────────────────────────────────────────────────────────────────


def test_preconditions_are_named() -> None:
    assert preconditions(error("c:no-uid-conflict").encode()) == {"no-uid-conflict"}


@pytest.mark.parametrize("body", [b"", b"Forbidden", b"<html><no-uid-conflict/></html>", b"<x/>"])
def test_other_bodies_name_no_precondition(body: bytes) -> None:
    assert preconditions(body) == frozenset()


def test_the_words_of_the_server_are_kept_short() -> None:
    words = "DTEND must occur after DTSTART. " * 50

    told = explanation(error(f"d:x/><d:responsedescription>{words}</d:responsedescription><d:y").encode())

    assert told.startswith("DTEND must occur after DTSTART.")
    assert len(told) == 200


def test_resource_types_are_read() -> None:
    said = multi(props("/x/", "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"))

    answer = parse_multistatus(str(said.body).encode(), host="h").answers[0]

    assert answer.names(RESOURCE_TYPE) == {"{DAV:}collection", "{urn:ietf:params:xml:ns:caldav}calendar"}
