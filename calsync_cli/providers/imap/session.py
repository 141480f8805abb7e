"""One IMAP connection: commands sent ahead of their answers, answers given out as they come."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.sleep import passed
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.parse import Line, Status, status_of
from calsync_cli.providers.imap.selected import Selected, count_on, settle
from calsync_cli.providers.imap.stream import Stream
from calsync_cli.providers.imap.wire import Command, Literal, command, unasked
from calsync_cli.providers.quirks import greeted

log = logging.getLogger(__name__)

_BESIDE = 64
"""Commands under way where each has a short answer: what both sides write must fit into the sockets' buffers."""
_READ = 500
"""Characters of an alert that are shown."""
_SILENCE = 60.0
"""Seconds after which a connection is asked whether it lives; those that the machine slept count."""
PROMPT = 20.0
"""Seconds within which whoever lives answers what costs nothing; a dead line answers never."""


@dataclass(frozen=True, slots=True)
class Answer:
    """All that came of one command."""

    status: Status
    lines: list[Line] = field(default_factory=list)


class Session:
    """A signed-in connection; one thread at a time."""

    def __init__(self, stream: Stream, host: str, *, count: Callable[[], None] = lambda: None) -> None:
        self.stream = stream
        self.host = host
        self.capabilities: frozenset[str] = frozenset()
        self.selected: Selected | None = None
        self.enabled: frozenset[str] = frozenset()
        self.greeting = ""
        self.used = passed()
        self.broken = False
        self.prelude: tuple[Command, ...] = ()
        self.unsaid: tuple[str, ...] = ()
        """What no log may hold, while it is being said: the password, in every spelling."""
        self.limits: dict[str, float] = {}
        """The largest message that a folder takes, as far as it was asked."""
        self._count = count
        self._tag = 0
        self._bye: Status | None = None
        self._pushed: Line | None = None
        self._early: dict[str, Status] = {}

    def ask(self, *commands: Command) -> list[Answer]:
        """Commands at once, their answers in order."""
        answers: list[Answer] = []
        lines: list[Line] = []
        for said in self.flow(commands, depth=_BESIDE):
            if isinstance(said, Status):
                answers.append(Answer(said, lines))
                lines = []
            else:
                lines.append(said)
        return answers

    def flow(self, commands: Iterable[Command], *, depth: int) -> Iterator[Line | Status]:
        """What is said, as it is said: lines, and after each command's lines its status, in the order of the commands.

        At most `depth` commands are under way, one where the server chokes on more (mail-peers 3.4: Exchange). A reader
        who leaves early leaves a connection that is of no use.
        """
        depth = 1 if greeted(self.greeting).depth == 1 else depth
        waiting, queue = deque((*self.prelude, *commands)), deque[str]()
        unheard, self.prelude = len(self.prelude), ()
        depth += unheard if depth > 1 else 0
        finished = False
        try:
            with border.talking(self.host):
                while waiting or queue:
                    self._feed(waiting, queue, depth)
                    said = self._next(queue)
                    if isinstance(said, Status):
                        queue.popleft()
                        unheard -= 1
                    if unheard < 0 if isinstance(said, Status) else unheard <= 0:
                        yield said
                    del said  # large ones are in memory one at a time
            finished = True
        finally:
            self.broken |= not finished
            self.used = passed()

    def _feed(self, waiting: deque[Command], queue: deque[str], depth: int) -> None:
        """Send what may be sent now, in one packet where it is small."""
        parts: list[bytes] = []
        while waiting and len(queue) < depth:
            held_up = any(not unasked(len(one), self.capabilities) for one, _ in waiting[0].literals)
            if held_up and queue:
                break
            queue.append(self._new_tag(waiting[0].name))
            if held_up:
                self._send_asking(queue[0], waiting.popleft())
                return
            parts.extend(_unasked(queue[-1], waiting.popleft()))
        if parts:
            self.stream.progress()
            self.stream.send(*parts)

    def _send_asking(self, tag: str, one: Command) -> None:
        """A command with literals that the server wants to be asked for (RFC 9051 section 4.3)."""
        text = tag.encode() + b" " + one.pieces[0]
        for literal, after in one.literals:
            self.stream.progress()
            self.stream.send(text + b"{%d}\r\n" % len(literal))
            if not self._invited():
                return  # refused: its status is the next to be read
            for bit in _bits(literal):
                self.stream.send(bit)
                self.stream.progress()  # who takes megabytes, however slowly, gets on
            text = after
        self.stream.send(text + b"\r\n")

    def converse(self, one: Command, *replies: bytes) -> Status:
        """A command during which the server asks for more (SASL); what it asks beyond the replies is called off."""
        with border.talking(self.host):
            queue, left = deque([self._new_tag(one.name)]), deque(replies)
            self.stream.progress()
            self.stream.send(queue[0].encode() + b" " + one.pieces[0] + b"\r\n")
            while self._invited():
                self.stream.send((left.popleft() if left else b"*") + b"\r\n")
            while not isinstance(said := self._next(queue), Status):
                pass
            return said

    def _invited(self) -> bool:
        """Whether the server says `+`. Dovecot may say that it is still there before it does."""
        while True:
            line = self.stream.line()
            if line.text.startswith(b"+"):
                return True
            status = status_of(line.text)
            if status is not None and (status.tag != "*" or status.kind == "BYE"):
                self._pushed = line
                return False
            if status is not None:
                self._told(status)
            else:
                self._note(line)

    def _next(self, queue: deque[str]) -> Line | Status:
        """The next line, or the status of the oldest command.

        A server may finish those sent ahead in another order (RFC 9051 section 5.5; Dovecot reads two batches in turn):
        what is finished early waits for its turn, and lines belong to nobody in particular.
        """
        while True:
            if queue[0] in self._early:
                return self._early.pop(queue[0])
            try:
                line, self._pushed = self._pushed or self.stream.line(), None
            except EOFError:
                if self._bye is not None:
                    raise border.farewell(self._bye, self.host) from None
                raise
            status = None if line.literals else status_of(line.text)
            if status is None:
                self._note(line)
                return line
            if status.tag == "*":
                self._told(status)
                return line
            if status.tag not in queue:
                raise CalsyncError("E404", "imap", host=self.host)  # an answer to nobody
            self.stream.progress()
            self._told(status)
            self._early[status.tag] = status

    def _note(self, line: Line) -> None:
        """Keep count of the open folder. Messages themselves, nearly all that is ever said, change nothing of it."""
        if line.literals or b" FETCH (" in line.text:
            return
        words = line.words
        if len(words) < 2 or words[0] != b"*":  # noqa: PLR2004
            return
        if words[1].upper() == b"CAPABILITY":
            self.capabilities = capabilities_in(line.text[13:])
        elif self.selected is not None:
            count_on(self.selected, line, words)

    def _told(self, status: Status) -> None:
        if status.kind == "BYE":
            self._bye = status
        elif status.code == "CAPABILITY":
            self.capabilities = capabilities_in(status.argument)
        elif status.code == "ALERT":  # it must be shown (RFC 9051 section 7.1)
            log.warning("%s: %s", self.host, self._shown(status.text))
        elif self.selected is not None:
            settle(self.selected, status)

    def _shown(self, text: str) -> str:
        """A server's words without what they must not repeat, and no more of them than somebody reads."""
        for word in self.unsaid:
            text = text.replace(word, "…")
        return text[:_READ]

    def opening(self, name: str) -> None:
        """A SELECT is about to be asked: what is told from here on is about that folder."""
        self.selected = Selected(name)

    def begin(self, name: str) -> str:
        """Send a command of one word that goes on for a while; the caller reads what comes. Its tag."""
        if self.prelude:
            self.ask()
        tag = self._new_tag(name)
        self.stream.send(f"{tag} {name}\r\n".encode())
        return tag

    def alive(self) -> bool:
        """Whether it answers: asked only after a while of silence, in which connections die unseen."""
        if self.broken:
            return False
        if passed() - self.used < _SILENCE:
            return True
        with suppress(CalsyncError), self.hurried():
            return self.ask(command("NOOP"))[0].status.ok
        return False

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """What is asked here is answered at once, or never."""
        usual = self.stream.sock.gettimeout()
        self.stream.sock.settimeout(PROMPT)
        try:
            yield
        finally:
            with suppress(OSError):  # it is closed
                self.stream.sock.settimeout(usual)

    def logout(self) -> None:
        """Say good-bye and go; nobody waits for the answer."""
        if not self.broken:
            with suppress(OSError):
                self.stream.sock.settimeout(1)
                self.stream.send(self._new_tag("LOGOUT").encode() + b" LOGOUT\r\n")
        self.stream.close()
        self.broken = True

    def _new_tag(self, name: str) -> str:
        self._tag += 1
        self._count()
        log.debug("%s %s", self.host, name)
        return f"C{self._tag}"


def capabilities_in(text: bytes) -> frozenset[str]:
    """Capabilities, in capitals."""
    return frozenset(text.decode("latin-1").upper().split())


def _unasked(tag: str, one: Command) -> Iterator[bytes]:
    yield tag.encode() + b" " + one.pieces[0]
    for literal, after in one.literals:
        yield b"{%d+}\r\n" % len(literal)
        yield from _bits(literal)
        yield after
    yield b"\r\n"


def _bits(literal: Literal) -> Iterator[bytes]:
    return iter((literal,)) if isinstance(literal, bytes) else literal.bits()
