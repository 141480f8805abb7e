"""A `connect --no-browser` that waits, and whoever sits before it: the test is the browser, and types at the terminal."""

from __future__ import annotations

import os
import pty
import re
import signal
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

from tests import starting
from tests.google.person import Googler
from tests.journeys.person import Ran
from tests.journeys.watching import until
from tests.servers.oidc.browser import Browser
from tests.starting import CALSYNC

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/auth\?\S+(?=\s)")
Act = Callable[[Browser, str], object]


@dataclass(slots=True)
class Signing:
    """The command while it runs."""

    begun: starting.Begun
    keyboard: int
    streams: Sequence[int]
    """What it writes: one for a terminal, else stdout and stderr."""
    heard: list[bytes] = field(default_factory=list)
    _threads: list[Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heard = [b"" for _ in self.streams]
        for number, stream in enumerate(self.streams):
            self._threads.append(Thread(target=self._listen, args=(number, stream), daemon=True))
            self._threads[-1].start()

    def _listen(self, number: int, stream: int) -> None:
        with suppress(OSError):  # EIO: nobody has the other end of the terminal any more
            while part := os.read(stream, 65536):
                self.heard[number] += part

    @property
    def said(self) -> str:
        """What a person read until now."""
        return self.heard[-1].decode().replace("\r\n", "\n")

    @property
    def address(self) -> str:
        """Where to sign in, as soon as that is told."""
        self._await(lambda: ADDRESS.search(self.said))
        found = ADDRESS.search(self.said)
        assert found is not None, self.said
        return found[0]

    def hears(self, words: str) -> None:
        """It says so."""
        self._await(lambda: words in self.said)
        assert words in self.said

    def _await(self, true: Callable[[], object]) -> None:
        """Or its end."""
        until(lambda: true() or not self._threads[-1].is_alive(), about=lambda: self.said)

    def types(self, text: str) -> None:
        """At the terminal."""
        os.write(self.keyboard, text.encode())

    def tell(self, number: signal.Signals) -> None:
        """A signal."""
        os.kill(self.begun.process, number)

    def ends(self) -> Ran:
        """How it ended, and what it said. A traceback fails the test."""
        code = self.begun.ended()
        for thread in self._threads:
            thread.join(20)
        ran = Ran(code, "" if len(self.heard) == 1 else self.heard[0].decode(), self.said)
        assert "Traceback" not in ran.out + ran.err, ran
        return ran


@contextmanager
def signing(
    person: Googler, *more: str, terminal: bool = False, words: Sequence[str] = (), **env: str
) -> Iterator[Signing]:
    """It waits within this block; `words` in the place of the usual ones."""
    argv = [*CALSYNC, *(words or person.connecting("--no-browser", *more))]
    mine = {**person.env, **env}
    if terminal:
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 2000))
        given, keyboard, streams = (theirs, theirs, theirs), ours, [ours]
    else:
        (silence, keyboard), (out, to_out), (err, to_err) = (os.pipe() for _ in range(3))
        given, streams = (silence, to_out, to_err), [out, err]
    made = Signing(starting.begin(argv, mine, given, terminal=terminal), keyboard, streams)
    try:
        yield made
    finally:
        with suppress(ProcessLookupError):
            os.kill(made.begun.process, signal.SIGKILL)
        for thread in made._threads:
            thread.join(20)
        for fd in {keyboard, *streams}:
            os.close(fd)


def browsed(person: Googler, act: Act, *more: str, words: Sequence[str] = (), **env: str) -> Ran:
    """A sign-in in which this is done in the browser."""
    with signing(person, *more, terminal=False, words=words, **env) as waiting:
        act(Browser(), waiting.address)
        return waiting.ends()


def allows(person: Googler, *, untick: Sequence[str] = ()) -> Act:
    """He signs in as himself and allows what is asked for, but those boxes."""
    return lambda browser, url: browser.allows(url, person.email, untick=untick)
