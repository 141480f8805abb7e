"""The brake for mail: what looks like a mistake stops before its first change, and a person can say that it is none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pytest

from tests.journeys.person import Ran
from tests.mail_journeys.mailer import Mailer, letter

SUBJECTS = [f"Number {n:02}" for n in range(20)]


@pytest.fixture
def full(newcomer: Mailer) -> Mailer:
    """Twenty-two messages in the inbox."""
    newcomer.delivers(*(letter(one) for one in SUBJECTS))
    return newcomer.starts()


def removes(person: Mailer, subjects: Sequence[str]) -> None:
    """Files are deleted here."""
    for one in subjects:
        person.file(one).unlink()


def vanish(person: Mailer, subjects: Sequence[str]) -> None:
    """Another client expunges messages."""
    with person.there() as client:
        for one in subjects:
            _, (uid,) = client.uid("SEARCH", "SUBJECT", f'"{one}"')
            client.uid("STORE", uid.decode(), "+FLAGS", "(\\Deleted)")
        client.expunge()


def stopped(person: Mailer, code: str, *flags: str) -> Ran:
    """A round that was stopped for a human."""
    ran = person.sure("sync", *flags, "--json", codes=(7,))
    assert ran.error == code, ran
    return ran


def test_many_files_deleted_here_stop_the_round_which_names_folder_and_count(full: Mailer) -> None:
    removes(full, SUBJECTS[:11])

    ran = stopped(full, "E302")

    assert "11 of 22 messages of “inbox”" in ran.json["error"]["message"]
    assert ran.json["error"]["fix"] == "calsync sync --max-delete 11"
    assert (len(full.far()), len(full.near()), full.far("Trash")) == (22, 11, {})


def test_ten_are_no_alarm(full: Mailer) -> None:
    removes(full, SUBJECTS[:10])

    assert full.syncs()["mail"]["deleted_out"] == 10


def test_the_count_that_a_person_gives_lets_it_through(full: Mailer) -> None:
    removes(full, SUBJECTS[:11])

    told = full.syncs("--max-delete", "11")["mail"]

    assert (told["deleted_out"], len(full.far()), len(full.far("Trash"))) == (11, 11, 11)


def test_many_messages_deleted_there_stop_it_too(full: Mailer) -> None:
    vanish(full, SUBJECTS[:11])

    stopped(full, "E302")

    assert len(full.near()) == 22


def test_a_maildir_emptied_of_its_files_stops_it(full: Mailer) -> None:
    for path in full.files():
        path.unlink()

    ran = stopped(full, "E302")

    assert "22" in ran.json["error"]["message"]
    assert len(full.far()) == 22


def test_a_small_maildir_emptied_of_its_files_stops_it(newcomer: Mailer) -> None:
    newcomer.delivers(letter("Third"))
    newcomer.starts()
    for path in newcomer.files():
        path.unlink()

    stopped(newcomer, "E302")

    assert len(newcomer.far()) == 3


def test_a_dry_run_says_that_it_would_stop(full: Mailer) -> None:
    removes(full, SUBJECTS[:11])

    stopped(full, "E302", "--dry-run")


def test_what_moved_to_the_archive_is_no_deletion(full: Mailer) -> None:
    for one in SUBJECTS:
        full.carries(one, "archive")

    assert full.syncs()["mail"]["moved"] == 20
    full.settled()


def test_what_was_let_through_comes_back_without_a_brake(full: Mailer) -> None:
    removes(full, SUBJECTS[:11])
    run = full.syncs("--max-delete", "11")["run"]
    full.syncs()

    full.sure("undo", "--run", str(run))
    told = full.syncs()["mail"]

    assert (told["moved"], len(full.far()), len(full.near()), full.far("Trash")) == (11, 22, 22, {})
    full.settled()


@pytest.mark.parametrize("lost", ["whole", "folder", "renamed"])
def test_a_directory_that_is_gone_is_no_deletion_and_is_told_as_what_it_is(full: Mailer, lost: str) -> None:
    inbox = full.mail / "inbox"
    match lost:
        case "whole":
            full.mail.rename(full.mail.with_name("elsewhere"))
        case "folder":
            shutil.rmtree(inbox)
        case _:
            inbox.rename(full.mail / "inbox.old")

    ran = stopped(full, "E303")

    assert ran.json["error"]["fix"] == "calsync sync --accept-root"
    assert len(full.far()) == 22


@pytest.mark.parametrize("lost", ["whole", "renamed"])
def test_an_accepted_root_is_matched_anew_and_nothing_is_deleted(full: Mailer, lost: str) -> None:
    if lost == "whole":
        full.mail.rename(full.mail.with_name("elsewhere"))
    else:
        (full.mail / "inbox").rename(full.mail / "inbox.old")

    told = full.syncs("--accept-root")["mail"]

    assert (told["in"], told["out"], told["deleted_in"], told["deleted_out"]) == (22, 0, 0, 0)
    assert (len(full.far()), len(full.near())) == (22, 22)
    full.settled()


def test_a_root_restored_from_a_backup_is_adopted_and_nothing_is_sent_twice(full: Mailer) -> None:
    backup = full.place / "backup"
    shutil.copytree(full.mail, backup, ignore=shutil.ignore_patterns(".calsync*"))
    shutil.rmtree(full.mail)
    shutil.copytree(backup, full.mail)

    stopped(full, "E303")
    told = full.syncs("--accept-root")["mail"]

    assert (told["in"], told["out"]) == (0, 0)
    assert (len(full.far()), len(full.near())) == (22, 22)
    full.settled()


def test_accepting_is_no_dry_run(full: Mailer) -> None:
    ran = full.sure("sync", "--accept-root", "--dry-run", "--json", codes=(2,))

    assert ran.error == "E001"
