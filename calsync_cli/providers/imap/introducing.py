"""What a server tells of itself: its ID, what it can do, how large a message may be, and how full the mailbox is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from calsync_cli.core.mail.nouns import MailServer, Role
from calsync_cli.providers.imap import folders
from calsync_cli.providers.imap.parse import BrokenError, Line, Token, number, pairs, tokens
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import Command, command, status

MATTERS = (
    "IMAP4REV1 IMAP4REV2 ENABLE CONDSTORE QRESYNC UIDPLUS MOVE IDLE NOTIFY ESEARCH LITERAL+ LITERAL- LIST-EXTENDED"
    " LIST-STATUS STATUS=SIZE SPECIAL-USE NAMESPACE ACL QUOTA ID OBJECTID X-GM-EXT-1"
)
_KIB = 1024
"""RFC 9208 section 5.1: STORAGE counts units of 1024 octets."""


def introduced(session: Session) -> MailServer:
    """Asked in two round trips; what a server refuses to tell stays untold."""
    named = session.capabilities
    listed, _ = folders.folders(session)
    lines = [line for answer in session.ask(*_questions(named)) for line in answer.lines]
    told = _id(lines)
    used, room = _quota(lines)
    return MailServer(
        name=told.get("NAME", ""),
        version=told.get("VERSION", ""),
        greeting=session.greeting,
        capabilities=tuple(word for word in MATTERS.split() if word in named),
        special_use=any(one.all or one.role not in {None, Role.INBOX} for one in listed),
        largest=_largest(named, lines),
        used=used,
        room=room,
    )


def _questions(named: frozenset[str]) -> Iterator[Command]:
    if "ID" in named:
        yield command("ID", b'("name" "calsync")')
    if "QUOTA" in named:
        yield command("GETQUOTAROOT", b"INBOX")
    if "APPENDLIMIT" in named:
        yield status("INBOX", (b"APPENDLIMIT",))


def _id(lines: Sequence[Line]) -> dict[str, str]:
    """`* ID (field value …)`."""
    for rest in _after(b"ID", lines):
        if rest and isinstance(rest[0], list):
            found = pairs(rest[0])
            return {field.decode("latin-1"): _text(value) for field, value in found.items() if isinstance(value, bytes)}
    return {}


def _quota(lines: Sequence[Line]) -> tuple[int | None, int | None]:
    """`* QUOTA root (STORAGE used limit)`: of several roots the one with the least room left."""
    limits = [
        (number(rest[1][at + 1]) * _KIB, number(rest[1][at + 2]) * _KIB)
        for rest in _after(b"QUOTA", lines)
        if len(rest) > 1 and isinstance(rest[1], list)
        for at, word in enumerate(rest[1][:-2])
        if at % 3 == 0 and isinstance(word, bytes) and word.upper() == b"STORAGE"
    ]
    return min(limits, key=lambda one: one[1] - one[0], default=(None, None))


def _largest(named: frozenset[str], lines: Sequence[Line]) -> int | None:
    """For all folders as a capability, else the inbox's own."""
    words = [word.partition("=")[2] for word in named if word.startswith("APPENDLIMIT=")]
    limits = [int(word) for word in words if word.isdecimal()]
    for line in lines:
        told = folders.status_in(line)
        if told is not None and number(told[1].get(b"APPENDLIMIT")):
            limits.append(number(told[1][b"APPENDLIMIT"]))
    return min(limits, default=None)


def _after(word: bytes, lines: Sequence[Line]) -> Iterator[list[Token]]:
    """What follows `* WORD `, as tokens."""
    start = b"* " + word + b" "
    for line in lines:
        if line.text[: len(start)].upper() == start:
            with suppress(BrokenError):  # nobody needs it so much
                yield tokens(line, len(start))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
