"""What a server asks to wait for is waited for: writes too, where it refused them for their rate alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, Fetched, Ref
from calsync_cli.core.ops import Create, Done, Op, Wrote
from calsync_cli.engine.layers import LULLS, PatientStore
from tests.doubles.memory import MemoryStore
from tests.engine.events import event

OPS = [Create(Ref(f"{name}.ics"), event(name), NOBODY) for name in ("a", "b", "c")]


class Throttled(MemoryStore):
    """Refuses after so many writes or bodies of each call, with that error."""

    def __init__(self, error: CalsyncError, *lets: int) -> None:
        super().__init__("work")
        self._error, self._lets = error, list(lets)

    def write(self, ops: Sequence[Op]) -> Iterator[Done]:
        lets = self._lets.pop(0) if self._lets else 0
        yield from super().write(ops[:lets])
        if lets < len(ops):
            raise self._error

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        lets = self._lets.pop(0) if self._lets else 0
        yield from super().fetch(refs[:lets])
        if lets < len(refs):
            raise self._error


def rate(seconds: float | None = None) -> CalsyncError:
    return CalsyncError("E401", "rate", retry_after=seconds, host="h")


def test_writes_go_on_where_they_were_refused_for_their_rate() -> None:
    pauses: list[float] = []
    store = Throttled(rate(), 1, 0, 2)

    answers = list(PatientStore(store, pauses.append).write(OPS))

    assert [answer.ref for answer in answers if isinstance(answer, Wrote)] == ["a.ics", "b.ics", "c.ics"]
    assert (sorted(store.contents()), pauses) == (["a.ics", "b.ics", "c.ics"], [2.0, 4.0])


def test_the_time_that_a_server_names_is_kept() -> None:
    pauses: list[float] = []

    list(PatientStore(Throttled(rate(7), 0, 3), pauses.append).write(OPS))

    assert pauses == [7]


def test_a_server_that_never_lets_anything_through_ends_the_round() -> None:
    pauses: list[float] = []

    with pytest.raises(CalsyncError) as raised:
        list(PatientStore(Throttled(rate()), pauses.append).write(OPS))

    assert (raised.value.variant, len(pauses)) == ("rate", LULLS)


@pytest.mark.parametrize(
    "error", [CalsyncError("E401", "quota"), CalsyncError("E401"), CalsyncError("E402"), rate(600)]
)
def test_writes_that_were_refused_for_anything_else_are_not_sent_again(error: CalsyncError) -> None:
    pauses: list[float] = []
    store = Throttled(error, 1, 3)

    with pytest.raises(CalsyncError):
        list(PatientStore(store, pauses.append).write(OPS))

    assert (sorted(store.contents()), pauses) == (["a.ics"], [])


def test_a_create_that_was_done_behind_a_refusal_is_not_done_twice() -> None:
    store = Throttled(rate(), 1, 3)
    store.put("c.ics", event("c"))

    answers = list(PatientStore(store, lambda _: None).write(OPS))

    assert len(answers) == 3
    assert store.contents()[Ref("c.ics")] == event("c")


def test_bodies_are_fetched_on_while_some_come_between_the_refusals() -> None:
    pauses: list[float] = []
    store = Throttled(rate(), 1, 1, 1, 1, 1, 1)
    refs = [Ref(f"{name}.ics") for name in "abcdef"]
    for ref in refs:
        store.put(ref, event(ref[0]))

    answers = list(PatientStore(store, pauses.append).fetch(refs))

    assert [answer.ref for answer in answers] == refs
    assert pauses == [2.0] * 5


def test_bodies_of_which_none_comes_are_not_waited_for_for_ever() -> None:
    pauses: list[float] = []
    store = Throttled(rate(), 1)

    with pytest.raises(CalsyncError):
        list(PatientStore(store, pauses.append).fetch([Ref("a.ics"), Ref("b.ics")]))

    assert len(pauses) == 2
