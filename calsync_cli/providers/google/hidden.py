"""What Google has no field for, kept in its private properties: only this account sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from calsync_cli.core.lines import Component, Line, make_line, param, read_line
from calsync_cli.core.properties import View, address_of, counts
from calsync_cli.core.units import ALARM
from calsync_cli.providers.google.alarms import reminders_json
from calsync_cli.providers.google.extras import is_googles
from calsync_cli.providers.google.fields import Frame, Json, Unsayable, clean, part, text
from calsync_cli.providers.google.people import ROLES, is_hidden, is_silent, role_lines

UID = "calsyncUid"
_KEY = re.compile(r"calsync([1-9]\d{0,2})")
_NAME = re.compile(r"[A-Z0-9-]+")
_CHUNK = 1024
_MOST = 8 * 1024
_SAID_ELSEWHERE = frozenset(
    {
        *("UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "SEQUENCE"),
        *("SUMMARY", "DESCRIPTION", "LOCATION", "CLASS", "TRANSP", "ORGANIZER", "BEGIN", "END"),
        *("X-ALT-DESC", "X-APPLE-STRUCTURED-LOCATION"),
    }
)
"""Google's own fields; and renditions of a text that would outlive a change of it there."""
_WITHIN = frozenset({ALARM, "PARTICIPANT", "VLOCATION", "VRESOURCE"})
"""What may stand within an event (RFC 5545 3.6.6, RFC 9073 7)."""


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def hidden_json(component: Component, frame: Frame) -> Json:
    """`extendedProperties` with the lines and alarms that Google cannot say; {} where it can say all.

    Raises Unsayable where that is too much: what is left out here would be taken for deleted by somebody.
    """
    lines = [item for item in component.lines if _goes(item, component, frame)] + role_lines(component, frame)
    inner = [child for child in component.children if child.name in _WITHIN - {ALARM}]
    inner += reminders_json(component, frame)[1]
    chunks = _chunks("\n".join(_fitting([*map(_text, lines), *map(_block, inner)])))
    private = {f"calsync{index}": chunk for index, chunk in enumerate(chunks, start=1)}
    return {"extendedProperties": {"private": private}} if private else {}


def identified(event: Json, event_id: str, uid: str) -> Json:
    """The event with its UID, which Google does not take beside an id; a split series copies it, hence the id."""
    told = f"{event_id} {uid}"
    if len(told.encode()) > _CHUNK:
        return event
    extended = part(event, "extendedProperties")
    return {**event, "extendedProperties": {**extended, "private": {**part(extended, "private"), UID: told}}}


def _goes(item: Line, component: Component, frame: Frame) -> bool:
    match item.name:
        case "ATTENDEE":
            return is_hidden(item, component, frame)
        case "STATUS":
            return _is_cancelled(item)
        case "ATTACH" if param(item, "ENCODING"):
            return False  # a whole file; no server is missed that leaves it out
        case "ATTACH" | "CONFERENCE" | "URL" if is_googles(item):
            return False
        case _:
            return _is_free(item.name) and counts(item, View.STRICT)


def _is_cancelled(item: Line) -> bool:
    """Google would delete what is said to be so."""
    return item.value.strip().upper() == "CANCELLED"


def _is_free(name: str) -> bool:
    foreign = not name.startswith(("X-GOOGLE-", "X-CALSYNC-"))
    return bool(_NAME.fullmatch(name)) and name not in _SAID_ELSEWHERE and foreign


def _text(item: Line) -> str:
    params = f";{item.params}" if item.params else ""
    return clean(f"{item.name}{params}:{item.value}").replace("\n", "\\n")


def _block(alarm: Component) -> str:
    inner = [_block(each) if isinstance(each, Component) else _text(each) for each in alarm.body]
    return "\n".join([f"BEGIN:{alarm.name}", *inner, f"END:{alarm.name}"])


def _fitting(blocks: Iterable[str]) -> list[str]:
    """In one order, whatever the file's is; of what is too long the X-properties are left out, longest first."""
    kept = sorted(blocks, key=lambda block: (not block.startswith("X-"), -len(block.encode()), block))
    while sum(len(block.encode()) + 1 for block in kept) > _MOST:
        if not kept.pop(0).startswith("X-"):
            raise Unsayable("too-large")
    return sorted(kept)


def _chunks(whole: str) -> Iterator[str]:
    """Pieces that a property's value can hold; none begins or ends with a space, which a server might trim."""
    while whole:
        cut = len(whole.encode()[:_CHUNK].decode(errors="ignore"))
        spot = cut
        while 0 < spot < len(whole) and (whole[spot].isspace() or whole[spot - 1].isspace()):
            spot -= 1
        cut = spot or cut
        yield whole[:cut]
        whole = whole[cut:]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def hidden_lines(event: Json, frame: Frame) -> tuple[list[Line], list[bytes]]:
    """The lines and the alarms that were kept; whoever else wrote the properties can put nothing else into a file."""
    lines: list[Line] = []
    blocks: list[bytes] = []
    opened: list[str] = []
    inner: list[Line] = []
    for item in _told(event):
        name = item.value.strip().upper()
        if item.name == "BEGIN":
            opened.append(name)
        if opened:
            inner.append(item)
        elif _may_return(item, frame):
            lines.append(item)
        if item.name == "END" and opened and opened.pop() != name:
            break
        if inner and not opened:
            blocks += [each.raw for each in inner] if _is_sound(inner) else []
            inner = []
    return lines, blocks


def _is_sound(block: list[Line]) -> bool:
    """Whether there is nothing in it but what may stand within an event."""
    return {item.value.strip().upper() for item in block if item.name == "BEGIN"} <= _WITHIN


def _may_return(item: Line, frame: Frame) -> bool:
    """An attendee who is not silent would be invited with the next edit."""
    match item.name:
        case "ATTENDEE":
            return is_silent(item) or address_of(item) == frame.me
        case "STATUS":
            return _is_cancelled(item)
        case _:
            return item.name == ROLES or (_is_free(item.name) and counts(item, View.STRICT))


def _told(event: Json) -> Iterator[Line]:
    private = part(part(event, "extendedProperties"), "private")
    found = {int(key[1]): name for name in private if isinstance(name, str) and (key := _KEY.fullmatch(name))}
    whole = "".join(text(private, found[at]) for at in sorted(found))[: 2 * _MOST]
    for each in whole.split("\n"):
        item = read_line(clean(each).replace("\n", "").encode(errors="replace"))
        if _NAME.fullmatch(item.name):
            yield make_line(item.name, item.value, item.params)


def own_uid(event: Json) -> str:
    """The UID that was kept with an event, or its series; "" where it is another event's."""
    told = text(part(part(event, "extendedProperties"), "private"), UID)
    event_id, _, uid = told.partition(" ")
    return uid.strip() if event_id and event_id in (event.get("id"), event.get("recurringEventId")) else ""
