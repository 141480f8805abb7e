"""`status` of an account with mail: what is in step, what is still to be said, and the command that comes next (R5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer


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


def test_before_anything_is_connected_and_after_it_is_left_there_is_no_mail(settled: Mailer) -> None:
    settled.sure("disconnect", "--yes")

    told = page(settled)

    assert (told["state"], told["mail"], told["halves"]) == ("local", None, [])


def test_a_folder_that_is_gone_at_the_provider_is_told_and_leads_to_the_mapping(settled: Mailer) -> None:
    with settled.there() as client:
        client.delete("Sent")
    settled.syncs(codes=(3,))

    told = page(settled)

    assert [one["local"] for one in told["mail"]["folders"] if one["gone"]] == ["sent"]
    assert told["next"] == "calsync map-folders"


@pytest.mark.parametrize(
    ("broken", "code", "then"), [("gone", "E210", "calsync map-folders"), ("well", None, "calsync sync")]
)
def test_asked_to_check_it_signs_in_and_looks_for_the_folders(
    settled: Mailer, broken: str, code: str | None, then: str
) -> None:
    if broken == "gone":
        with settled.there() as client:
            client.delete("Sent")

    told = page(settled, "--check")

    assert ((told["error"] or {"code": None})["code"], told["next"]) == (code, then)


def test_messages_that_wait_are_among_what_wants_a_look(settled: Mailer) -> None:
    name = f"{settled.file('Lunch').name.partition(':')[0]}"
    settled.file("Lunch").rename(settled.mail / "inbox" / "cur" / f"{name}:2,")
    (settled.mail / "inbox" / "cur" / f"{name}:2,S").write_bytes(b"Subject: another\n\nunder the same name\n")
    settled.syncs(codes=(0, 3))

    told = page(settled)

    assert (told["skipped"], told["next"]) == (1, "calsync conflicts")
