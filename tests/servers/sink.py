"""A mail server that takes everything, delivers nothing, and counts: who would have been mailed."""

from __future__ import annotations

import asyncio
import email
import email.message
import email.policy
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from tests.servers.loop import LoopThread

_ADDRESS = re.compile(r"<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it was handed over."""

    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def method(self) -> str:
        """The iTIP method of its calendar part (RFC 6047), "" where it has none."""
        part = self._event()
        return str(part.get_param("method")) if part is not None else ""

    @property
    def event(self) -> str:
        """Its calendar part, decoded and unfolded (RFC 5545 3.1); "" where it has none."""
        part = self._event()
        return _unfolded(_text(part)) if part is not None else ""

    def says(self, word: str) -> bool:
        """Whether anybody could read this in it: in the envelope, the headers or a part, as sent or decoded."""
        letter = email.message_from_bytes(self.raw, policy=email.policy.default)
        parts = [part for part in letter.walk() if not part.is_multipart()]
        headers = [f"{name}: {value}" for part in letter.walk() for name, value in part.items()]
        bodies = [_unfolded(_text(part)) for part in parts]
        everything = [self.sender, *self.to, self.raw.decode(errors="replace"), *headers, *bodies]
        return word.lower() in "\n".join(everything).lower()

    def _event(self) -> email.message.EmailMessage | None:
        letter = email.message_from_bytes(self.raw, policy=email.policy.default)
        return next((part for part in letter.walk() if part.get_content_type() == "text/calendar"), None)


@dataclass(slots=True)
class Sink:
    """SMTP (RFC 5321) without relaying. `mails` is what has arrived."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    _loop: LoopThread = field(default_factory=LoopThread)

    def start(self) -> Sink:
        """Listen on a free loopback port, in a thread."""
        server = self._loop.run(asyncio.start_server(self._talk, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """Hang up."""
        self._loop.stop()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._session(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(text: str) -> Coroutine[Any, Any, None]:
            writer.write(text.encode() + b"\r\n")
            return writer.drain()

        sender = ""
        to: list[str] = []
        await say("220 sink")
        while line := (await reader.readline()).decode(errors="replace").strip():
            match line.split()[0].upper():
                case "EHLO":
                    await say("250-sink\r\n250-8BITMIME\r\n250 SIZE 50000000")
                case "MAIL":
                    sender, to = _address(line), []
                    await say("250 ok")
                case "RCPT":
                    to.append(_address(line))
                    await say("250 ok")
                case "DATA":
                    await say("354 go on")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append(Mail(sender, tuple(to), raw[:-3].replace(b"\r\n..", b"\r\n.")))
                    await say("250 taken")
                case "QUIT":
                    await say("221 bye")
                    return
                case _:
                    await say("250 ok")


def _text(part: email.message.EmailMessage) -> str:
    """A part's content, whatever its transfer encoding."""
    content = part.get_payload(decode=True)
    return content.decode(errors="replace") if isinstance(content, bytes) else ""


def _unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text)


def _address(line: str) -> str:
    found = _ADDRESS.search(line)
    return found[1] if found else ""
