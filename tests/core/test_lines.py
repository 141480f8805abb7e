"""The tree of content lines keeps every byte that nobody touches, and writes the others as RFC 5545 wants them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.lines import Broken, Component, Line, make_line, param, params_of, parse, read_line, render
from tests.core.icals import TALK, ics

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


@given(TEXT)
def test_a_made_line_is_read_as_it_was_meant(text: str) -> None:
    made = make_line("SUMMARY", text)

    assert read_line(made.raw) == made


@given(TEXT)
def test_no_made_line_is_longer_than_75_octets_or_cuts_a_letter(text: str) -> None:
    pieces = make_line("SUMMARY", text).raw.removesuffix(b"\r\n").split(b"\r\n")

    assert all(len(piece) <= 75 and piece.decode() for piece in pieces)


def test_a_line_break_in_a_value_cannot_begin_a_new_line() -> None:
    assert make_line("SUMMARY", "x\r\nATTENDEE:mailto:a@example.org").raw.count(b"\n") == 1


@given(st.lists(st.sampled_from([*ics(TALK).split(b"\r\n"), b" folded", b"\tfolded", b"", b"junk", b"X:\xff", b"\r"])))
def test_whatever_can_be_parsed_renders_to_its_own_bytes(lines: list[bytes]) -> None:
    content = b"BEGIN:VCALENDAR\r\n" + b"\r\n".join(lines) + b"\r\nEND:VCALENDAR\r\n"
    try:
        tree = parse(content, mend=False)
    except Broken:
        return

    assert render(tree) == content


@given(st.binary())
def test_any_bytes_are_parsed_or_broken(content: bytes) -> None:
    try:
        tree = parse(b"BEGIN:VCALENDAR\n" + content + b"\nEND:VCALENDAR")
    except Broken:
        return

    assert isinstance(tree, Component)


@pytest.mark.parametrize(
    ("raw", "name", "value", "cn"),
    [
        (
            b'ATTENDEE;CN="Jansen, Piet: chef; kok":mailto:p@example.org\r\n',
            "ATTENDEE",
            "mailto:p@example.org",
            "Jansen, Piet: chef; kok",
        ),
        (b"attendee;cn=Piet;PARTSTAT=ACCEPTED:mailto:p@example.org\n", "ATTENDEE", "mailto:p@example.org", "Piet"),
        (b'ATTENDEE;CN="Piet:mailto:p@example.org\n', "ATTENDEE", "mailto:p@example.org", '"Piet'),
        (b"ATTENDEE;CN=^'Piet^' ^^^n:x", "ATTENDEE", "x", '"Piet" ^\n'),
        (b"ATTEN\r\n DEE;C\r\n\tN=Piet:x\r\n y\r\n", "ATTENDEE", "xy", "Piet"),
        (b"ATTENDEE;PARTSTAT=ACCEPTED:x", "ATTENDEE", "x", ""),
    ],
)
def test_name_parameters_and_value_are_told_apart(raw: bytes, name: str, value: str, cn: str) -> None:
    line = read_line(raw)

    assert (line.name, line.value, param(line, "CN")) == (name, value, cn)


def test_a_parameter_may_have_several_values() -> None:
    line = read_line(b'ATTENDEE;MEMBER="mailto:a@x","mailto:b@x",c:mailto:d@x')

    assert params_of(line.params) == (("MEMBER", ("mailto:a@x", "mailto:b@x", "c")),)


def test_what_is_no_line_has_no_name_and_is_kept() -> None:
    assert read_line(b"just words\r\n") == Line(b"just words\r\n", "", "", "just words")


@pytest.mark.parametrize(
    "params",
    ["a" * 300_000, 'a="' * 100_000, '"' * 300_001, "a=" * 150_000, ";" * 300_000, 'x"y"' * 75_000, "a,b=^" * 60_000],
)
def test_no_line_takes_longer_than_its_length_deserves(params: str) -> None:
    begun = time.process_time()

    line = read_line(f"ATTENDEE;{params}:mailto:a@example.org\r\n".encode())
    params_of(line.params)

    assert time.process_time() - begun < 2
