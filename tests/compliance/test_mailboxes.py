"""What every mailbox promises, near or far: looks that tell all, bytes as they are, writes that are answered truly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, FLAGGED, SEEN, Sketch
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.model import NO_FLAGS, NOBODY, CollectionId, Cursor, Flags, Held, Missing, Ref, Rev
from calsync_cli.core.ops import Create, Done, Mark, Move, Op, Remove, Wrote
from tests.compliance.mailboxes import POSTBOXES, WAIVERS, Postbox


def message(name: str, body: str = "hello") -> bytes:
    return (
        f"From: a@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@example.org>\r\n"
        f"Date: Fri, 20 Nov 2026 14:00:00 +0100\r\n\r\n{body}\r\n"
    ).encode()


@pytest.fixture(params=POSTBOXES)
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Postbox]:
    reason = WAIVERS.get((request.param, request.node.originalname))
    if reason:
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    yield from POSTBOXES[request.param](request, tmp_path)


class Looks:
    """What a caller knows of a mailbox after one look upon another, whatever the mailbox's way of telling."""

    def __init__(self, box: Postbox) -> None:
        self.box = box
        self.cursor: Cursor | None = None
        self.flags: dict[Ref, Flags] = {}
        self.revs: dict[Ref, Rev] = {}

    def __call__(self) -> dict[Ref, Flags]:
        """One look more; a new mailbox each, as a new run has it."""
        store = self.box.open()
        *pages, last = store.look(self.cursor, self.flags.keys())
        for page in (*pages, last):
            self.flags |= {seen.ref: seen.flags & store.traits.flags for seen in page.seen}
            self.revs |= {seen.ref: seen.rev for seen in page.seen}
            for ref in page.gone:
                self.flags.pop(ref, None)
        assert last.end is not None
        if last.end.inventory is not None:
            self.flags = {ref: flags for ref, flags in self.flags.items() if ref in last.end.inventory}
        self.cursor = last.end.cursor
        return self.flags


def one(box: Postbox, op: Op) -> Done:
    (done,) = box.open().write([op])
    return done


def create(store: Mailbox, name: str, flags: Flags = NO_FLAGS) -> Create:
    return Create(store.new_ref(name), message(name), NOBODY, flags)


def contents(box: Postbox) -> list[bytes]:
    return sorted(content for content, _ in box.others.all().values())


# ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_folder_is_an_empty_inventory(box: Postbox) -> None:
    *_, last = box.open().look(None, frozenset())

    assert last.end is not None
    assert last.end.inventory == frozenset()


def test_the_first_look_is_complete_and_carries_no_bodies(box: Postbox) -> None:
    refs = {
        box.others.put(message("a")): NO_FLAGS,
        box.others.put(message("b"), frozenset({SEEN, FLAGGED})): {SEEN, FLAGGED},
    }

    pages = list(box.open().look(None, frozenset()))

    seen = [seen for page in pages for seen in page.seen]
    assert {one.ref: one.flags for one in seen} == refs
    assert [one.held for one in seen] == [None, None]
    assert [page.end is None for page in pages] == [True] * (len(pages) - 1) + [False]
    assert pages[-1].end is not None
    assert pages[-1].end.inventory == refs.keys()


def test_each_look_tells_what_others_did_since_the_last(box: Postbox) -> None:
    looks = Looks(box)
    a, b, c = (box.others.put(message(name)) for name in "abc")
    first = dict(looks())

    box.others.flag(a, frozenset({SEEN}))
    box.others.drop(b)
    d = box.others.put(message("d"), frozenset({ANSWERED}))
    second = dict(looks())
    box.others.flag(a, NO_FLAGS)
    third = dict(looks())

    assert first == {a: NO_FLAGS, b: NO_FLAGS, c: NO_FLAGS}
    assert second == {a: {SEEN}, c: NO_FLAGS, d: {ANSWERED}}
    assert third == {a: NO_FLAGS, c: NO_FLAGS, d: {ANSWERED}}


def test_looking_changes_nothing(box: Postbox) -> None:
    box.others.put(message("a"))
    before = box.others.all()
    looks = Looks(box)

    looks()
    looks()

    assert box.others.all() == before


