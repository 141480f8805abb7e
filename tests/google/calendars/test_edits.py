"""Edits: the fields and occurrences that changed are sent, and the answer tells all of the new version."""

from __future__ import annotations

from calsync_cli.core.model import Held
from calsync_cli.core.ops import Wrote
from tests.google.calendars.bodies import agrees, series, wrote
from tests.google.scene import LUNCH, STAND_UP, Desk, edited, lines

# ── edits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_one_request_with_the_fields_that_changed(desk: Desk) -> None:
    held = desk.held(desk.insert({**LUNCH, "location": "Rome", "colorId": "3"})["id"])

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Lunch", "SUMMARY:Brunch"))))

    (asked,) = desk.user.requests()
    assert (asked["method"], asked["body"], asked["if_match"]) == ("PATCH", {"summary": "Brunch"}, held.rev)
    assert desk.user.get(held.ref, desk.calendar)["colorId"] == "3"
    assert agrees(desk, now)


def test_an_edit_that_says_the_same_in_other_words_asks_nothing(desk: Desk) -> None:
    held = desk.held(desk.insert(LUNCH)["id"])
    reworded = edited(held, ("SUMMARY:Lunch", "SUMMARY;LANGUAGE=en:Lunch"))

    assert desk.edit(held, reworded) == Wrote(held.ref, held.rev)
    assert desk.asked() == []


def test_an_edit_of_the_series_itself_is_one_request(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert desk.asked() == ["PATCH event"]
    assert agrees(desk, now)


def test_an_edit_of_a_series_with_exceptions_tells_all_of_it_anew(desk: Desk) -> None:
    held, _ = series(desk)

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert lines(now, "SUMMARY") == ["SUMMARY:Sit-down", "SUMMARY:Long stand-up"]
    assert desk.asked() == ["GET event", "GET events", "PATCH event", "GET events"]
    assert agrees(desk, now)


def test_an_exception_is_changed_and_nothing_else(desk: Desk) -> None:
    held, ids = series(desk)

    now = wrote(desk.edit(held, edited(held, ("SUMMARY:Long stand-up", "SUMMARY:Very long"))))

    patched = [one for one in desk.user.requests() if one["method"] == "PATCH"]
    assert [(one["path"].rpartition("/")[2], one["body"]) for one in patched] == [(ids[1], {"summary": "Very long"})]
    assert agrees(desk, now)


def occurrence(held: Held, day: str, title: str) -> bytes:
    """The series with one more exception."""
    more = (
        f"BEGIN:VEVENT\r\n{lines(held, 'UID')[0]}\r\nRECURRENCE-ID;TZID=Europe/Zurich:{day}T120000\r\n"
        f"DTSTART;TZID=Europe/Zurich:{day}T120000\r\nDTEND;TZID=Europe/Zurich:{day}T130000\r\nSUMMARY:{title}\r\n"
        "END:VEVENT\r\n"
    )
    return edited(held, ("END:VCALENDAR", f"{more}END:VCALENDAR"))


def test_a_first_exception_is_made_of_the_occurrence_as_the_rule_makes_it(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])

    now = wrote(desk.edit(held, occurrence(held, "20261207", "Short stand-up")))

    patched = [one for one in desk.user.requests() if one["method"] == "PATCH"]
    assert [one["body"] for one in patched] == [{"summary": "Short stand-up"}]
    assert lines(now, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Short stand-up"]
    assert agrees(desk, now)


def test_an_exception_that_is_taken_back_is_as_the_rule_makes_it(desk: Desk) -> None:
    held, ids = series(desk)
    body = held.content.decode()
    start, end = body.rindex("BEGIN:VEVENT"), body.rindex("END:VCALENDAR")

    now = wrote(desk.edit(held, body[:start] + body[end:]))

    assert desk.user.get(ids[1], desk.calendar)["summary"] == "Stand-up"
    assert agrees(desk, now)


def test_an_exception_that_says_nothing_is_not_shown_and_says_nothing_later_either(desk: Desk) -> None:
    held, ids = series(desk)
    desk.user.patch(ids[1], {"summary": "Stand-up"}, desk.calendar)
    plain = desk.held(held.ref)
    assert lines(plain, "SUMMARY") == ["SUMMARY:Stand-up"]

    now = wrote(desk.edit(plain, edited(plain, ("SUMMARY:Stand-up", "SUMMARY:Sit-down"))))

    assert lines(now, "SUMMARY") == ["SUMMARY:Sit-down"]
    assert desk.user.get(ids[1], desk.calendar)["summary"] == "Sit-down"


def exclude(held: Held, *days: str) -> bytes:
    """The series without these."""
    dates = "".join(f"EXDATE;TZID=Europe/Zurich:{day}T120000\r\n" for day in days)
    return edited(held, ("RRULE:FREQ=WEEKLY;COUNT=5\r\n", f"RRULE:FREQ=WEEKLY;COUNT=5\r\n{dates}"))


def test_an_occurrence_that_is_left_out_is_deleted_there_and_comes_back_when_wanted(desk: Desk) -> None:
    held, ids = series(desk)
    without = wrote(desk.edit(held, exclude(held, "20261207")))
    assert "DELETE event" in desk.asked()
    assert desk.user.get(ids[2], desk.calendar)["status"] == "cancelled"

    again = wrote(desk.edit(without, held.content))

    assert desk.user.get(ids[2], desk.calendar)["status"] == "confirmed"
    assert lines(again, "EXDATE") == []
    assert agrees(desk, again)


def test_an_occurrence_that_was_left_out_by_a_line_comes_back_when_wanted(desk: Desk) -> None:
    lines_ = ["RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Zurich:20261207T120000"]
    held = desk.held(desk.insert({**STAND_UP, "recurrence": lines_})["id"])
    again = edited(held, ("EXDATE;TZID=Europe/Zurich:20261207T120000\r\n", ""))

    now = wrote(desk.edit(held, again))

    assert len(desk.user.instances(held.ref, desk.calendar)) == 5
    assert agrees(desk, now)


def test_a_series_that_is_moved_takes_its_exceptions_along(desk: Desk) -> None:
    held, _ = series(desk)
    body = held.content.decode().replace("T120000", "T140000").replace("T130000", "T150000")

    now = wrote(desk.edit(held, body))

    assert lines(now, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Long stand-up"]
    assert lines(now, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Zurich:20261130T140000"]
    assert agrees(desk, now)


def test_a_series_becomes_a_single_event_and_a_series_again(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])
    single = wrote(desk.edit(held, edited(held, ("RRULE:FREQ=WEEKLY;COUNT=5\r\n", ""))))
    assert lines(single, "RRULE") == []

    again = wrote(desk.edit(single, edited(single, ("SUMMARY:", "RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:"))))

    assert lines(again, "RRULE") == ["RRULE:FREQ=WEEKLY;COUNT=3"]
    assert agrees(desk, again)


def test_leaving_out_what_is_not_there_asks_for_it_and_changes_nothing(desk: Desk) -> None:
    held = desk.held(desk.insert(STAND_UP)["id"])

    now = wrote(desk.edit(held, exclude(held, "20261208")))

    assert desk.counted()["GET instances"] == 1
    assert len(desk.user.instances(held.ref, desk.calendar)) == 5
    assert now.content == held.content
