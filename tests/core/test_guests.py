"""Nobody whom the provider does not know and nobody chose is on what is sent; all else keeps its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.event import guests, organizer, outgoing
from tests.core.icals import TALK, WEEKLY, ics, swapped, with_line

ME, ANNA, BOB, PIET = (f"{name}@example.org" for name in ("me", "anna", "bob", "piet"))
NOBODY: frozenset[str] = frozenset()
MINE = ics(
    TALK + f"ORGANIZER:mailto:{ME}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{ME}\n"
    f'ATTENDEE;CN="Anna: A";RSVP=TRUE:mailto:{ANNA}\nATTENDEE;SCHEDULE-AGENT=NONE:MAILTO:Bob@Example.org\n'
)
THEIRS = swapped(MINE, (f"ORGANIZER:mailto:{ME}", f"ORGANIZER;CN=Piet:mailto:{PIET}"))


def sent(content: bytes, *, known: frozenset[str] = NOBODY, host: str = "", chosen: frozenset[str] = NOBODY) -> bytes:
    there = TALK + "".join(f"ATTENDEE:mailto:{each}\n" for each in sorted(known))
    there += f"ORGANIZER:mailto:{host}\n" if host else ""
    return outgoing(content, there=ics(there), chosen={"": chosen}, own=frozenset({"mailto:Me@example.org"}))


def test_guests_and_organizer_are_addresses_in_lower_case() -> None:
    assert guests(THEIRS) == {ME, ANNA, BOB}
    assert organizer(THEIRS) == PIET


def test_an_address_in_a_parameter_counts_where_the_value_is_none() -> None:
    content = ics(TALK + "ATTENDEE;EMAIL=Anna@example.org:urn:uuid:1\nATTENDEE:/principals/2/\nATTENDEE;CN=x:\n")

    assert guests(content) == {ANNA, "/principals/2/"}


def test_who_an_e_mail_alarm_mails_is_no_guest() -> None:
    alarm = f"BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nATTENDEE:mailto:{ANNA}\nEND:VALARM\n"

    assert guests(ics(TALK + alarm)) == frozenset()


def test_without_guests_the_very_same_bytes_go_out() -> None:
    content = ics(WEEKLY)

    assert sent(content) is content


def test_a_new_event_goes_out_with_nobody_on_it() -> None:
    assert sent(MINE) == ics(TALK)
    assert sent(THEIRS) == ics(TALK)


def private(content: bytes) -> bytes:
    return outgoing(content, there=b"", chosen={}, own=frozenset({ME}), private=True)


def test_where_the_mark_is_private_a_meeting_of_silent_guests_keeps_its_organizer() -> None:
    assert private(MINE) == swapped(MINE, (f'ATTENDEE;CN="Anna: A";RSVP=TRUE:mailto:{ANNA}\r\n', ""))


def test_where_all_is_private_a_stranger_s_meeting_goes_out_as_it_is() -> None:
    assert private(THEIRS) == THEIRS


def test_of_a_stranger_s_series_with_exceptions_no_copy_can_be_made() -> None:
    moved = "BEGIN:VEVENT\r\nUID:talk\r\nRECURRENCE-ID:20261201T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR"
    series = swapped(THEIRS, ("END:VCALENDAR", moved))

    assert guests(private(series)) == frozenset()


def test_of_a_stranger_s_meeting_whose_copy_names_nobody_no_silent_guest_goes_out_either() -> None:
    own = frozenset({ME})

    assert outgoing(THEIRS, there=ics(TALK), chosen={}, own=own, private=True) == ics(TALK)


def test_who_was_chosen_goes_out_and_who_was_not_does_not() -> None:
    got = sent(MINE, chosen=frozenset({ANNA}))

    assert got == swapped(MINE, ("ATTENDEE;SCHEDULE-AGENT=NONE:MAILTO:Bob@Example.org\r\n", ""))


def test_who_is_known_there_stays_on_what_goes_out() -> None:
    assert sent(MINE, known=frozenset({ME, ANNA, BOB})) == MINE


def test_somebody_elses_meeting_keeps_its_organizer_and_oneself_where_he_is_known() -> None:
    got = sent(THEIRS, known=frozenset({ME}), host=PIET)

    assert (guests(got), organizer(got)) == ({ME}, PIET)


def test_an_unknown_organizer_gets_no_answer_in_ones_name() -> None:
    got = sent(THEIRS, known=frozenset({ME}))

    assert (guests(got), organizer(got)) == ({ME}, "")


def test_a_method_does_not_go_out() -> None:
    invited = swapped(MINE, ("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"))

    assert sent(invited, known=frozenset({ME, ANNA, BOB})) == MINE


def test_a_method_in_lower_case_and_a_folded_guest_do_not_slip_through() -> None:
    sly = swapped(MINE, ("VERSION:2.0", "VERSION:2.0\r\nmethod:REQUEST"), ("ATTENDEE;CN", "Atten\r\n dee;CN"))

    assert sent(sly) == ics(TALK)


def test_an_e_mail_alarm_to_others_does_not_go_out_and_one_to_oneself_does() -> None:
    alarm = "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nSUMMARY:x\nATTENDEE:mailto:{}\nEND:VALARM\n"
    silent = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n"

    assert sent(ics(TALK + alarm.format(ANNA) + silent)) == ics(TALK + silent)
    assert sent(ics(TALK + alarm.format(ME) + silent)) == ics(TALK + alarm.format(ME) + silent)


SERIES = (
    WEEKLY + "ATTENDEE:mailto:anna@example.org\n",
    (
        "UID:talk@example.org\nRECURRENCE-ID:20261201T130000Z\nDTSTART:20261201T150000Z\n"
        "ORGANIZER;CN=Piet:mailto:piet@example.org\nATTENDEE:mailto:anna@example.org\nATTENDEE:mailto:bob@example.org\n"
    ),
)


def test_an_organizer_who_is_in_one_override_only_goes_out_in_all_components() -> None:
    got = sent(ics(*SERIES), known=frozenset({ANNA}), host=PIET)

    assert got.count(b"ORGANIZER;CN=Piet:mailto:piet@example.org\r\n") == 2
    assert guests(got) == {ANNA}


def test_the_masters_organizer_goes_before_that_of_an_override() -> None:
    here = ics(SERIES[0] + "ORGANIZER:mailto:me@example.org\n", SERIES[1])

    got = sent(here, known=frozenset({ANNA}), host=PIET)

    assert (organizer(got), got.count(b"ORGANIZER:mailto:me@example.org\r\n"), got.count(b"Piet")) == (ME, 2, 0)


def test_a_guest_of_one_occurrence_is_left_off_there() -> None:
    assert guests(sent(ics(*SERIES), chosen=frozenset({BOB}))) == {BOB}


ADDRESSES = st.sampled_from([ME, ANNA, BOB, PIET, "eve@example.org"])


@given(st.lists(ADDRESSES), st.frozensets(ADDRESSES), st.frozensets(ADDRESSES), ADDRESSES)
def test_nobody_else_is_ever_on_what_goes_out(
    listed: list[str], known: frozenset[str], chosen: frozenset[str], host: str
) -> None:
    content = ics(TALK + f"ORGANIZER:mailto:{host}\n" + "".join(f"ATTENDEE:mailto:{each}\n" for each in listed))

    got = sent(content, known=known, chosen=chosen)

    assert guests(got) <= known | chosen | {ME}
    assert (set(listed) & (known | chosen)) <= guests(got)
    assert organizer(got) in ({host, ""} if guests(got) - {ME} or host in known | chosen else {""})
    assert sent(got, known=known, chosen=chosen) == got


@pytest.mark.parametrize("line", ["ATTENDEE;CN=Nobody:", "ATTENDEE:mailto:", "ATTENDEE"])
def test_a_guest_without_address_does_not_go_out(line: str) -> None:
    got = sent(with_line(ics(TALK), line), known=frozenset({"", ANNA}))

    assert b"ATTENDEE" not in got.replace(b"\r\nATTENDEE\r\n", b"")
