"""Bodies and sketches from a real Dovecot."""

from __future__ import annotations

import pytest

from calsync_cli.core.mail.nouns import SEEN
from calsync_cli.core.model import Held, Missing, Ref
from calsync_cli.providers.imap import fetching
from tests.compliance.asking import look
from tests.imap.scene import Scene, message, sketches


def test_bodies_are_the_bytes_in_the_order_asked(mail: Scene) -> None:
    refs = [mail.put(name) for name in ("one", "two", "three")]

    told = list(mail.open().fetch([refs[2], refs[0], refs[1]]))

    assert [(one.ref, one.content) for one in told if isinstance(one, Held)] == [
        (refs[2], message("three")),
        (refs[0], message("one")),
        (refs[1], message("two")),
    ]


def test_a_body_comes_with_the_revision_and_flags_of_the_look(mail: Scene) -> None:
    ref = mail.put("one", "\\Seen", "work")
    box = mail.open()
    seen = look(box).seen[ref]

    (held,) = box.fetch([ref])

    assert isinstance(held, Held)
    assert (held.rev, held.flags) == (seen.rev, seen.flags) == (seen.rev, {SEEN, "work"})


def test_reading_marks_nothing_as_seen(mail: Scene) -> None:
    ref = mail.put("one")
    box = mail.open()

    list(box.fetch([ref]))
    list(box.sketch([ref]))

    assert mail.there()[ref] == set()


def test_what_is_not_there_is_missing(mail: Scene) -> None:
    one, goes = mail.put("one"), mail.put("goes")
    mail.drop(goes)
    life = one.partition(".")[0]
    never, other_life, odd = Ref(f"{life}.4000000"), Ref("1.1"), Ref("nonsense")

    told = list(mail.open().fetch([goes, one, never, other_life, odd]))

    assert [type(answer) for answer in told] == [Missing, Held, Missing, Missing, Missing]
    assert [answer.ref for answer in told] == [goes, one, never, other_life, odd]


def test_nothing_asked_nothing_answered(mail: Scene) -> None:
    assert list(mail.open().fetch([])) == []


def test_who_is_asked_for_twice_answers_once(mail: Scene) -> None:
    ref = mail.put("one")
    odd = Ref(ref.replace(".", ".0"))

    assert [type(answer) for answer in mail.open().fetch([ref, ref, odd])] == [Held, Missing]


@pytest.mark.parametrize("most", [1, 3, 100])
def test_any_size_of_batches_gives_all_in_order(best: Scene, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(fetching, "MOST", most)
    refs = [best.put(f"m{number}") for number in range(7)][::-1]

    told = [answer.ref for answer in best.open().fetch(refs)]

    assert told == refs


def test_a_reader_who_leaves_early_leaves_the_account_in_order(mail: Scene) -> None:
    refs = [mail.put(f"m{number}", content=message(f"m{number}", body=b"x" * 70_000)) for number in range(5)]
    box = mail.open()
    reading = box.fetch(refs)
    next(reading)
    reading.close()

    assert [answer.ref for answer in box.fetch(refs)] == refs


def test_a_write_may_come_between_two_bodies(mail: Scene) -> None:
    refs = [mail.put(f"m{number}") for number in range(3)]
    box = mail.open()
    got = []

    for answer in box.fetch(refs):
        got.append(answer.ref)
        look(box)

    assert got == refs


BODIES = {
    "empty": b"",
    "no-header-end": b"Subject: x",
    "no-final-newline": b"Subject: x\r\n\r\nno end",
    "bare-cr": b"Subject: x\r\n\r\na\rb\r\n",
    "8-bit": "Subject: é\r\n\r\n☕\r\n".encode() + bytes(range(128, 256)) + b"\r\n",
    "long-line": b"Subject: x\r\n\r\n" + b"y" * 100_000 + b"\r\n",
    "from-line": b"From me Fri\r\nSubject: x\r\n\r\nFrom you\r\n",
    "no-id": b"\r\nonly a body\r\n",
    "looks-like-imap": b"Subject: {5}\r\n\r\n)\r\nC1 OK done\r\n* BYE\r\n",
}


@pytest.mark.parametrize("name", [name for name in BODIES if name != "empty"])
def test_bytes_are_bytes(best: Scene, name: str) -> None:
    ref = best.put(name, content=BODIES[name])

    (held,) = best.open().fetch([ref])

    assert isinstance(held, Held)
    assert held.content == best.content(ref)


def test_a_large_message_is_held_once(best: Scene) -> None:
    import tracemalloc

    size = 20_000_000
    ref = best.put("large", content=message("large", body=(b"z" * 998 + b"\r\n") * (size // 1000)))
    box = best.open()
    look(box)
    tracemalloc.start()

    (held,) = box.fetch([ref])

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(held, Held)
    assert len(held.content) == len(message("large", body=b"")) + size
    assert peak < 1.3 * size


def test_of_several_large_messages_one_is_held_at_a_time(best: Scene) -> None:
    import tracemalloc

    size = 5_000_000
    content = message("large", body=(b"z" * 998 + b"\r\n") * (size // 1000))
    refs = [best.put(name, content=content) for name in "abc"]
    box = best.open()
    look(box)
    tracemalloc.start()

    for held in box.fetch(refs):
        assert isinstance(held, Held)
        del held

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * size


def test_a_sketch_tells_how_to_recognise_a_message(mail: Scene) -> None:
    ref, bare = mail.put("one"), mail.put("bare", content=b"Subject: x\r\n\r\nbody\r\n")

    told = sketches(mail.open(), ref, bare)

    assert (told[ref].message_id, told[ref].size, told[ref].date) == (
        "one@example.org",
        len(message("one")),
        1795165200.0,
    )
    assert (told[bare].message_id, told[bare].date) == ("", None)


def test_a_sketch_reads_no_body(best: Scene) -> None:
    ref = best.put("large", content=message("large", body=b"x" * 900_000))
    box = best.open()
    import tracemalloc

    look(box)
    tracemalloc.start()
    list(box.sketch([ref]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 400_000
