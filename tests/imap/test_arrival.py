"""When a message arrived: kept both ways, and asked for by one search."""

from __future__ import annotations

from datetime import UTC, datetime

from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref
from calsync_cli.core.ops import Create, Wrote
from tests.imap.scene import Scene, account, message
from tests.servers.scripted_imap import Scripted

NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
DAY = 86400.0


def put(mail: Scene, name: str, day: str) -> Ref:
    """The other stores a message that arrived then."""
    said = mail.other.append("INBOX", "", f'"{day} 12:00:00 +0000"', message(name))[1][0]
    life, uid = said.split(b"APPENDUID ")[1].split(b"]")[0].split()
    return Ref(f"{life.decode()}.{uid.decode()}")


def test_what_arrived_since_a_day_is_found_by_one_command(mail: Scene) -> None:
    put(mail, "old", "01-Oct-2026")
    at_noon, later = put(mail, "noon", "20-Nov-2026"), put(mail, "later", "21-Nov-2026")
    box = mail.open()
    box.traits  # noqa: B018 - it is open now
    before = mail.account.requests

    found = box.recent(NOVEMBER)

    assert found == {at_noon, later}
    assert mail.account.requests == before + 1


def test_what_arrived_early_on_that_day_in_any_time_zone_is_not_left_out(mail: Scene) -> None:
    ref = put(mail, "the-day-before", "19-Nov-2026")

    assert ref in mail.open().recent(NOVEMBER - 11 * 3600)


def test_a_search_that_finds_two_hundred_thousand_is_one_line_and_is_read(scripted: Scripted) -> None:
    scripted.capabilities = scripted.capabilities.replace(" ESEARCH", "")
    scripted.put(b"x")
    line = b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1_000_000, 1_200_000))
    scripted.on("UID SEARCH", lambda talk, tag, _args, _literals: talk.say(line, tag + b" OK done"))

    found = account(scripted.port).open(CollectionId("INBOX")).recent(NOVEMBER)

    assert len(line) > 1_000_000
    assert len(found) == 200_000
    assert any(b"SINCE 19-Nov-2026" in said for said in scripted.heard)


def test_the_day_of_arrival_goes_up_with_a_message_and_comes_down_with_it(mail: Scene) -> None:
    box = mail.open()

    (done,) = box.write([Create(Ref("token"), message("old"), NOBODY, date=NOVEMBER - 400 * DAY + 0.7)])

    assert isinstance(done, Wrote)
    (held,) = box.fetch([done.ref])
    assert isinstance(held, Held)
    assert held.date == NOVEMBER - 400 * DAY


def test_a_time_that_is_none_is_not_sent(scripted: Scripted) -> None:
    box = account(scripted.port).open(CollectionId("INBOX"))
    ops = [Create(Ref("token"), message("odd"), NOBODY, date=date) for date in (None, -1.0, 0.0, 1e12, float("nan"))]

    assert all(isinstance(done, Wrote) for done in box.write(ops))

    assert {said.partition(b" {")[0] for said in scripted.asked("APPEND")} == {b"APPEND INBOX ()"}
