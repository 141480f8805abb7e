"""Rows of a FETCH answer: the short ones by one regular expression, the others by their tokens; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN
from calsync_cli.core.model import NO_FLAGS, Flags
from calsync_cli.providers.imap.parse import BrokenError, Line, Token, number, pairs, tokens

# Repeated alternatives keep the last capture, so the items may come in any order. Longer numbers are for `number`.
_FAST = re.compile(
    rb"\* \d+ FETCH \((?:UID (\d{1,18})|FLAGS \(([^()\"{]*)\)|RFC822\.SIZE (\d{1,18})|MODSEQ \((\d{1,18})\)"
    rb'|BODY\[\] \{(\d+)\}|INTERNALDATE "([^"\\]*)"|X-GM-MSGID (\d{1,19})'
    rb'|X-GM-LABELS \(((?:[^()"{]|"(?:[^"\\]|\\.)*")*)\)| )+\)'
)
_LABEL = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_ROW = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
_MOMENT = re.compile(rb"(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_WELL_KNOWN = {flag.lower(): flag for flag in (SEEN, ANSWERED, FLAGGED, DRAFT, DELETED, FORWARDED)}
_NAMES = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_YEAR_10000 = 253_402_300_800
_MONTHS = {name.decode().lower(): at for at, name in enumerate(_NAMES, start=1)}


@dataclass(slots=True)
class Row:
    """What one FETCH answer says of one message. Without a UID it was not asked for, and is nobody's."""

    uid: int = 0
    flags: Flags | None = None
    size: int | None = None
    modseq: int = 0
    body: bytes | None = field(default=None, repr=False)
    head: bytes | None = field(default=None, repr=False)
    date: float | None = None
    message: int = 0
    """Gmail's X-GM-MSGID: one number for a message in all folders."""
    labels: frozenset[bytes] | None = None
    """Gmail's X-GM-LABELS, as it spells them; that of the open folder is not among them."""


def row_of(line: Line) -> Row | None:
    """The row, None where the line is no FETCH answer. BrokenError where it is one that cannot be read.

    UIDs and sizes are kept as numbers of SQLite, which have 63 bits; Gmail's have 64, see state.ledger.
    """
    fast = _FAST.fullmatch(line.text)
    if fast is not None:
        uid, flags, size, modseq, body, date, message, labels = fast.groups()
        if body is not None and len(line.literals) != 1:
            raise BrokenError("a literal that did not come")
        return Row(
            int(uid or 0),
            None if flags is None else flags_in(flags),
            None if size is None else int(size),
            int(modseq or 0),
            None if body is None else line.literals[0],
            date=None if date is None else moment(date),
            message=int(message or 0),
            labels=None if labels is None else labels_in(labels),
        )
    start = _ROW.match(line.text)
    return None if start is None else _slow(line, start.end())


def _slow(line: Line, start: int) -> Row:
    listed = tokens(line, start)
    if not listed or not isinstance(listed[0], list):
        raise BrokenError("a FETCH answer without its list")
    row = Row()
    for name, value in pairs(listed[0]).items():
        _put(row, name, value)
    return row


def _put(row: Row, name: bytes, value: Token) -> None:
    match name, value:
        case b"UID", _:
            row.uid = number(value, bits=63)
        case b"FLAGS", list():
            row.flags = _flags(tuple(word for word in value if isinstance(word, bytes)))
        case b"RFC822.SIZE", _:
            row.size = number(value, bits=63)
        case b"MODSEQ", [first, *_]:
            row.modseq = number(first)
        case b"BODY[]", bytes():
            row.body = value
        case b"INTERNALDATE", bytes():
            row.date = moment(value)
        case b"X-GM-MSGID", _:
            row.message = number(value)
        case b"X-GM-LABELS", list():
            row.labels = frozenset(word for word in value if isinstance(word, bytes))
        case _, bytes() if name.startswith(b"BODY[HEADER"):
            row.head = value
        case _:
            pass


def merged(lines: Iterable[Line]) -> dict[int, Row]:
    """Rows by UID. Of a message's rows the last counts, but none forgets what an earlier one told.

    A server tells a new MODSEQ when it likes, even after the FETCH that asked for more (Dovecot).
    """
    rows: dict[int, Row] = {}
    for line in lines:
        row = row_of(line)
        if row is None or not row.uid:
            continue
        before = rows.get(row.uid)
        if before is not None:
            row.flags = before.flags if row.flags is None else row.flags
            row.size = before.size if row.size is None else row.size
            row.modseq = max(before.modseq, row.modseq)
            row.message = row.message or before.message
            row.labels = before.labels if row.labels is None else row.labels
        rows[row.uid] = row
    return rows


def day(seconds: float) -> bytes:
    """A date as SEARCH has it (RFC 9051 section 9), in English whatever the language."""
    when = datetime.fromtimestamp(seconds, UTC)
    return b"%d-%s-%04d" % (when.day, _NAMES[when.month - 1], when.year)


def internal_date(seconds: float | None) -> bytes:
    """A moment as APPEND has it; nothing where it is none that could be said."""
    if seconds is None or not 0 < seconds < _YEAR_10000:
        return b""
    when = datetime.fromtimestamp(int(seconds), UTC)
    clock = (when.hour, when.minute, when.second)
    return b'"%02d-%s-%04d %02d:%02d:%02d +0000"' % (when.day, _NAMES[when.month - 1], when.year, *clock)


def moment(text: bytes) -> float | None:
    """An INTERNALDATE as seconds since 1970; None where it is none. strptime would read the month in our language."""
    found = _MOMENT.fullmatch(text.strip())
    midnight = _midnight(found[1], found[2], found[3]) if found else None
    if found is None or midnight is None:
        return None
    hour, minute, second, hours, minutes = int(found[4]), int(found[5]), int(found[6]), int(found[8]), int(found[9])
    if hour > 23 or hours > 23 or max(minute, second, minutes) > 59:  # noqa: PLR2004 - a clock
        return None
    east = (hours * 60 + minutes) * 60
    return midnight + (hour * 60 + minute) * 60 + second - (east if found[7] == b"+" else -east)


@lru_cache(maxsize=4096)
def _midnight(day: bytes, month: bytes, year: bytes) -> float | None:
    """When that day begins in Greenwich. Mail comes by the day, so that hardly any is asked for once only."""
    try:
        return datetime(int(year), _MONTHS[month.decode().lower()], int(day), tzinfo=UTC).timestamp()
    except (ValueError, KeyError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def labels_in(text: bytes) -> frozenset[bytes]:
    """The labels of a list's inside: atoms, and strings in quotes with escapes."""
    return frozenset(re.sub(rb"\\(.)", rb"\1", quoted) if quoted else atom for quoted, atom in _LABEL.findall(text))


@lru_cache(maxsize=4096)
def flags_in(text: bytes) -> Flags:
    """The flags of a list's inside."""
    return _flags(tuple(text.split()))


def _flags(words: tuple[bytes, ...]) -> Flags:
    r"""Well-known ones in one spelling, whatever the server's capitals; \Recent is nobody's."""
    if not words:
        return NO_FLAGS
    named = (word.decode("utf-8", "backslashreplace") for word in words)
    return frozenset(_WELL_KNOWN.get(name.lower(), name) for name in named if name.lower() != "\\recent")
