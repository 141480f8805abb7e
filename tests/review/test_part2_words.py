"""A person's word about mail is for what it was given for: after undo, a change of mind, a failure or a death, for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from calsync_cli.app.conflicts import conflicts, resolve
from calsync_cli.app.event.adding import add
from calsync_cli.app.event.deleting import delete
from calsync_cli.app.event.inviting import invite
from calsync_cli.app.event.wishes import AddWish, DeleteWish, Guests, InviteWish, Which
from calsync_cli.app.session import working
from calsync_cli.app.undo import items, undo
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.guests import guests
from calsync_cli.core.ops import Done, Op
from calsync_cli.core.times import Moment
from calsync_cli.local.vdir import Vdir
from calsync_cli.state.consents import Choice
from tests.app.desks import GUEST, HR, ME, Place, at
from tests.doubles.fuse import Fuse, Killed
from tests.review.part2_office import Office

SECOND = Moment(date(2030, 1, 22))


@pytest.fixture
def office(home: Path) -> Office:
    return Office(Place(home))


def added(office: Office, *who: str, rule: str = "") -> str:
    named = tuple(Invitee(one, True) for one in who)
    wish = AddWish(title="Talk", start=at(15), rule=rule, guests=Guests(named=named))
    return add(office.place.desk(ME), wish).events[0].uid


def met(office: Office, *who: str, rule: str = "") -> str:
    """A meeting whose guests have their invitation."""
    uid = added(office, *(who or (GUEST,)), rule=rule)
    office.syncs()
    assert office.told() == sorted(who or (GUEST,))
    return uid


def waiting(office: Office) -> str:
    (row,) = conflicts(office.place.desk(ME)).conflicts
    return row.id


def words(office: Office, uid: str) -> dict[str, Choice]:
    return office.place.choices(uid)


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("again", [{}, {"start": at(15, 16)}])
def test_undo_mails_nobody_though_leave_was_given_for_what_is_undone(office: Office, again: dict[str, Moment]) -> None:
    uid = met(office)
    office.edits(uid, start=at(15, 15))
    office.syncs()
    assert office.told() == [GUEST]
    office.edits(uid, notify=True, **again)
    for row in items(office.place.desk(ME)).items:
        undo(office.place.desk(ME), item=row.id, run=None, dry_run=False)

    report = office.syncs()

    assert (office.told(), report.attention) == ([], 1)
    assert b"T140000Z" in office.here()[uid]


def test_a_quiet_deletion_that_is_undone_keeps_no_later_edit_back(office: Office) -> None:
    uid = met(office)
    delete(office.place.desk(ME), DeleteWish(which=Which(id=uid), notify=False))
    office.undoes()

    report = office.edits(uid, start=at(15, 15))

    assert (report.held, report.invited) == (False, (GUEST,))
    office.syncs()
    assert office.told() == [GUEST]


@pytest.mark.parametrize("synced", [False, True])
def test_a_series_that_was_cut_in_two_is_one_again(office: Office, synced: bool) -> None:
    uid = met(office, rule="FREQ=WEEKLY")
    before = office.here()[uid]
    office.edits(uid, following=SECOND, title="Next")
    if synced:
        office.syncs()
        assert set(office.told()) == {GUEST}

    office.undoes(title="Talk")

    assert office.here() == {uid: before}
    office.syncs()
    assert office.told() == []


def test_what_undo_took_away_with_a_series_can_be_brought_back(office: Office) -> None:
    uid = met(office, rule="FREQ=WEEKLY")
    report = office.edits(uid, following=SECOND, title="Next")
    halves = office.here()
    office.undoes(title="Talk")
    run = items(office.place.desk(ME)).items[0].run

    undo(office.place.desk(ME), item=None, run=run, dry_run=False)

    assert (set(halves), office.here()) == ({one.uid for one in report.events}, halves)
    office.syncs()
    assert office.told() == []


def test_cut_again_after_an_undo_it_is_two_and_the_guests_hear_of_both(office: Office) -> None:
    uid = met(office, rule="FREQ=WEEKLY")
    office.edits(uid, following=SECOND, title="Next")
    office.undoes(title="Talk")

    report = office.edits(uid, following=SECOND, title="Next")

    assert (len(office.here()), report.invited) == (2, (GUEST,))
    office.syncs()
    assert office.told() == [GUEST, GUEST]


@pytest.mark.parametrize("deed", ["invite", "occurrence", "answer-less edit"])
def test_undone_twice_it_is_as_before_the_undo_and_nobody_is_told(office: Office, deed: str) -> None:
    uid = met(office, rule="FREQ=WEEKLY")
    match deed:
        case "invite":
            invite(office.place.desk(ME), InviteWish(which=Which(id=uid), addresses=(Invitee(HR, True),)))
        case "occurrence":
            delete(office.place.desk(ME), DeleteWish(which=Which(id=uid, occurrence=SECOND)))
        case _:
            office.edits(uid, title="Other")
    office.syncs()
    assert GUEST in office.told() or deed == "invite"
    after = office.here()[uid]
    office.undoes()
    office.undoes()

    office.syncs()

    assert (office.here()[uid], office.told()) == (after, [])


def test_an_invitation_that_is_undone_after_it_went_is_held(office: Office) -> None:
    uid = met(office)
    invite(office.place.desk(ME), InviteWish(which=Which(id=uid), addresses=(Invitee(HR, True),)))
    office.syncs()
    assert office.told() == [HR]
    office.undoes()

    report = office.syncs()

    assert (office.told(), report.attention) == ([], 1)
    assert HR in guests(office.there()[uid])


# ── held ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("env", [{}, {"CALSYNC_EVENT_UPDATES": "never"}])
def test_what_is_held_is_told_once(office: Office, env: dict[str, str]) -> None:
    uid = met(office)
    office.edits(uid, start=at(15, 15), notify=None if env else False)

    rounds = [office.syncs(**env) for _ in range(3)]

    assert [one.attention for one in rounds] == [1, 0, 0]
    assert office.told() == []


def test_after_a_held_edit_was_given_up_the_next_one_is_told(office: Office) -> None:
    uid = met(office)
    office.edits(uid, start=at(15, 15), notify=False)
    office.syncs()
    resolve(office.place.desk(ME), id=waiting(office), keep="remote")
    office.syncs()

    report = office.edits(uid, start=at(15, 17))

    assert (report.held, report.invited) == (False, (GUEST,))
    office.syncs()
    assert office.told() == [GUEST]


def test_a_guest_of_an_edit_that_was_given_up_needs_a_new_word(office: Office) -> None:
    uid = met(office)
    office.edits(uid, start=at(15, 15), notify=False, guests=Guests(named=(Invitee(HR, True),)))
    office.syncs()
    resolve(office.place.desk(ME), id=waiting(office), keep="remote")

    office.syncs()

    assert words(office, uid)[HR] is Choice.LOCAL
    assert office.told() == []


def test_after_a_held_edit_was_let_go_the_next_quiet_one_is_held(office: Office) -> None:
    uid = met(office)
    office.edits(uid, start=at(15, 15), notify=False)
    office.syncs()
    resolve(office.place.desk(ME), id=waiting(office), keep="local")
    office.syncs()
    assert office.told() == [GUEST]
    office.edits(uid, start=at(15, 17), notify=False)

    office.syncs()

    assert office.told() == []


# ── what is not there any more ───────────────────────────────────────────────────────────────────────────────────


def test_an_event_that_went_before_its_invitation_does_when_it_is_made_anew_invites_nobody(office: Office) -> None:
    uid = added(office, GUEST)
    body = office.here()[uid]
    (office.place.folder(ME, "work") / f"{uid}.ics").unlink()
    office.syncs()
    office.writes(body)

    report = office.syncs()

    assert (office.told(), GUEST in guests(office.there()[uid])) == ([], False)
    assert report.next.startswith("calsync event invite ") or words(office, uid)[GUEST] is Choice.LOCAL


def test_a_guest_who_was_taken_off_before_the_invitation_went_needs_a_new_word(office: Office) -> None:
    uid = met(office)
    before = office.here()[uid]
    invite(office.place.desk(ME), InviteWish(which=Which(id=uid), addresses=(Invitee(HR, True),)))
    after = office.here()[uid]
    office.writes(before)
    office.syncs()
    office.writes(after)

    office.syncs()

    assert office.told() == []


def test_a_word_stands_while_its_event_cannot_be_read(office: Office) -> None:
    uid = added(office, GUEST)
    path = office.place.folder(ME, "work") / f"{uid}.ics"
    body = path.read_bytes()
    path.unlink()
    path.mkdir()
    office.syncs()
    path.rmdir()
    path.write_bytes(body)

    office.syncs()

    assert office.told() == [GUEST]


@pytest.mark.parametrize("deed", ["edit", "invite", "same edit"])
def test_an_event_whose_uid_changed_there_while_it_was_edited_has_that_uid_here_and_words_count(
    office: Office, deed: str
) -> None:
    uid = met(office)
    if deed == "invite":
        invite(office.place.desk(ME), InviteWish(which=Which(id=uid), addresses=(Invitee(HR, True),)))
    else:
        office.edits(uid, title="Other")
    ((ref, there),) = office.far.contents().items()
    there = there.replace(b"SUMMARY:Talk", b"SUMMARY:Other") if deed == "same edit" else there
    office.far.put(ref, there.replace(uid.encode(), b"renamed"))
    office.syncs()
    office.told()

    report = office.edits("renamed", start=at(15, 16), notify=False)

    assert (list(office.here()), list(office.there()), report.held) == (["renamed"], ["renamed"], True)
    office.syncs()
    assert office.told() == []


# ── failures and deaths ──────────────────────────────────────────────────────────────────────────────────────────


def test_leave_to_mail_goes_with_the_edit_that_another_program_was_faster_than(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = met(office)
    theirs = office.here()[uid].replace(b"SUMMARY:Talk", b"SUMMARY:khal was here")
    real = Vdir.write

    def late(self: Vdir, ops: Sequence[Op]) -> Iterator[Done]:
        office.writes(theirs)
        return real(self, ops)

    with monkeypatch.context() as patch:
        patch.setattr(Vdir, "write", late)
        with pytest.raises(CalsyncError, check=lambda error: error.code == "E502"):
            office.edits(uid, start=at(15, 15), notify=True, guests=Guests(named=(Invitee(HR, True),)))

    assert office.here()[uid] == theirs
    with working(office.place.desk(ME), ME) as session:
        assert not session.books.may_mail()
    office.syncs()
    assert (office.told(), words(office, uid)[HR]) == ([GUEST], Choice.LOCAL)


@contextmanager
def killed_at_write(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """The process dies before its nth write here."""
    fuse, real = Fuse(blow_at=number), Vdir.write

    def mortal(self: Vdir, ops: Sequence[Op]) -> Iterator[Done]:
        fuse("write")
        return real(self, ops)

    with monkeypatch.context() as patch:
        patch.setattr(Vdir, "write", mortal)
        with pytest.raises(Killed):
            yield


@pytest.mark.parametrize("synced", [False, True])
def test_killed_between_the_halves_of_a_series_and_typed_again_each_is_there_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, synced: bool
) -> None:
    uid = met(office, rule="FREQ=WEEKLY")
    with killed_at_write(monkeypatch, 1):
        office.edits(uid, following=SECOND, title="Next")
    assert len(office.here()) == 2
    if synced:
        office.syncs()

    office.edits(uid, following=SECOND, title="Next")

    assert len(office.here()) == 2
    assert sum(b"UNTIL" in body for body in office.here().values()) == 1
    office.syncs()
    assert set(office.there()) == set(office.here())
    assert sorted(office.told()) == [GUEST, GUEST]


def test_killed_before_the_file_is_written_nobody_is_invited_and_typed_again_everybody_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with killed_at_write(monkeypatch, 0):
        added(office, GUEST)
    office.syncs()
    assert office.told() == []

    added(office, GUEST)

    office.syncs()
    assert office.told() == [GUEST]
