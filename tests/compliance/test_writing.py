"""Creating, changing, removing and moving, over every store."""

from __future__ import annotations

import uuid

from calsync_cli.core.model import NOBODY, Held, Missing, Rev
from calsync_cli.core.ops import Denied, Move, Remove, Stale, Wrote
from tests.compliance.asking import create, edit, fetch, held, look, write
from tests.doubles.events import event

MANY = 230
"""More than the largest block of a store that works in blocks."""


def fresh() -> str:
    """A UID that nobody has: Cyrus keeps them unique among all calendars of a user."""
    return uuid.uuid4().hex


def made(subject, store, uid: str, title: str = "An event") -> Held:
    """An item that the store itself created, as it is held now."""
    done = write(store, create(store.new_ref(uid), event(uid, title)))
    assert isinstance(done, Wrote), done
    return done.held or Held(done.ref, done.rev, event(uid, title))


def test_a_new_item_is_where_it_was_to_be(subject):
    store, uid = subject.open(), fresh()
    ref = store.new_ref(uid)

    done = write(store, create(ref, event(uid)))

    assert isinstance(done, Wrote)
    assert done.ref == ref
    assert set(look(store).seen) == {ref}


def test_own_writes_are_recognised_by_their_revision(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid)
    assert look(subject.open()).revs == {first.ref: first.rev}

    done = write(store, edit(first, event(uid, "changed")))

    assert isinstance(done, Wrote)
    assert look(subject.open()).revs == {done.ref: done.rev}


def test_what_was_written_is_told_byte_for_byte(subject):
    store, uid = subject.open(), fresh()
    sent = event(uid, extra="CATEGORIES:ONE,TWO\nX-ODD;A=b:c\nLOCATION:Rome\n")

    done = write(store, create(store.new_ref(uid), sent))

    assert isinstance(done, Wrote)
    kept = done.held.content if done.held else sent
    assert held(store, done.ref).content == kept


def test_a_body_that_the_store_rewrote_is_told_after_an_edit_too(subject):
    store, uid = subject.open(), fresh()
    first, sent = made(subject, store, uid), event(uid, extra="CATEGORIES:ONE,TWO\nX-ODD;A=b:c\n")

    done = write(store, edit(first, sent))

    assert isinstance(done, Wrote)
    kept = done.held.content if done.held else sent
    assert held(store, done.ref).content == kept


def test_nothing_is_made_over_what_is_there(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid, "the first")

    done = write(store, create(first.ref, event(uid, "the second")))

    assert done == Stale(first.ref)
    assert b"the first" in held(store, first.ref).content


def test_an_edit_over_a_newer_revision_is_stale_and_the_newer_stays(subject):
    store, uid = subject.open(), fresh()
    ref = subject.others.put(f"{uid}.ics", event(uid, "base"))
    base = held(store, ref)
    subject.others.put(f"{uid}.ics", event(uid, "theirs"))

    done = write(store, edit(base, event(uid, "mine")))

    assert done == Stale(ref)
    assert b"theirs" in held(store, ref).content


def test_an_edit_of_what_is_gone_is_stale_and_makes_nothing(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid)
    subject.others.drop(first.ref)

    done = write(store, edit(first, event(uid, "mine")))

    assert done == Stale(first.ref)
    assert subject.others.names() == set()


def test_an_edit_can_follow_an_edit_without_a_look_between(subject):
    store, uid = subject.open(), fresh()
    base = made(subject, store, uid)

    for title in ("second", "third"):
        done = write(store, edit(base, event(uid, title)))
        assert isinstance(done, Wrote)
        base = done.held or Held(done.ref, done.rev, event(uid, title))

    assert b"third" in held(store, base.ref).content


def test_writing_what_is_there_already_is_no_harm(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid)

    done = write(store, edit(held(store, first.ref), event(uid)))

    assert isinstance(done, Wrote)
    assert look(subject.open()).revs == {done.ref: done.rev}


def test_a_removed_item_is_gone(subject):
    store = subject.open()
    first = made(subject, store, fresh())

    done = write(store, Remove(first, NOBODY))

    assert isinstance(done, Wrote)
    assert (done.ref, done.rev) == (first.ref, Rev(""))
    assert fetch(store, [first.ref]) == {first.ref: Missing(first.ref)}
    assert subject.others.names() == set()


def test_removing_a_newer_revision_is_stale_and_it_stays(subject):
    store, uid = subject.open(), fresh()
    ref = subject.others.put(f"{uid}.ics", event(uid, "base"))
    base = held(store, ref)
    subject.others.put(f"{uid}.ics", event(uid, "theirs"))

    done = write(store, Remove(base, NOBODY))

    assert done == Stale(ref)
    assert b"theirs" in held(store, ref).content


def test_removing_what_is_gone_counts_as_done(subject):
    store = subject.open()
    first = made(subject, store, fresh())
    subject.others.drop(first.ref)

    done = write(store, Remove(first, NOBODY))

    assert isinstance(done, Wrote)
    assert done.rev == Rev("")


