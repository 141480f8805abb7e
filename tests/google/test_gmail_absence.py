"""A message that IMAP is not shown any more is not deleted for that: folders may be cut short, or kept from IMAP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.providers.imap.gmail import account, naming
from tests.google.gmailbox import FREE, USUAL, Home, letter
from tests.servers.gmail import GmailServer
from tests.servers.gmail_store import INBOX, TRASH

LIMIT = 6
"""Stands for the 1000 and more messages that Gmail may cut a folder to."""
ALL, BIN = USUAL["archive"], USUAL["deleted"]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "SIZES", frozenset({LIMIT}))


@pytest.fixture
def server() -> Iterator[GmailServer]:
    """More in the inbox than a folder that is cut short shows."""
    made = GmailServer().start()
    for number in range(LIMIT + 2):
        made.gmail.deliver(letter(f"m{number}"), INBOX)
    yield made
    made.stop()


def cut(person: Home) -> None:
    """The person sets a limit on the web."""
    person.gmail.max_folder_size = LIMIT
    person.sync(limit=FREE)


def inbox(*, without: str = "") -> list[str]:
    return [name for number in range(LIMIT + 2) if (name := f"m{number}") != without]


# ── a folder that is cut short ───────────────────────────────────────────────────────────────────────────────────


def test_what_a_folders_limit_hides_stays_here_and_is_told(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": ALL, "deleted": BIN})

    cut(person)

    assert person.here() == inbox()
    assert person.hidden["INBOX"] == 2
    assert person.here("archive") == []


def test_it_stays_in_the_rounds_after_and_costs_nothing_more(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": ALL, "deleted": BIN})
    cut(person)
    server.gmail.flag("m7", "\\Seen")
    server.heard.clear()

    person.sync()

    assert person.here() == inbox()
    assert not server.asked("UID SEARCH X-GM-MSGID")


def test_what_is_deleted_behind_the_limit_goes_once_it_is_found_in_the_bin(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "deleted": BIN})
    cut(person)
    server.gmail.trash("m0")
    later = person.clock() + 2 * 86400
    person.clock = lambda: later

    person.settles()

    assert (person.here(), person.here("deleted")) == (inbox(without="m0"), ["m0"])


def test_what_was_archived_while_the_folder_was_cut_is_archived(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": ALL})
    cut(person)
    server.gmail.archive("m7")

    person.settles()

    assert (person.here(), person.here("archive")) == (inbox(without="m7"), ["m7"])


def test_when_the_limit_goes_everything_is_as_it_was_and_nothing_is_fetched(
    server: GmailServer, tmp_path: Path
) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": ALL})
    cut(person)
    server.gmail.max_folder_size = 0

    person.settles()

    assert (person.here(), person.hidden["INBOX"]) == (inbox(), 0)
    assert set(server.bodies.values()) == {1}


def test_what_is_hidden_can_be_marked_and_deleted_all_the_same(server: GmailServer, tmp_path: Path) -> None:
    """All Mail shows it, where that is not cut short as well."""
    person = Home(tmp_path, server, {"inbox": "INBOX", "deleted": BIN})
    server.gmail.views["INBOX"].limit = LIMIT
    person.sync(limit=FREE)
    person.marks("m0", "F")
    person.file("m1").unlink()

    person.settles()

    assert server.gmail.named("m0").flags == {"\\Flagged"}
    assert server.gmail.named("m1").place == TRASH


@pytest.mark.parametrize(("goal", "labels"), [("archive", set()), ("work", {"Work"})])
def test_what_is_hidden_can_be_moved_all_the_same(
    server: GmailServer, tmp_path: Path, goal: str, labels: set[str]
) -> None:
    person = Home(tmp_path, server)
    server.gmail.views["INBOX"].limit = LIMIT
    person.sync(limit=FREE)
    person.carries("m0", goal)

    person.settles()

    assert (server.gmail.named("m0").labels, person.here(goal)) == (labels, ["m0"])
    assert person.here() == inbox(without="m0")


def test_what_is_hidden_can_be_put_into_the_bin(server: GmailServer, tmp_path: Path) -> None:
    person = Home(tmp_path, server)
    server.gmail.views["INBOX"].limit = LIMIT
    person.sync(limit=FREE)
    person.carries("m0", "deleted")

    person.settles()

    assert (server.gmail.named("m0").place, person.here("deleted")) == (TRASH, ["m0"])


def test_the_archive_that_is_cut_short_lets_nothing_go(server: GmailServer, tmp_path: Path) -> None:
    for number in range(LIMIT + 2):
        server.gmail.archive(f"m{number}")
    person = Home(tmp_path, server, {"inbox": "INBOX", "archive": ALL})

    cut(person)

    assert person.here("archive") == inbox()
    assert person.hidden[ALL] == 2


def test_many_that_are_not_shown_are_looked_for_by_one_list(
    server: GmailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "MANY", 1)
    person = Home(tmp_path, server, {"inbox": "INBOX", "deleted": BIN})

    cut(person)

    assert (person.here(), person.hidden["INBOX"]) == (inbox(), 2)
    assert not server.asked("UID SEARCH X-GM-MSGID")


# ── folders that are kept from IMAP ──────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_is_hidden_altogether_loses_nothing(server: GmailServer, tmp_path: Path) -> None:
    server.gmail.label("m1", "Work")
    person = Home(tmp_path, server)
    before = person.all_here()
    server.gmail.hidden.add("Work")

    person.sync()

    assert person.all_here() == before


def test_without_all_mail_what_leaves_a_folder_is_held_until_the_bin_has_it(
    server: GmailServer, tmp_path: Path
) -> None:
    server.gmail.hidden.add(ALL)
    person = Home(tmp_path, server, {"inbox": "INBOX"})
    server.gmail.archive("m1")
    server.gmail.trash("m2")

    person.sync()

    assert person.here() == inbox(without="m2")
    assert person.hidden["INBOX"] == 1


def test_what_was_deleted_for_good_is_gone_where_all_mail_shows_all_there_is(
    server: GmailServer, tmp_path: Path
) -> None:
    person = Home(tmp_path, server, {"inbox": "INBOX"})
    server.gmail.erase("m3")

    person.sync()

    assert person.here() == inbox(without="m3")


def test_a_look_that_breaks_off_takes_nothing_from_the_archive_and_puts_nothing_there(
    server: GmailServer, tmp_path: Path
) -> None:
    """Work cannot be opened just now: what it shows is not archived for that."""
    server.gmail.label("m1", "Work")
    server.gmail.archive("m1")
    person = Home(tmp_path, server)
    server.gmail.deliver(letter("New"), "Work")
    server.gmail.archive("m2")
    server.on("SELECT", lambda talk, tag, args, literals: _but_work(server, talk, tag, args, literals))

    person.sync()

    assert (person.here("archive"), "m2" in person.here()) == ([], True)


def _but_work(server: GmailServer, talk, tag, args, literals):  # type: ignore[no-untyped-def]
    if args.startswith(b"Work"):
        talk.say(tag + b" NO [SERVERBUG] not now")
    else:
        server.do_select(talk, tag, args, literals)
