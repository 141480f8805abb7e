"""What is said to an IMAP server: strings, sets and commands as bytes; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from calsync_cli.core.mail.message import canonical_pieces, canonical_size
from calsync_cli.core.model import Flags
from calsync_cli.providers.imap.parse import BrokenError
from calsync_cli.providers.imap.utf7 import encode

_ATOM = re.compile(rb"[A-Za-z0-9.,;:/_+=@&'~!#$-]+")
_QUOTABLE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*")
LONGEST_SET = 900
"""Octets of a UID set in one command: servers take lines of 1000 octets for sure (RFC 7162 section 4 asks for 8192)."""
AT_ONCE = 100_000
"""The largest literal that is sent unasked: a refusal of a larger one would cost its upload."""
AT_ONCE_MINUS = 4096
"""LITERAL- (RFC 7888 section 5)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message that gets the line ends of the net while it is sent, bit by bit: a large one is held once."""

    content: bytes = field(repr=False)
    size: int
    """Of the canonical form."""

    def __len__(self) -> int:
        return self.size

    def bits(self) -> Iterator[bytes]:
        """What is sent."""
        return canonical_pieces(self.content)


Literal = bytes | Text


@dataclass(frozen=True, slots=True)
class Command:
    """One command without its tag: `pieces` are text, literal, text, literal, text … `name` is what logs may show."""

    name: str
    pieces: tuple[bytes, ...] = field(repr=False)
    last: Text | None = None
    """A literal after all of these."""

    @property
    def literals(self) -> Iterator[tuple[Literal, bytes]]:
        """What goes as literals, each with the text that follows it."""
        yield from zip(self.pieces[1::2], self.pieces[2::2], strict=True)
        if self.last is not None:
            yield self.last, b""


def command(name: str, *arguments: bytes | tuple[bytes, ...]) -> Command:
    """A command of arguments that are spelled already; an `astring` that had to be a literal is a tuple."""
    pieces: list[bytes] = [name.encode()]
    for argument in arguments:
        first, *rest = argument if isinstance(argument, tuple) else (argument,)
        pieces[-1] += b" " + first
        pieces.extend(rest)
    return Command(name, tuple(pieces))


def astring(text: bytes) -> tuple[bytes, ...]:
    """As an atom, quoted, or as a literal where neither can hold it (RFC 9051 section 4.3)."""
    if _ATOM.fullmatch(text) and text.upper() != b"NIL":
        return (text,)
    if _QUOTABLE.fullmatch(text):
        return (b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"',)
    return (b"", text, b"")


def mailbox(name: str) -> tuple[bytes, ...]:
    """A folder's name."""
    return astring(encode(name))


def unasked(size: int, capabilities: frozenset[str]) -> bool:
    """Whether a literal of this size may be sent without waiting for the server (RFC 7888)."""
    if "LITERAL+" in capabilities:
        return size <= AT_ONCE
    return size <= AT_ONCE_MINUS and bool(capabilities & {"LITERAL-", "IMAP4REV2"})


def flag_list(flags: Iterable[str]) -> bytes:
    """Flags in parentheses, in a settled order."""
    return b"(" + " ".join(sorted(flags)).encode("ascii", "ignore") + b")"


def spellable(flags: Flags) -> Flags:
    """Flags that can be said: system flags, and keywords that are atoms (RFC 9051 section 2.3.2)."""
    return frozenset(flag for flag in flags if re.fullmatch(r'\\?[^\x00-\x20\x7f-\uffff(){%*"\\\]]+', flag))


def uid_set(uids: Iterable[int]) -> bytes:
    """UIDs as a sequence set, ascending, runs collapsed."""
    return b",".join(_runs(sorted(set(uids))))


def uid_sets(uids: Iterable[int]) -> Iterator[bytes]:
    """The same in pieces that fit into a command's line."""
    piece: list[bytes] = []
    size = 0
    for run in _runs(sorted(set(uids))):
        if piece and size + len(run) >= LONGEST_SET:
            yield b",".join(piece)
            piece, size = [], 0
        piece.append(run)
        size += len(run) + 1
    if piece:
        yield b",".join(piece)


def _runs(uids: Sequence[int]) -> Iterator[bytes]:
    at = 0
    while at < len(uids):
        last = at
        while last + 1 < len(uids) and uids[last + 1] == uids[last] + 1:
            last += 1
        yield b"%d" % uids[at] if last == at else b"%d:%d" % (uids[at], uids[last])
        at = last + 1


def uids_in(text: bytes, *, most: int = 10_000_000) -> list[int]:
    """The UIDs of a set, in the order given (COPYUID pairs them by place); BrokenError for what is none."""
    found: list[int] = []
    for part in text.split(b",") if text else ():
        low, colon, high = part.partition(b":")
        if not low.isdigit() or (colon and not high.isdigit()):
            raise BrokenError("no set of numbers")
        first, last = int(low), int(high if colon else low)
        if abs(last - first) + len(found) > most:
            raise BrokenError("a set larger than any mailbox")
        found.extend(range(min(first, last), max(first, last) + 1))
    return found


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def select(folder: str, *parameters: bytes) -> Command:
    """SELECT, with CONDSTORE or QRESYNC as its parameters (RFC 7162 section 3.2.5)."""
    return command("SELECT", mailbox(folder), *([b"(" + b" ".join(parameters) + b")"] if parameters else ()))


def uid_fetch(uids: bytes, items: bytes, *modifiers: bytes) -> Command:
    """UID FETCH."""
    return command("UID FETCH", uids, items, *([b"(" + b" ".join(modifiers) + b")"] if modifiers else ()))


def uid_store(uids: bytes, sign: str, flags: Flags) -> Command:
    """UID STORE +FLAGS or -FLAGS; what came of it is asked for besides."""
    return command("UID STORE", uids, sign.encode() + b"FLAGS.SILENT", flag_list(flags))


def append(folder: str, flags: Flags, content: bytes, date: bytes = b"") -> Command:
    """APPEND of these bytes, every line ended by CR LF (RFC 9051 section 2.1.1.1)."""
    head = command("APPEND", mailbox(folder), flag_list(flags), *([date] if date else ()))
    return Command("APPEND", (*head.pieces[:-1], head.pieces[-1] + b" "), Text(content, canonical_size(content)))


def status(folder: str, items: Sequence[bytes]) -> Command:
    """STATUS."""
    return command("STATUS", mailbox(folder), b"(" + b" ".join(items) + b")")
