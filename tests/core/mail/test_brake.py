"""The brake for mail: counts of deletions and of letters sent again, by folder and side; moves count for nothing."""

from __future__ import annotations

import pytest

from calsync_cli.core.brake import Alarm, Limit
from calsync_cli.core.mail.brake import alarms
from calsync_cli.core.mail.flags import Common
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import MailLink
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Bring, Erase, Send
from calsync_cli.core.model import NO_FLAGS, CollectionId, LinkId, Ref, Rev, Seen, Side

LINK = LinkId(1)
LETTER = Letter(LINK, Ref("n"), Ref("1.1"))
SEEN = Seen(Ref("n"), Rev("1"))


def sight(held: int, rounds: int = 1) -> Sight:
    return Sight(MailLink(LINK, "inbox", CollectionId("INBOX"), rounds=rounds), Common(NO_FLAGS), True, True, held)


@pytest.mark.parametrize("side", Side)
def test_more_than_a_quarter_and_more_than_ten_is_too_much(side):
    assert not alarms([sight(40)], [Erase(LETTER, side)] * 10, Limit())
    assert alarms([sight(40)], [Erase(LETTER, side)] * 11, Limit()) == (Alarm(LINK, side, "delete", 11, 40),)


def test_a_side_that_held_three_is_not_emptied():
    assert alarms([sight(3)], [Erase(LETTER, Side.FAR)] * 3, Limit()) == (Alarm(LINK, Side.FAR, "empty", 3, 3),)
    assert not alarms([sight(2)], [Erase(LETTER, Side.FAR)] * 2, Limit())


def test_what_moved_and_what_is_new_count_for_nothing():
    steps = [Erase(LETTER, Side.NEAR, moved=True), Send(LINK, SEEN), Bring(LINK, SEEN)] * 50

    assert not alarms([sight(40)], steps, Limit())


def test_letters_that_would_be_sent_again_count():
    assert alarms([sight(40)], [Send(LINK, SEEN, LETTER)] * 11, Limit()) == (Alarm(LINK, Side.FAR, "again", 11, 40),)


def test_a_first_round_is_never_stopped():
    assert not alarms([sight(40, rounds=0)], [Erase(LETTER, Side.NEAR)] * 40, Limit())


def test_a_number_that_a_person_gave_counts():
    assert not alarms([sight(40)], [Erase(LETTER, Side.NEAR)] * 40, Limit(count=40))
    assert alarms([sight(40)], [Erase(LETTER, Side.NEAR)] * 40, Limit(count=39))
