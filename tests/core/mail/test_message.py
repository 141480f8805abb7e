"""Messages are bytes: line ends are all that the canonical form changes, and a header says who a message is."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.mail.heading import MAX_TITLE, date, title
from calsync_cli.core.mail.message import (
    canonical,
    canonical_pieces,
    canonical_size,
    digest,
    head,
    header,
    headers,
    marked,
    message_id,
    same,
    unmarked,
)
from calsync_cli.core.mail.prints import print_of

torn = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b": ", b" ", b"\0", b"\xff", b"From x", b""])).map(
    b"".join
)
headed = st.lists(
    st.sampled_from(
        [b"Subject: ", b"Date: ", b"Message-ID: ", b"=?utf-8?Q?", b"?=", b"<", b">", b"\r\n", b"\n", b" ", b"=?x?B?"]
    )
    | st.binary(max_size=12)
).map(b"".join)


@given(torn)
def test_canonical_twice_is_canonical_once(content: bytes) -> None:
    assert canonical(canonical(content)) == canonical(content)


@given(torn)
def test_after_each_carriage_return_and_line_feed_nothing_else_is_different(content: bytes) -> None:
    made = canonical(content)

    assert made.replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")
    assert made.count(b"\n") == made.count(b"\r\n")


@given(torn)
def test_the_size_is_that_of_the_canonical_form(content: bytes) -> None:
    assert canonical_size(content) == len(canonical(content))


@given(torn)
def test_a_message_has_one_digest_whatever_its_line_ends(content: bytes) -> None:
    assert digest(canonical(content)) == digest(content) == digest(content.replace(b"\r\n", b"\n"))


@given(torn, torn)
def test_messages_of_one_digest_differ_in_carriage_returns_alone(one: bytes, other: bytes) -> None:
    assert (digest(one) == digest(other)) == (one.replace(b"\r", b"") == other.replace(b"\r", b""))


@pytest.mark.parametrize("kept", [b"a\r\nb\r\n", b"a\r\r\nb\r\n", b"a\r\nb\r\n\r"])
def test_what_dovecot_makes_of_odd_returns_has_the_digest_of_what_was_sent(kept: bytes) -> None:
    assert digest(kept) == digest(b"a\nb\n")


@pytest.mark.parametrize(
    "line", [b"x" * 78 + b"\n", b"x" * 77 + b"\r\n", b"\r" * 3 + b"\n", b"x" * 1_100_000 + b"\r\n"]
)
def test_a_large_message_is_digested_in_pieces_as_if_it_were_one(line: bytes) -> None:
    content = line * (2_500_000 // len(line))

    assert digest(content) == sha256(content.replace(b"\r", b"")).hexdigest()


@given(torn)
def test_a_message_and_its_canonical_form_are_the_same(content: bytes) -> None:
    assert same(content, canonical(content))


def test_other_words_are_another_message() -> None:
    assert not same(b"a\nb\n", b"a\r\nc\r\n")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"a\nb", b"a\r\nb"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\rb", b"a\rb"),
        (b"a\r\r\nb\n", b"a\r\r\nb\r\n"),
        (b"\n\r", b"\r\n\r"),
        (b"nul \0 and \xe9", b"nul \0 and \xe9"),
        (b"", b""),
    ],
)
def test_canonical_line_ends(content: bytes, wanted: bytes) -> None:
    assert canonical(content) == wanted


@given(torn, st.integers(1, 5))
def test_the_canonical_form_in_pieces_is_the_canonical_form(content: bytes, size: int) -> None:
    assert b"".join(canonical_pieces(content, size)) == canonical(content)


@given(torn, st.integers(1, 5))
def test_no_piece_of_the_canonical_form_is_much_larger_than_was_asked(content: bytes, size: int) -> None:
    assert all(len(piece) <= 2 * size + 2 for piece in canonical_pieces(content, size))


def test_what_is_canonical_is_not_copied() -> None:
    content = b"a\r\n" * 1000

    assert canonical(content) is content


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_header_ends_at_the_first_empty_line(end: bytes) -> None:
    lines = [b"A: 1", b"B: 2", b"", b"C: 3", b"", b"D: 4"]

    assert head(end.join(lines)) == b"A: 1" + end + b"B: 2" + end


@pytest.mark.parametrize(
    ("content", "wanted"), [(b"\nA: 1\n", b""), (b"\r\nA: 1", b""), (b"", b""), (b"A: 1", b"A: 1")]
)
def test_a_message_may_be_all_body_or_all_header(content: bytes, wanted: bytes) -> None:
    assert head(content) == wanted


def test_headers_are_unfolded_and_what_is_none_is_passed_over() -> None:
    content = b"From a@b Fri Nov 20 10:00:00 2026\n>From x\nReceived: one\r\n\t two\r\nno colon here\n folded\nX-Y : z\nbad name: q\n\n"

    assert list(headers(content)) == [("received", b"one\t two"), ("x-y", b"z")]


def test_of_two_headers_the_first_counts() -> None:
    assert header(b"Subject: one\nSUBJECT: two\n\n", "subject") == b"one"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"Message-ID: <a@b>", "a@b"),
        (b"message-id:<a@b>", "a@b"),
        (b"Message-Id:\r\n <a@b>", "a@b"),
        (b"Message-ID: <a@b\n c>", "a@bc"),
        (b"Message-ID: a@b", "a@b"),
        (b"Message-ID: (comment) <a@b> <c@d>", "a@b"),
        (b"Message-ID: <caf\xc3\xa9@b>", "cafÃ©@b"),
        (b"Message-ID:", ""),
        (b"Message-ID: <>", "<>"),
        (b"X-Message-ID: <a@b>", ""),
        (b"\nMessage-ID: <a@b>", ""),
    ],
)
def test_the_message_id(line: bytes, wanted: str) -> None:
    assert message_id(line + b"\r\n\r\nMessage-ID: <body@x>") == wanted


@given(torn | headed, st.sampled_from(["subject", "message-id", "a", "from"]))
def test_one_header_is_the_first_of_all_of_that_name(content: bytes, name: str) -> None:
    assert header(content, name) == next((value for found, value in headers(content) if found == name), b"")


@given(torn)
def test_line_ends_change_neither_id_nor_headers(content: bytes) -> None:
    assert message_id(canonical(content)) == message_id(content)
    assert list(headers(canonical(content))) == list(headers(content))


@given(torn | headed)
def test_whatever_the_bytes_a_message_can_be_told(content: bytes) -> None:
    told = title(content), date(content), message_id(content)

    assert len(told[0]) <= MAX_TITLE
    assert isinstance(told[1], float | None)
    assert "\n" not in told[0] + told[2]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"Plain", "Plain"),
        (b"=?utf-8?B?w6k=?=", "é"),
        (b"=?UTF-8?q?caf=C3=A9_au?= lait", "café au lait"),
        (b"Re: =?iso-8859-1?Q?=E9t=E9?=\r\n =?iso-8859-1?Q?_2026?= x", "Re: été 2026 x"),
        (b"=?utf-8?B?w?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "=?utf-8?B?w?=é"),
        (b"=?utf-8*nl?Q?taal?=", "taal"),
        (b"=?nonsense?Q?=E9?=", "é"),
        (b"=?zlib?Q?abc?=", "abc"),
        (b"=?undefined?Q?abc?=", "abc"),
        (b"=?raw_unicode_escape?Q?a\\ud800b?=", "a?b"),
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9 \x80", "café €"),
        (b"a\t\tb  c", "a b c"),
        (b"", ""),
    ],
)
def test_the_title_as_a_person_reads_it(raw: bytes, wanted: str) -> None:
    assert title(b"Subject: " + raw + b"\r\n\r\n") == wanted


def test_a_title_without_end_is_shortened() -> None:
    assert title(b"Subject: " + b"word " * 100_000) == "word " * 39 + "word…"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"Fri, 20 Nov 2026 14:00:00 +0100", 1795179600.0),
        (b"20 Nov 26 13:00 GMT (a comment)", 1795179600.0),
        (b"Fri, 20 Nov 2026", None),
        (b"yesterday", None),
        (b"Fri, 99 Nov 99999999 14:00:00 +0100", None),
        (b"", None),
    ],
)
def test_the_date(raw: bytes, wanted: float | None) -> None:
    assert date(b"Date: " + raw + b"\r\n\r\n") == wanted


MARK = b"X-TUID: B5hlL58MfZWi\r\n"


@pytest.mark.parametrize("where", [0, 10, 21])
def test_what_mbsync_puts_into_a_header_makes_no_other_message(where: int) -> None:
    plain = b"From: a@b\r\nTo: c@d\r\n\r\nHello.\r\n"
    cut = {0: 0, 10: 11, 21: 20}[where]
    theirs = plain[:cut] + MARK + plain[cut:]

    assert print_of(theirs) == print_of(plain) == print_of(theirs.replace(b"\r\n", b"\n"))


def test_what_neomutt_counts_into_a_header_makes_no_other_message() -> None:
    plain = b"X-Lines: 3\r\nFrom: a@b\r\nTo: c@d\r\n\r\nHello.\r\n"
    saved = plain.replace(b"\r\n\r\n", b"\r\nContent-Length: 8\nLines: 3\n\n", 1)

    assert print_of(saved) == print_of(plain)


def test_a_mark_in_a_body_is_text() -> None:
    plain = b"From: a@b\r\n\r\nI found this line:\r\n" + MARK

    assert (marked(plain), unmarked(plain)) == (0, plain)
