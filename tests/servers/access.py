"""What a server was asked, read from its own log: the proof that a run wrote nothing."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

CHANGING = frozenset({"PUT", "DELETE", "MOVE", "COPY", "POST", "MKCALENDAR", "MKCOL", "PROPPATCH", "ACL", "PATCH"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    status: int

    @property
    def changes(self) -> bool:
        """It could have changed something, and was not refused."""
        return self.method in CHANGING and self.status < 400


Told = Mapping[str, Sequence[Asked]]
"""Requests by the place where the server wrote them down: in order within one place, not among several."""


@dataclass(slots=True)
class AccessLog:
    """All requests of a server since `mark` was called last."""

    _read: Callable[[], Told]
    _marked: dict[str, int] = field(default_factory=dict)

    def mark(self) -> None:
        """Forget what was asked up to now."""
        self._marked = {place: len(asked) for place, asked in self._read().items()}

    def asked(self, *methods: str) -> list[Asked]:
        """Requests since the mark, of these methods or of all."""
        new = (one for place, told in self._read().items() for one in told[self._marked.get(place, 0) :])
        return [one for one in new if not methods or one.method in methods]

    def writes(self) -> list[Asked]:
        """Requests since the mark that changed something."""
        return [one for one in self.asked() if one.changes]


def lines_of(log: Path, pattern: re.Pattern[str], *, poke: str = "") -> Callable[[], Told]:
    """Reads requests out of a text log: the pattern's groups are method, path and status.

    Some servers log after they answered: where `poke` is a URL of theirs, a request of our own is sent and waited for
    in the log, so that all before it is there.
    """

    def read() -> Told:
        if poke:
            _await_line(log, poke)
        text = log.read_text(errors="replace") if log.exists() else ""
        found = (Asked(one["method"], one["path"], int(one["status"])) for one in pattern.finditer(text))
        return {"": [asked for asked in found if SENTINEL not in asked.path]}

    return read


SENTINEL = "/calsync-tests-read-the-log-"


def _await_line(log: Path, url: str) -> None:
    mark = f"{SENTINEL}{uuid.uuid4().hex}"
    with suppress(urllib.error.HTTPError):  # a 404 is logged as well as any
        urllib.request.urlopen(url.rstrip("/") + mark, timeout=10).close()
    until = time.monotonic() + 10
    while mark not in log.read_text(errors="replace"):
        if time.monotonic() > until:
            raise TimeoutError(f"{log} does not show what was asked")
        time.sleep(0.005)
