"""What a server tells of our own deeds is silent; whatever others do at the same time is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Mark, Move, Op, Remove, Wrote
from calsync_cli.providers.imap.echo import Echo
from calsync_cli.providers.imap.parse import Line

INBOX, ARCHIVE = CollectionId("INBOX"), CollectionId("Archive")
A, B = Ref("7.4"), Ref("7.5")
SEEN = frozenset({"\\Seen"})


def well(ops: Sequence[Op]) -> Iterator[Done]:
    """As a server with UIDPLUS and CONDSTORE answers; what comes gets UIDs from 6 on."""
    for uid, op in enumerate(ops, start=6):
        match op:
            case Mark():
                yield Wrote(op.ref, Rev("9"))
            case Remove():
                yield Wrote(op.base.ref, Rev(""))
            case _:
                yield Wrote(Ref(f"7.{uid}"), Rev(""))


def badly(ops: Sequence[Op]) -> Iterator[Done]:
    return (Denied(Ref(""), "E403") for _ in ops)


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def echo(now: list[float]) -> Echo:
    """Five messages are there, and somebody listens."""
    made = Echo(INBOX, lambda: now[0])
    made.listens(5)
    return made


def rings(echo: Echo, *lines: bytes) -> list[bool]:
    return [echo.news(Line(line)) for line in lines]


def mark(ref: Ref) -> Mark:
    return Mark(ref, Rev(""), SEEN, frozenset())


def create() -> Create:
    return Create(Ref("new"), b"x", NOBODY, frozenset())


def remove(ref: Ref) -> Remove:
    return Remove(Held(ref, Rev(""), b""), NOBODY)


def test_flags_of_ours_are_silent_once(echo: Echo) -> None:
    list(echo.heard(INBOX, [mark(A)], well))

    told = rings(echo, b"* 4 FETCH (UID 4 MODSEQ (9) FLAGS (\\Seen))", b"* 4 FETCH (UID 4 MODSEQ (11) FLAGS ())")

    assert told == [False, True]


def test_flags_that_somebody_changed_right_after_us_ring_though_they_are_told_but_once(echo: Echo) -> None:
    list(echo.heard(INBOX, [mark(A)], well))

    assert rings(echo, b"* 4 FETCH (UID 4 MODSEQ (10) FLAGS (\\Seen \\Flagged))") == [True]


def test_what_is_told_before_we_are_answered_rings(echo: Echo) -> None:
    told: list[bool] = []

    def slowly(ops: Sequence[Op]) -> Iterator[Done]:
        told.extend(rings(echo, b"* 6 EXISTS"))
        yield from well(ops)

    list(echo.heard(INBOX, [create()], slowly))

    assert told == [True]


def test_what_came_by_us_and_went_in_one_moment_hides_nobody_elses_arrival(echo: Echo) -> None:
    list(echo.heard(INBOX, [create()], well))
    list(echo.heard(INBOX, [Move(Ref("7.6"), Rev(""), ARCHIVE, A, NOBODY)], well))

    assert rings(echo, b"* 6 EXISTS") == [True]


def test_flags_of_others_ring_and_so_do_those_without_a_uid(echo: Echo) -> None:
    list(echo.heard(INBOX, [mark(A)], well))

    assert rings(echo, b"* 5 FETCH (FLAGS (\\Seen) UID 5)", b"* 4 FETCH (FLAGS (\\Seen))") == [True, True]


def test_what_we_stored_is_silent_and_one_more_rings(echo: Echo) -> None:
    list(echo.heard(INBOX, [create(), create()], well))

    assert rings(echo, b"* 7 EXISTS", b"* 8 EXISTS") == [False, True]


def test_what_came_along_with_what_we_stored_rings(echo: Echo) -> None:
    list(echo.heard(INBOX, [create()], well))

    assert rings(echo, b"* 7 EXISTS") == [True]


def test_what_we_moved_in_from_elsewhere_is_silent(echo: Echo) -> None:
    list(echo.heard(ARCHIVE, [Move(A, Rev(""), INBOX, A, NOBODY)], well))

    assert rings(echo, b"* 6 EXISTS") == [False]


def test_what_we_took_away_is_silent_and_the_number_is_kept(echo: Echo) -> None:
    list(echo.heard(INBOX, [remove(A), Move(B, Rev(""), ARCHIVE, B, NOBODY)], well))

    assert rings(echo, b"* VANISHED 4:5", b"* VANISHED 4", b"* 3 EXISTS") == [False, True, True]


def test_a_message_that_goes_without_a_uid_rings(echo: Echo) -> None:
    list(echo.heard(INBOX, [remove(A)], well))

    assert rings(echo, b"* 4 EXPUNGE") == [True]


@pytest.mark.parametrize("op", [mark(A), remove(A), create()])
def test_what_was_refused_is_not_expected(echo: Echo, op: Op) -> None:
    list(echo.heard(INBOX, [op], badly))

    told = rings(echo, b"* 4 FETCH (UID 4 FLAGS (\\Seen))", b"* 6 EXISTS", b"* VANISHED 4")

    assert told == [True, True, True]


def test_what_is_done_in_other_folders_is_not_expected(echo: Echo) -> None:
    list(echo.heard(ARCHIVE, [mark(A), create(), remove(B)], well))

    told = rings(echo, b"* 4 FETCH (UID 4 FLAGS (\\Seen))", b"* 6 EXISTS", b"* VANISHED 5")

    assert told == [True, True, True]


def test_what_nobody_told_of_in_time_is_forgotten(echo: Echo, now: list[float]) -> None:
    list(echo.heard(INBOX, [mark(A), create()], well))
    now[0] = 11.0

    assert rings(echo, b"* 4 FETCH (UID 4 FLAGS (\\Seen))", b"* 6 EXISTS") == [True, True]


def test_nothing_is_kept_while_nobody_listens(echo: Echo) -> None:
    echo.listens(None)
    list(echo.heard(INBOX, [mark(A), create()], well))
    echo.listens(6)

    assert rings(echo, b"* 4 FETCH (UID 4 FLAGS (\\Seen))", b"* 7 EXISTS") == [True, True]


def test_chatter_is_no_news(echo: Echo) -> None:
    assert rings(echo, b"* OK still here", b"+ idling", b"* 0 RECENT", b"C3 OK done") == [False] * 4
