"""Listing, deltas and fetching, over every store."""

from __future__ import annotations

import uuid

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Cursor, Held, Missing, Ref
from calsync_cli.core.ops import Edit, Remove, Wrote
from tests.compliance.asking import after, create, fetch, held, look, write
from tests.doubles.events import event


def put(subject, *titles: str) -> list[Ref]:
    """Somebody adds events."""
    refs = [subject.others.put(f"{(uid := uuid.uuid4().hex)}.ics", event(uid, title)) for title in titles]
    subject.settle()
    return refs


def test_an_empty_collection_ends_with_an_empty_inventory(subject):
    view = look(subject.open())

    assert (view.seen, view.end.inventory) == ({}, frozenset())


def test_a_first_look_is_a_complete_inventory(subject):
    refs = put(subject, "one", "two", "three")

    view = look(subject.open())

    assert set(view.seen) == view.end.inventory == set(refs)


def test_what_did_not_change_keeps_its_revision(subject):
    put(subject, "one", "two")

    assert look(subject.open()).revs == look(subject.open()).revs


def test_each_revision_has_a_text(subject):
    put(subject, "one")

    assert all(look(subject.open()).revs.values())


def test_what_came_changed_and_went_shows_from_the_cursor(subject):
    stays, changes, goes = put(subject, "stays", "changes", "goes")
    first = look(subject.open())
    uid = changes.rpartition("/")[2].partition(".")[0]
    subject.others.put(f"{uid}.ics", event(uid, "changed meanwhile"))
    subject.others.drop(goes)
    (comes,) = put(subject, "comes")

    second = look(subject.open(), first.end.cursor, set(first.seen))

    assert after(set(first.seen), second) == {stays, changes, comes}
    assert second.revs[changes] != first.revs[changes]
    assert second.revs.get(stays, first.revs[stays]) == first.revs[stays]


def test_two_changes_at_once_are_two_changes(subject):
    (ref,) = put(subject, "one")
    uid = ref.rpartition("/")[2].partition(".")[0]
    name = f"{uid}.ics"
    subject.others.put(name, event(uid, "aaa"))
    first = look(subject.open())
    subject.others.put(name, event(uid, "bbb"))

    second = look(subject.open(), first.end.cursor, set(first.seen))

    assert second.revs[ref] != first.revs[ref]


def test_deltas_are_deltas_where_the_trait_says_so(subject):
    put(subject, "one", "two", "three")
    store = subject.open()
    first = look(store)

    second = look(store, first.end.cursor, set(first.seen))

    if store.traits.deltas:
        assert (second.seen, second.gone, second.end.inventory) == ({}, set(), None)
        assert second.end.cursor
    else:
        assert second.end.inventory == first.end.inventory
        assert second.end.cursor is None


@pytest.mark.parametrize("cursor", ["nonsense", "http://example.org/ns/sync/0", "data:,1-1"])
def test_a_dead_cursor_gives_the_inventory(subject, cursor):
    refs = put(subject, "one", "two")

    view = look(subject.open(), Cursor(cursor), set(refs))

    assert view.end.inventory == set(refs)


def test_a_deletion_shows_on_a_full_look(subject):
    stays, goes = put(subject, "stays", "goes")
    subject.others.drop(goes)

    assert look(subject.open(), None, {stays, goes}).end.inventory == {stays}


def test_every_ref_is_answered_and_what_is_gone_is_missing(subject):
    one, two, gone = put(subject, "one", "two", "gone")
    subject.others.drop(gone)
    store = subject.open()
    never = store.new_ref(uuid.uuid4().hex)

    told = fetch(store, [one, gone, two, never])

    assert {ref: type(answer) for ref, answer in told.items()} == {one: Held, two: Held, gone: Missing, never: Missing}


def test_nothing_asked_nothing_answered(subject):
    assert fetch(subject.open(), []) == {}


def test_a_body_comes_with_the_revision_that_the_look_showed(subject):
    put(subject, "one", "two")
    store = subject.open()
    view = look(store)

    assert {ref: answer.rev for ref, answer in fetch(store, view.seen).items()} == view.revs


def test_a_body_is_what_somebody_wrote(subject):
    (ref,) = put(subject, "Café ☕ at ten")

    assert "SUMMARY:Café ☕ at ten".encode() in held(subject.open(), ref).content


def test_bodies_in_a_listing_are_those_that_fetch_gives(subject):
    put(subject, "one")
    store = subject.open()

    (seen,) = look(store).seen.values()

    assert seen.held is None or seen.held.content == held(store, seen.ref).content


ODD = ["with space", "per%cent", "a@b.example", "plus+and&amp;", "é-ü-ñ", "emoji 🎉", "semi;colon", "x" * 180]


@pytest.mark.parametrize("name", ODD, ids=lambda name: name[:12])
def test_an_item_with_an_odd_name_is_listed_read_changed_and_removed(subject, name):
    uid = uuid.uuid4().hex
    ref = subject.others.put(f"{name}.ics", event(uid))
    subject.settle()
    store = subject.open()
    assert set(look(store).seen) == {ref}

    edited = write(store, Edit(held(store, ref), event(uid, "changed"), NOBODY))
    removed = write(store, Remove(held(store, ref), NOBODY))

    assert isinstance(edited, Wrote)
    assert isinstance(removed, Wrote)
    assert subject.others.names() == set()


UIDS = [
    "with space",
    "per%cent",
    "a@b.example",
    "sla/sh",
    "..",
    "emoji 🎉",
    "back\\\\slash",
    "u" * 300,
    "{B3C0-11}",
    "-dash",
]


@pytest.mark.parametrize("uid", UIDS, ids=lambda uid: uid[:12])
def test_an_item_with_an_odd_uid_can_be_made_and_found_again(subject, uid):
    uid = f"{uid}{uuid.uuid4().hex[:6]}" if uid != ".." else uid
    store = subject.open()
    ref = store.new_ref(uid)

    done = write(store, create(ref, event(uid)))

    assert isinstance(done, Wrote)
    assert uid.encode() in held(store, ref).content.replace(b"\r\n ", b"")
    assert set(look(store).seen) == {ref}


GONE = {"E209", "E303"}
"""The calendar is gone; the agenda's directory is gone."""


def test_a_first_look_at_a_collection_that_is_gone_is_an_error(subject):
    put(subject, "one")
    store = subject.open()
    subject.vanish()

    with pytest.raises(CalsyncError) as caught:
        look(store)

    assert caught.value.code in GONE


def test_a_look_at_a_collection_that_is_gone_is_an_error_and_no_inventory(subject):
    refs = put(subject, "one")
    store = subject.open()
    subject.vanish()

    with pytest.raises(CalsyncError) as caught:
        look(store, None, set(refs))

    assert caught.value.code in GONE


def test_nothing_is_missing_from_a_collection_that_is_gone(subject):
    refs = put(subject, "one")
    store = subject.open()
    subject.vanish()

    with pytest.raises(CalsyncError) as caught:
        fetch(store, refs)

    assert caught.value.code in GONE


def test_a_write_to_a_collection_that_is_gone_is_an_error(subject):
    store, uid = subject.open(), uuid.uuid4().hex
    subject.vanish()

    with pytest.raises(CalsyncError) as caught:
        write(store, create(store.new_ref(uid), event(uid)))

    assert caught.value.code in GONE
