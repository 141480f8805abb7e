"""What a property says, whatever way it is written: the values that comparing and merging go by."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import Enum, auto

from calsync_cli.core.lines import Line, param, params_of
from calsync_cli.core.scan import unescaped
from calsync_cli.core.times import key, moment, moment_of, moments_of, span
from calsync_cli.core.zones import Zones


class View(Enum):
    """How closely to look: STRICT sees everything that counts; FORGIVING passes over what servers are known to do."""

    STRICT = auto()
    FORGIVING = auto()


STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED"})
"""When somebody last wrote; in a merge the newest counts, and they never make two events differ."""
QUIET = STAMPS | {
    *("CREATED", "PRODID", "VERSION", "ACKNOWLEDGED", "X-LIC-ERROR"),
    *("X-MOZ-LASTACK", "X-MOZ-SNOOZE-TIME", "X-MOZ-GENERATION", "X-MOZ-FAKED-MASTER", "X-MOZ-SEND-INVITATIONS"),
}
"""Written without anybody having changed the event (Thunderbird: when a reminder is dismissed)."""
TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "DUE"})
MOMENTS = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "COMPLETED"}) | STAMPS
LISTED_MOMENTS = frozenset({"EXDATE", "RDATE"})
LISTED_TEXTS = frozenset({"CATEGORIES", "RESOURCES"})
REPEATABLE = frozenset(
    {"COMMENT", "CONTACT", "ATTACH", "RELATED-TO", "REQUEST-STATUS", "CONFERENCE", "IMAGE"}
    | {"REFRESH-INTERVAL", "STYLED-DESCRIPTION", "STRUCTURED-DATA", "LINK", "REFID", "CONCEPT"}
)
PEOPLE = frozenset({"ATTENDEE", "ORGANIZER"})
_RULES = frozenset({"RRULE", "EXRULE"})
_WORDS = frozenset({"STATUS", "TRANSP", "CLASS", "ACTION", "METHOD", "CALSCALE", "BUSYTYPE"})
_NUMBERS = frozenset({"SEQUENCE", "PRIORITY", "PERCENT-COMPLETE", "REPEAT"})
_AS_WRITTEN = frozenset({"URL", "ATTACH", "UID", "TZID", "CONFERENCE", "IMAGE"})

_DEFAULTS = frozenset(
    {("TRANSP", "OPAQUE"), ("CLASS", "PUBLIC"), ("PRIORITY", "0"), ("SEQUENCE", "0"), ("CALSCALE", "GREGORIAN")}
)
"""Values that say the same as nothing does (RFC 5545)."""
_PARAM_DEFAULTS = frozenset(
    {("PARTSTAT", "NEEDS-ACTION"), ("ROLE", "REQ-PARTICIPANT"), ("CUTYPE", "INDIVIDUAL"), ("RSVP", "FALSE")}
    | {("RELATED", "START"), ("SCHEDULE-AGENT", "SERVER"), ("RELTYPE", "PARENT")}
)
_PARAM_WORDS = frozenset(
    {"PARTSTAT", "ROLE", "CUTYPE", "RSVP", "RELATED", "RELTYPE", "RANGE", "ENCODING", "FBTYPE", "LANGUAGE", "FMTTYPE"}
    | {"SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND"}
)
"""Parameters whose values have no case."""
_ANSWER = frozenset({"PARTSTAT", "ROLE"})
"""What a forgiving look minds of an attendee: servers add the rest (Cyrus: SCHEDULE-STATUS, X-DTSTAMP, CN)."""


def counts(line: Line, view: View) -> bool:
    """Whether a property can make two events differ."""
    if not line.name or line.name in QUIET or line.name.startswith("X-MOZ-SNOOZE-TIME"):
        return False
    if view is View.FORGIVING and (line.name.startswith("X-") or line.name in {"METHOD", "SEQUENCE"}):
        return False
    if view is View.FORGIVING and line.name == "ATTACH" and param(line, "ENCODING"):
        return False  # a whole file: Google has no place for it; a merge must not take it for deleted there
    if line.name == "STATUS" and view is View.FORGIVING:
        return line.value.strip().upper() != "CONFIRMED"
    plain = line.value.strip()
    return bool(plain or line.params) and (line.name, plain.upper()) not in _DEFAULTS


def value_of(line: Line, zones: Zones, view: View) -> Hashable:  # noqa: PLR0911 (one line per kind of value)
    """What the value says."""
    name, text = line.name, line.value
    if name in MOMENTS:
        at = moment_of(line)
        return key(at, zones) if at else ("?", text.strip())
    if name in _RULES:
        return rule_of(text, zones)
    if name in PEOPLE:
        return address_of(line) or text.strip().lower()
    if name in _WORDS:
        return text.strip().upper()
    if name in _NUMBERS:
        return text.strip().lstrip("+").lstrip("0") or "0"
    if name == "TRIGGER":
        return _trigger(text, zones)
    if name == "DURATION":
        return _length(text)
    if name in _AS_WRITTEN:
        return text.strip()
    plain = unescaped(text)
    return " ".join(plain.split()) if view is View.FORGIVING else plain.strip()


def params_meant(line: Line, view: View) -> Hashable:
    """What the parameters say: without order, quotes, defaults, and what the value tells anyway."""
    if not line.params:
        return frozenset()
    if view is View.FORGIVING and line.name != "TRIGGER":
        wanted = _ANSWER if line.name == "ATTENDEE" else frozenset()
        return frozenset(pair for pair in _pairs(line) if pair[0] in wanted)
    return frozenset(_pairs(line))


def rule_of(text: str, zones: Zones) -> Hashable:
    """A recurrence rule: its parts without order, lists without order, defaults left out."""
    parts: set[Hashable] = set()
    for part in text.strip().upper().split(";"):
        name, _, values = part.partition("=")
        if name == "UNTIL":
            until = moment(values)
            parts.add((name, key(until, zones) if until else values))
        elif part and (name, values) not in {("INTERVAL", "1"), ("WKST", "MO")}:
            parts.add((name, frozenset(value.strip().removeprefix("+") for value in values.split(","))))
    return frozenset(parts)


def address_of(line: Line) -> str:
    """The e-mail address of an ATTENDEE or ORGANIZER in lower case, or its other URI, or ""."""
    text = line.value.strip().strip('"').lower()
    if text.startswith("mailto:"):
        return text.removeprefix("mailto:").strip()
    email = param(line, "EMAIL").strip().lower()  # RFC 7986 6.2; iCloud and Exchange put a path or urn into the value
    return email.removeprefix("mailto:") or text


def moments_meant(line: Line, zones: Zones) -> list[tuple[Hashable, str]]:
    """The elements of an EXDATE or RDATE: what each says, and its text."""
    return [(_listed(text, key(at, zones) if at else None), text) for text, at in moments_of(line)]


def _listed(text: str, at: Hashable) -> Hashable:
    period = text.partition("/")[2].upper()
    return ("?", text) if at is None else (at, period) if period else at


def _pairs(line: Line) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, values in params_of(line.params):
        if name in {"VALUE", "TZID"}:
            continue
        meant = tuple(sorted(value.upper() if name in _PARAM_WORDS else value for value in values))
        if len(meant) != 1 or (name, meant[0]) not in _PARAM_DEFAULTS:
            yield name, meant


def _trigger(text: str, zones: Zones) -> Hashable:
    at = moment(text)
    return key(at, zones) if at else _length(text)


def _length(text: str) -> Hashable:
    length = span(text)
    return length.days + length.clock if length else ("?", text.strip())
