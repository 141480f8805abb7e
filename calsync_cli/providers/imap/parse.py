"""What an IMAP server says, from bytes to values: lines with their literals, tokens, status answers; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Token = bytes | None | list["Token"]

_TOKEN = re.compile(
    rb' *(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|~?\{(?P<literal>\d+)\+?\}'
    # an atom, or BODY[HEADER.FIELDS (X)]<0>, whose brackets hold blanks
    rb'|(?P<atom>(?:[^ ()"\[]|\[[^\]]*\]|\[)+))',
    re.DOTALL,
)
_DIGITS = 20
"""Of the largest number there is, Gmail's of a message; Python refuses to read some thousands."""
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_STATUS = re.compile(
    rb"(\*|[A-Za-z0-9]+) (OK|NO|BAD|BYE|PREAUTH)(?: (?:\[([^\]]*)\] ?)?(.*))?", re.IGNORECASE | re.DOTALL
)


class BrokenError(ValueError):
    """What the server said is no IMAP."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: its text, in which literals are left as `{n}`, and the literals."""

    text: bytes
    literals: Sequence[bytes] = field(default=(), repr=False)

    @property
    def words(self) -> list[bytes]:
        """The first three words, enough to know what it is."""
        return self.text.split(b" ", 3)[:3]


@dataclass(frozen=True, slots=True)
class Status:
    """OK, NO, BAD, BYE or PREAUTH with its response code (RFC 9051 section 7.1). `tag` is "*" where it has none."""

    tag: str
    kind: str
    code: str = ""
    argument: bytes = b""
    text: str = ""

    @property
    def ok(self) -> bool:
        """It was done."""
        return self.kind == "OK"


def status_of(text: bytes) -> Status | None:
    """A status answer, None where the line is something else."""
    found = _STATUS.fullmatch(text)
    if found is None:
        return None
    code, _, argument = (found[3] or b"").partition(b" ")
    return Status(
        found[1].decode(),
        found[2].decode().upper(),
        code.decode("latin-1").upper(),
        argument,
        (found[4] or b"").decode("utf-8", "backslashreplace").strip(),
    )


def tokens(line: Line, start: int = 0) -> list[Token]:
    """The tokens of a line from an offset: strings as bytes, NIL as None, lists as lists."""
    stack: list[list[Token]] = [[]]
    literals = iter(line.literals)
    at, text = start, line.text
    end = len(text.rstrip(b" "))
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise BrokenError("no token")
        at = found.end()
        match found.lastgroup:
            case "open":
                stack.append([])
            case "close":
                if len(stack) == 1:
                    raise BrokenError("a parenthesis too many")
                inner = stack.pop()
                stack[-1].append(inner)
            case "quoted":
                stack[-1].append(_ESCAPE.sub(rb"\1", found["quoted"]))
            case "literal":
                stack[-1].append(_next(literals))
            case _:
                stack[-1].append(None if found["atom"].upper() == b"NIL" else found["atom"])
    if len(stack) != 1:
        raise BrokenError("a parenthesis too few")
    return stack[0]


def _next(literals: Iterator[bytes]) -> bytes:
    found = next(literals, None)
    if found is None:
        raise BrokenError("a literal that did not come")
    return found


def pairs(flat: Sequence[Token]) -> dict[bytes, Token]:
    """Name value name value …, names in capitals."""
    named = zip(flat[::2], flat[1::2], strict=False)
    return {name.upper(): value for name, value in named if isinstance(name, bytes)}


def number(token: Token, otherwise: int = 0, *, bits: int = 64) -> int:
    """A number, or `otherwise` where it is none. BrokenError for one that is larger than any (RFC 9051 section 4.2)."""
    if not (isinstance(token, bytes) and token.isdigit()):
        return otherwise
    found = int(token) if len(token) <= _DIGITS else 1 << bits
    if found >> bits:
        raise BrokenError("a number larger than any")
    return found
