"""Changes on a real Dovecot: new messages, flags, moves, removals."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import NOBODY, Held, Ref, Rev
from calsync_cli.core.ops import Denied, Edit, Stale, Wrote
from tests.compliance.asking import look
from tests.imap.scene import Scene, create, mark, message, move, remove, since, write


def test_a_new_message_has_the_ref_that_the_server_gave_it(mail: Scene) -> None:
    (done,) = write(mail.open(), create(message("new"), "\\Seen", "work"))

    assert isinstance(done, Wrote)
    assert mail.there() == {done.ref: {SEEN, "work"}}
    assert mail.content(done.ref) == message("new")


def test_many_new_messages_are_answered_in_order(mail: Scene) -> None:
    contents = [message(f"m{number}", body=b"x" * (number * 3000)) for number in range(60)]

    done = write(mail.open(), *(create(content) for content in contents))

    refs = [one.ref for one in done if isinstance(one, Wrote)]
    assert [held.content for held in mail.open().fetch(refs) if isinstance(held, Held)] == contents


def test_a_message_with_bare_line_ends_arrives_with_whole_ones(mail: Scene) -> None:
    (done,) = write(mail.open(), create(message("unix").replace(b"\r\n", b"\n")))

    assert isinstance(done, Wrote)
    assert mail.content(done.ref) == message("unix")


def test_a_large_message_waits_for_the_server(mail: Scene) -> None:
    content = message("large", body=b"y" * 998 + b"\r\n" + b"z" * 300_000 + b"\r\n")

    done = write(mail.open(), create(message("before")), create(content), create(message("after")))

    assert [mail.content(one.ref) for one in done if isinstance(one, Wrote)] == [
        message("before"),
        content,
        message("after"),
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_of_a_large_message_no_copy_is_made(best: Scene, end: bytes) -> None:
    import tracemalloc

    size = 10_000_000
    content = message("large", body=(b"z" * 78 + b"\n") * (size // 79)).replace(b"\r\n", b"\n").replace(b"\n", end)
    box = best.open()
    tracemalloc.start()

    (done,) = write(box, create(content))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(done, Wrote)
    assert best.content(done.ref) == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert peak < 0.5 * size


def test_flags_are_raised_and_lowered(mail: Scene) -> None:
    one, two, three = mail.put("one", "\\Seen"), mail.put("two"), mail.put("three", "work")
    box = mail.open()

    done = write(
        box,
        mark(one, add={FLAGGED}, drop={SEEN}),
        mark(two, add={FLAGGED}, drop={SEEN}),
        mark(three, add={"home"}, drop={"work"}),
    )

    assert [one.ref for one in done if isinstance(one, Wrote)] == [one, two, three]
    assert mail.there() == {one: {FLAGGED}, two: {FLAGGED}, three: {"home"}}


def test_a_mark_tells_what_the_message_has_now_and_is_no_news_then(best: Scene) -> None:
    ref = best.put("one", "work")
    box = best.open()

    (done,) = write(box, mark(ref, add={SEEN}))

    assert isinstance(done, Wrote)
    assert done.held is not None
    assert done.held.flags == {SEEN, "work"}
    assert look(box).seen[ref].rev == done.rev


def test_flags_of_equal_change_go_in_one_command(best: Scene) -> None:
    refs = [best.put(f"m{number}") for number in range(20)]
    box = best.open()
    look(box)
    before = best.account.requests

    write(box, *(mark(ref, add={SEEN}) for ref in refs))

    assert best.account.requests - before == 2  # STORE and FETCH, sent at once


def test_a_flag_that_cannot_be_said_is_left_out(mail: Scene) -> None:
    ref = mail.put("one")

    (done,) = write(mail.open(), mark(ref, add={SEEN, "two words", "a)b"}))

    assert isinstance(done, Wrote)
    assert mail.there()[ref] == {SEEN}


def test_a_mark_on_what_is_gone_is_stale(mail: Scene) -> None:
    stays, goes = mail.put("stays"), mail.put("goes")
    mail.drop(goes)

    done = write(mail.open(), mark(stays, add={SEEN}), mark(goes, add={SEEN}), mark(Ref("1.1"), add={SEEN}))

    assert [type(one) for one in done] == [Wrote, Stale, Stale]


def test_a_move_keeps_the_message_and_tells_where_it_is(mail: Scene) -> None:
    one, two, stays = mail.put("one", "\\Flagged"), mail.put("two"), mail.put("stays")

    done = write(mail.open(), move(two, "Archive"), move(one, "Archive"))

    assert set(mail.there()) == {stays}
    assert [mail.content(answer.ref, "Archive") for answer in done] == [message("two"), message("one")]
    assert mail.there("Archive")[done[1].ref] == {FLAGGED}


def test_a_move_spares_what_others_marked_as_deleted(mail: Scene) -> None:
    one, others = mail.put("one"), mail.put("others", "\\Deleted")

    write(mail.open(), move(one, "Archive"))

    assert set(mail.there()) == {others}


def test_a_move_of_what_is_gone_is_stale(mail: Scene) -> None:
    goes = mail.put("goes")
    mail.drop(goes)

    done = write(mail.open(), move(goes, "Archive"), move(Ref("1.1"), "Archive"))

    assert [type(one) for one in done] == [Stale, Stale]
    assert mail.there("Archive") == {}


def test_a_move_to_a_folder_that_is_not_there_moves_nothing(mail: Scene) -> None:
    ref = mail.put("one")

    (done,) = write(mail.open(), move(ref, "nowhere"))

    assert isinstance(done, Denied)
    assert done.why == "E209"
    assert set(mail.there()) == {ref}


def test_a_removed_message_lies_in_the_bin(mail: Scene) -> None:
    ref, others = mail.put("one"), mail.put("others", "\\Deleted")

    (done,) = write(mail.open(), remove(ref))

    assert isinstance(done, Wrote)
    assert set(mail.there()) == {others}
    assert mail.content(Ref(done.kept), "Trash") == message("one")


@pytest.mark.parametrize("to_bin", [True, False])
def test_what_is_removed_from_the_bin_is_gone_and_nothing_else(mail: Scene, to_bin: bool) -> None:
    ref, others = mail.put("one", folder="Trash"), mail.put("others", "\\Deleted", folder="Trash")

    (done,) = write(mail.open("Trash"), remove(ref, to_bin=to_bin))

    assert isinstance(done, Wrote)
    assert set(mail.there("Trash")) == {others}


@pytest.mark.parametrize("to_bin", [True, False])
def test_removing_what_is_gone_is_done_already(mail: Scene, to_bin: bool) -> None:
    goes = mail.put("goes")
    mail.drop(goes)

    done = write(mail.open(), remove(goes, to_bin=to_bin), remove(Ref("1.1"), to_bin=to_bin))

    assert [type(one) for one in done] == [Wrote, Wrote]


def test_ops_of_all_kinds_are_answered_in_order(mail: Scene) -> None:
    one, two, three = mail.put("one"), mail.put("two"), mail.put("three")

    done = write(
        mail.open(),
        create(message("new")),
        mark(one, add={SEEN}),
        move(two, "Archive"),
        remove(three),
        mark(one, drop={SEEN}),
        create(message("newer")),
    )

    assert all(isinstance(answer, Wrote) for answer in done)
    assert mail.there() == {done[0].ref: set(), one: set(), done[5].ref: set()}


def test_a_message_is_never_changed(mail: Scene) -> None:
    ref = mail.put("one")

    (done,) = write(mail.open(), Edit(Held(ref, Rev(""), b""), message("other"), NOBODY))

    assert isinstance(done, Denied)
    assert mail.content(ref) == message("one")


def test_a_new_message_for_a_folder_that_is_gone_is_an_error(mail: Scene) -> None:
    with pytest.raises(CalsyncError) as caught:
        write(mail.open("nowhere"), create(message("new")))

    assert caught.value.code == "E209"


def test_what_we_wrote_shows_in_the_next_look_as_it_was_told(mail: Scene) -> None:
    goes = mail.put("goes")
    box = mail.open()
    first = look(box)
    created, _removed = write(box, create(message("new"), SEEN), remove(goes))

    second = since(box, first)

    assert created.ref in second.seen
    assert goes in second.gone or (second.end.inventory is not None and goes not in second.end.inventory)
