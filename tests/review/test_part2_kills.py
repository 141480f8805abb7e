"""Killed at each kind of write of an `event` command, synced, and typed again: told are those who were chosen, and once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.app.event.adding import add
from calsync_cli.app.event.deleting import delete
from calsync_cli.app.event.inviting import invite
from calsync_cli.app.event.wishes import AddWish, DeleteWish, Guests, InviteWish, Which
from calsync_cli.app.undo import items
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.times import Moment
from calsync_cli.local.disk import RealDisk
from calsync_cli.local.vdir import Vdir
from calsync_cli.state.database import Database
from tests.app.desks import GUEST, HR, ME, Place, at
from tests.doubles.fuse import Killed
from tests.review.part2_office import Office

SEAMS: tuple[tuple[type, str], ...] = (
    (Database, "transaction"),
    (Vdir, "write"),
    *((RealDisk, name) for name in ("create", "claim", "link", "rename", "swap", "unlink")),
)
SECOND = Moment(date(2030, 1, 22))
BOTH = Guests(named=(Invitee(HR, True),))

Deed = Callable[[Office, str], object]

DEEDS: dict[str, tuple[Deed, list[str]]] = {
    "edit": (lambda office, uid: office.edits(uid, start=at(15, 16), guests=BOTH), [GUEST, HR]),
    "quiet edit": (lambda office, uid: office.edits(uid, start=at(15, 16), notify=False), []),
    "invite": (
        lambda office, uid: invite(
            office.place.desk(ME), InviteWish(which=Which(id=uid), addresses=(Invitee(HR, True),))
        ),
        [HR],
    ),
    "split": (lambda office, uid: office.edits(uid, following=SECOND, title="Next"), [GUEST, GUEST]),
    "delete": (lambda office, uid: delete(office.place.desk(ME), DeleteWish(which=Which(id=uid))), [GUEST]),
    "quiet delete": (
        lambda office, uid: delete(office.place.desk(ME), DeleteWish(which=Which(id=uid), notify=False)),
        [],
    ),
    "undo": (lambda office, _: office.undoes() if items(office.place.desk(ME)).items else None, []),
}


class Bomb:
    """Kills at the first point of a kind; without one it writes down which there are."""

    def __init__(self, kind: str = "") -> None:
        self.kind, self.kinds, self.blown = kind, dict[str, None](), False

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        for owner, name in SEAMS:
            patch.setattr(owner, name, self._around(getattr(owner, name), name))

    def _around(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def passed(*args: Any, **more: Any) -> Any:
            self.kinds[name] = None
            if self.blown or name == self.kind:
                self.blown = True
                raise Killed(name)
            return real(*args, **more)

        return passed


def begun(home: Path, name: str) -> tuple[Office, str]:
    """A series that GUEST was invited to; for undo, one that was moved since."""
    office = Office(Place(home))
    named = (Invitee(GUEST, True),)
    wish = AddWish(title="Talk", start=at(15), rule="FREQ=WEEKLY", guests=Guests(named=named))
    uid = add(office.place.desk(ME), wish).events[0].uid
    office.syncs()
    if name == "undo":
        office.edits(uid, start=at(15, 15))
        office.syncs()
    office.told()
    return office, uid


def says(bodies: dict[str, bytes]) -> list[bytes]:
    """Whatever the UIDs are."""
    return sorted(body.replace(uid.encode(), b"UID") for uid, body in bodies.items())


@pytest.mark.parametrize("name", DEEDS)
def test_killed_at_each_kind_of_write_and_typed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    deed, wanted = DEEDS[name]
    office, uid = begun(tmp_path / "whole", name)
    bomb = Bomb()
    with monkeypatch.context() as patch:
        bomb.plant(patch)
        deed(office, uid)
    office.syncs()
    assert sorted(office.told()) == wanted
    whole, there = len(office.here()), len(office.there())

    for kind in bomb.kinds:
        office, uid = begun(tmp_path / kind, name)
        fatal = Bomb(kind)
        with monkeypatch.context() as patch:
            fatal.plant(patch)
            with pytest.raises(Killed):
                deed(office, uid)
        office.syncs()
        with suppress(CalsyncError):  # done already: E003
            deed(office, uid)
        office.syncs()
        told = office.told()
        attention = office.syncs().attention

        assert (kind, sorted(told), office.told(), attention) == (kind, wanted, [], 0)
        assert (kind, len(office.here()), len(office.there())) == (kind, whole, there)
    assert len(bomb.kinds) >= 4