def test_what_is_made_again_has_another_revision(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid, "first")
    write(store, Remove(first, NOBODY))

    again = write(store, create(first.ref, event(uid, "again")))

    assert isinstance(again, Wrote)
    assert again.rev != first.rev


def test_one_uid_twice_is_two_items_or_a_denial_that_says_so(subject):
    store, uid = subject.open(), fresh()
    made(subject, store, uid)

    done = write(store, create(store.new_ref(fresh()), event(uid)))

    assert isinstance(done, Wrote) or (isinstance(done, Denied) and done.uid_conflict)
    assert len(subject.others.names()) == (2 if isinstance(done, Wrote) else 1)


def test_names_for_new_items_are_free_and_differ_whatever_the_uid(subject):
    store, uid = subject.open(), fresh()
    first = made(subject, store, uid)

    refs = [store.new_ref(uid), store.new_ref(uid), store.new_ref("/../" + uid), store.new_ref("u" * 300)]

    assert len({first.ref, *refs}) == 5


def test_one_bad_op_among_many_harms_no_other(subject):
    store = subject.open()
    uids = [fresh() for _ in range(4)]
    first = made(subject, store, fresh())
    ops = [create(store.new_ref(uid), event(uid)) for uid in uids]
    ops.insert(2, create(first.ref, event(fresh())))

    answers = list(store.write(ops))

    assert [type(done) for done in answers] == [Wrote, Wrote, Stale, Wrote, Wrote]
    assert [done.ref for done in answers] == [op.ref for op in ops]


def test_many_items_are_written_listed_fetched_and_removed(subject):
    store = subject.open()
    ops = [create(store.new_ref(uid), event(uid)) for uid in (fresh() for _ in range(MANY))]

    done = list(store.write(ops))

    assert [(type(one), one.ref) for one in done] == [(Wrote, op.ref) for op in ops]
    assert look(store).revs == {one.ref: one.rev for one in done}
    items = fetch(store, [op.ref for op in ops])
    assert {type(item) for item in items.values()} == {Held}
    gone = list(store.write([Remove(item, NOBODY) for item in items.values()]))
    assert {type(one) for one in gone} == {Wrote}
    assert subject.others.names() == set()


def test_a_move_keeps_the_item_or_the_trait_says_that_there_are_none(subject):
    store = subject.open()
    first = made(subject, store, fresh(), "moving")
    to, second = subject.second or ("nowhere", store)
    new_ref = second.new_ref(fresh())

    done = write(store, Move(first.ref, first.rev, to, new_ref, NOBODY))

    if not store.traits.moves:
        assert isinstance(done, Denied)
        assert subject.others.names() == {first.ref}
        return
    assert isinstance(done, Wrote)
    assert subject.others.names() == set()
    assert done.ref in {new_ref, first.ref}
    assert look(second).revs == {done.ref: done.rev}
    assert b"moving" in held(second, done.ref).content


def test_a_move_of_a_newer_revision_loses_nothing_and_hides_nothing(subject):
    """Radicale and Xandikos do not heed If-Match on MOVE: then the newer body moves, and the answer tells it."""
    store, uid = subject.open(), fresh()
    ref = subject.others.put(f"{uid}.ics", event(uid, "base"))
    base = held(store, ref)
    subject.others.put(f"{uid}.ics", event(uid, "theirs"))
    to, second = subject.second or ("nowhere", store)
    new_ref = second.new_ref(uid)

    done = write(store, Move(ref, base.rev, to, new_ref, NOBODY))

    if isinstance(done, Wrote):
        assert done.held is not None
        assert b"theirs" in done.held.content
        assert b"theirs" in held(second, done.ref).content
    else:
        assert isinstance(done, Stale if store.traits.moves else Denied)
        assert b"theirs" in held(store, ref).content


def test_a_move_onto_something_is_stale_and_both_stay(subject):
    store = subject.open()
    first = made(subject, store, fresh())
    to, second = subject.second or ("nowhere", store)
    taken = second.new_ref(fresh())
    if store.traits.moves:
        write(second, create(taken, event(fresh(), "there already")))

    done = write(store, Move(first.ref, first.rev, to, taken, NOBODY))

    assert isinstance(done, Stale if store.traits.moves else Denied)
    assert subject.others.names() == {first.ref}


def test_a_calendar_that_may_only_be_read_says_so_and_denies(subject):
    store = subject.readonly() if subject.readonly else subject.open()
    before = look(store).revs

    done = write(
        store,
        create(store.new_ref(fresh()), event(fresh())),
    )

    assert isinstance(done, Wrote if store.traits.writable else Denied)
    assert store.traits.writable == (subject.readonly is None)
    if subject.readonly:
        assert look(store).revs == before


def test_a_quiet_store_mails_nobody(subject):
    store, uid = subject.open(), fresh()
    guests = "ORGANIZER:mailto:alice@lab.test\nATTENDEE:mailto:alice@lab.test\nATTENDEE:mailto:eve@outside.test\n"
    before = subject.mails()
    done = write(store, create(store.new_ref(uid), event(uid, extra=guests)))
    assert isinstance(done, Wrote)

    write(store, Remove(held(store, done.ref), NOBODY))

    assert subject.mails() == before or not store.traits.quiet
