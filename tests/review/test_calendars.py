"""Calendars that bear one name, that were hidden, that are chosen twice: nobody's state is "damaged" by that."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.app import wiring
from calsync_cli.app.directories import Directories
from calsync_cli.app.roster import Roster
from calsync_cli.app.session import Session, opened
from calsync_cli.config.places import AccountName
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights

ME = AccountName("me@example.org")
WORK = Glance(CollectionId("/cal/1/"), "Work", Rights.OWNER, "1")
TEAM = Glance(CollectionId("/cal/2/"), "Team", Rights.READ, "1")
OTHER_TEAM = Glance(CollectionId("/cal/3/"), "Team", Rights.READ, "1")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    desk = wiring.desk(account=ME, config_file=None, env={"CALSYNC_HOME": str(tmp_path)}, interactive=False, tell=None)
    session = opened(desk, ME)
    homes = Directories(session, [WORK])
    homes.begin()
    session.settings.add_link(WORK, homes.for_calendar(WORK), mode=Mode.TWO_WAY, primary=True)
    return session


def renewed(session: Session, *listed: Glance) -> list[str]:
    number = session.chronicle.begin_run(0)
    Roster(session, Directories(session), number).renew(listed, dry=False)
    return [link.name for link in session.settings.links()]


def test_two_new_calendars_of_one_name_get_a_directory_each(session: Session) -> None:
    names = renewed(session, WORK, TEAM, OTHER_TEAM)

    assert names == ["work", "team", "team-2"]


def test_a_new_calendar_does_not_take_the_name_of_a_hidden_one(session: Session) -> None:
    renewed(session, WORK, TEAM)
    hidden = next(link for link in session.settings.links() if link.name == "team")
    session.settings.set_shown(hidden.id, shown=False)
    Directories(session).retire("team")

    names = renewed(session, WORK, TEAM, OTHER_TEAM)

    assert names == ["work", "team", "team-2"]