def test_a_folder_that_is_gone_is_an_error_and_no_empty_one(box: Postbox) -> None:
    box.others.put(message("a"))
    box.vanish()

    with pytest.raises(CalsyncError) as told:
        list(box.open().look(None, frozenset()))

    assert told.value.code in {"E209", "E303"}


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reading_gives_each_message_in_the_order_asked_and_marks_none(box: Postbox) -> None:
    a, b = box.others.put(message("a")), box.others.put(message("b"))
    gone = box.others.put(message("c"))
    Looks(box)()
    box.others.drop(gone)

    found = list(box.open().fetch([b, gone, a]))

    assert [type(one) for one in found] == [Held, Missing, Held]
    assert [one.ref for one in found] == [b, gone, a]
    assert [one.content.replace(b"\r\n", b"\n") for one in found if isinstance(one, Held)] == [
        message(name).replace(b"\r\n", b"\n") for name in "ba"
    ]
    assert {flags for _, flags in box.others.all().values()} == {NO_FLAGS}


def test_a_sketch_tells_who_a_message_is_and_how_many_octets_it_has(box: Postbox) -> None:
    ref = box.others.put(message("a"))
    gone = box.others.put(message("c"))
    box.others.drop(gone)

    found = {one.ref: one for one in box.open().sketch([gone, ref])}

    sketch = found[ref]
    assert isinstance(sketch, Sketch)
    assert (sketch.size, sketch.message_id) == (len(message("a")), "a@example.org")
    assert isinstance(found[gone], Missing)


def test_a_message_without_an_id_is_sketched_too(box: Postbox) -> None:
    ref = box.others.put(b"Subject: x\r\n\r\nno id\r\n")

    (sketch,) = box.open().sketch([ref])

    assert isinstance(sketch, Sketch)
    assert (sketch.size, sketch.message_id) == (21, "")


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_created_message_is_there_as_it_was_sent(box: Postbox) -> None:
    done = one(box, create(box.open(), "a", frozenset({SEEN, FLAGGED})))

    assert isinstance(done, Wrote)
    assert box.others.all() == {done.ref: (message("a"), {SEEN, FLAGGED})}
    assert Looks(box)() == {done.ref: {SEEN, FLAGGED}}


def test_a_created_message_has_the_line_ends_of_the_net_whatever_its_own_were(box: Postbox) -> None:
    op = create(box.open(), "a")

    done = one(box, replace(op, content=op.content.replace(b"\r\n", b"\n")))

    assert isinstance(done, Wrote)
    assert box.others.all() == {done.ref: (message("a"), frozenset())}


def test_a_created_message_arrived_when_it_did_and_is_nothing_new_at_the_next_look(box: Postbox) -> None:
    looks = Looks(box)
    done = one(box, replace(create(box.open(), "one"), date=1_000_000_000.0))
    assert isinstance(done, Wrote)

    (held,) = box.open().fetch([done.ref])

    assert isinstance(held, Held)
    assert held.date == 1_000_000_000
    looks()
    assert done.rev in {"", looks.revs[done.ref]}  # a server tells none


def test_many_are_created_at_once_and_answered_in_order(box: Postbox) -> None:
    store = box.open()

    done = list(store.write([create(store, f"m{n}") for n in range(30)]))

    refs = [one.ref for one in done if isinstance(one, Wrote)]
    there = box.others.all()
    assert [there[ref][0] for ref in refs] == [message(f"m{n}") for n in range(30)]


def test_flags_are_raised_and_lowered_beside_those_of_others(box: Postbox) -> None:
    ref = box.others.put(message("a"), frozenset({SEEN}))
    looks = Looks(box)
    looks()
    box.others.flag(ref, frozenset({SEEN, ANSWERED}))

    done = one(box, Mark(ref, looks.revs[ref], frozenset({FLAGGED}), frozenset({SEEN})))

    assert isinstance(done, Wrote)
    assert box.others.all() == {ref: (message("a"), {FLAGGED, ANSWERED})}
    assert looks() == {ref: {FLAGGED, ANSWERED}}


