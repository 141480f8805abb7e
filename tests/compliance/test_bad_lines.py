"""Far stores over a line that loses, cuts and refuses: what was not heard is never taken for an answer."""

from __future__ import annotations

import uuid

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held
from calsync_cli.core.ops import Unknown, Wrote
from tests.compliance.asking import create, edit, held, look, write
from tests.compliance.subjects import Behind, sign_in
from tests.doubles.events import event


@pytest.fixture(params=["radicale", "xandikos", "cyrus", "kerio"])
def far(request, line):
    """A store behind a line, the line, and somebody with a line of his own."""
    served = request.getfixturevalue(request.param)
    one = served.fresh_calendar()
    between = line(one)
    account = sign_in(one.through(between.url))
    path = one.calendar_url.removeprefix(one.url.rstrip("/"))
    ids = {glance.id for glance in account.glance()}
    between.clear()
    yield account.open(next(known for known in ids if known == path)), between, Behind(one.plain(), one.suffix), path
    account.close()


def test_a_lost_answer_to_a_creation_is_unknown_and_done_once(far):
    store, line, others, path = far
    uid = uuid.uuid4().hex
    line.lose_next("PUT")

    done = write(store, create(f"{path}{uid}.ics", event(uid)))

    assert isinstance(done, Unknown)
    assert line.lost == 1
    assert line.requests["PUT"] == 1
    assert others.names() == {f"{path}{uid}.ics"}


def test_a_lost_answer_to_an_edit_is_unknown(far):
    store, line, others, _path = far
    uid = uuid.uuid4().hex
    ref = others.put(f"{uid}.ics", event(uid))
    base = held(store, ref)
    line.lose_next("PUT")

    done = write(store, edit(base, event(uid, "changed")))

    assert isinstance(done, Unknown)
    assert b"changed" in held(store, ref).content


def test_a_lost_answer_among_many_harms_no_other(far):
    store, line, others, path = far
    uids = [uuid.uuid4().hex for _ in range(6)]
    line.lose_next("PUT")

    done = list(store.write([create(f"{path}{uid}.ics", event(uid)) for uid in uids]))

    assert sorted(type(one).__name__ for one in done) == ["Unknown"] + ["Wrote"] * 5
    assert len(others.names()) == 6


def test_a_cut_listing_is_an_error_or_asked_again_and_never_short(far):
    store, line, others, _path = far
    refs = {others.put(f"{(uid := uuid.uuid4().hex)}.ics", event(uid)) for _ in range(12)}
    line.cut_next(after=1500, times=50)
    with pytest.raises(CalsyncError) as caught:
        look(store, None, refs)
    assert caught.value.code in {"E402", "E404"}
    assert line.cut

    line.clear()

    assert look(store, None, refs).end.inventory == refs


def test_nobody_there_is_offline(far):
    store, line, _others, _path = far
    line.refuse = True

    with pytest.raises(CalsyncError) as caught:
        look(store)

    assert caught.value.code == "E402"


def test_a_cut_body_is_never_taken_for_the_item(far):
    store, line, others, _path = far
    uid = uuid.uuid4().hex
    ref = others.put(f"{uid}.ics", event(uid, "long " * 4000))
    line.cut_next(after=6000, times=1)

    try:
        answers = list(store.fetch([ref]))
    except CalsyncError as error:
        assert error.code in {"E402", "E404"}  # noqa: PT017  either is right
    else:
        assert [len(answer.content) > 20000 for answer in answers if isinstance(answer, Held)] in ([], [True])
    assert line.cut == 1


def test_after_a_bad_line_the_same_store_works_on(far):
    store, line, _others, path = far
    line.refuse = True
    with pytest.raises(CalsyncError):
        look(store)
    line.clear()
    uid = uuid.uuid4().hex

    assert isinstance(write(store, create(f"{path}{uid}.ics", event(uid))), Wrote)
