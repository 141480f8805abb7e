"""A server that spells its hrefs otherwise than before has the same calendars as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.app import wiring
from calsync_cli.app.directories import Directories, remember
from calsync_cli.app.roster import Roster
from calsync_cli.app.session import Session, opened
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights

ME = AccountName("me@example.org")
OTHERWISE = (
    "/dav/me@example.org/work/",
    "/dav/me%40example.org/work",
    "https://CAL.example.org/dav/me%40example.org/work/",
)


def work(spelled: str, rev: str = "1") -> Glance:
    return Glance(CollectionId(spelled), "Work", Rights.OWNER, rev)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    desk = wiring.desk(account=ME, config_file=None, env={"CALSYNC_HOME": str(tmp_path)}, interactive=False, tell=None)
    session = opened(desk, ME)
    first = work("/dav/me%40example.org/work/")
    homes = Directories(session, [first])
    homes.begin()
    session.settings.add_link(first, homes.for_calendar(first), mode=Mode.TWO_WAY, primary=True)
    return session


@pytest.mark.parametrize("spelled", OTHERWISE)
def test_the_primary_is_found_and_no_second_calendar_is_made(session: Session, spelled: str) -> None:
    roster = Roster(session, Directories(session), session.chronicle.begin_run(0))

    lines = roster.renew([work(spelled, "2")], dry=False)

    (link,) = session.books.links()
    assert (lines, roster.missing, roster.glance(link)) == ([], frozenset(), work(spelled, "2"))


def test_another_calendar_is_another_one(session: Session) -> None:
    roster = Roster(session, Directories(session), session.chronicle.begin_run(0))

    with pytest.raises(CalsyncError) as told:
        roster.renew([work("/dav/me%40example.org/other/")], dry=False)

    assert told.value.code == "E304"


@pytest.mark.parametrize("spelled", OTHERWISE)
def test_connected_again_it_gets_its_directory_again(session: Session, spelled: str) -> None:
    (before,) = session.settings.links()
    remember(session)
    session.settings.disconnect()
    Directories(session).path(before.name).mkdir(exist_ok=True)

    name = Directories(session, [work(spelled)]).for_calendar(work(spelled))

    assert name == before.name
