"""Items by their ids: an answer for each, and what counts as proof that one is gone."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held, Missing, Ref, Unreadable
from tests.compliance.asking import fetch
from tests.google.scene import LUNCH, STAND_UP, Desk, failure, lines, lone


def test_each_is_answered_once_in_the_order_asked(desk: Desk) -> None:
    refs = [Ref(one) for one in desk.user.seed([LUNCH] * 12, desk.calendar)]

    answers = list(desk.store().fetch(refs))

    assert [answer.ref for answer in answers] == refs
    assert desk.asked() == ["GET event"] * 12


def test_a_series_comes_with_all_its_members(desk: Desk) -> None:
    master = desk.insert(STAND_UP)["id"]
    second, third = desk.user.instances(master, desk.calendar)[1:3]
    desk.user.patch(second["id"], {"summary": "Long stand-up"}, desk.calendar)
    desk.user.delete(third["id"], desk.calendar)

    held = desk.held(master)

    assert held == desk.look().seen[Ref(master)].held
    assert len(lines(held, "SUMMARY", "EXDATE")) == 3


def test_what_was_deleted_is_missing_and_one_request(desk: Desk) -> None:
    event = desk.insert(LUNCH)["id"]
    desk.user.delete(event, desk.calendar)

    assert fetch(desk.store(), [Ref(event)]) == {Ref(event): Missing(Ref(event))}
    assert desk.asked() == ["GET event"]


def test_single_occurrences_are_found_though_their_series_is_not(desk: Desk) -> None:
    desk.user.put(lone("elsewhere_20261130T110000Z", "2026-11-30"), desk.calendar)

    answers = fetch(desk.store(), [Ref("elsewhere"), Ref("nowhere")])

    assert isinstance(answers[Ref("elsewhere")], Held)
    assert answers[Ref("nowhere")] == Missing(Ref("nowhere"))
    assert answers[Ref("elsewhere")] == desk.look().seen[Ref("elsewhere")].held


def test_an_event_that_may_not_be_read_is_unreadable_and_not_gone(desk: Desk) -> None:
    event = desk.insert(LUNCH)["id"]
    desk.user.refuse(403, "forbidden", path=event)

    assert fetch(desk.store(), [Ref(event)]) == {Ref(event): Unreadable(Ref(event), "E403", "forbidden")}


def test_the_answer_for_another_event_is_not_taken(desk: Desk) -> None:
    answers = fetch(desk.store(), [Ref("%2e%2e"), Ref("a/b"), Ref("?x"), Ref("é")])

    assert {type(answer) for answer in answers.values()} == {Missing}


@pytest.mark.parametrize(
    ("fault", "error"),
    [("not-json", ("E404", "json")), ("html", ("E402", "gateway")), ("cut-body", ("E402", "lost"))],
)
def test_an_answer_that_cannot_be_read_is_no_answer(desk: Desk, fault: str, error: tuple[str, str]) -> None:
    event = desk.insert(LUNCH)["id"]
    desk.user.fault(fault, path=event, times=None)

    with pytest.raises(CalsyncError) as caught:
        fetch(desk.store(), [Ref(event)])

    assert failure(caught) == error


def test_a_read_whose_answer_was_lost_is_asked_again(desk: Desk) -> None:
    event = desk.insert(LUNCH)["id"]
    desk.user.fault("cut-after", path=event)

    assert isinstance(fetch(desk.store(), [Ref(event)])[Ref(event)], Held)
