"""What a newcomer types at the mail half who is anxious, in a hurry or up to no good, and what is said to that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.process import free_port
from tests.starting import CALSYNC


@pytest.fixture
def connected(newcomer: Mailer) -> Mailer:
    """The inbox is here, nothing else is mapped."""
    newcomer.sure(*newcomer.connecting())
    return newcomer


def asked(mailer: Mailer, url: str) -> tuple[str, ...]:
    """`connect`, with this for the mail's address."""
    return tuple(url if word == mailer.url else word for word in mailer.connecting("--json"))


def linked(mailer: Mailer) -> dict[str, str]:
    told = mailer.sure("map-folders", "--list", "--json").json
    return {row["local"]: row["remote"] for row in told["folders"] if row["remote"]}


@pytest.mark.parametrize("spelled", ["{url}", "{url}/", " {url} ", "IMAP://{place}", "{place}"])
def test_connecting_again_in_other_words_for_the_same_server_is_signing_in_again(
    connected: Mailer, spelled: str
) -> None:
    place = connected.url.rpartition("/")[2]

    ran = connected.types(*asked(connected, spelled.format(url=connected.url, place=place)))

    assert (ran.code, ran.json["again"]) == (0, True)


@pytest.mark.parametrize(
    "spelled", ["imap://127.0.0.1:{port}", "127.0.0.1:{port}", "imap://127.0.0.1", "imaps://{place}"]
)
def test_another_port_is_another_server_and_is_locked(connected: Mailer, spelled: str) -> None:
    place = connected.url.rpartition("/")[2]

    ran = connected.types(*asked(connected, spelled.format(port=free_port(), place=place)))

    assert (ran.code, ran.json["error"]["code"]) == (5, "E208")


def test_a_port_where_nobody_is_is_named(newcomer: Mailer) -> None:
    port = free_port()

    ran = newcomer.types(*asked(newcomer, f"imap://127.0.0.1:{port}"))

    assert (ran.code, ran.json["error"]["code"]) == (8, "E402")
    assert f"127.0.0.1:{port}" in ran.json["error"]["message"]


def test_a_port_without_tls_is_told_as_such(newcomer: Mailer) -> None:
    ran = newcomer.types(*asked(newcomer, f"imaps://127.0.0.1:{newcomer.server.imap}"))

    assert (ran.code, ran.json["error"]["code"]) == (5, "E504")
    assert "imap://" in ran.json["error"]["message"]
    assert "VERSION" not in ran.json["error"]["message"]


def test_two_short_messages_are_no_megabyte(newcomer: Mailer) -> None:
    assert "1 kB" in newcomer.sure(*newcomer.connecting()).err


@pytest.mark.parametrize("name", ["smile\U0001f600", "~/mine", "a:b", "x" * 300, "line\nbreak", "Tilde~"])
def test_a_name_that_no_directory_can_have_is_known_again_as_it_was_typed(connected: Mailer, name: str) -> None:
    first = connected.sure("map-folders", "--map", f"{name}=Archive", "--json").json["folders"]

    again = connected.sure("map-folders", "--map", f"{name}=Archive", "--json").json["folders"]
    connected.sure("map-folders", "--map", f"{name}=none")

    assert again == first
    assert linked(connected) == {"inbox": "INBOX"}


