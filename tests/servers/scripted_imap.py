"""A small IMAP server that does what a test tells it to: for what real servers will not do when they are asked."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

CAPABILITIES = "IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS MOVE LITERAL+ IDLE ESEARCH"


@dataclass(slots=True)
class Message:
    """A message as the server has it. `size` is what it says of it."""

    content: bytes
    flags: set[bytes] = field(default_factory=set)
    size: int | None = None


class Talk:
    """One connection, from the server's side."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb")

    def say(self, *lines: bytes) -> None:
        """Lines, each with its CR LF."""
        self.raw(b"".join(line + b"\r\n" for line in lines))

    def raw(self, data: bytes) -> None:
        """Exactly these bytes."""
        self._sock.sendall(data)

    def slowly(self, data: bytes, every: int = 1) -> None:
        """The bytes in packets of their own."""
        for at in range(0, len(data), every):
            self._sock.sendall(data[at : at + every])

    def hear(self) -> tuple[bytes, list[bytes]] | None:
        """A command with its literals; None where the client left."""
        text, literals = b"", []
        while True:
            line = self._file.readline()
            if not line:
                return None
            said = line.rstrip(b"\r\n")
            text += said
            found = re.search(rb"\{(\d+)(\+?)\}$", said)
            if found is None:
                return text, literals
            if not found[2]:
                self.say(b"+ go on")
            literals.append(self._file.read(int(found[1])))

    def line(self) -> bytes:
        """One line."""
        return self._file.readline().rstrip(b"\r\n")

    def more(self) -> bool:
        """Whether the client has said more than was read so far."""
        self._sock.setblocking(False)
        try:
            return bool(self._file.peek(1))
        finally:
            self._sock.setblocking(True)

    def upgrade(self, tls: ssl.SSLContext) -> None:
        """Go on encrypted."""
        self._sock = tls.wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")

    def leave(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        with suppress(OSError, ValueError):  # whoever reads from it has been woken
            self._file.close()


Deed = Callable[[Talk, bytes, bytes, list[bytes]], None]
"""What is done for a command: talk, tag, arguments, literals."""


class Scripted:
    """The server. `on` replaces what it does for a command; `heard` is what it was asked."""

    def __init__(
        self, *, capabilities: str = CAPABILITIES, greeting: bytes = b"* OK ready", tls: ssl.SSLContext | None = None
    ) -> None:
        self.capabilities = capabilities
        self._tls = tls
        self.greeting = greeting
        self.messages: dict[int, Message] = {}
        self.uidvalidity = 7
        self.uidnext = 1
        self.heard: list[bytes] = []
        self.connections = 0
        self._deeds: dict[bytes, Deed] = {}
        self._once: dict[bytes, list[Deed]] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.talks: list[Talk] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def start(self) -> Scripted:
        """Begin to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody."""
        self._socket.close()
        for talk in list(self.talks):
            talk.leave()

    def put(self, content: bytes, *flags: bytes, size: int | None = None) -> int:
        """A message; its UID."""
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.messages[uid] = Message(content, set(flags), size)
        return uid

    def on(self, command: str, deed: Deed) -> None:
        """Do this for every such command."""
        self._deeds[command.encode()] = deed

    def once(self, command: str, deed: Deed) -> None:
        """Do this for the next such command."""
        self._once.setdefault(command.encode(), []).append(deed)

    def refuse(self, command: str, words: bytes) -> None:
        """Answer the next such command by these words, NO or BAD first."""
        self.once(command, lambda talk, tag, _args, _literals: talk.say(tag + b" " + words))

    def asked(self, command: str) -> list[bytes]:
        """Such commands as they were heard, without their tags."""
        return [one for one in self.heard if one.startswith(command.encode())]

    # ── what it does by itself ───────────────────────────────────────────────────────────────────────────────────

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(sock,), daemon=True).start()

    def _converse(self, sock: socket.socket) -> None:
        if self._tls is not None:
            try:
                sock = self._tls.wrap_socket(sock, server_side=True)
            except OSError:  # the client did not like what it saw
                sock.close()
                return
        talk = Talk(sock)
        self.talks.append(talk)
        with suppress(OSError, ValueError):
            talk.say(self.greeting)
            while (said := talk.hear()) is not None:
                self._answer(talk, *said)

    def _answer(self, talk: Talk, text: bytes, literals: list[bytes]) -> None:
        tag, _, rest = text.partition(b" ")
        words = rest.split(b" ")
        name = b" ".join(words[:2]) if words[0] == b"UID" else words[0]
        self.heard.append(rest)
        arguments = rest[len(name) + 1 :]
        if self._once.get(name):
            self._once[name].pop(0)(talk, tag, arguments, literals)
            return
        deed = self._deeds.get(name) or getattr(self, "do_" + name.decode().lower().replace(" ", "_"), None)
        if deed is None:
            talk.say(tag + b" BAD unknown")
            return
        deed(talk, tag, arguments, literals)

    def do_capability(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* CAPABILITY " + self.capabilities.encode(), tag + b" OK done")

    def do_authenticate(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" OK [CAPABILITY " + self.capabilities.encode() + b"] signed in")

    do_login = do_authenticate

    def do_noop(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(tag + b" OK done")

    do_enable = do_noop

    def do_list(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        if b"INBOX" in args or b"*" in args:
            talk.say(b'* LIST () "/" INBOX')
        talk.say(tag + b" OK done")

    def do_select(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(
            b"* %d EXISTS" % len(self.messages),
            b"* OK [UIDVALIDITY %d] life" % self.uidvalidity,
            b"* OK [UIDNEXT %d] next" % self.uidnext,
            b"* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Draft \\Deleted \\*)] these",
            tag + b" OK [READ-WRITE] done",
        )

    def do_uid_fetch(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        uids, _, items = args.partition(b" ")
        for uid in self.meant(uids):
            self.show(talk, uid, items)
        talk.say(tag + b" OK done")

    def show(self, talk: Talk, uid: int, items: bytes) -> None:
        """One row."""
        one = self.messages[uid]
        number = sorted(self.messages).index(uid) + 1
        row = b"* %d FETCH (UID %d" % (number, uid)
        if b"FLAGS" in items:
            row += b" FLAGS (" + b" ".join(sorted(one.flags)) + b")"
        if b"RFC822.SIZE" in items:
            row += b" RFC822.SIZE %d" % (len(one.content) if one.size is None else one.size)
        if b"BODY.PEEK[]" in items:
            row += b" BODY[] {%d}\r\n" % len(one.content) + one.content
        if b"HEADER.FIELDS" in items:
            head = one.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            row += b" BODY[HEADER.FIELDS (MESSAGE-ID DATE)] {%d}\r\n" % len(head) + head
        talk.say(row + b")")

    def do_uid_search(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        uids = sorted(self.messages)
        if b"RETURN" in args:
            talk.say(b'* ESEARCH (TAG "' + tag + b'") UID ALL ' + b",".join(b"%d" % uid for uid in uids))
        else:
            talk.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids))
        talk.say(tag + b" OK done")

    def do_uid_store(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        uids, sign, flags = args.split(b" ", 2)
        for uid in self.meant(uids):
            words = set(flags.strip(b"()").split())
            self.messages[uid].flags ^= words & (self.messages[uid].flags ^ (words if sign[:1] == b"+" else set()))
        talk.say(tag + b" OK done")

    def do_uid_expunge(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        for uid in self.meant(args):
            if b"\\Deleted" in self.messages[uid].flags:
                del self.messages[uid]
        talk.say(tag + b" OK done")

    def do_append(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        flags = re.search(rb"\(([^)]*)\)", args)
        uid = self.put(literals[-1], *(flags[1].split() if flags else ()))
        told = b"[APPENDUID %d %d] " % (self.uidvalidity, uid) if "UIDPLUS" in self.capabilities else b""
        talk.say(tag + b" OK " + told + b"stored")

    def do_logout(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"* BYE", tag + b" OK done")
        talk.leave()

    def meant(self, uids: bytes) -> Iterable[int]:
        """The UIDs of a set that are there; n:* always has the last one."""
        last = max(self.messages, default=0)
        found: set[int] = set()
        for part in uids.split(b","):
            low, _, high = part.partition(b":")
            first, end = int(low), last if high == b"*" else int(high or low)
            found.update(uid for uid in self.messages if min(first, end) <= uid <= max(first, end))
        return sorted(found)
