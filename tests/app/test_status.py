"""The page of R5 in every combination: which halves there are, how far each is, and the one command that comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from calsync_cli.app.condition import ended_with
from calsync_cli.app.reports.accounts import AccountStatus, State
from calsync_cli.app.session import Session, working
from calsync_cli.app.status import status
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.record import Slip
from calsync_cli.core.model import CollectionId, Glance, LinkId, Mode, Ref, Rights, RunId, Side
from calsync_cli.core.record import Wait
from calsync_cli.state.settings import Connection
from tests.app.desks import ME, Place

BOTH, MAIL, CALENDAR = ("calendar", "mail"), ("mail",), ("calendar",)
ASKED = ("inbox", "archive", "deleted")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home")


@contextmanager
def connected(place: Place, halves: Sequence[str]) -> Iterator[Session]:
    """Without any server."""
    with working(place.desk(), ME, make=True) as session:
        session.settings.connect(
            Connection(
                provider="caldav",
                email=ME,
                user="me",
                server="cal.example.org" if "calendar" in halves else "imap.example.org",
                endpoint="",
                principal="",
                homes=(),
                addresses=(),
                halves=tuple(halves),
                secret="keyring",
                mail="imaps://imap.example.org:993" if "mail" in halves else "",
            )
        )
        yield session


def choose(session: Session) -> None:
    glance = Glance(CollectionId("/work/"), "Work", Rights.OWNER, "")
    session.settings.add_link(glance, "work", mode=Mode.TWO_WAY, primary=True)


def fold(session: Session, *names: str, none: str = "") -> LinkId:
    """Mapped, and in step once."""
    links = [session.folders.map(name, CollectionId(name.upper())) for name in names]
    for link in links:
        assert link is not None
        session.letters.finish(link, None, "", "")
    session.settings.put(mail_none=none)
    return next((link for link in links if link is not None), LinkId(0))


def page(place: Place) -> AccountStatus:
    return status(place.desk(), everyone=False, check=False).accounts[0]


@pytest.mark.parametrize(
    ("halves", "chosen", "folders", "none", "state", "then"),
    [
        (CALENDAR, False, (), "", State.CONNECTED, "calsync choose-primary"),
        (CALENDAR, True, (), "", State.ACTIVE, "calsync sync"),
        (MAIL, False, (), "", State.CONNECTED, "calsync map-folders"),
        (MAIL, False, ("inbox",), "", State.ACTIVE, "calsync map-folders"),
        (MAIL, False, ("inbox",), "archive deleted", State.ACTIVE, "calsync sync"),
        (MAIL, False, (), "inbox archive deleted", State.CONNECTED, "calsync sync"),
        (BOTH, False, ("inbox",), "", State.CONNECTED, "calsync choose-primary"),
        (BOTH, False, ASKED, "", State.CONNECTED, "calsync choose-primary"),
        (BOTH, True, ("inbox",), "", State.ACTIVE, "calsync map-folders"),
        (BOTH, True, ASKED, "", State.ACTIVE, "calsync sync"),
    ],
)
def test_what_is_missing_is_the_next_step_in_the_order_of_the_set_up(  # noqa: PLR0917 - a table
    place: Place, halves: Sequence[str], chosen: bool, folders: Sequence[str], none: str, state: State, then: str
) -> None:
    with connected(place, halves) as session:
        if chosen:
            choose(session)
        fold(session, *folders, none=none)

    told = page(place)

    assert (told.state, told.next, told.halves) == (state, then, tuple(halves))
    assert (told.mail is not None, told.calendar is not None) == ("mail" in halves, "calendar" in halves)


@pytest.mark.parametrize(
    ("halves", "server", "post"),
    [(BOTH, "cal.example.org", "imap.example.org"), (MAIL, "imap.example.org", "imap.example.org")],
)
def test_both_servers_are_told(place: Place, halves: Sequence[str], server: str, post: str) -> None:
    with connected(place, halves):
        pass

    told = page(place)

    assert (told.server, told.mail.server if told.mail else "") == (server, post)


def test_what_waits_in_either_half_is_counted_once_the_set_up_is_complete(place: Place) -> None:
    with connected(place, BOTH) as session:
        choose(session)
        inbox = fold(session, *ASKED)
        waits = [Wait(inbox, Side.NEAR, Ref(name), "E403", "refused", loud=name != "c") for name in "abc"]
        session.letters.record(RunId(1), Slip(waits=waits))

    told = page(place)

    assert (told.skipped, told.next) == (2, "calsync conflicts")


def test_a_folder_that_is_gone_comes_before_what_waits(place: Place) -> None:
    with connected(place, MAIL) as session:
        inbox = fold(session, *ASKED)
        session.letters.record(RunId(1), Slip(waits=[Wait(inbox, Side.NEAR, Ref("a"), "E403", "refused")]))
        session.settings.put(mail_gone="archive")

    told = page(place)

    assert told.mail is not None
    assert ([one.local for one in told.mail.folders if one.gone], told.next) == (["archive"], "calsync map-folders")


def test_a_local_agenda_is_shown_beside_mail_alone(place: Place) -> None:
    place.local(ME)
    with connected(place, MAIL):
        pass

    told = page(place)

    assert told.calendar is not None
    assert [(row.id, told.calendar.primary) for row in told.calendar.calendars] == [("agenda", None)]


@pytest.mark.parametrize(
    ("code", "state", "then"),
    [
        ("E108", State.SIGN_IN, f"calsync connect caldav --email {ME}"),
        ("E302", State.ACTIVE, "calsync doctor"),
        ("E402", State.ACTIVE, "calsync sync"),
    ],
)
def test_what_the_last_round_met_decides_before_all_else(place: Place, code: str, state: State, then: str) -> None:
    with connected(place, MAIL) as session:
        fold(session, *ASKED)
        number = session.chronicle.begin_run(session.desk.now())
        session.chronicle.end_run(number, session.desk.now(), code=code, report=ended_with(CalsyncError(code)))

    told = page(place)

    assert (told.error.code if told.error else "", told.state, told.next) == (code, state, then)
