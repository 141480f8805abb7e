"""From connect to messages that travel both ways."""

from __future__ import annotations

from tests.mail_journeys.mailer import Mailer, letter

MAPPED = ("inbox", "archive", "deleted", "sent")


def test_the_inbox_is_here_as_soon_as_somebody_connected(newcomer: Mailer) -> None:
    ran = newcomer.sure(*newcomer.connecting(), "--json")

    assert newcomer.near() == {"Lunch": "", "Talk": "S"}
    assert ran.json["inbox"]["messages"] == 2
    assert ran.json["next"] == "calsync map-folders"


def test_the_usual_folders_are_mapped_at_a_word(newcomer: Mailer) -> None:
    newcomer.sure(*newcomer.connecting())

    told = newcomer.sure("map-folders", "--auto", "--json").json

    mapped = {row["role"]: row["remote"] for row in told["folders"] if row["remote"]}
    assert mapped == {"inbox": "INBOX", "archive": "Archive", "deleted": "Trash"}
    assert told["missing"] == []


def test_new_mail_arrives_and_a_second_round_does_nothing(settled: Mailer) -> None:
    settled.delivers(letter("News"))

    told = settled.syncs()["mail"]

    assert (told["in"], sorted(settled.near())) == (1, ["Lunch", "News", "Talk"])
    settled.settled()


def test_flags_travel_both_ways(settled: Mailer) -> None:
    settled.marks("Lunch", "RS")
    settled.store("Talk", "\\Flagged")

    settled.syncs()

    assert settled.far() == {"Lunch": "\\Answered \\Seen", "Talk": "\\Flagged \\Seen"}
    assert settled.near() == {"Lunch": "RS", "Talk": "FS"}
    settled.settled()


def test_archiving_travels_both_ways(settled: Mailer) -> None:
    settled.carries("Lunch", "archive")
    settled.moves("Talk", "Archive")

    told = settled.syncs()["mail"]

    assert (told["moved"], told["in"], told["out"]) == (2, 0, 0)
    assert (settled.far(), sorted(settled.far("Archive"))) == ({}, ["Lunch", "Talk"])
    assert (settled.near(), sorted(settled.near("archive"))) == ({}, ["Lunch", "Talk"])
    settled.settled()


def test_a_file_deleted_here_goes_to_the_bin_there(settled: Mailer) -> None:
    settled.file("Lunch").unlink()

    settled.syncs()
    settled.syncs()

    assert (sorted(settled.far()), sorted(settled.far("Trash"))) == (["Talk"], ["Lunch"])
    assert sorted(settled.near("deleted")) == ["Lunch"]
    settled.settled()


def test_a_message_deleted_there_goes_here(settled: Mailer) -> None:
    settled.expunges("Lunch")

    told = settled.syncs()["mail"]

    assert (told["deleted_in"], sorted(settled.near())) == (1, ["Talk"])
    settled.settled()


def test_what_a_mail_program_stores_is_sent_once(settled: Mailer) -> None:
    settled.puts(letter("Reply"), "sent")

    told = settled.syncs()["mail"]

    assert (told["out"], sorted(settled.far("Sent"))) == (1, ["Reply"])
    settled.settled()
