"""The stand-in keeps the promises that tests of the engine lean on."""

from __future__ import annotations

from threading import Event

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Ref, Rev
from calsync_cli.core.ops import Create, Edit, Move, Remove, Stale, Unknown, Wrote
from tests.doubles.faults import Call, Cut, DoThenRaise, Lose, Meanwhile
from tests.doubles.fuse import Fuse, Killed
from tests.doubles.memory import MemoryAccount, MemoryStore, Oddities

BODY = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def refs(store: MemoryStore, cursor=None):
    pages = list(store.look(cursor, frozenset()))
    return {seen.ref for page in pages for seen in page.seen}, pages[-1]


def test_a_delta_tells_what_changed_and_what_is_gone():
    store = MemoryStore()
    store.put("a.ics", BODY)
    store.put("b.ics", BODY)
    cursor = refs(store)[1].end.cursor
    store.put("b.ics", BODY + b"x")
    store.drop("a.ics")

    seen, last = refs(store, cursor)

    assert (seen, set(last.gone), last.end.inventory) == ({"b.ics"}, {"a.ics"}, None)


def test_a_dead_cursor_gives_the_inventory():
    store = MemoryStore()
    store.put("a.ics", BODY)
    cursor = refs(store)[1].end.cursor
    store.kill_tokens()

    assert refs(store, cursor)[1].end.inventory == {"a.ics"}


def test_a_write_over_a_newer_revision_is_stale():
    store = MemoryStore()
    store.put("a.ics", BODY)
    base = store.held("a.ics")
    store.put("a.ics", b"newer")

    (done,) = store.write([Edit(base, b"mine", NOBODY)])

    assert (done, store.contents()) == (Stale(Ref("a.ics")), {"a.ics": b"newer"})


def test_a_lost_answer_may_be_done_all_the_same():
    store = MemoryStore()
    store.fail_next(Call.WRITE, Lose(done=True))

    (done,) = store.write([Create(Ref("a.ics"), BODY, NOBODY)])

    assert isinstance(done, Unknown)
    assert "a.ics" in store.contents()
    assert store.faults_spent()


def test_a_cut_listing_raises_before_its_end():
    store = MemoryStore(odd=Oddities(page=1))
    store.put("a.ics", BODY)
    store.put("b.ics", BODY)
    store.fail_next(Call.LOOK, Cut(after=1))
    look = store.look(None, frozenset())

    assert len(next(look).seen) == 1
    with pytest.raises(CalsyncError):
        list(look)


def test_somebody_acts_just_before_the_write():
    store = MemoryStore()
    store.put("a.ics", BODY)
    base = store.held("a.ics")
    store.fail_next(Call.WRITE, Meanwhile(lambda: store.put("a.ics", b"theirs")))

    (done,) = store.write([Remove(base, NOBODY)])

    assert isinstance(done, Stale)


def test_done_and_then_the_line_is_cut():
    store = MemoryStore()
    store.fail_next(Call.WRITE, DoThenRaise())

    with pytest.raises(CalsyncError):
        list(store.write([Create(Ref("a.ics"), BODY, NOBODY)]))

    assert "a.ics" in store.contents()


def test_a_rewritten_body_is_told():
    store = MemoryStore(odd=Oddities(rewrite=bytes.lower))

    (done,) = store.write([Create(Ref("a.ics"), BODY, NOBODY)])

    assert isinstance(done, Wrote)
    assert done.held == store.held("a.ics")


def test_a_move_keeps_the_item_within_the_account():
    account = MemoryAccount()
    here, there = account.make("here"), account.make("there")
    rev = here.put("a.ics", BODY)

    list(here.write([Move(Ref("a.ics"), rev, CollectionId("there"), Ref("b.ics"), NOBODY)]))

    assert (here.contents(), there.contents()) == ({}, {"b.ics": BODY})


def test_the_glance_changes_with_every_change():
    account = MemoryAccount()
    store = account.make("work")
    before = account.glance()[0].rev
    store.put("a.ics", BODY)
    filled = account.glance()[0].rev
    store.drop("a.ics")

    assert len({before, filled, account.glance()[0].rev}) == 3


def test_a_forgotten_calendar_answers_gone():
    account = MemoryAccount()
    store = account.make("work")
    account.forget("work")

    with pytest.raises(CalsyncError, match="E209"):
        next(store.look(None, frozenset()))
    with pytest.raises(CalsyncError, match="E209"):
        next(account.open(CollectionId("work")).look(None, frozenset()))


def test_flaky_revisions_change_without_a_change():
    store = MemoryStore(odd=Oddities(flaky=True))
    rev = store.put("a.ics", BODY)

    (page, _end) = store.look(None, frozenset())

    assert page.seen[0].rev not in (rev, Rev(""))


def test_a_fuse_blows_once_and_stays_dead():
    fuse = Fuse(blow_at=2)
    store = MemoryStore(on_call=fuse)

    with pytest.raises(Killed):
        list(store.write([Create(Ref("a.ics"), BODY, NOBODY)]))
    with pytest.raises(Killed):
        list(store.look(None, frozenset()))

    assert fuse.blown


def test_a_rung_bell_names_its_collection_and_ends_when_told():
    account, stop = MemoryAccount(), Event()
    account.ring("work")
    bell = account.bell(stop)

    assert next(bell) == "work"
    stop.set()
    assert list(bell) == []