def test_what_a_mark_made_is_made_once_more_without_harm(box: Postbox) -> None:
    ref = box.others.put(message("a"))
    op = Mark(ref, Rev(""), frozenset({SEEN, DELETED}), NO_FLAGS)

    done = [one(box, op), one(box, op)]

    assert [type(answer) for answer in done] == [Wrote, Wrote]
    assert box.others.all() == {ref: (message("a"), {SEEN, DELETED})}


def test_a_mark_on_what_is_gone_is_not_done(box: Postbox) -> None:
    ref = box.others.put(message("a"))
    Looks(box)()
    box.others.drop(ref)

    assert not isinstance(one(box, Mark(ref, Rev(""), frozenset({SEEN}), NO_FLAGS)), Wrote)


def test_a_removed_message_lies_where_it_can_be_found_again(box: Postbox) -> None:
    ref, other = box.others.put(message("a")), box.others.put(message("b"), frozenset({DELETED}))
    looks = Looks(box)
    looks()

    done = one(box, Remove(Held(ref, looks.revs[ref], b"", NO_FLAGS), NOBODY))

    assert isinstance(done, Wrote)
    assert box.others.all() == {other: (message("b"), {DELETED})}
    assert box.binned() == [message("a")]
    assert looks() == {other: {DELETED}}


def test_removed_for_good_it_takes_nobody_elses_deleted_message_along(box: Postbox) -> None:
    ref, other = box.others.put(message("a")), box.others.put(message("b"), frozenset({DELETED}))
    looks = Looks(box)
    looks()

    done = one(box, Remove(Held(ref, looks.revs[ref], b"", NO_FLAGS), NOBODY, to_bin=False))

    assert isinstance(done, Wrote)
    assert box.others.all() == {other: (message("b"), {DELETED})}


def test_removing_what_is_gone_is_done(box: Postbox) -> None:
    ref = box.others.put(message("a"))
    Looks(box)()
    box.others.drop(ref)

    assert isinstance(one(box, Remove(Held(ref, Rev(""), b""), NOBODY)), Wrote)


def test_a_move_takes_the_message_with_its_flags_and_says_where_it_is(box: Postbox) -> None:
    ref = box.others.put(message("a"), frozenset({SEEN}))
    looks = Looks(box)
    looks()

    done = one(box, Move(ref, looks.revs[ref], box.second, ref, NOBODY))

    assert isinstance(done, Wrote)
    assert box.others.all() == {}
    assert box.others_there.all() == {done.ref: (message("a"), {SEEN})}
    assert looks() == {}


def test_a_move_to_a_folder_that_is_not_there_loses_nothing(box: Postbox) -> None:
    ref = box.others.put(message("a"))
    looks = Looks(box)
    looks()

    done = one(box, Move(ref, looks.revs[ref], CollectionId("nowhere"), ref, NOBODY))

    assert not isinstance(done, Wrote)
    assert contents(box) == [message("a")]


def test_two_messages_with_one_message_id_are_two(box: Postbox) -> None:
    store = box.open()

    done = list(store.write([create(store, "a"), create(store, "a")]))

    refs = {answer.ref for answer in done if isinstance(answer, Wrote)}
    assert len(refs) == 2
    assert Looks(box)().keys() == refs


def test_what_a_look_tells_is_what_there_is_after_any_of_it(box: Postbox) -> None:
    looks = Looks(box)
    store = box.open()
    made = [one.ref for one in store.write([create(store, f"m{n}") for n in range(4)])]
    looks()

    list(
        box.open().write(
            [
                Mark(made[0], Rev(""), frozenset({SEEN}), NO_FLAGS),
                Move(made[1], looks.revs[made[1]], box.second, made[1], NOBODY),
                Remove(Held(made[2], looks.revs[made[2]], b""), NOBODY),
                Mark(made[3], Rev(""), frozenset({FLAGGED}), NO_FLAGS),
            ]
        )
    )

    assert looks() == {made[0]: {SEEN}, made[3]: {FLAGGED}}
    assert {ref: flags for ref, (_, flags) in box.others.all().items()} == looks.flags
