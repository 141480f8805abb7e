"""Another client at the same folder while we look, read and write: what we know in the end is what is there."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest

from calsync_cli.core.model import Flags, Held, Missing, Ref
from calsync_cli.core.ops import Op, Stale, Wrote
from calsync_cli.providers.imap import ladder, looking
from tests.compliance.asking import View, look
from tests.imap.scene import Scene, create, mark, message, move, remove, scene, write

STEPS = 40


def meddle(mail: Scene, chance: random.Random) -> None:
    """Somebody works: messages come, change and go."""
    there = list(mail.there())
    for number in range(STEPS):
        match chance.choice(["put", "put", "flag", "drop"]):
            case "put":
                there.append(mail.put(f"other{number}"))
            case "flag" if there:
                mail.flag(chance.choice(there), chance.choice(["+FLAGS", "-FLAGS"]), "\\Flagged")
            case "drop" if len(there) > 3:
                mail.drop(there.pop(chance.randrange(len(there))))
            case _:
                pass


def take(known: dict[Ref, Flags], view: View) -> dict[Ref, Flags]:
    """What the books hold after a look."""
    known = known | {ref: seen.flags for ref, seen in view.seen.items()}
    alive = (known.keys() - view.gone) if view.end.inventory is None else view.end.inventory
    return {ref: flags for ref, flags in known.items() if ref in alive}


@pytest.mark.parametrize("seed", range(3))
def test_looks_while_another_client_works_end_at_the_truth(mail: Scene, seed: int) -> None:
    for number in range(5):
        mail.put(f"m{number}")
    other = threading.Thread(target=meddle, args=(mail, random.Random(seed)))
    view = look(mail.open())
    known = take({}, view)
    other.start()
    while other.is_alive():
        view = look(mail.open(), view.end.cursor, known.keys())
        known = take(known, view)
        write(mail.open(), *(mark(ref, add={"\\Answered"}) for ref in list(known)[:3]))
    other.join()
    known = take(known, look(mail.open(), view.end.cursor, known.keys()))

    assert known == {ref: frozenset(flags) for ref, flags in mail.there().items()}


def test_counting_alone_ends_at_the_truth_as_well(dovecot_list, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deltas without MODSEQ, which small folders hardly ever see."""
    for module, name in ((looking, "NEWEST"), (looking, "WINDOW"), (ladder, "WINDOW")):
        monkeypatch.setattr(module, name, 1)
    mail = scene(dovecot_list)
    for number in range(5):
        mail.put(f"m{number}")
    other = threading.Thread(target=meddle, args=(mail, random.Random(7)))
    view = look(mail.open())
    known = take({}, view)
    other.start()
    while other.is_alive():
        view = look(mail.open(), view.end.cursor, known.keys())
        known = take(known, view)
    other.join()
    known = take(known, look(mail.open(), view.end.cursor, known.keys()))
    there = mail.there()
    mail.close()

    assert known.keys() == there.keys()


def test_bodies_read_while_another_client_deletes_are_whole_or_missing(mail: Scene) -> None:
    refs = [mail.put(f"m{number}", content=message(f"m{number}", body=b"x" * 40_000)) for number in range(30)]
    other = threading.Thread(target=lambda: [mail.drop(ref) for ref in refs[::3]])
    other.start()

    told = list(mail.open().fetch(refs[::-1]))

    other.join()
    assert [answer.ref for answer in told] == refs[::-1]
    assert {type(answer) for answer in told} <= {Held, Missing}
    assert all(len(answer.content) > 40_000 for answer in told if isinstance(answer, Held))
    assert {answer.ref for answer in told if isinstance(answer, Held)} >= set(refs) - set(refs[::3])


def test_messages_sent_while_others_arrive_get_their_own_refs(mail: Scene) -> None:
    other = threading.Thread(target=lambda: [mail.put(f"other{number}") for number in range(30)])
    other.start()

    done = write(mail.open(), *(create(message(f"mine{number}")) for number in range(30)))

    other.join()
    assert [mail.content(one.ref) for one in done if isinstance(one, Wrote)] == [
        message(f"mine{number}") for number in range(30)
    ]


@pytest.mark.parametrize("kind", ["remove", "expunge", "move", "mark"])
def test_what_another_client_deletes_meanwhile_costs_the_others_nothing(mail: Scene, kind: str) -> None:
    """Dovecot refuses a whole MOVE or COPY where one of its messages is no more: NO [EXPUNGEISSUED]."""
    refs = [mail.put(name) for name in "abc"]
    box = mail.open()
    look(box)
    mail.drop(refs[1])
    ops: dict[str, Callable[[Ref], Op]] = {
        "remove": remove,
        "expunge": lambda ref: remove(ref, to_bin=False),
        "move": lambda ref: move(ref, "Archive"),
        "mark": lambda ref: mark(ref, add={"\\Seen"}),
    }

    done = write(box, *map(ops[kind], refs))

    assert [type(done[0]), type(done[2])] == [Wrote, Wrote]
    assert isinstance(done[1], Stale if kind == "move" else Wrote)
    assert mail.there() == ({refs[0]: {"\\Seen"}, refs[2]: {"\\Seen"}} if kind == "mark" else {})
    assert len(mail.there("Trash")) == (2 if kind == "remove" else 0)
    assert len(mail.there("Archive")) == (2 if kind == "move" else 0)
