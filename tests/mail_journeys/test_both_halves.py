"""One account, one sign-in, calendar and mail (R2, R27, R28, R43): on Cyrus behind Kerio's ways, which has both."""

from __future__ import annotations

import imaplib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, Ran
from tests.mail_journeys.mailer import letter
from tests.servers.cyrus import Cyrus
from tests.servers.served import Served


@dataclass
class Office(Person):
    """A person whose Kerio has mail, too."""

    imap: int = 0

    def signs_in(self, *more: str) -> Ran:
        who = ("--email", self.email, "--user", self.served.user, "--password-file", str(self.place / "password"))
        return self.types("connect", self.provider, *who, *more)

    @property
    def both(self) -> tuple[str, ...]:
        return ("--caldav", self.served.url, "--imap", f"imap://127.0.0.1:{self.imap}")

    def receives(self, *letters: bytes) -> None:
        """Mail arrives at the server."""
        line = imaplib.IMAP4("127.0.0.1", self.imap)
        line.login(self.served.user, self.served.password)
        for one in letters:
            line.append("INBOX", "", None, one)
        line.logout()

    @property
    def inbox(self) -> list[Path]:
        return [path for sub in ("new", "cur") for path in (self.home / "mail" / self.email / "inbox" / sub).glob("*")]

    @property
    def events(self) -> int:
        return len(list(self.folder().glob("*.ics"))) if self.agenda.is_dir() else 0


@pytest.fixture
def office(tmp_path: Path, kerio: Served, cyrus_server: Cyrus) -> Office:
    """Not connected; a talk in the calendar there, a letter in the inbox."""
    someone = Office(tmp_path / "person", kerio.new_user(), provider="kerio", imap=cyrus_server.imap)
    someone.served.plain().put("talk.ics", event("talk", "Intake talk"))
    someone.receives(letter("Welcome"))
    return someone


def test_one_sign_in_serves_both(office: Office) -> None:
    told = office.signs_in(*office.both, "--json").json

    assert (told["halves"], told["calendars"] > 0, told["inbox"]["messages"]) == (["calendar", "mail"], True, 1)
    assert (len(office.inbox), office.events, told["next"]) == (1, 0, "calsync choose-primary")


