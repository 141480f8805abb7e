"""Rounds killed before and after every write to Google, and run again: both sides equal, nothing twice, then silence."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.agenda import Agenda
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Ref
from calsync_cli.net.http import READS
from calsync_cli.providers.google.store import GoogleStore
from tests.doubles.memory import uid_of
from tests.engine.events import event, series
from tests.engine.world import World
from tests.google.scene import Desk

SAME = Agenda().same_after_rewriting


class Killed(BaseException):
    """The process is gone."""


class Agendas:
    """A near calendar in memory and a far one at Google, with a process that can be killed at a write."""

    def __init__(self, path: Path, desk: Desk) -> None:
        self.desk = desk
        self.writes = 0
        self.kill_at: tuple[int, str] = (-1, "")
        self.world = World(path)
        self.world.through = lambda _: self._store()
        self.near = self.world.near["work"]

    def _store(self) -> GoogleStore:
        account = self.desk.account()
        account.glance()
        send = account.http.send

        def mortal(request):
            if request.method in READS:
                return send(request)
            self.writes += 1
            number = self.writes - 1
            if (number, "before") == self.kill_at:
                raise Killed
            response = send(request)
            if (number, "after") == self.kill_at:
                raise Killed
            return response

        account.http.send = mortal
        return account.open(CollectionId(self.desk.calendar))

    def sync(self, kill_at: tuple[int, str] = (-1, "")) -> int:
        """One round by a process of its own; how many writes it sent."""
        self.writes, self.kill_at = 0, kill_at
        with contextlib.suppress(Killed):
            self.world.sync()
        self.world.restart()
        return self.writes

    def far(self) -> dict[str, bytes]:
        """UID → body, as a stranger to the books sees it; no UID is there twice."""
        bodies = [seen.held.content for seen in self.desk.look().seen.values() if seen.held]
        uids = Counter(map(uid_of, bodies))
        assert max(uids.values(), default=0) <= 1, uids
        return {uid_of(body): body for body in bodies}

    def agree(self) -> bool:
        """Whether both sides hold the same."""
        near = {uid_of(body): body for body in self.near.contents().values()}
        far = self.far()
        return near.keys() == far.keys() and all(SAME(body, far[uid]) for uid, body in near.items())


def born(agendas: Agendas) -> None:
    """Three new files."""
    agendas.near.put("lunch.ics", event("lunch"))
    agendas.near.put("standup.ics", series("standup"))
    agendas.near.put("talk.ics", event("talk", "Talk", more="CATEGORIES:WORK"))


def changed(agendas: Agendas) -> None:
    """Synced, and then all kinds of changes at once."""
    born(agendas)
    agendas.near.put("gone.ics", event("gone", "Gone"))
    agendas.sync()
    agendas.near.put("lunch.ics", event("lunch", "Brunch", place="Rome"))
    agendas.near.put("standup.ics", series("standup", "Sit-down", moved="20261209T160000Z", skipped="20261210T090000Z"))
    agendas.near.put("talk.ics", event("talk", "Long talk", more="CATEGORIES:PUBLIC"))
    agendas.near.drop("gone.ics")


SCENES: dict[str, Callable[[Agendas], None]] = {"born": born, "changed": changed}
WRITES = {"born": 5, "changed": 6}
"""How many an undisturbed round sends; the first test holds it."""


@pytest.fixture
def agendas(tmp_path: Path, desk: Desk) -> Agendas:
    return Agendas(tmp_path, desk)


@pytest.mark.parametrize("scene", SCENES)
def test_a_round_brings_both_sides_to_the_same(agendas: Agendas, scene: str) -> None:
    SCENES[scene](agendas)

    assert agendas.sync() == WRITES[scene]
    assert agendas.agree()
    assert agendas.sync() == 0
    assert agendas.desk.user.mails() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("scene", "at"), [(scene, at) for scene in SCENES for at in range(WRITES[scene])])
def test_a_round_that_is_killed_at_a_write_is_gone_on_with(agendas: Agendas, scene: str, at: int, when: str) -> None:
    SCENES[scene](agendas)
    wanted = {uid_of(body): body for body in agendas.near.contents().values()}
    assert agendas.sync(kill_at=(at, when)) > at

    agendas.sync()
    agendas.sync()

    assert agendas.sync() == 0
    assert agendas.agree()
    far = agendas.far()
    assert far.keys() == wanted.keys()
    assert all(SAME(body, far[uid]) for uid, body in wanted.items())
    assert agendas.desk.user.mails() == []


def test_an_expired_token_in_a_settled_calendar_deletes_and_writes_nothing(agendas: Agendas) -> None:
    born(agendas)
    agendas.sync()
    agendas.desk.user.google.expire_sync_tokens()

    assert agendas.sync() == 0
    assert agendas.agree()
    assert len(agendas.near.contents()) == 3


def test_what_others_change_arrives(agendas: Agendas) -> None:
    born(agendas)
    agendas.sync()
    user, calendar = agendas.desk.user, agendas.desk.calendar
    (master,) = [one["id"] for one in user.listed(calendar) if one.get("recurrence")]
    user.patch(user.instances(master, calendar)[0]["id"], {"summary": "Theirs"}, calendar)

    agendas.sync()

    assert any(b"SUMMARY:Theirs" in body for body in agendas.near.contents().values())
    assert agendas.agree()


def test_a_calendar_that_went_loses_nothing_here(agendas: Agendas) -> None:
    born(agendas)
    agendas.sync()
    store = agendas.desk.store()
    agendas.world.through = lambda _: store
    agendas.desk.user.vanish(agendas.desk.calendar)

    with contextlib.suppress(CalsyncError):
        agendas.world.sync()

    assert set(agendas.near.contents()) == {Ref("lunch.ics"), Ref("standup.ics"), Ref("talk.ics")}
