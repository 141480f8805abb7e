"""Kerio Connect's ways, by the installed command through the rewriting proxy before Cyrus (provider-facts D4; R3)."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent, told, uid_of
from tests.servers.kerio import Kerio
from tests.servers.line import Line
from tests.servers.tls import make_certificate


@pytest.fixture
def person(kerio, kerio_proxy: Kerio, tmp_path: Path):
    kerio_proxy.etags = "received"
    yield Person(tmp_path, kerio.new_user(), provider="kerio")
    kerio_proxy.malformed.clear()
    kerio_proxy.etags = "received"


@pytest.fixture
def secure(kerio_proxy: Kerio, tmp_path: Path):
    """The proxy behind TLS, with a certificate of the company's own."""
    shown, context = make_certificate(tmp_path)
    line = Line(kerio_proxy.port, tls=context).start()
    yield line, shown
    line.stop()


def new(title: str) -> tuple[str, bytes]:
    uid = uuid.uuid4().hex
    return uid, event(uid, title)


def by_server(person: Person, line: Line, ca_file: Path) -> tuple[str, ...]:
    """As a person types it: the host, and nothing else of the server."""
    who = ("--email", person.email, "--user", person.served.user, "--password-file", str(person.place / "password"))
    return (
        "connect",
        "kerio",
        "--server",
        f"localhost:{line.port}",
        "--ca-file",
        str(ca_file),
        *who,
        "--only",
        "calendar",
    )


def whole_way(person: Person) -> None:
    """From the choice to disconnect: new, changed and deleted on either side."""
    here, there, goes_here, goes_there = new("Here"), new("There"), new("Goes here"), new("Goes there")
    plain = person.served.plain()
    for uid, body in (there, goes_here, goes_there):
        plain.put(f"{uid}.eml", body)
    person.chooses()
    assert agree(person).keys() == {there[0], goes_here[0], goes_there[0]}
    person.writes("here.ics", here[1])
    person.edits(there[0], "There", "There and edited here")
    person.file(goes_here[0]).unlink()
    plain.delete(f"{goes_there[0]}.eml")

    person.syncs()
    person.edits_there(here[0], "Here", "Here and edited there")
    person.syncs()

    said = agree(person)
    assert said.keys() == {here[0], there[0]}
    assert "There and edited here" in said[there[0]][0]
    assert "Here and edited there" in said[here[0]][0]
    silent(person)
    stays = person.far()
    person.sure("disconnect", "--yes")
    assert person.far() == stays
    assert len(list(person.agenda.glob("*/*.ics"))) == 2


def test_the_whole_way_by_a_url(person: Person) -> None:
    person.connects()

    whole_way(person)


def test_the_whole_way_by_the_name_of_the_server_and_its_own_certificate(person: Person, secure) -> None:
    person.sure(*by_server(person, *secure))

    whole_way(person)


def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_goes(person: Person, secure) -> None:
    words = [word for word in by_server(person, *secure) if word not in ("--ca-file", str(secure[1]))]

    refused = person.types(*words, "--json")

    assert (refused.code, refused.error) == (5, "E504")
    assert not secure[0].requests


def test_a_relative_redirect_is_followed_with_the_password(person: Person) -> None:
    person.served.log.mark()

    person.connects()

    asked = [(one.path, one.status) for one in person.served.log.asked("PROPFIND")]
    assert ("/caldav/", 302) in asked
    assert any(path.startswith("/caldav/users/") and status == 207 for path, status in asked)


def test_the_name_of_the_server_is_asked_for_by_its_flag(person: Person) -> None:
    refused = person.types("connect", "kerio", "--email", person.email, "--no-input", "--json")

    assert (refused.code, refused.error) == (2, "E002")
    assert "--server" in refused.out


def test_new_items_are_called_eml(person: Person) -> None:
    person.starts()
    uid, body = new("Called as Kerio calls it")
    person.writes("mine.ics", body)

    person.syncs()

    assert person.there()[uid].endswith(".eml")
    assert person.file(uid).name == "mine.ics"


