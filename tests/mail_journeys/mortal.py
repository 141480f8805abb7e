"""Calsync as it dies in a round of mail: `tests.journeys.mortal` with the points of the mail half.

    mortal.py kill KIND NTH WORDS…       SIGKILL when a point of that kind is passed for the NTH time
    mortal.py stop KIND NTH WORDS…       SIGSTOP there, and on as soon as somebody says so
    mortal.py trace FILE WORDS…          lives, and writes down every kind of point that it passed

Of what goes over the line there is a point before and after a command is sent, and one when its answer has come and
nobody has read it yet: what a server did, and nobody heard of.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.journeys import mortal
from tests.journeys.mortal import Pass

VERBS = re.compile(rb"^C\d+ (?:UID )?(APPEND|STORE|MOVE|COPY|EXPUNGE|FETCH)", re.MULTILINE)
SHORT = 300
"""Octets of what can be a command's own words; what is longer is a message."""
PATIENCE = 20_000
"""Milliseconds for an answer to come."""


def targets() -> Iterator[tuple[str, Any, str]]:
    """Kind, class or module, attribute."""
    from calsync_cli.local.attic import Attic
    from calsync_cli.local.disk import RealDisk
    from calsync_cli.local.maildir.bench import Bench
    from calsync_cli.local.maildir.store import Maildir
    from calsync_cli.providers.imap.account import ImapAccount
    from calsync_cli.providers.imap.store import ImapMailbox
    from calsync_cli.state.chronicle import Chronicle
    from calsync_cli.state.letters import SqliteLetters
    from calsync_cli.state.post import Post

    yield "far-glance", ImapAccount, "glance"
    for name in ("look", "fetch", "sketch", "write"):
        yield f"far-{name}", ImapMailbox, name
        yield f"near-{name}", Maildir, name
    for name in ("create", "link", "claim", "unlink"):
        yield f"disk-{name}", RealDisk, name
    for name in ("settle", "settle_names"):
        yield f"bench-{name}", Bench, name
    for name in ("clear", "finish"):
        yield f"books-{name}", SqliteLetters, name
    yield "books-binned", Post, "binned"
    yield "attic-link", Attic, "link"
    for name in ("begin_run", "end_run"):
        yield f"run-{name.partition('_')[0]}", Chronicle, name


def wire(passed: Pass, awaited: str) -> None:
    """The points of the line. An answer is waited for where it is the point, and nowhere else."""
    from calsync_cli.providers.imap.stream import Stream

    send = Stream.send

    def around(self: Stream, *parts: bytes) -> None:
        verbs = [
            found.decode().lower() for found in VERBS.findall(b"".join(part for part in parts if len(part) < SHORT))
        ]
        for verb in verbs:
            passed(f"wire-{verb}.before")
        send(self, *parts)
        for verb in verbs:
            passed(f"wire-{verb}.after")
            if awaited == f"wire-{verb}.answered":
                ear = select.poll()
                ear.register(self.sock, select.POLLIN)
                ear.poll(PATIENCE)
            passed(f"wire-{verb}.answered")

    Stream.send = around  # type: ignore[method-assign]


def books(passed: Pass) -> None:
    """What is written down before deeds, and after them; a slip on which nothing stands is no point."""
    from calsync_cli.core.mail.record import Slip
    from calsync_cli.core.model import RunId
    from calsync_cli.state.letters import SqliteLetters

    record = SqliteLetters.record

    def around(self: SqliteLetters, run: RunId, slip: Slip) -> None:
        kind = "intent" if slip.begun else "done" if slip.letters or slip.forgotten else "other"
        passed(f"books-{kind}.before")
        record(self, run, slip)
        passed(f"books-{kind}.after")

    SqliteLetters.record = around  # type: ignore[method-assign]


def stopper(kind: str, nth: int) -> Pass:
    """Holds the process still where a fuse would kill it."""
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def passed(point: str) -> None:
        with lock:
            seen[point] += 1
            there = point == kind and seen[point] == nth
        if there:
            os.kill(os.getpid(), signal.SIGSTOP)

    return passed


def main() -> None:
    """Wrap, and run."""
    mode, first, *rest = sys.argv[1:]
    match mode:
        case "trace":
            passed, words = mortal.tracer(Path(first)), rest
        case "stop":
            passed, words = stopper(first, int(rest[0])), rest[1:]
        case _:
            passed, words = mortal.fuse(first, int(rest[0])), rest[1:]
    mortal.wrap(targets(), passed)
    wire(passed, first)
    books(passed)
    from calsync_cli.cli.main import run

    sys.exit(run(words))


if __name__ == "__main__":
    main()
