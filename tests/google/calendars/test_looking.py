"""What a look says is there and what it says is gone: single events, series and their members, deltas, dead tokens."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Cursor, Ref
from calsync_cli.providers.google.account import open_account
from tests.compliance.subjects import Token
from tests.google.scene import LUNCH, STAND_UP, Desk, failure, lines, lone, text
from tests.servers.google.control import Google, User

LIST = r"/events\?"


def series(desk: Desk) -> tuple[str, list[str]]:
    """A series, and the ids of its occurrences."""
    master = desk.insert(STAND_UP)["id"]
    return master, [one["id"] for one in desk.user.instances(master, desk.calendar)]


# ── everything ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_look_brings_every_body_in_one_request(desk: Desk) -> None:
    ids = {desk.insert({**LUNCH, "summary": f"Lunch {number}"})["id"] for number in range(3)}

    view = desk.look()

    assert view.end.inventory == ids
    assert all(seen.held is not None for seen in view.seen.values())
    assert desk.asked() == ["GET events"]


def test_a_series_with_what_was_changed_and_cancelled_of_it_is_one_item(desk: Desk) -> None:
    master, (_, second, third, *_) = series(desk)
    desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    desk.user.delete(third, desk.calendar)

    view = desk.look()

    assert set(view.seen) == {master}
    assert lines(view.seen[Ref(master)].held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Long stand-up"]
    assert lines(view.seen[Ref(master)].held, "EXDATE") == ["EXDATE;TZID=Europe/Zurich:20261207T120000"]


def test_the_revision_of_a_series_changes_with_any_of_its_members(desk: Desk) -> None:
    master, (_, second, *_) = series(desk)
    revs = [desk.look().revs[Ref(master)]]
    for change in ({"summary": "Long stand-up"}, {"location": "Rome"}, {"status": "cancelled"}):
        desk.user.patch(second, change, desk.calendar)
        revs.append(desk.look().revs[Ref(master)])

    assert len(set(revs)) == len(revs)


def test_exceptions_may_come_pages_before_their_master_and_pages_may_be_empty(desk: Desk, google: Google) -> None:
    for _ in range(3):
        _, (_, second, *_) = series(desk)
        desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    plain = desk.look()

    with google.behaving(shuffled=True, page_limit=2):
        view = desk.look()

    assert view.revs == plain.revs
    assert view.end.inventory == plain.end.inventory


def test_a_master_that_the_listing_left_out_is_asked_for(desk: Desk) -> None:
    master, (_, second, *_) = series(desk)
    desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    whole = desk.look()
    desk.user.fault("orphans", path=LIST)

    view = desk.look()

    assert view.revs == whole.revs
    assert lines(view.seen[Ref(master)].held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Long stand-up"]


def test_single_occurrences_of_a_series_of_somebody_else_are_an_item_under_the_id_of_the_series(desk: Desk) -> None:
    desk.user.put(lone("elsewhere_20261130T110000Z", "2026-11-30"), desk.calendar)
    desk.user.put(lone("elsewhere_20261207T110000Z", "2026-12-07"), desk.calendar)

    view = desk.look()

    assert set(view.seen) == {"elsewhere"}
    assert len(lines(view.seen[Ref("elsewhere")].held, "RECURRENCE-ID")) == 2


@pytest.mark.parametrize("bare", [False, True])
def test_one_of_two_single_occurrences_goes_and_the_other_stays(desk: Desk, google: Google, bare: bool) -> None:
    desk.user.put(lone("elsewhere_20261130T110000Z", "2026-11-30"), desk.calendar)
    other = desk.user.put(lone("elsewhere_20261207T110000Z", "2026-12-07"), desk.calendar)["id"]
    first = desk.look()
    desk.user.put({**lone(other, "2026-12-07"), "status": "cancelled", "iCalUID": ""}, desk.calendar)

    with google.behaving(bare_tombstones=bare):
        view = desk.look(first.end.cursor, list(first.seen))

    assert view.gone == set()
    assert len(lines(view.seen[Ref("elsewhere")].held, "RECURRENCE-ID")) == 1


def test_what_is_known_and_not_listed_is_asked_for_before_it_counts_as_gone(desk: Desk) -> None:
    stays, goes = desk.insert(LUNCH)["id"], desk.insert(LUNCH)["id"]
    master, _ = series(desk)
    desk.user.delete(goes, desk.calendar)
    desk.user.fault("orphans", path=LIST)

    view = desk.look(None, [Ref(stays), Ref(goes), Ref(master)])

    assert view.end.inventory == {stays, master}


def test_many_absences_are_confirmed_by_one_listing_of_what_was_deleted(desk: Desk) -> None:
    ids = desk.user.seed([LUNCH] * 130, desk.calendar)
    for one in ids[:120]:
        desk.user.delete(one, desk.calendar)

    view = desk.look(None, [Ref(one) for one in ids])

    assert view.end.inventory == set(ids[120:])
    assert desk.asked() == ["GET events", "GET events"]


def test_an_event_that_cannot_be_read_is_not_gone(desk: Desk) -> None:
    broken = desk.user.put({"summary": "No time", "id": "notime"}, desk.calendar)["id"]

    view = desk.look()

    assert view.unreadable[Ref(broken)].title == "No time"
    assert view.end.inventory == {broken}


def test_a_listing_that_breaks_off_is_an_error(desk: Desk, google: Google) -> None:
    desk.user.seed([LUNCH] * 5, desk.calendar)
    desk.user.fault("not-json", path=LIST, after=2)

    with google.behaving(page_limit=2), pytest.raises(CalsyncError) as caught:
        desk.look()

    assert failure(caught) == ("E404", "json")


def test_ten_pages_are_ten_requests(desk: Desk, google: Google) -> None:
    ids = desk.user.seed([LUNCH] * 18, desk.calendar)

    with google.behaving(page_limit=2):
        view = desk.look()

    assert view.end.inventory == set(ids)
    assert desk.asked() == ["GET events"] * 10


# ── deltas ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_changed_is_one_request(desk: Desk) -> None:
    series(desk)
    first = desk.look()

    second = desk.look(first.end.cursor, list(first.seen))

    assert (second.seen, second.gone, second.end.inventory) == ({}, set(), None)
    assert desk.asked() == ["GET events"]


def test_a_changed_event_comes_with_its_body_in_the_same_request(desk: Desk) -> None:
    event = desk.insert(LUNCH)["id"]
    first = desk.look()
    desk.user.patch(event, {"summary": "Brunch"}, desk.calendar)

    second = desk.look(first.end.cursor, list(first.seen))

    assert "Brunch" in text(second.seen[Ref(event)].held)
    assert desk.asked() == ["GET events"]


@pytest.mark.parametrize("bare", [False, True])
def test_a_changed_occurrence_brings_the_whole_series(desk: Desk, google: Google, bare: bool) -> None:
    master, (_, second, third, *_) = series(desk)
    desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    first = desk.look()
    desk.user.delete(third, desk.calendar)

    with google.behaving(bare_tombstones=bare):
        view = desk.look(first.end.cursor, list(first.seen))

    assert lines(view.seen[Ref(master)].held, "SUMMARY") == ["SUMMARY:Stand-up", "SUMMARY:Long stand-up"]
    assert lines(view.seen[Ref(master)].held, "EXDATE") == ["EXDATE;TZID=Europe/Zurich:20261207T120000"]
    assert view.revs == desk.look().revs


def test_a_deleted_series_is_gone_as_a_whole(desk: Desk) -> None:
    master, (_, second, *_) = series(desk)
    desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    first = desk.look()
    desk.user.delete(master, desk.calendar)

    second_look = desk.look(first.end.cursor, list(first.seen))

    assert (second_look.gone, second_look.seen) == ({Ref(master)}, {})


def test_a_series_that_becomes_a_single_event_is_that(desk: Desk) -> None:
    master, (_, second, *_) = series(desk)
    desk.user.patch(second, {"summary": "Long stand-up"}, desk.calendar)
    first = desk.look()
    desk.user.patch(master, {"recurrence": None}, desk.calendar)

    view = desk.look(first.end.cursor, list(first.seen))

    assert lines(view.seen[Ref(master)].held, "SUMMARY", "RRULE") == ["SUMMARY:Stand-up"]
    assert view.revs == desk.look().revs


def test_this_and_following_is_a_shorter_series_and_a_new_one_with_another_uid(desk: Desk) -> None:
    master, (_, _, third, *_) = series(desk)
    first = desk.look()
    other = desk.user.split(third, {"summary": "Sit-down"}, desk.calendar)

    view = desk.look(first.end.cursor, list(first.seen))

    assert set(view.seen) == {master, other}
    uids = [lines(view.seen[Ref(one)].held, "UID")[0] for one in (master, other)]
    assert len(set(uids)) == 2


def test_a_split_series_that_was_written_from_here_does_not_share_its_uid(desk: Desk) -> None:
    done = desk.create(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:mine@home\r\nDTSTART:20261201T090000Z\r\n"
        b"DTEND:20261201T093000Z\r\nRRULE:FREQ=DAILY;COUNT=6\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    third = desk.user.instances(done.ref, desk.calendar)[2]["id"]
    other = desk.user.split(third, {}, desk.calendar)

    view = desk.look()

    assert lines(view.seen[done.ref].held, "UID") == ["UID:mine@home"]
    assert lines(view.seen[Ref(other)].held, "UID") != ["UID:mine@home"]


def test_many_series_at_once_are_had_from_one_listing(desk: Desk) -> None:
    first = desk.look()
    ids = desk.user.seed([STAND_UP] * 60, desk.calendar)

    view = desk.look(first.end.cursor, [])

    assert set(view.seen) == set(ids) == view.end.inventory
    assert desk.asked() == ["GET events", "GET events"]


# ── tokens that died ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_expired_token_is_a_look_at_everything_and_no_deletion(desk: Desk, google: Google) -> None:
    ids = {desk.insert(LUNCH)["id"] for _ in range(3)}
    first = desk.look()
    google.expire_sync_tokens()

    view = desk.look(first.end.cursor, list(first.seen))

    assert (view.end.inventory, view.gone) == (ids, set())
    assert desk.look(view.end.cursor, list(view.seen)).seen == {}


def test_a_token_that_dies_between_two_pages_is_a_look_at_everything(desk: Desk, google: Google) -> None:
    ids = set(desk.user.seed([LUNCH] * 6, desk.calendar))
    first = desk.look()
    for one in ids:
        desk.user.patch(one, {"summary": "Brunch"}, desk.calendar)
    desk.user.refuse(410, "fullSyncRequired", path=LIST, after=1)

    with google.behaving(page_limit=2):
        view = desk.look(first.end.cursor, list(first.seen))

    assert view.end.inventory == ids


def test_a_cursor_of_another_form_is_not_shown_to_google(desk: Desk) -> None:
    desk.insert(LUNCH)

    view = desk.look(Cursor("0:something-older"))

    assert view.end.inventory is not None
    assert desk.asked() == ["GET events"]


def test_a_calendar_that_went_is_no_empty_one(desk: Desk, google_user: User) -> None:
    desk.insert(LUNCH)
    first = desk.look()
    store = desk.store()
    google_user.vanish(desk.calendar)

    with pytest.raises(CalsyncError) as caught:
        list(store.look(first.end.cursor, set(first.seen)))

    assert failure(caught) == ("E209", "gone")


def test_in_a_colleagues_calendar_the_host_is_the_colleague_and_not_oneself(desk: Desk) -> None:
    colleague = desk.user.google.new_user("colleague")
    meeting = {**LUNCH, "attendees": [{"email": "guest@example.org"}]}
    colleague.insert(meeting)
    colleague.share(colleague.primary, desk.user, "writer")
    account = desk.account()
    account.glance()

    pages = list(account.open(CollectionId(colleague.primary)).look(None, frozenset()))

    (body,) = [seen.held.content for page in pages for seen in page.seen if seen.held]
    unfolded = body.replace(b"\r\n ", b"")
    assert f"ORGANIZER:mailto:{colleague.address}".encode() in unfolded
    assert desk.user.address.encode() not in unfolded


def test_one_s_own_calendar_may_be_called_by_another_address_of_one_s_own(desk: Desk) -> None:
    desk.user.insert({**LUNCH, "attendees": [{"email": "guest@example.org"}]})
    alias = open_account(desk.user.google.base, Token("alias@example.org", desk.user.token), "alias@example.org")
    desk.accounts.append(alias)

    pages = list(alias.open(CollectionId(desk.user.primary)).look(None, frozenset()))

    (body,) = [seen.held.content for page in pages for seen in page.seen if seen.held]
    assert b"ORGANIZER:mailto:alias@example.org" in body
