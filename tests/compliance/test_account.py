"""All calendars at a glance, over every account."""

from __future__ import annotations

import uuid
from itertools import pairwise
from threading import Event, Timer

import pytest

from calsync_cli.core.model import Glance, Rights
from calsync_cli.core.ops import Remove, Wrote
from tests.compliance.asking import create, held, look, write
from tests.doubles.events import event


def glance(subject) -> Glance:
    """The subject's own collection."""
    (found,) = [one for one in subject.account.glance() if one.id == subject.id]
    return found


def test_each_calendar_is_listed_once_by_an_id_that_opens_it(subject):
    ids = [one.id for one in subject.account.glance()]

    assert len(ids) == len(set(ids))
    assert subject.id in ids
    assert look(subject.account.open(subject.id)).seen == {}


def test_the_glance_changes_whenever_anything_in_the_calendar_does(subject):
    """Where it cannot tell it says nothing; then every round must look. What is as before may look as before (git)."""
    uid = uuid.uuid4().hex
    revs = [glance(subject).rev]
    ref = subject.others.put(f"{uid}.ics", event(uid))
    revs.append(glance(subject).rev)
    subject.others.put(f"{uid}.ics", event(uid, "changed"))
    revs.append(glance(subject).rev)
    subject.others.drop(ref)
    revs.append(glance(subject).rev)

    assert set(revs) == {""} or all(before != now for before, now in pairwise(revs))


def test_the_glance_stays_while_nothing_changes(subject):
    uid = uuid.uuid4().hex
    subject.others.put(f"{uid}.ics", event(uid))

    assert glance(subject) == glance(subject)


def test_own_writes_change_the_glance_too(subject):
    store, uid = subject.open(), uuid.uuid4().hex
    before = glance(subject).rev
    done = write(store, create(store.new_ref(uid), event(uid)))
    assert isinstance(done, Wrote)
    between = glance(subject).rev

    write(store, Remove(held(store, done.ref), frozenset()))

    assert before == between == "" or before != between != glance(subject).rev


def test_a_calendar_that_went_is_no_longer_listed(subject):
    subject.vanish()

    assert subject.id not in [one.id for one in subject.account.glance()]


def test_what_may_only_be_read_says_so(subject):
    rights = {one.id: one.rights for one in subject.account.glance()}

    assert rights[subject.id] is not Rights.READ
    if subject.readonly_id:
        assert rights[subject.readonly_id] is Rights.READ


def test_every_calendar_has_a_name(subject):
    assert all(one.name for one in subject.account.glance())


def test_tasks_and_scheduling_boxes_are_no_calendars(subject):
    names = {one.id.rstrip("/").rpartition("/")[2] for one in subject.account.glance()}

    assert names.isdisjoint({"Tasks", "Inbox", "Outbox", "contacts"})


def test_requests_are_counted(subject):
    before = subject.account.requests

    subject.account.glance()

    assert subject.account.requests - before == (0 if subject.name == "vdir" else 1)


@pytest.mark.timeout(20)
def test_the_bell_ends_when_told(subject):
    stop = Event()
    Timer(0.2, stop.set).start()

    list(subject.account.bell(stop))
    subject.account.close()

    assert stop.is_set()
