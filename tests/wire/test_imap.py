"""What is said to an IMAP server and what it says: building and parsing are each other's inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.mail.nouns import FORWARDED, SEEN
from calsync_cli.providers.imap import folders, ladder, utf7, wire
from calsync_cli.providers.imap.ladder import State
from calsync_cli.providers.imap.parse import BrokenError, Line, status_of, tokens
from calsync_cli.providers.imap.rows import internal_date, moment, row_of

# ── strings, sets, names ─────────────────────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=60))
def test_a_string_is_read_as_it_was_said(text: bytes) -> None:
    pieces = wire.astring(text)
    said = pieces[0] if len(pieces) == 1 else b"{%d}" % len(text)

    assert tokens(Line(said, pieces[1::2])) == [text]


@given(st.sets(st.integers(1, 2**32 - 1), max_size=50))
def test_a_set_is_read_as_it_was_said(uids: set[int]) -> None:
    assert wire.uids_in(wire.uid_set(uids)) == sorted(uids)


@given(st.sets(st.integers(1, 2**32 - 1), max_size=400))
def test_a_large_set_is_said_in_pieces_that_fit_a_line(uids: set[int]) -> None:
    pieces = list(wire.uid_sets(uids))

    assert [uid for piece in pieces for uid in wire.uids_in(piece)] == sorted(uids)
    assert all(len(piece) <= 1000 for piece in pieces)


def test_runs_are_one_range() -> None:
    assert wire.uid_set([5, 1, 2, 3, 9]) == b"1:3,5,9"


@pytest.mark.parametrize("text", [b"x", b"1:x", b"1,,2", b"1:99999999999"])
def test_what_is_no_set_of_uids_is_an_error(text: bytes) -> None:
    with pytest.raises(ValueError):
        wire.uids_in(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_folder_name_is_read_as_it_was_spelled(name: str) -> None:
    assert utf7.decode(utf7.encode(name)) == name


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        (b"Entw&APw-rfe", "Entwürfe"),
        (b"&ZeVnLIqe-", "日本語"),
        (b"A & B", "A & B"),
        (b"A &- B", "A & B"),
        (b"&2D3eCQ-", "😉"),
        ("Entwürfe".encode(), "Entwürfe"),
        (b"\xfc", "ü"),
        (b"&AB-", "&AB-"),
    ],
)
def test_folder_names_as_servers_spell_them(spelled: bytes, name: str) -> None:
    assert utf7.decode(spelled) == name


def test_a_flag_that_is_no_atom_is_not_said() -> None:
    assert wire.spellable(frozenset({SEEN, "$Forwarded", "work", "two words", "a)b", "\\*", "é", ""})) == {
        SEEN,
        "$Forwarded",
        "work",
    }


def test_a_command_shows_its_name_and_not_what_it_says() -> None:
    assert "secret" not in repr(wire.command("LOGIN", wire.astring(b"me"), wire.astring(b"secret")))


@pytest.mark.parametrize(
    ("size", "capabilities", "wanted"),
    [
        (100_000, {"LITERAL+"}, True),
        (100_001, {"LITERAL+"}, False),
        (4096, {"LITERAL-"}, True),
        (4097, {"LITERAL-"}, False),
        (10, {"IMAP4REV1"}, False),
    ],
)
def test_only_small_literals_are_sent_unasked(size: int, capabilities: set[str], wanted: bool) -> None:
    assert wire.unasked(size, frozenset(capabilities)) is wanted


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FLAGS = st.frozensets(st.sampled_from([SEEN, "\\Flagged", "$Forwarded", "work", "NonJunk"]))


@given(
    uid=st.integers(1, 2**32),
    flags=FLAGS,
    size=st.integers(0, 2**40),
    modseq=st.integers(1, 2**63),
    order=st.permutations(range(4)),
)
def test_a_row_is_read_in_any_order(uid: int, flags: frozenset[str], size: int, modseq: int, order: list[int]) -> None:
    items = [b"UID %d" % uid, b"FLAGS " + wire.flag_list(flags), b"RFC822.SIZE %d" % size, b"MODSEQ (%d)" % modseq]

    row = row_of(Line(b"* 3 FETCH (" + b" ".join(items[at] for at in order) + b")"))

    assert row is not None
    assert (row.uid, row.flags, row.size, row.modseq) == (uid, flags, size, modseq)


@given(FLAGS)
def test_the_fast_way_and_the_slow_way_read_the_same(flags: frozenset[str]) -> None:
    text = b"FETCH (FLAGS %s UID 7 MODSEQ (9) BODY[] {3})" % wire.flag_list(flags)

    assert row_of(Line(b"* 1 " + text, [b"a\r\n"])) == row_of(
        Line(b"* 1 " + text.replace(b" UID", b" X-GM NIL UID"), [b"a\r\n"])
    )


@pytest.mark.parametrize("said", [b'BODY[] "abc"', b"BODY[] {3}", b"body[] {3}", b"BODY[] ~{3}"])
def test_a_body_comes_as_a_literal_or_quoted(said: bytes) -> None:
    row = row_of(Line(b"* 1 FETCH (UID 4 " + said + b" FLAGS ())", [b"abc"]))

    assert row is not None
    assert (row.uid, row.body, row.flags) == (4, b"abc", frozenset())


def test_a_body_that_is_nil_is_no_body() -> None:
    row = row_of(Line(b"* 1 FETCH (UID 4 BODY[] NIL)"))

    assert row is not None
    assert row.body is None


def test_unasked_news_of_flags_has_no_uid() -> None:
    row = row_of(Line(b"* 5 FETCH (FLAGS (\\Seen))"))

    assert row is not None
    assert row.uid == 0


def test_flags_have_one_spelling_and_recent_is_nobodys() -> None:
    row = row_of(Line(b"* 5 FETCH (UID 1 FLAGS (\\SEEN \\Recent $FORWARDED Work))"))

    assert row is not None
    assert row.flags == {SEEN, FORWARDED, "Work"}


def test_a_header_with_blanks_in_its_name_is_read() -> None:
    line = Line(b"* 5 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID DATE)] {5} X (1 (2)))", [b"a: b\n"])

    row = row_of(line)

    assert row is not None
    assert row.head == b"a: b\n"


@pytest.mark.parametrize(
    "text", [b"* 1 FETCH (UID 1", b"* 1 FETCH UID 1)", b'* 1 FETCH (UID "', b"* 1 FETCH (BODY[] {3})"]
)
def test_a_row_that_is_none_is_an_error(text: bytes) -> None:
    with pytest.raises(BrokenError):
        row_of(Line(text))


@pytest.mark.parametrize("text", [b"* 5 EXISTS", b"* OK FETCH (1)", b"* SEARCH 1 2", b"+ idling"])
def test_other_lines_are_no_rows(text: bytes) -> None:
    assert row_of(Line(text)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"17-Jul-1996 02:44:25 -0700", 837596665.0),
        (b" 1-jan-1970 00:00:00 +0000", 0.0),
        (b"31-Feb-2020 00:00:00 +0000", None),
        (b"yesterday", None),
    ],
)
def test_internal_dates(text: bytes, wanted: float | None) -> None:
    assert moment(text) == wanted


# ── status ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_status_has_its_code_and_its_words() -> None:
    status = status_of(b"C7 NO [OVERQUOTA] no room\xff left")

    assert status is not None
    assert (status.tag, status.kind, status.code, status.text) == ("C7", "NO", "OVERQUOTA", "no room\\xff left")


def test_a_status_may_say_nothing() -> None:
    status = status_of(b"C7 OK")

    assert status is not None
    assert status.ok


def test_a_code_has_its_argument() -> None:
    status = status_of(b"* OK [COPYUID 7 1:2 5,9] done")

    assert status is not None
    assert (status.code, status.argument) == ("COPYUID", b"7 1:2 5,9")


# ── folders ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "literals", "name"),
    [
        (b'* LIST (\\HasNoChildren) "/" INBOX', [], "INBOX"),
        (b'* LIST () "/" inbox', [], "INBOX"),
        (b'* LIST () "." "INBOX.Sent &- more"', [], "INBOX.Sent & more"),
        (b"* LIST () NIL {3}", [b'a"b'], 'a"b'),
        (b'* LIST () "/" 2024', [], "2024"),
        (b'* LIST () "/" "Trash" ("CHILDINFO" ("SUBSCRIBED"))', [], "Trash"),
    ],
)
def test_folders_are_listed_in_many_ways(text: bytes, literals: list[bytes], name: str) -> None:
    listed = folders.listed_in(Line(text, literals))

    assert listed is not None
    assert listed.name == name


# ── the ladder ───────────────────────────────────────────────────────────────────────────────────────────────────

STATES = st.builds(
    State,
    st.integers(1, 2**32),
    st.integers(1, 2**32),
    st.integers(0, 2**32),
    st.integers(0, 2**63),
    st.sampled_from(ladder.RUNGS),
    st.integers(1, 2**32),
    st.integers(0, 2**32),
    st.floats(0, 2**40),
)


@given(STATES)
def test_a_cursor_is_read_as_it_was_written(state: State) -> None:
    assert ladder.read(ladder.written(state)) == state


@pytest.mark.parametrize(
    "cursor",
    [None, "", "x", "[]", "{}", '{"uidvalidity":1}', '{"uidvalidity":"1","uidnext":1,"count":1}', "1", '{"a":1}'],
)
def test_what_is_no_cursor_of_ours_is_none(cursor: str | None) -> None:
    assert ladder.read(cursor) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("has", "modseq", "trusted", "wanted"),
    [
        ({"CONDSTORE", "QRESYNC"}, 5, "qresync", "qresync"),
        ({"CONDSTORE", "QRESYNC"}, 5, "condstore", "condstore"),
        ({"CONDSTORE"}, 5, "qresync", "condstore"),
        ({"CONDSTORE", "QRESYNC"}, 0, "qresync", "list"),
        (set(), 5, "qresync", "list"),
        ({"CONDSTORE", "QRESYNC"}, 5, "list", "list"),
    ],
)
def test_the_rung_is_the_best_that_is_offered_and_trusted(
    has: set[str], modseq: int, trusted: str, wanted: str
) -> None:
    assert ladder.rung(has, modseq, trusted) == wanted


def test_windows_go_from_the_newest_to_the_oldest_and_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "WINDOW", 3)
    known = list(range(10, 90, 10))
    state, turns = State(1, 100, 8, newest=80), []

    for _ in range(4):
        window = ladder.window(known, state)
        turns.append(window)
        state = State(1, 100, 8, newest=80, turn=window[0] if window else 0)

    assert turns == [(50, 70), (20, 40), (10, 10), None]


@given(st.integers(1, 2**32), st.integers(1, 2**32))
def test_a_ref_is_of_one_life_of_its_mailbox(life: int, uid: int) -> None:
    ref = ladder.ref(life, uid)

    assert ladder.uid_of(ref, life) == uid
    assert ladder.uid_of(ref, life + 1) is None


@given(st.integers(1, 253_402_300_799))
def test_a_moment_that_is_said_is_the_moment_that_is_heard(seconds: int) -> None:
    assert moment(internal_date(seconds).strip(b'"')) == seconds
