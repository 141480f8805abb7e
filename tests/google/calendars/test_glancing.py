"""The list of calendars: which are shown, what may be done with them, and what happens where it is not complete."""

from __future__ import annotations

from threading import Event

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Rights
from tests.google.scene import LUNCH, Desk, failure


def test_a_glance_is_one_request_and_tells_the_primary_calendar(desk: Desk) -> None:
    account = desk.account()

    glances = {one.id: one for one in account.glance()}

    assert desk.asked() == ["GET calendarList"]
    assert [one.id for one in glances.values() if one.default] == [desk.user.primary]
    assert set(glances) == {desk.user.primary, desk.calendar}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("owner", Rights.OWNER),
        ("writer", Rights.WRITE),
        ("writerWithoutPrivateAccess", Rights.WRITE),
        ("reader", Rights.READ),
    ],
)
def test_rights_are_those_of_the_role(desk: Desk, role: str, rights: Rights) -> None:
    somebody = desk.user.google.new_user("somebody")
    theirs = somebody.new_calendar("Theirs")
    somebody.share(theirs, desk.user, role)

    account = desk.account()
    (glance,) = [one for one in account.glance() if one.id == theirs]

    assert glance.rights is rights
    assert account.open(CollectionId(theirs)).traits.writable == (rights is not Rights.READ)


def test_what_shows_nothing_but_busy_and_what_is_hidden_is_left_out(desk: Desk) -> None:
    somebody = desk.user.google.new_user("somebody")
    busy, hidden = somebody.new_calendar("Busy"), somebody.new_calendar("Hidden")
    somebody.share(busy, desk.user, "freeBusyReader")
    somebody.share(hidden, desk.user, "reader")
    desk.user.entry(hidden, hidden=True)

    assert {one.id for one in desk.account().glance()} == {desk.user.primary, desk.calendar}


def test_name_and_colour_are_the_users_own(desk: Desk) -> None:
    desk.user.entry(desk.calendar, summaryOverride="Café\r\nX:y", backgroundColor="#9fe1e7")

    (glance,) = [one for one in desk.account().glance() if one.id == desk.calendar]

    assert (glance.name, glance.color) == ("Café X:y", "#9fe1e7")


def test_more_calendars_than_a_page_has_are_all_listed(desk: Desk) -> None:
    ids = {desk.user.new_calendar(f"Calendar {number}") for number in range(255)}

    glances = desk.account().glance()

    assert {one.id for one in glances} >= ids
    assert desk.asked() == ["GET calendarList"] * 2


def test_a_list_that_breaks_off_is_no_list(desk: Desk) -> None:
    desk.user.fault("not-json", path="calendarList")

    with pytest.raises(CalsyncError) as caught:
        desk.account().glance()

    assert failure(caught) == ("E404", "json")


def test_a_calendar_is_opened_without_a_glance_too(desk: Desk) -> None:
    event = desk.insert(LUNCH)["id"]
    store = desk.account().open(CollectionId(desk.calendar))
    assert desk.asked() == []

    (held,) = store.fetch([event])

    assert held.ref == event
    assert store.traits.writable


def test_the_whole_first_round_of_one_calendar_is_two_requests(desk: Desk) -> None:
    desk.insert(LUNCH)
    account = desk.account()
    (one,) = [glance.id for glance in account.glance() if glance.id == desk.calendar]

    list(account.open(one).look(None, set()))

    assert (account.requests, desk.asked()) == (2, ["GET calendarList", "GET events"])


def test_the_servers_clock_is_known(desk: Desk) -> None:
    account = desk.account()

    account.glance()

    assert account.ahead is not None


@pytest.mark.timeout(20)
def test_the_bell_rings_every_so_often(desk: Desk) -> None:
    from calsync_cli.providers.google.account import open_account
    from tests.compliance.subjects import Token

    stop = Event()
    account = open_account(desk.user.google.base, Token(desk.user.address, ""), desk.user.address, every=0.01)
    bell = account.bell(stop)

    rings = [next(bell) for _ in range(3)]
    stop.set()

    assert (rings, list(bell)) == ([None] * 3, [])
