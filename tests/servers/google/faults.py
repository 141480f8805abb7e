"""Misbehaviour on demand: which request it meets, how often, and what is done to the request or its answer."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.google.calls import Answer
from tests.servers.google.errors import Json, Refused

KINDS = frozenset(
    {
        "error",  # an answer by `status` and `reason` instead of doing it
        "cut-before",  # the connection ends and nothing was done
        "cut-after",  # it was done, and the connection ends
        "cut-body",  # it was done, and half of the answer comes
        "hold",  # nothing is done until it is released
        "hold-after",  # it was done; the answer waits until it is released
        "wrong-etag",  # the answer tells an etag that is none
        "orphans",  # a list without its series, their exceptions alone
        "empty",  # a list without anything
        "tokenless",  # a last page without a token to go on from
        "not-json",  # 200 and no JSON
        "html",  # 502 and a page
    }
)
LONGEST = 60.0
"""A held request goes on after so many seconds even if it was forgotten."""


@dataclass(slots=True)
class Fault:
    """One way to misbehave."""

    id: int
    kind: str
    method: re.Pattern[str]
    path: re.Pattern[str]
    user: str
    times: int | None
    after: int
    given: Json
    hits: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def error(self) -> Refused:
        """The error that kind `error` answers."""
        reason = str(self.given.get("reason", "backendError"))
        domain: str = "usageLimits" if "Exceeded" in reason else str(self.given.get("domain", "global"))
        message = str(self.given.get("message", reason))
        return Refused(
            self.given["status"], reason, message, domain, retry_after=str(self.given.get("retry_after", ""))
        )


class Faults:
    """All that is in force."""

    def __init__(self) -> None:
        self._known: dict[int, Fault] = {}
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()

    def add(self, kind: str, **given: Any) -> int:
        """Begin to misbehave; the number is what it is released by."""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}: {sorted(KINDS)}")
        match = given.pop("match", {})
        fault = Fault(
            next(self._numbers),
            kind,
            re.compile(match.get("method", "")),
            re.compile(match.get("path", "")),
            str(match.get("user", "")),
            given.pop("times", 1),
            given.pop("after", 0),
            given,
        )
        with self._changed:
            self._known[fault.id] = fault
        return fault.id

    def met(self, method: str, path: str, user: str) -> list[Fault]:
        """The faults that this request meets."""
        with self._changed:
            found = [one for one in self._fitting(method, path, user) if _due(one)]
            self._changed.notify_all()
        return found

    def _fitting(self, method: str, path: str, user: str) -> Iterator[Fault]:
        for one in self._known.values():
            if one.method.search(method) and one.path.search(path) and one.user in ("", user):
                yield one

    def release(self, number: int) -> None:
        """Let go what is held, and hold no more."""
        with self._changed:
            for one in [self._known.pop(number, None)] if number else list(self._known.values()):
                if one is not None:
                    one.released.set()

    def clear(self, user: str) -> None:
        """Behave again."""
        with self._changed:
            for number, one in list(self._known.items()):
                if not user or one.user == user:
                    self._known.pop(number).released.set()

    def hits(self, number: int, least: int, seconds: float) -> int:
        """How often a fault was met, once that is so often."""

        def count() -> int:
            return max(0, self._known[number].hits) if number in self._known else 0

        with self._changed:
            self._changed.wait_for(lambda: count() >= least, seconds)
            return count()


def _due(fault: Fault) -> bool:
    if fault.after > 0:
        fault.after -= 1
        return False
    if fault.times is not None and fault.hits >= fault.times:
        return False
    fault.hits += 1
    return True


def twist(faults: list[Fault], answer: Answer) -> Answer:
    """What faults make of an answer's content."""
    for fault in faults:
        if fault.kind == "wrong-etag" and answer.body is not None:
            answer = Answer({**answer.body, "etag": '"0"'}, answer.items, answer.status, '"0"')
        if fault.kind == "orphans" and answer.items is not None:
            answer.items = [one for one in answer.items if "recurrence" not in one[0]]
        if fault.kind == "empty" and answer.items is not None:
            answer.items = []
        if fault.kind == "tokenless" and answer.body is not None:
            answer.body = {name: value for name, value in answer.body.items() if name != "nextSyncToken"}
    return answer
