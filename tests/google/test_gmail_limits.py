"""Gmail's limits: so many octets a day, so many connections, and a long wait for whoever goes beyond."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId
from calsync_cli.providers.quirks import GMAIL
from tests.google.gmailbox import Home, letter
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX

BODY = "x" * 1_000_000
HOUR = 3600.0


@pytest.fixture
def server() -> Iterator[GmailServer]:
    made = GmailServer().start()
    yield made
    made.stop()


def person(place: Path, server: GmailServer, *, down: int = 0, up: int = 0) -> Home:
    """So many octets a day; the inbox alone is in step."""
    made = Home(place, server, {"inbox": "INBOX"}, sync=False)
    made.quirks = replace(GMAIL, down=down or GMAIL.down, up=up or GMAIL.up)
    made.clock = lambda: 1_795_000_000.0
    return made


def test_fetching_stops_before_the_days_limit_and_goes_on_the_day_after(server: GmailServer, tmp_path: Path) -> None:
    for number in range(12):
        server.gmail.deliver(letter(f"m{number}", BODY), INBOX)
    someone = person(tmp_path, server, down=7_000_000)

    with pytest.raises(CalsyncError) as told:
        someone.sync()
    first = len(someone.here())
    someone.clock = lambda: 1_795_000_000.0 + 86_400
    someone.sync()

    assert (told.value.code, told.value.variant, told.value.retry_after) == ("E401", "daily", HOUR)
    assert (first, len(someone.here())) == (7, 12)
    assert set(server.bodies.values()) == {1}


def test_beyond_the_limit_flags_moves_and_deletions_go_on(server: GmailServer, tmp_path: Path) -> None:
    server.gmail.deliver(letter("Old"), INBOX)
    someone = person(tmp_path, server, down=6_000_000)
    someone.sync()
    for number in range(9):
        server.gmail.deliver(letter(f"m{number}", BODY), INBOX)
    with pytest.raises(CalsyncError):
        someone.sync()
    someone.file("Old").unlink()

    with pytest.raises(CalsyncError):
        someone.sync()

    assert server.gmail.named("Old").place == "trash"


def test_a_spent_day_costs_no_body_more(server: GmailServer, tmp_path: Path) -> None:
    for number in range(9):
        server.gmail.deliver(letter(f"m{number}", BODY), INBOX)
    someone = person(tmp_path, server, down=4_000_000)
    with pytest.raises(CalsyncError):
        someone.sync()
    before = server.bodies.total()

    with pytest.raises(CalsyncError):
        someone.sync()

    assert server.bodies.total() == before


def test_sending_stops_before_the_days_limit_too(server: GmailServer, tmp_path: Path) -> None:
    someone = person(tmp_path, server, up=3_000_000)
    someone.sync()
    for number in range(5):
        someone.puts(letter(f"m{number}", BODY))

    with pytest.raises(CalsyncError) as told:
        someone.sync()

    assert told.value.variant == "daily"
    assert server.appended <= 3_000_000


@pytest.mark.parametrize(
    "words",
    [
        b"NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
        b"NO Account exceeded command or bandwidth limits. 5if1 (Failure)",
        b"* BYE Account exceeded command or bandwidth limits.",
    ],
)
def test_a_lock_out_is_waited_for_and_not_asked_about(server: GmailServer, tmp_path: Path, words: bytes) -> None:
    server.gmail.deliver(letter("Lunch"), INBOX)
    someone = person(tmp_path, server)
    server.throttle(words)

    with pytest.raises(CalsyncError) as told:
        someone.sync()
    heard = len(server.asked("STATUS"))
    with pytest.raises(CalsyncError) as again:
        someone.sync()

    assert (told.value.code, told.value.retry_after) == ("E401", HOUR)
    assert (again.value.code, again.value.variant, again.value.params["minutes"]) == ("E401", "pause", "61")
    assert len(server.asked("STATUS")) == heard


def test_after_the_wait_everything_goes_on(server: GmailServer, tmp_path: Path) -> None:
    server.gmail.deliver(letter("Lunch"), INBOX)
    someone = person(tmp_path, server)
    server.throttle(b"NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)")
    with pytest.raises(CalsyncError):
        someone.sync()
    server.throttle(b"")
    someone.clock = lambda: 1_795_000_000.0 + HOUR + 1

    someone.sync()

    assert someone.here() == ["Lunch"]


def test_too_many_connections_is_a_short_wait(server: GmailServer, tmp_path: Path) -> None:
    someone = person(tmp_path, server)
    server.refuse("AUTHENTICATE", b"NO [ALERT] Too many simultaneous connections. (Failure)")

    with pytest.raises(CalsyncError) as told:
        someone.sync()

    assert (told.value.code, told.value.retry_after) == ("E401", None)
    assert someone.sync().alarms == ()


def test_a_round_takes_two_connections_at_most(server: GmailServer, tmp_path: Path) -> None:
    for number in range(30):
        server.gmail.deliver(letter(f"m{number}"), INBOX, "Work")
    someone = Home(tmp_path, server)

    assert someone.here("work")
    assert server.connections <= GMAIL.sessions


def test_the_bell_rings_for_what_comes_on_a_connection_of_its_own(server: GmailServer, tmp_path: Path) -> None:
    someone = person(tmp_path, server)
    stop = Event()
    with closing(someone.account()) as account:
        rings = account.bell(stop)
        first = next(rings)
        server.gmail.deliver(letter("Lunch"), INBOX)

        second = next(rings)
        stop.set()
        account.glance([CollectionId("INBOX")])

    assert (first, second) == ("INBOX", "INBOX")
    assert server.connections == 2


def test_gmail_is_told_who_asks_and_is_not_switched_to_utf8(server: GmailServer, tmp_path: Path) -> None:
    with closing(person(tmp_path, server).account()) as account:
        account.folders()

    assert server.asked("ID") == [b'ID ("name" "calsync")']
    assert server.asked("ENABLE") == [b"ENABLE CONDSTORE"]
