"""Servers odder than the stand-in knows: no revisions at all, bodies of its own making."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.core.model import Held, Rev
from calsync_cli.core.ops import Wrote

BLANK = Rev("")


class Blank:
    """A store that tells no revision of anything, ever."""

    def __init__(self, store) -> None:
        self._store = store

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    def look(self, since, known):
        for page in self._store.look(since, known):
            yield replace(
                page, seen=tuple(replace(seen, rev=BLANK, held=seen.held and _blank(seen.held)) for seen in page.seen)
            )

    def fetch(self, refs):
        for answer in self._store.fetch(refs):
            yield _blank(answer) if isinstance(answer, Held) else answer

    def write(self, ops):
        for done in self._store.write(ops):
            yield replace(done, rev=BLANK, held=done.held and _blank(done.held)) if isinstance(done, Wrote) else done


def _blank(held: Held) -> Held:
    return replace(held, rev=BLANK)


def as_it_likes(body: bytes) -> bytes:
    """What servers make of a body: another PRODID, a property of their own, another order."""
    lines = [line for line in body.split(b"\r\n") if not line.startswith((b"PRODID", b"X-SERVER", b"LOCATION"))]
    place = [line for line in body.split(b"\r\n") if line.startswith(b"LOCATION")]
    at = lines.index(b"BEGIN:VEVENT") + 1
    return b"\r\n".join([*lines[:2], b"PRODID:-//server//EN", *lines[2:at], b"X-SERVER:1", *place, *lines[at:]])
