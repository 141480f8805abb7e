"""Doctor and mail: what is wrong with the directories, the mapping and the server is found and named with its mend."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.dovecot import Dovecot
from tests.servers.line import Line


def rows(mailer: Mailer) -> dict[str, dict[str, Any]]:
    """What is told, by check; each is there once."""
    found: dict[str, dict[str, Any]] = {}
    for row in mailer.types("doctor", "--json").json["checks"]:
        if row["id"] not in {"home", "space"}:
            assert row["id"] not in found, row
            found[row["id"]] = row
    return found


def wrong(mailer: Mailer) -> list[tuple[str, str, str]]:
    """The checks that are not well, their codes and mends."""
    told = rows(mailer).values()
    return [(row["id"], (row["error"] or {"code": ""})["code"], row["fix"]) for row in told if row["what"] != "ok"]


def test_of_a_mailbox_in_order_every_check_is_well(settled: Mailer) -> None:
    found = rows(settled)

    assert {row["what"] for row in found.values()} == {"ok"}
    assert {
        "mail",
        "mail-disk",
        "mail-files",
        "mapping",
        "mail-server",
        "mail-sign-in",
        "mail-skills",
        "folders",
    } <= found.keys()
    assert found.keys().isdisjoint({"server", "sign-in", "agenda", "primary", "feed"})
    assert "QRESYNC" in found["mail-skills"]["params"]["can"]


def test_a_server_without_the_newer_ways_is_well_and_told(newcomer: Mailer, dovecot_list: Dovecot) -> None:
    newcomer.server = dovecot_list
    newcomer.starts()

    row = rows(newcomer)["mail-skills"]

    assert (row["what"], row["params"]["lacks"]) == ("ok", "MOVE CONDSTORE")


def test_a_mapping_that_is_not_complete_is_worth_a_look(newcomer: Mailer) -> None:
    newcomer.sure(*newcomer.connecting())

    assert wrong(newcomer) == [("mapping", "", "calsync map-folders")]


def test_a_directory_that_is_not_ours_any_more_stops_syncing_and_is_found(settled: Mailer) -> None:
    settled.mail.rename(settled.mail.with_name("elsewhere"))

    assert wrong(settled) == [("mail", "E303", "calsync sync --accept-root")]


def test_a_maildir_without_one_of_its_parts_is_found(settled: Mailer) -> None:
    (settled.mail / "archive" / "tmp").rmdir()

    assert wrong(settled) == [("mail", "E303", "calsync sync --accept-root")]


def test_what_lies_among_messages_and_is_none_is_counted(settled: Mailer) -> None:
    (settled.mail / "inbox" / "cur" / "1.folder.host:2,S").mkdir()

    row = rows(settled)["mail-files"]

    assert (row["what"], row["params"]["count"]) == ("warn", "1")


def test_nothing_is_left_of_the_trial(settled: Mailer) -> None:
    before = sorted(settled.mail.rglob("*"))

    rows(settled)

    assert sorted(settled.mail.rglob("*")) == before


def test_a_linked_folder_that_is_gone_at_the_provider_is_named(settled: Mailer) -> None:
    with settled.there() as client:
        client.create("Team")
    settled.sure("map-folders", "--map", "team=Team")
    with settled.there() as client:
        client.delete("Team")

    assert wrong(settled) == [("folders", "E210", "calsync map-folders")]


def test_offline_it_says_so_and_checks_the_rest(newcomer: Mailer) -> None:
    way = Line(newcomer.server.imap).start()
    newcomer.port = way.port
    newcomer.starts()
    way.stop()

    found = rows(newcomer)

    assert {name for name, row in found.items() if row["what"] != "ok"} == {"mail-server"}
    assert found["mail-server"]["error"]["code"] == "E402"
    assert {"mail", "mapping"} <= found.keys()


def test_what_was_changed_after_the_sign_in_is_told_as_the_sign_in(settled: Mailer) -> None:
    settled.remembers("UPDATE setting SET value='another' WHERE name='secret_token'")

    assert wrong(settled) == [("mail-sign-in", "E203", "calsync disconnect")]


def test_messages_that_wait_are_among_what_wants_a_look(settled: Mailer) -> None:
    settled.remembers(
        "INSERT INTO letter_wait(link, side, ref, code, why, title, key, loud, tries, near_rev, since, run)"
        " SELECT id, 'near', 'ref', 'E403', 'refused', '', '', 1, 1, '', 0, 1 FROM link LIMIT 1"
    )

    assert wrong(settled) == [("conflicts", "", "calsync conflicts")]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_person_reads_it(settled: Mailer, lang: str) -> None:
    ran = settled.sure("doctor", "--lang", lang)

    assert str(settled.mail) in ran.out
    assert "UIDPLUS" in ran.out


def test_the_report_for_support_names_no_address_folder_subject_or_place(settled: Mailer) -> None:
    settled.delivers(letter("Very private"))
    with settled.there() as client:
        client.create("Secret-project")
    settled.sure("map-folders", "--map", "hidden-name=Secret-project")
    settled.syncs()
    settled.remembers(
        "INSERT INTO letter_wait(link, side, ref, code, why, title, key, loud, tries, near_rev, since, run)"
        " SELECT id, 'near', 'ref', 'E403', 'no mail from <ada@example.org>', 'Very private', 'k', 1, 1, '', 0, 1"
        " FROM link LIMIT 1"
    )
    file = settled.place / "bundle.json"

    settled.sure("doctor", "--bundle", str(file), codes=(0, 3))

    text = file.read_text()
    secrets = ("Very private", "Secret-project", "hidden-name", "example.org", str(settled.place), "127.0.0.1", "@")
    assert [word for word in secrets if word in text] == []
    (account,) = json.loads(text)["accounts"]
    assert [(one["role"], one["letters"]) for one in account["mail"]["folders"]][:2] == [("inbox", 3), ("archive", 0)]
    assert account["mail"]["folders"][0]["cursor"]["rung"] == "qresync"
