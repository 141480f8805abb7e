"""Which folder here is in step with which one there: suggested, chosen, changed, let go, and never at a message's cost."""

from __future__ import annotations

import pytest

from tests.mail_journeys.mailer import Mailer, letter


@pytest.fixture
def connected(newcomer: Mailer) -> Mailer:
    """The inbox is here, nothing else is mapped."""
    newcomer.sure(*newcomer.connecting())
    return newcomer


def rows(told: dict[str, object]) -> dict[str, dict[str, object]]:
    folders = told["folders"]
    assert isinstance(folders, list)
    return {row["local"]: row for row in folders}


def test_what_is_usual_is_offered_with_what_there_is(connected: Mailer) -> None:
    told = connected.sure("map-folders", "--list", "--json").json

    assert {local: row["suggested"] for local, row in rows(told).items()} == {
        "inbox": "INBOX",
        "archive": "Archive",
        "deleted": "Trash",
        "sent": "Sent",
        "drafts": "Drafts",
        "junk": "Junk",
    }
    assert sorted(row["name"] for row in told["remote"]) == ["Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"]
    assert told["missing"] == ["archive", "deleted"]


def test_a_folder_made_a_second_ago_is_offered(connected: Mailer) -> None:
    with connected.there() as client:
        client.create("Projects/New")

    told = connected.sure("map-folders", "--list", "--json").json

    assert "Projects/New" in [row["name"] for row in told["remote"]]


def test_none_is_an_answer(newcomer: Mailer) -> None:
    newcomer.sure(*newcomer.connecting())
    newcomer.sure("map-folders", "--inbox", "none", "--archive", "Archive", "--deleted", "none")
    newcomer.delivers(letter("New in the inbox"))
    newcomer.delivers(letter("Old"), folder="Archive")

    newcomer.syncs()

    assert sorted(newcomer.near()) == ["Lunch", "Talk"]  # what was fetched before stays
    assert sorted(newcomer.near("archive")) == ["Old"]
    assert newcomer.sure("map-folders", "--list", "--json").json["missing"] == []


def test_a_name_is_found_in_any_case_and_a_wrong_one_names_what_is_near(connected: Mailer) -> None:
    connected.sure("map-folders", "--archive", "archive")

    ran = connected.types("map-folders", "--deleted", "Trahs", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E209")
    assert "Trash" in ran.json["error"]["message"]
    assert rows(connected.sure("map-folders", "--list", "--json").json)["archive"]["remote"] == "Archive"


def test_two_folders_here_are_not_linked_to_one_there(connected: Mailer) -> None:
    ran = connected.types("map-folders", "--archive", "INBOX", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E001")
    assert "inbox" in ran.json["error"]["message"]


def test_a_folder_of_ones_own_is_synced_like_any_other(connected: Mailer) -> None:
    with connected.there() as client:
        client.create('"Projects/Stra&AN8-e &- Co"')
    connected.delivers(letter("Plan"), folder="Projects/Stra&AN8-e &- Co")

    connected.sure("map-folders", "--map", "work=Projects/Straße & Co")
    connected.syncs()

    assert sorted(connected.near("work")) == ["Plan"]


@pytest.mark.parametrize("pair", ["work", "=INBOX", "work=", ""])
def test_a_pair_that_is_none_is_refused(pair: str, connected: Mailer) -> None:
    ran = connected.types("map-folders", "--map", pair, "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E001")


@pytest.mark.parametrize("name", ["../up", "/etc", "a/../../b", ".hidden", "cur", "x/new", "nul\x1b[2J"])
def test_a_folders_name_leads_nowhere_else_on_this_disk(name: str, connected: Mailer) -> None:
    before = {path for path in connected.place.rglob("*") if connected.mail not in path.parents}

    connected.types("map-folders", "--map", f"{name}=Archive")
    connected.types("sync")

    new = {path for path in connected.place.rglob("*") if connected.mail not in path.parents} - before
    assert {path for path in new if path.suffix not in {".db-wal", ".db-shm", ".log"}} <= {connected.home / "log"}


def test_letting_go_deletes_nothing_and_linking_again_fetches_nothing_twice(settled: Mailer) -> None:
    settled.sure("map-folders", "--inbox", "none")
    settled.delivers(letter("Meanwhile"))
    settled.file("Lunch").unlink()  # of no consequence: the folder is nobody's now
    settled.syncs()
    there, here = sorted(settled.far()), sorted(settled.near())

    settled.sure("map-folders", "--inbox", "INBOX")
    told = settled.syncs()["mail"]

    assert (there, here) == (["Lunch", "Meanwhile", "Talk"], ["Talk"])
    assert (told["in"], told["deleted_out"], sorted(settled.near())) == (2, 0, ["Lunch", "Meanwhile", "Talk"])
    settled.settled()


def test_linking_to_another_folder_moves_and_deletes_nothing_there(settled: Mailer) -> None:
    with settled.there() as client:
        client.create('"Old archive"')
    settled.delivers(letter("Older"), folder="Old archive")
    settled.delivers(letter("Kept"), folder="Archive")
    settled.syncs()

    settled.sure("map-folders", "--archive", "Old archive")
    settled.syncs()

    assert sorted(settled.far("Archive")) == ["Kept"]
    assert "Older" in settled.near("archive")
    settled.settled()


def test_the_same_words_again_change_nothing(settled: Mailer) -> None:
    before = settled.sure("map-folders", "--auto", "--json").json["folders"]

    again = settled.sure("map-folders", "--auto", "--json").json["folders"]

    assert again == before


def test_two_folders_change_places_in_one_go(settled: Mailer) -> None:
    settled.sure("map-folders", "--archive", "Sent", "--sent", "Archive")

    told = rows(settled.sure("map-folders", "--list", "--json").json)

    assert (told["archive"]["remote"], told["sent"]["remote"]) == ("Sent", "Archive")


def test_a_preview_saves_nothing(connected: Mailer) -> None:
    connected.sure("map-folders", "--archive", "Archive", "--dry-run")

    assert rows(connected.sure("map-folders", "--list", "--json").json)["archive"]["remote"] is None


def test_a_linked_folder_that_is_gone_is_told_once_and_stops_nothing_else(settled: Mailer) -> None:
    with settled.there() as client:
        client.create("Work")
    settled.delivers(letter("Kept"), folder="Work")
    settled.sure("map-folders", "--map", "work=Work")
    settled.syncs()
    with settled.there() as client:
        client.delete("Work")
    settled.delivers(letter("News"))

    first = settled.types("sync", "--json")
    second = settled.types("sync", "--json")

    assert (first.code, second.code) == (3, 0)
    assert [line["code"] for line in first.json["lines"]] == ["E210"]
    assert "News" in settled.near()
    assert sorted(settled.near("work")) == ["Kept"]


def test_before_anybody_connected_there_is_nothing_to_link(newcomer: Mailer) -> None:
    ran = newcomer.types("map-folders", "--auto", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (6, "E201")


def test_without_a_terminal_the_missing_answer_names_the_flag(connected: Mailer) -> None:
    ran = connected.types("map-folders", "--no-input", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E002")
    assert ran.json["error"]["fix"] == "calsync map-folders --auto"


def test_mail_alone_syncs_and_asks_for_no_calendar(settled: Mailer) -> None:
    told = settled.syncs("--only", "mail")

    assert told["ok"]
    refused = settled.types("sync", "--only", "calendar", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (6, "E201")
    assert refused.json["error"]["fix"] == "calsync connect caldav --email me@example.org --only calendar"