@pytest.mark.parametrize("taken", ["received", "quoted", "both"])
def test_an_edit_and_a_deletion_pass_whichever_way_etags_are_taken(
    person: Person, kerio_proxy: Kerio, taken: str
) -> None:
    edited, deleted = new("Before"), new("Goes")
    for uid, body in (edited, deleted):
        person.served.plain().put(f"{uid}.eml", body)
    person.starts()
    kerio_proxy.etags = taken
    person.edits(edited[0], "Before", "After")
    person.file(deleted[0]).unlink()

    person.syncs()

    said = agree(person)
    assert list(said) == [edited[0]]
    assert "After" in said[edited[0]][0]
    silent(person)


def test_an_edit_over_a_newer_version_is_merged_not_lost(person: Person) -> None:
    uid, body = new("Before")
    person.served.plain().put(f"{uid}.eml", body)
    person.starts()
    person.edits(uid, "Before", "Titled here")
    person.edits_there(uid, "DTEND:20261201T110000Z", "DTEND:20261201T120000Z")

    person.syncs()

    (said,) = agree(person).values()
    assert "Titled here" in said[0]
    assert "20261201T120000Z" in said[0]


def test_no_sync_collection_is_asked_of_a_server_that_does_not_offer_it(person: Person) -> None:
    person.starts()
    person.served.log.mark()
    person.served.plain().put("x.eml", new("New there")[1])

    person.syncs()

    assert [one for one in person.served.log.asked("REPORT") if one.status == 403] == []
    assert len(person.near()) == 1


def test_a_malformed_item_is_listed_and_left_alone_and_the_others_are_synced(
    person: Person, kerio_proxy: Kerio
) -> None:
    broken, whole = new("Broken there"), new("Whole")
    for uid, body in (broken, whole):
        person.served.plain().put(f"{uid}.eml", body)
    kerio_proxy.malformed.add(f"{broken[0]}.eml")
    person.connects()

    person.chooses(codes=(3,))

    assert [uid_of(body) for body in person.near()] == [whole[0]]
    (listed,) = person.sure("conflicts", "--json").json["conflicts"]
    assert listed["code"] == "E403"
    assert listed["what"] == "skipped"
    assert listed["title"] == "Broken there"
    silent(person)


def test_a_malformed_item_that_is_mended_there_comes_here(person: Person, kerio_proxy: Kerio) -> None:
    uid, body = new("Broken there")
    person.served.plain().put(f"{uid}.eml", body)
    kerio_proxy.malformed.add(f"{uid}.eml")
    person.connects()
    person.chooses(codes=(3,))
    kerio_proxy.malformed.clear()
    person.edits_there(uid, "Broken there", "Mended")

    person.syncs()

    assert "Mended" in agree(person)[uid][0]
    assert person.sure("conflicts", "--json").json["conflicts"] == []


def test_an_item_that_turns_malformed_keeps_its_file_here(person: Person, kerio_proxy: Kerio) -> None:
    uid, body = new("Whole at first")
    person.served.plain().put(f"{uid}.eml", body)
    person.starts()
    before = person.near()
    person.edits_there(uid, "Whole at first", "Broken now")
    kerio_proxy.malformed.add(f"{uid}.eml")

    person.syncs(codes=(3,))

    assert person.near() == before
    silent(person)


def test_shares_are_shown_by_the_names_that_kerio_gives_them_and_tasks_are_not(person: Person) -> None:
    person.starts()

    listed = {row["name"]: row for row in person.sure("calendars", "--json").json["calendars"]}

    assert {"Team - bob", "Holidays - bob"} <= listed.keys()
    assert listed["Holidays - bob"]["writable"] is False
    assert not [name for name in listed if "Tasks" in name]


def test_connecting_again_after_disconnect_makes_nothing_twice(person: Person) -> None:
    uid, body = new("Once")
    person.served.plain().put(f"{uid}.eml", body)
    person.starts()
    before = person.near()
    person.sure("disconnect", "--yes")

    person.starts()

    assert person.near() == before
    assert list(agree(person)) == [uid]
    silent(person)


def test_the_certificate_is_named_once_at_connect(person: Person, secure) -> None:
    line, shown = secure
    copy = person.place / "copied.pem"
    shutil.copy(shown, copy)
    person.sure(*by_server(person, line, copy))
    uid, body = new("By TLS")
    person.served.plain().put(f"{uid}.eml", body)

    person.chooses()

    assert [told(one) for one in person.near()] == [told(body)]
