"""Who is told of a change where the server leaves that to us: time, place and coming or going, nothing else."""

from __future__ import annotations

import pytest

from calsync_cli.core.guests import listed, outgoing
from calsync_cli.core.lines import parse
from calsync_cli.core.news import news
from tests.core.icals import TALK, WEEKLY, ics, swapped, with_line

ME, ANNA, BOB, PIET = (f"{name}@example.org" for name in ("me", "anna", "bob", "piet"))
OWN = frozenset({ME})
HOST = f"ORGANIZER:mailto:{ME}\n"
SILENT = f"ATTENDEE;SCHEDULE-AGENT=NONE:mailto:{BOB}\n"
MINE = ics(TALK + HOST + f"ATTENDEE:mailto:{ANNA}\n" + SILENT)
SERIES = ics(WEEKLY + HOST + f"ATTENDEE:mailto:{ANNA}\nATTENDEE:mailto:{PIET}\n")


def theirs(answer: str) -> bytes:
    return ics(TALK + f"ORGANIZER:mailto:{PIET}\nATTENDEE:mailto:{ANNA}\nATTENDEE;PARTSTAT={answer}:mailto:{ME}\n")


@pytest.mark.parametrize(
    ("change", "heard"),
    [
        (("LOCATION:Room 2", "LOCATION:Room 3"), True),
        (("Amsterdam:20261124T140000", "Amsterdam:20261124T143000"), True),
        (("ATTENDEE:mailto:anna", "STATUS:CANCELLED\r\nATTENDEE:mailto:anna"), True),
        (("ATTENDEE:mailto:anna", "STATUS:TENTATIVE\r\nATTENDEE:mailto:anna"), False),
        (("ATTENDEE:mailto:anna", "DESCRIPTION:Bring a pen\r\nATTENDEE:mailto:anna"), False),
        (("ATTENDEE:mailto:anna", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna"), False),
    ],
)
def test_guests_hear_of_time_place_and_cancellation_alone(change: tuple[str, str], heard: bool) -> None:
    assert news(MINE, swapped(MINE, change), OWN) == ({ANNA} if heard else frozenset())


def test_whoever_comes_or_goes_hears_of_it_and_the_others_do_not() -> None:
    more = with_line(MINE, f"ATTENDEE:mailto:{PIET}")

    assert news(MINE, more, OWN) == {PIET}
    assert news(more, MINE, OWN) == {PIET}


def test_an_invitation_and_a_cancellation_go_to_all_who_are_invited_and_to_no_silent_one() -> None:
    assert news(b"", MINE, OWN) == {ANNA}
    assert news(MINE, b"", OWN) == {ANNA}


def test_an_event_without_guests_is_nobody_s_news() -> None:
    assert news(ics(TALK), swapped(ics(TALK), ("LOCATION:Room 2", "LOCATION:Room 3")), OWN) == frozenset()


def test_an_answer_goes_to_the_organizer_and_any_other_edit_of_their_meeting_to_nobody() -> None:
    assert news(theirs("NEEDS-ACTION"), theirs("ACCEPTED"), OWN) == {PIET}
    assert news(theirs("ACCEPTED"), with_line(theirs("ACCEPTED"), "TRANSP:TRANSPARENT"), OWN) == frozenset()
    assert news(theirs("ACCEPTED"), b"", OWN) == frozenset()


def test_of_a_copy_of_somebody_else_s_meeting_nobody_hears_neither_when_it_is_made_nor_by_an_answer() -> None:
    copy = swapped(theirs("NEEDS-ACTION"), ("ORGANIZER:", "ORGANIZER;SCHEDULE-AGENT=CLIENT:"))

    assert news(b"", theirs("ACCEPTED"), OWN) == frozenset()
    assert news(copy, theirs("ACCEPTED"), OWN) == frozenset()


def _override(lines: str, guests: str) -> bytes:
    master = SERIES.decode().partition("END:VCALENDAR")[0]
    uid, start = _of_the_event("UID")[0], _of_the_event("DTSTART")[0].removeprefix("DTSTART")
    body = f"BEGIN:VEVENT\n{uid}\nRECURRENCE-ID{start}\n{lines}\n{HOST}{guests}END:VEVENT\nEND:VCALENDAR\n"
    return (master + body.replace("\n", "\r\n")).encode()


def _of_the_event(*names: str) -> list[str]:
    return [line for line in SERIES.decode().partition("BEGIN:VEVENT")[2].splitlines() if line.startswith(names)]


PLACE = "\n".join(_of_the_event("LOCATION"))


def _times(shift: int = 0) -> str:
    wanted = _of_the_event("DTSTART", "DTEND", "DURATION")
    if not shift:
        return "\n".join(wanted)
    head, _, value = wanted[0].partition(":")
    later = value[:9] + f"{int(value[9:11]) + shift:02d}" + value[11:]
    return "\n".join([f"{head}:{later}", *wanted[1:]])


BOTH = f"ATTENDEE:mailto:{ANNA}\nATTENDEE:mailto:{PIET}\n"


def test_one_occurrence_with_another_title_is_nobody_s_news() -> None:
    assert news(SERIES, _override(f"{_times()}\n{PLACE}\nSUMMARY:Special", BOTH), OWN) == frozenset()


def test_one_occurrence_at_another_time_is_news_to_its_guests() -> None:
    assert news(SERIES, _override(_times(1), BOTH), OWN) == {ANNA, PIET}


def test_who_is_taken_off_one_occurrence_hears_of_it() -> None:
    assert news(SERIES, _override(f"{_times()}\n{PLACE}", f"ATTENDEE:mailto:{ANNA}\n"), OWN) == {PIET}


def test_an_occurrence_left_out_is_news_to_everybody() -> None:
    start = _of_the_event("DTSTART")[0].replace("DTSTART", "EXDATE")

    assert news(SERIES, with_line(SERIES, start), OWN) == {ANNA, PIET}


# ── whom no server tells ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_silent_guest_goes_only_where_nobody_else_sees_him() -> None:
    chosen = {"": frozenset({ANNA})}

    assert BOB.encode() not in outgoing(MINE, there=b"", chosen=chosen, own=OWN)
    assert BOB.encode() in outgoing(MINE, there=b"", chosen=chosen, own=OWN, private=True)


def test_a_silent_guest_whose_mark_another_program_dropped_is_not_sent_as_a_guest() -> None:
    unmarked = swapped(MINE, (f"ATTENDEE;SCHEDULE-AGENT=NONE:mailto:{BOB}", f"ATTENDEE:mailto:{BOB}"))

    sent = outgoing(unmarked, there=MINE, chosen={}, own=OWN, private=True)

    assert listed(parse(sent)) == {"": frozenset({ANNA})}


def test_a_guest_whom_another_client_tells_stays_on_the_server_s_event_with_its_mark() -> None:
    assert outgoing(MINE, there=MINE, chosen={}, own=OWN) == MINE
