"""From `connect google` to agreement: what a person types, and what is there and here then."""

from __future__ import annotations

from tests.doubles.events import event
from tests.google.person import Googler


def test_one_sign_in_and_one_choice_bring_the_agenda(newcomer: Googler) -> None:
    signed_in = newcomer.connects()
    newcomer.chooses()

    assert f"Signed in as {newcomer.email}" in signed_in.err
    assert newcomer.titles() == ["Intake talk", "Lunch"]
    assert newcomer.mails() == []


def test_what_is_made_edited_and_deleted_on_either_side_comes_to_the_other(settled: Googler) -> None:
    settled.writes("mine.ics", event("mine", "Mine"))
    settled.user.insert(
        {"summary": "Theirs", "start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}},
    )
    settled.syncs()
    assert settled.titles() == settled.titles_there() == ["Intake talk", "Lunch", "Mine", "Theirs"]

    settled.edits("mine", "SUMMARY:Mine", "SUMMARY:Mine still")
    settled.user.patch(settled.event_there("Theirs")["id"], {"summary": "Theirs still"})
    settled.syncs()
    assert settled.titles() == settled.titles_there() == ["Intake talk", "Lunch", "Mine still", "Theirs still"]

    settled.file(settled.uid("Lunch")).unlink()
    settled.user.delete(settled.event_there("Theirs still")["id"])
    settled.syncs()
    assert settled.titles() == settled.titles_there() == ["Intake talk", "Mine still"]
    assert settled.mails() == []
    settled.quiet_round()


def test_nothing_to_do_is_one_request_for_the_list_and_one_for_each_calendar(settled: Googler) -> None:
    settled.syncs()

    assert len(settled.requests()) == 2
