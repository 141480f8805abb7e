"""`sync --watch` with Google: both sides at once, invitations once, and what goes wrong is waited for."""

from __future__ import annotations

from tests.doubles.events import event
from tests.google.agreement import agree
from tests.google.person import Googler
from tests.journeys.watching import watching

ON = "Watching"
DAY = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-25"}}


def test_what_is_done_on_either_side_is_on_the_other_soon(settled: Googler) -> None:
    with watching(settled) as watch:
        watch.await_said(ON)
        settled.writes("mine.ics", event("mine", "Mine", extra="RRULE:FREQ=DAILY;COUNT=3\n"))
        watch.await_true(lambda: "Mine" in settled.titles_there())
        second = settled.user.instances(settled.event_there("Mine")["id"])[1]
        settled.user.delete(second["id"])
        watch.await_true(lambda: b"EXDATE" in settled.file("mine").read_bytes())
        settled.user.insert({"summary": "Theirs", **DAY})
        settled.user.delete(settled.event_there("Lunch")["id"])
        watch.await_true(lambda: settled.titles() == ["Intake talk", "Mine", "Theirs"])

        assert watch.stopped() == 0

    assert [one.title for one in agree(settled)] == ["Intake talk", "Mine", "Mine", "Theirs"]
    assert settled.mails() == []
    settled.quiet_round()


def test_who_is_invited_while_it_watches_is_invited_once(settled: Googler) -> None:
    words = ("--at", "2026-12-03 10:00", "--invite", "guest@outside.test", "--silent", "hr@outside.test", "--no-input")
    with watching(settled) as watch:
        watch.await_said(ON)
        settled.sure("event", "add", "Interview", *words)
        watch.await_true(lambda: "Interview" in settled.titles_there())

        assert watch.stopped() == 0

    assert settled.mails() == [("invitation", ("guest@outside.test",))]
    settled.quiet_round()


def test_what_goes_wrong_at_google_is_waited_for_and_nothing_is_missed(settled: Googler) -> None:
    with watching(settled, "--json") as watch:
        watch.await_said(ON)
        settled.user.fault("html", times=None)
        settled.writes("mine.ics", event("mine", "Mine"))
        watch.await_said("Offline")
        settled.user.insert({"summary": "Theirs", **DAY})
        settled.world.google.expire_sync_tokens()
        settled.user.behave()
        watch.await_said("Back online")
        watch.await_true(lambda: "Theirs" in settled.titles() and "Mine" in settled.titles_there())

        assert watch.stopped() == 0

    assert len(agree(settled)) == 4
    settled.quiet_round()


def test_a_primary_that_vanishes_ends_it_and_nothing_is_wiped(settled: Googler) -> None:
    before = settled.titles()
    with watching(settled) as watch:
        watch.await_said(ON)
        settled.user.vanish(settled.email)

        assert watch.ends() == 7

    assert settled.titles() == before