def test_before_a_primary_calendar_is_chosen_the_mail_syncs_and_the_next_step_is_named(office: Office) -> None:
    office.signs_in(*office.both)
    office.receives(letter("News"))

    ran = office.types("sync", "--json")

    assert (ran.code, ran.json["mail"]["in"], ran.json["next"]) == (0, 1, "calsync choose-primary")
    refused = office.types("sync", "--only", "calendar", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (6, "E205")


def test_one_round_does_both_and_one_half_alone_leaves_the_other(office: Office) -> None:
    office.signs_in(*office.both)
    office.chooses()
    office.served.plain().put("lunch.ics", event("lunch", "Lunch"))
    office.receives(letter("News"))

    mail = office.syncs("--only", "mail")
    both = office.syncs()

    assert (mail["mail"]["in"], mail["calendar"]["in"]) == (1, 0)
    assert (both["mail"]["in"], both["calendar"]["in"], office.events) == (0, 1, 2)


def test_the_other_half_is_added_by_signing_in_again(office: Office) -> None:
    office.signs_in("--caldav", office.served.url)
    office.chooses()

    told = office.signs_in("--imap", f"imap://127.0.0.1:{office.imap}", "--json").json

    assert (told["halves"], told["inbox"]["messages"], told["again"]) == (["calendar", "mail"], 1, True)
    assert office.syncs()["calendar"]["in"] == 0  # nothing of the calendar began anew


def test_a_primary_calendar_that_is_gone_does_not_stop_the_mail(office: Office) -> None:
    office.signs_in(*office.both)
    office.chooses()
    office.alters("UPDATE link SET far_id=far_id || 'gone/' WHERE is_primary")  # Cyrus keeps its default calendar
    office.receives(letter("News"))

    ran = office.types("sync", "--json")
    again = office.types("sync", "--json")

    assert (ran.json["mail"]["in"], len(office.inbox)) == (1, 2)
    assert (again.code, again.json["error"]["code"], again.json["mail"]["in"]) == (7, "E304", 0)


def test_what_went_from_both_in_one_round_is_one_list_and_comes_back_at_one_word(office: Office) -> None:
    office.signs_in(*office.both)
    office.chooses()
    office.syncs()
    for path in office.inbox:
        path.unlink()
    office.file("talk").unlink()
    run = office.syncs()["run"]
    listed = office.sure("undo", "--list", "--json").json["items"]

    office.sure("undo", "--run", str(run))
    told = office.syncs()

    assert sorted((row["title"], row["folder"], row["id"][0] == "m") for row in listed) == [
        ("Intake talk", "", False),
        ("Welcome", "inbox", True),
    ]
    assert (office.events, len(office.inbox), told["calendar"]["out"]) == (1, 1, 1)
    assert office.sure("undo", "--list", "--json").json["items"] == []
    assert not any(office.syncs()["mail"].values())


def test_another_provider_on_the_same_account_is_refused_and_the_first_stays(office: Office) -> None:
    office.signs_in(*office.both)
    office.provider = "caldav"

    refused = office.signs_in(*office.both, "--json")

    assert (refused.code, refused.json["error"]["code"]) == (6, "E211")
    assert office.syncs()["ok"]


def test_a_password_that_mail_refuses_connects_nothing(office: Office) -> None:
    (office.place / "password").write_text("wrong\n")

    refused = office.signs_in("--imap", f"imap://127.0.0.1:{office.imap}", "--json")

    assert (refused.code, refused.json["error"]["code"]) == (4, "E108")
    assert office.types("status", "--json").json["accounts"] == []


def test_where_the_mail_is_cannot_be_changed_while_connected(office: Office) -> None:
    office.signs_in(*office.both)

    refused = office.signs_in("--imap", "imaps://elsewhere.example.org", "--json")

    assert (refused.code, refused.json["error"]["code"]) == (5, "E208")


@pytest.fixture
def at_work(office: Office) -> Office:
    """Both halves in step, the mapping complete."""
    office.signs_in(*office.both)
    office.chooses()
    office.sure("map-folders", "--archive", "none", "--deleted", "none")
    office.syncs()
    return office


def test_r5_the_page_tells_of_both_and_doctor_finds_nothing(at_work: Office) -> None:
    told = at_work.sure("status", "--check", "--json").json["accounts"][0]
    rows = at_work.sure("doctor", "--json").json["checks"]

    assert (told["state"], told["halves"], told["next"]) == ("active", ["calendar", "mail"], "calsync sync")
    assert (told["calendar"]["primary"] is not None, told["mail"]["folders"][0]["messages"]) == (True, 1)
    assert [(row["id"], row["params"]) for row in rows if row["what"] != "ok"] == []
    assert {"server", "sign-in", "primary", "mail-server", "mail-sign-in", "folders"} <= {row["id"] for row in rows}


def test_r54_left_and_connected_again_nothing_of_either_half_is_there_twice(at_work: Office) -> None:
    at_work.sure("disconnect", "--yes")
    left = at_work.sure("status", "--json").json["accounts"][0]

    at_work.signs_in(*at_work.both)
    at_work.chooses()
    told = at_work.syncs()

    assert (left["state"], left["mail"], left["halves"]) == ("local", None, [])
    assert (len(at_work.inbox), at_work.events) == (1, 1)
    assert not any(value for half in ("calendar", "mail") for value in told[half].values())


def test_repaired_both_halves_come_back_without_signing_in(at_work: Office) -> None:
    at_work.database.write_bytes(b"rubbish" * 1000)

    at_work.sure("doctor", "--repair")
    told = at_work.syncs()
    again = at_work.syncs()

    assert (told["ok"], len(at_work.inbox), at_work.events) == (True, 1, 1)
    assert not any(value for half in ("calendar", "mail") for value in again[half].values())
