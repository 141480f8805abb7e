"""Why something waits, in words: each code has them, and a server's own words stay theirs."""

from __future__ import annotations

from calsync_cli.cli.words.reasons import WHYS, reason
from calsync_cli.core.mail.why import Why, because


def test_whatever_a_message_waits_for_has_words() -> None:
    assert {str(why) for why in Why} <= WHYS.keys()


def test_the_words_of_the_server_follow() -> None:
    told = reason(because(Why.FULL, "[OVERQUOTA] Quota exceeded: 5 MB"), lambda text: text)

    assert told == "the mailbox is full: [OVERQUOTA] Quota exceeded: 5 MB"


def test_what_has_no_words_stays_as_it_is() -> None:
    assert reason("EIO: disk", lambda text: text) == "EIO: disk"
