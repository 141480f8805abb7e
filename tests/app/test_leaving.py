"""Deleting local data, broken off half way: what is missing then is never taken for deleted by a person."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from calsync_cli.app.directories import Directories
from calsync_cli.app.disconnect import disconnect
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.session import Session, working
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId
from tests.app.desks import ME, Place, meeting


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Calendars and mail, both in step once."""
    made = Place(tmp_path / "home")
    made.active()
    made.writes(meeting(), ME, "work")
    with working(made.desk(), ME) as session:
        MailRoots(session).begin()
        link = session.folders.map("inbox", CollectionId("INBOX"))
        assert link is not None
        session.letters.finish(link, None, "", "")
        MailRoots(session).make(["inbox"])
    (made.home / "mail" / ME / "inbox" / "cur" / "1.host:2,S").write_bytes(b"Subject: a\n\n")
    return made


def checked(session: Session) -> list[str]:
    """What a round of each half would stop at."""
    codes = []
    for half in (Directories(session), MailRoots(session)):
        try:
            half.check()
        except CalsyncError as error:
            codes.append(error.code)
    return codes


def leave(place: Place) -> None:
    disconnect(place.desk(), delete_data=True, revoke=True, export=None, dry_run=False)


@pytest.mark.parametrize("half", ["agenda", "mail"])
def test_broken_off_amid_a_directory_the_next_round_stops(
    place: Place, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    whole = shutil.rmtree

    def broken(path: Path) -> None:
        if half in str(path):
            next(Path(path).iterdir()).unlink()
            raise OSError(errno.EIO, "no")
        whole(path)

    monkeypatch.setattr(shutil, "rmtree", broken)

    with pytest.raises(CalsyncError, match="E505"):
        leave(place)

    with working(place.desk(), ME) as session:
        assert checked(session) == ["E303", "E303"]
    monkeypatch.setattr(shutil, "rmtree", whole)
    leave(place)
    assert not (place.home / half / ME).exists()