def test_letting_go_of_a_mistyped_folder_is_not_saved_as_if_it_were_one(connected: Mailer) -> None:
    connected.sure("map-folders", "--map", "work=Archive")

    ran = connected.types("map-folders", "--map", "wrok=none", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E003")
    assert "work" in ran.json["error"]["message"]


@pytest.mark.parametrize("flags", [("--archive", ""), ("--archive", " ")])
def test_a_scripts_empty_variable_is_no_answer(connected: Mailer, flags: tuple[str, ...]) -> None:
    connected.sure("map-folders", "--archive", "Archive")

    ran = connected.types("map-folders", *flags, "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "E001")
    assert "archive" in linked(connected)


@pytest.mark.parametrize("name", ["none", "-", "NONE"])
def test_a_folder_that_is_really_called_none_is_meant_in_quotes(connected: Mailer, name: str) -> None:
    with connected.there() as client:
        client.create(name)
    connected.delivers(letter("In there"), folder=name)

    connected.sure("map-folders", "--archive", f'"{name}"')
    connected.syncs()

    assert linked(connected)["archive"] == name
    assert sorted(connected.near("archive")) == ["In there"]


def test_the_sentence_about_two_folders_for_one_names_them_as_they_are_listed(connected: Mailer) -> None:
    connected.sure("map-folders", "--map", "Mine=Archive")

    ran = connected.types("map-folders", "--map", "Other=Archive", "--json")

    assert "Mine" in ran.json["error"]["message"]
    assert "Other" in ran.json["error"]["message"]


@pytest.mark.parametrize("spoil", ["gone", "a file", "a dangling link"])
def test_a_maildir_without_its_cur_is_not_taken_for_one_that_was_emptied(settled: Mailer, spoil: str) -> None:
    cur = settled.mail / "inbox" / "cur"
    cur.rename(settled.place / "cur")
    if spoil == "a file":
        cur.write_text("")
    elif spoil == "a dangling link":
        cur.symlink_to(settled.place / "nowhere")

    ran = settled.types("sync", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (7, "E303")
    assert str(cur) in ran.json["error"]["message"]
    assert sorted(settled.far()) == ["Lunch", "Talk"]


def test_a_cur_that_is_meant_to_be_gone_costs_nothing_at_the_server(settled: Mailer) -> None:
    (settled.mail / "inbox" / "cur").rename(settled.place / "cur")

    settled.syncs("--accept-root")

    assert sorted(settled.near()) == sorted(settled.far()) == ["Lunch", "Talk"]
    settled.settled()


def test_a_disk_that_is_full_is_no_damage_to_repair(settled: Mailer) -> None:
    full = ("sh", "-c", 'ulimit -f 0; exec "$0" "$@"', *CALSYNC)

    (told,) = settled.types("status", "--json", program=full).json["accounts"]

    assert (told["state"], told["error"]["code"], told["next"]) == ("unreadable", "E505", "calsync doctor")
    assert settled.sure("status", "--json").json["accounts"][0]["state"] == "active"


def test_rounds_on_a_settled_account_leave_no_file_behind_and_ask_no_more_each_time(settled: Mailer) -> None:
    os.mkfifo(settled.mail / "inbox" / "new" / "1.pipe")
    settled.puts(b"", letters="S")  # no server takes it
    for _ in range(6):
        settled.syncs(codes=(0, 3))
    before, size = everything(settled), settled.database.stat().st_size

    asked = [settled.syncs()["requests"] for _ in range(4)]

    assert everything(settled) == before
    assert settled.database.stat().st_size == size
    assert max(asked) <= min(asked) + 1  # who signs in ahead may be asked whether it is still there


def everything(mailer: Mailer) -> dict[Path, int]:
    """When each file changed, but for those of the books."""
    books = mailer.database.parent
    files = [path for path in mailer.place.rglob("*") if books not in {path, path.parent}]
    return {path: path.lstat().st_mtime_ns for path in files}


def test_times_in_the_future_hide_no_change(settled: Mailer) -> None:
    def ahead() -> None:
        for path in (*settled.files(), settled.mail / "inbox" / "new", settled.mail / "inbox" / "cur"):
            os.utime(path, (4e9, 4e9))

    ahead()
    settled.syncs()
    settled.marks("Lunch", "FS")
    ahead()
    settled.syncs()

    assert settled.far() == {"Lunch": "\\Flagged \\Seen", "Talk": "\\Seen"}
    settled.settled()


@pytest.mark.parametrize(
    "name", ["plain", "noflags:2,", "keywords:2,Sab", "other:1,x", "twice:2,S:2,R", "semi;2,S", "-rf:2,"]
)
def test_a_message_under_any_name_is_sent_once(settled: Mailer, name: str) -> None:
    (settled.mail / "inbox" / "cur" / name).write_bytes(letter("Odd").replace(b"\r\n", b"\n"))

    assert settled.syncs()["mail"]["out"] == 1
    assert sorted(settled.far()) == ["Lunch", "Odd", "Talk"]
    settled.settled()


def test_pipes_devices_and_dangling_links_hold_nobody_up(settled: Mailer) -> None:
    inbox = settled.mail / "inbox"
    os.mkfifo(inbox / "new" / "1.pipe")
    os.mkfifo(inbox / "cur" / "2.pipe:2,S")
    (inbox / "new" / "3.zeros").symlink_to("/dev/zero")
    (inbox / "cur" / "4.nowhere:2,S").symlink_to("nowhere")
    (inbox / "cur" / "5.directory:2,S").mkdir()

    told = settled.syncs(codes=(3,))["mail"]

    assert (told["out"], told["deleted_out"]) == (0, 0)
    assert sorted(settled.far()) == ["Lunch", "Talk"]


@pytest.mark.parametrize(
    "words",
    [
        ("choose-primary",),
        ("choose-primary", "--list"),
        ("choose-primary", "Personal"),
        ("calendars",),
        ("calendars", "hide", "x"),
        ("calendars", "set", "x", "--view-only"),
    ],
    ids=" ".join,
)
def test_a_verb_of_the_calendar_names_the_command_that_connects_one(connected: Mailer, words: tuple[str, ...]) -> None:
    ran = connected.types(*words, "--json")

    assert (ran.code, ran.json["error"]["code"], ran.json["error"]["variant"]) == (6, "E201", "no-calendar")
    assert ran.json["error"]["fix"] == "calsync connect caldav --email me@example.org --only calendar"


def test_status_asks_a_mail_server_alone_whether_the_sign_in_still_works(connected: Mailer) -> None:
    (told,) = connected.sure("status", "--check", "--json").json["accounts"]

    assert (told["state"], told["error"]) == ("active", None)


def test_what_waits_is_told_with_its_own_reason(settled: Mailer) -> None:
    settled.puts(b"")

    ran = settled.types("sync")

    assert (ran.code, "the server does not take it" in ran.out + ran.err) == (3, True), ran
    assert "(E403)" in ran.out + ran.err


def test_the_address_of_the_mail_is_a_setting_that_is_locked(connected: Mailer) -> None:
    rows = {row["key"]: row for row in connected.sure("config", "list", "--json").json["rows"]}

    refused = connected.types("config", "set", "caldav.imap", "imaps://evil.example.org", "--json")

    assert (rows["caldav.imap"]["value"], rows["caldav.imap"]["locked"]) == (connected.url, True)
    assert "caldav.url" not in rows
    assert (refused.code, refused.error) == (5, "E208")
