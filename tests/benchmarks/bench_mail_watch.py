"""How soon `sync --watch` shows a change of mail at the other side, without a poll: medians on a Dovecot on loopback.

Dovecot itself waits half a second before it tells a connection in IDLE of anything (mailbox-watch.c), which is in the
times for what happens there. TIMES is taken from the environment.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.mail import fill, messages
from tests.journeys.watching import watching
from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.dovecot import start_dovecot
from tests.servers.fixtures import or_skip

TIMES = int(os.environ.get("TIMES", "15"))
MANY = 2000
"""Messages in the inbox beside the one that is waited for."""
WANTED = 2.0
"""Seconds."""


def test_a_change_is_at_the_other_side_soon(tmp_path: Path) -> None:
    server = or_skip(start_dovecot)
    try:
        _measure(Mailer(tmp_path, server, server.new_user()), TIMES)
    finally:
        server.stop()


def _measure(someone: Mailer, times: int) -> None:
    fill(someone.server, someone.user, messages(MANY, 5_000))
    someone.starts()
    root = someone.mail / "inbox"
    with watching(someone, "-q", every="10h"), someone.there() as other:
        _settle(someone)
        here = [_waited(_delivery(someone, n), lambda n=n: _arrived(root, MANY + n + 2)) for n in range(times)]

        def stored() -> int:
            other.noop()
            return int(other.untagged_responses.get("EXISTS", [b"0"])[-1])

        before = stored()
        there = [
            _waited(lambda n=n: someone.puts(letter(f"Here {n}")), lambda n=n: stored() > before + n)
            for n in range(times)
        ]
    for title, seconds in (("from delivery there to file here", here), ("from file here to message there", there)):
        print(
            f"{title:<34} median {statistics.median(seconds):5.2f} s   worst {max(seconds):5.2f} s   wanted {WANTED} s"
            f"   ({times} times, {MANY} messages beside it)"
        )


def _settle(someone: Mailer) -> None:
    """Something has come through: the watch listens."""
    someone.delivers(letter("First"))
    _waited(lambda: None, lambda: _arrived(someone.mail / "inbox", MANY + 1))


def _delivery(someone: Mailer, number: int) -> Callable[[], object]:
    """Another client that has signed in already: that is not what is timed."""
    client = someone.server.client(someone.user)
    return lambda: client.append("INBOX", "", "", letter(f"There {number}"))


def _arrived(maildir: Path, count: int) -> bool:
    return sum(1 for sub in ("new", "cur") for _ in (maildir / sub).iterdir()) >= count


def _waited(deed: Callable[[], object], seen: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    deed()
    while not seen():
        assert time.perf_counter() - begun < 30, "it never came"
        time.sleep(0.01)
    return time.perf_counter() - begun
