"""The agenda from before any account: a place with a memory, and never an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.app import accounts, wiring
from calsync_cli.app.directories import Directories
from calsync_cli.app.pen import Spot, writing
from calsync_cli.app.session import working
from calsync_cli.app.status import status
from calsync_cli.app.undo import items, undo
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName, account_name
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.state.consents import Choice
from tests.doubles.events import event

ME, YOU = AccountName("me@example.org"), AccountName("you@example.org")
AGENDA = Spot(CollectionId("agenda"))


@pytest.fixture
def desk(home: Path) -> Desk:
    return a_desk(home)


def a_desk(home: Path, account: str | None = None) -> Desk:
    return wiring.desk(
        account=account, config_file=None, env={"CALSYNC_HOME": str(home), "TZ": "UTC"}, interactive=False, tell=None
    )


def with_agenda(desk: Desk, name: str) -> Path:
    folder = wiring.agenda(desk, name).path(CollectionId("agenda"))
    folder.mkdir(parents=True)
    return folder


def with_state(desk: Desk, name: str) -> None:
    with working(desk, account_name(name), make=True):
        pass


def test_without_an_account_the_personal_agenda_is_meant(desk: Desk) -> None:
    assert desk.owner() == PERSONAL


def test_a_personal_state_is_no_account(desk: Desk) -> None:
    with_state(desk, PERSONAL)

    told = accounts.accounts(desk)

    assert (desk.places.accounts(), told.accounts) == ((), ())


def test_beside_a_personal_state_the_only_account_is_the_one_that_is_meant(desk: Desk) -> None:
    with_state(desk, PERSONAL)
    with_state(desk, ME)

    assert desk.account() == ME


def test_events_stay_personal_until_the_account_has_an_agenda_here(desk: Desk) -> None:
    with_agenda(desk, PERSONAL)
    with_state(desk, ME)
    before = desk.owner()
    with_agenda(desk, ME)

    after = desk.owner()

    assert (before, after) == (PERSONAL, ME)


def test_an_account_that_is_named_is_the_one(home: Path, desk: Desk) -> None:
    with_agenda(desk, PERSONAL)
    with_state(desk, ME)

    assert a_desk(home, ME).owner() == ME


def test_of_two_accounts_somebody_has_to_say_which(desk: Desk) -> None:
    with_state(desk, ME)
    with_state(desk, YOU)

    with pytest.raises(CalsyncError) as caught:
        desk.owner()

    assert caught.value.code == "E003"


def test_status_shows_it_as_long_as_there_is_no_account(desk: Desk) -> None:
    with_agenda(desk, PERSONAL)
    with_state(desk, PERSONAL)

    (row,) = status(desk, everyone=True, check=False).accounts

    assert (row.account, row.state, row.next) == (PERSONAL, "local", "calsync connect")


def test_what_was_deleted_there_comes_back(desk: Desk) -> None:
    folder = with_agenda(desk, PERSONAL)
    deleted(desk, "talk")
    (row,) = items(desk).items

    undo(desk, item=row.id, run=None, dry_run=False)

    assert [path.name for path in folder.glob("*.ics")] == ["talk.ics"]


def test_the_first_primary_calendar_takes_over_events_attic_and_choices(desk: Desk) -> None:
    folder = with_agenda(desk, PERSONAL)
    (folder / "lunch.ics").write_bytes(event("lunch"))
    deleted(desk, "talk")
    with working(desk, PERSONAL) as before:
        before.consents.choose("lunch", "guest@example.com", Choice.LOCAL)

    with working(desk, ME, make=True) as session:
        name = Directories(session).for_primary(Glance(CollectionId("/cal/"), "Work", Rights.OWNER, ""))
        choices = session.consents.of("lunch")

    here = wiring.agenda(desk, ME)
    assert [path.name for path in here.path(CollectionId(name)).glob("*.ics")] == ["lunch.ics"]
    assert [row.title for row in items(a_desk(desk.places.states.parent, ME)).items] == ["An event"]
    assert choices == {("", "guest@example.com"): Choice.LOCAL}
    assert not desk.places.database(PERSONAL).exists()


def test_killed_before_the_directory_followed_nothing_is_taken_over_twice(desk: Desk) -> None:
    from calsync_cli.app.inheriting import inherit

    with_agenda(desk, PERSONAL)
    deleted(desk, "talk")
    with working(desk, ME, make=True) as session:
        inherit(session)

        inherit(session)

        assert len(session.chronicle.attic()) == 1


def test_a_damaged_personal_state_keeps_nobody_from_a_primary_calendar(desk: Desk) -> None:
    with_agenda(desk, PERSONAL)
    with_state(desk, PERSONAL)
    desk.places.database(PERSONAL).write_bytes(b"SQLite format 3\0" + b"x" * 500)

    with working(desk, ME, make=True) as session:
        name = Directories(session).for_primary(Glance(CollectionId("/cal/"), "Work", Rights.OWNER, ""))

    assert name == "agenda"


def test_new_events_go_to_the_primary_of_before_when_an_account_is_disconnected(desk: Desk) -> None:
    from calsync_cli.app.directories import remember
    from calsync_cli.app.event.ground import birthplace
    from calsync_cli.core.model import Mode

    with working(desk, ME, make=True) as session:
        session.settings.add_link(
            Glance(CollectionId("/cal/"), "Work", Rights.OWNER, ""), "work", mode=Mode.TWO_WAY, primary=True
        )
        wiring.agenda(desk, ME).path(CollectionId("work")).mkdir(parents=True)
        remember(session)
        session.settings.disconnect()

        spot = birthplace(session)

    assert spot == Spot(CollectionId("work"))


def deleted(desk: Desk, uid: str) -> None:
    """An event is written and taken away again."""
    with working(desk, PERSONAL, make=True) as session, writing(session, "deleted") as pen:
        pen.put(AGENDA, None, event(uid), key=uid, title="An event")
        held = pen.find(AGENDA, uid)
        assert held is not None
        pen.drop(AGENDA, held, key=uid, title="An event")
