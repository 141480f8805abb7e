"""What mail programs do to a Maildir, without a line of the code under test."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.core.model import Flags, Held, Ref, Seen
from calsync_cli.core.ops import Done, Op
from calsync_cli.local.maildir.store import Maildir

OLD = (1_700_000_000, 1_700_000_000)
"""Long ago: a directory with this time was not changed lately."""


def letter(name: str, body: str = "hello") -> bytes:
    """A small message, with bare line feeds as most Maildirs have them."""
    return f"From: a@example.org\nSubject: {name}\nMessage-ID: <{name}@example.org>\nDate: Fri, 20 Nov 2026 14:00:00 +0100\n\n{body}\n".encode()


def deliver(box: Maildir, name: str, content: bytes | None = None) -> Path:
    """As delivery agents do: whole in tmp, then by rename. The name says where: "new/a", "cur/a:2,S"."""
    base = re.split("[:;!]", name.partition("/")[2])[0]
    temp = box.path / "tmp" / base
    temp.write_bytes(letter(base) if content is None else content)
    return temp.rename(box.path / name)


def calm(box: Maildir) -> None:
    """Nothing was changed lately."""
    for sub in ("new", "cur"):
        os.utime(box.path / sub, OLD)


def seen(box: Maildir, *known: str) -> dict[str, Flags]:
    """What a look shows: base names with flags."""
    return {one.ref: one.flags for one in lines(box, *known)}


def lines(box: Maildir, *known: str) -> list[Seen]:
    """What a look shows, and that its inventory agrees."""
    *pages, last = box.look(None, frozenset(Ref(ref) for ref in known))
    found = [one for page in (*pages, last) for one in page.seen]
    assert last.end is not None
    assert last.end.inventory == {one.ref for one in found} | {one.ref for one in last.unreadable}
    return found


def doubts(box: Maildir) -> dict[str, str]:
    """What a look cannot tell, and why."""
    return {one.ref: one.detail for page in box.look(None, frozenset()) for one in page.unreadable}


def one(box: Maildir, op: Op) -> Done:
    """The answer to one op."""
    (done,) = box.write([op])
    return done


def held(box: Maildir, ref: str) -> Held:
    """A message that is there."""
    (found,) = box.fetch([Ref(ref)])
    assert isinstance(found, Held)
    return found


def names(box: Maildir) -> set[str]:
    """Every file below the Maildir."""
    return {str(path.relative_to(box.path)) for path in box.path.rglob("*") if path.is_file()}


def bodies(*roots: Path) -> list[bytes]:
    """Every message below."""
    return sorted(path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file())


@contextmanager
def listing(
    patch: pytest.MonkeyPatch, hook: Callable[[int, list[os.DirEntry[str]]], list[os.DirEntry[str]] | None]
) -> Iterator[list[int]]:
    """Between what readdir(3) said and what is done with it, somebody acts: `hook(number, entries)`; it may drop some."""
    real, calls = os.scandir, []

    @contextmanager
    def scandir(folder: Any) -> Iterator[Iterator[os.DirEntry[str]]]:
        with real(folder) as files:
            entries = sorted(files, key=lambda file: file.name)
            if Path(f"/proc/self/fd/{folder}").readlink().name not in {"new", "cur"}:
                yield iter(entries)
                return
            calls.append(len(calls))
            changed = hook(calls[-1], entries)
            yield iter(entries if changed is None else changed)

    with patch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        yield calls
