"""`status` of an account with mail: what is in step, what is still to be said, and the command that comes next (R5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer
from tests.servers.line import Line


def page(mailer: Mailer, *flags: str) -> dict[str, Any]:
    """The account, as --json tells it."""
    (account,) = mailer.sure("status", "--json", *flags).json["accounts"]
    return dict(account)


def test_of_a_mailbox_in_step_every_folder_is_told(settled: Mailer) -> None:
    told = page(settled)

    assert (told["state"], told["halves"], told["calendar"], told["server"]) == ("active", ["mail"], None, "127.0.0.1")
    assert told["mail"]["server"] == "127.0.0.1"
    assert [(one["role"], one["local"], one["remote"], one["messages"], one["gone"]) for one in told["mail"]["folders"]] == [
        ("inbox", "inbox", "INBOX", 2, False),
        ("archive", "archive", "Archive", 0, False),
        ("deleted", "deleted", "Trash", 0, False),
        ("sent", "sent", "Sent", 0, False),
    ]  # fmt: skip
    assert {one["path"] for one in told["mail"]["folders"]} == {
        str(settled.mail / name) for name in ("inbox", "archive", "deleted", "sent")
    }
    assert (told["mail"]["missing"], told["next"]) == ([], "calsync sync")


def test_since_when_all_flags_are_known_is_told(settled: Mailer) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    settled.store("Lunch", "\\Flagged")
    settled.syncs()

    inbox = page(settled)["mail"]["folders"][0]

    assert datetime.fromisoformat(inbox["verified"]) >= before


def test_r46_the_mapping_is_incomplete_until_three_folders_are_mapped_or_none(newcomer: Mailer) -> None:
    newcomer.sure(*newcomer.connecting())
    first = page(newcomer)
    newcomer.sure("map-folders", "--archive", "Archive")
    second = page(newcomer)
    newcomer.sure("map-folders", "--deleted", "none")
    third = page(newcomer)

    assert (first["mail"]["missing"], first["next"]) == (["archive", "deleted"], "calsync map-folders")
    assert (second["mail"]["missing"], second["next"]) == (["deleted"], "calsync map-folders")
    assert (third["mail"]["missing"], third["mail"]["none"], third["next"]) == ([], ["deleted"], "calsync sync")


def test_r46_a_person_reads_what_is_missing_and_the_command(newcomer: Mailer) -> None:
    newcomer.sure(*newcomer.connecting())

    ran = newcomer.sure("status", "--lang", "nl")

    assert "archive, deleted (calsync map-folders)" in ran.out
    assert "primaire" not in ran.out.lower()
    assert "calsync connect caldav --email me@example.org --only calendar" in ran.out


def test_before_anything_is_connected_and_after_it_is_left_there_is_no_mail(settled: Mailer) -> None:
    settled.sure("disconnect", "--yes")

    told = page(settled)

    assert (told["state"], told["mail"], told["halves"]) == ("local", None, [])


@pytest.fixture
def team(settled: Mailer) -> Mailer:
    """With a folder of their own mapped beside the usual ones; and it is gone at the provider."""
    with settled.there() as client:
        client.create("Team")
    settled.sure("map-folders", "--map", "team=Team")
    settled.syncs()
    with settled.there() as client:
        client.delete("Team")
    return settled


def test_a_folder_that_is_gone_at_the_provider_is_told_and_leads_to_the_mapping(team: Mailer) -> None:
    team.syncs(codes=(3,))

    told = page(team)

    assert [one["local"] for one in told["mail"]["folders"] if one["gone"]] == ["team"]
    assert told["next"] == "calsync map-folders"


def test_asked_to_check_it_signs_in_and_finds_all_folders(settled: Mailer) -> None:
    told = page(settled, "--check")

    assert (told["error"], told["next"]) == (None, "calsync sync")


def test_asked_to_check_it_misses_a_folder_before_the_next_round_does(team: Mailer) -> None:
    told = page(team, "--check")

    assert (told["error"]["code"], told["error"]["params"]["folder"]) == ("E210", "team")
    assert told["next"] == "calsync map-folders"


def test_asked_to_check_where_nobody_answers_it_says_so(settled: Mailer) -> None:
    settled.sure("disconnect", "--yes")
    way = Line(settled.server.imap).start()
    settled.port = way.port
    settled.starts()
    way.stop()

    told = page(settled, "--check")

    assert (told["error"]["code"], told["state"]) == ("E402", "active")


def test_messages_that_wait_are_among_what_wants_a_look(settled: Mailer) -> None:
    settled.remembers(
        "INSERT INTO letter_wait(link, side, ref, code, why, title, key, loud, tries, near_rev, since, run)"
        " SELECT id, 'near', 'ref', 'E403', 'refused', '', '', 1, 1, '', 0, 1 FROM link LIMIT 1"
    )

    told = page(settled)

    assert (told["skipped"], told["next"]) == (1, "calsync conflicts")
