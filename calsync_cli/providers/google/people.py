"""Guests and organizer: attendees[] and organizer in JSON, ATTENDEE and ORGANIZER in a file."""

from __future__ import annotations

from collections.abc import Iterable

from calsync_cli.core.lines import Component, Line, make_line, param
from calsync_cli.core.properties import address_of
from calsync_cli.core.retouch import quoted
from calsync_cli.providers.google.fields import Frame, Json, address, flag, is_address, line, number, part, parts, word

ALIAS = "X-GOOGLE-EMAIL"
"""The parameter with the address that Google knows oneself by, where it is another than the account's."""
_GUESTS, _COMMENT = "X-NUM-GUESTS", "X-RESPONSE-COMMENT"
_OMITTED = "X-GOOGLE-ATTENDEES-OMITTED"
_ANSWERS = {
    "needsAction": "NEEDS-ACTION",
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
}
_SAID = {answer: status for status, answer in _ANSWERS.items()}
_MOST = 10_000
ROLES = "X-CALSYNC-ROLE"
"""A hidden line: the role of a guest for which Google has no word. It has two: whether he is optional or not."""
_UNKNOWN_ROLES = {"CHAIR": False, "NON-PARTICIPANT": True}
"""… and which of the two it then is."""


class Address(str):
    """The address that Google knows a guest by; `shown` is the one that the file calls him by."""

    __slots__ = ("shown",)
    shown: str

    @classmethod
    def known_as(cls, value: str, shown: str) -> Address:
        """An address under another."""
        made = cls(value)
        made.shown = shown
        return made


def shown(guest: Json) -> str:
    """The address that a file calls a guest by."""
    email = guest["email"]
    return email.shown if isinstance(email, Address) else str(email)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def people_lines(event: Json, frame: Frame, hidden: list[Line]) -> list[bytes]:
    """ORGANIZER and ATTENDEEs, the silent ones among the `hidden` lines too, if Google has not been told of them."""
    told = {_address(guest, frame): guest for guest in parts(event, "attendees")}
    roles = {address_of(item): param(item, "ROLE") for item in hidden if item.name == ROLES}
    guests = [_attendee(guest, frame, roles.get(who, "")) for who, guest in told.items() if who]
    guests += [item.raw for item in hidden if item.name == "ATTENDEE" and address_of(item) not in told]
    agent = "SCHEDULE-AGENT=CLIENT" if flag(event, "privateCopy") else ""
    lines = _organizer(part(event, "organizer"), frame, agent, guests=bool(guests)) + guests
    return [*lines, line(_OMITTED, "TRUE")] if guests and flag(event, "attendeesOmitted") else lines


def _organizer(who: Json, frame: Frame, agent: str, *, guests: bool) -> list[bytes]:
    """Only where it says something: there are guests, or it is somebody else. To him a private copy tells nothing."""
    mine = not address(who) or flag(who, "self") or address(who) == frame.me
    if mine and not guests:
        return []
    name = word(who, "displayName")
    value = frame.me if mine else address(who)
    params = [f"CN={quoted(name)}" if name else "", "" if mine else agent]
    return [line("ORGANIZER", f"mailto:{value}", ";".join(filter(None, params)))] if value else []


def _address(guest: Json, frame: Frame) -> str:
    """What the file calls a guest by; "" for one without an address (Google hides some), who cannot be named there."""
    email = address(guest)
    return frame.me if email and frame.me and flag(guest, "self") else email


def _attendee(guest: Json, frame: Frame, role: str) -> bytes:
    who, email = _address(guest, frame), address(guest)
    params = [*_traits(guest, role), *([f"{ALIAS}={quoted(email)}"] if email != who else [])]
    return line("ATTENDEE", f"mailto:{who}", ";".join(params))


def _traits(guest: Json, role: str) -> Iterable[str]:
    if name := word(guest, "displayName"):
        yield f"CN={quoted(name)}"
    if flag(guest, "resource"):
        yield "CUTYPE=RESOURCE"
    if _UNKNOWN_ROLES.get(role) is flag(guest, "optional"):
        yield f"ROLE={role}"
    elif flag(guest, "optional"):
        yield "ROLE=OPT-PARTICIPANT"
    yield f"PARTSTAT={_ANSWERS.get(word(guest, 'responseStatus'), 'NEEDS-ACTION')}"
    if many := number(guest, "additionalGuests"):
        yield f"{_GUESTS}={many}"
    if comment := word(guest, "comment"):
        yield f"{_COMMENT}={quoted(comment)}"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def is_hidden(item: Line, component: Component, frame: Frame) -> bool:
    """Whether an ATTENDEE is kept from Google's list: silent (RFC 6638 7.1), without address, or oneself alone."""
    if is_silent(item):
        return True
    if address_of(item) != frame.me:
        return False
    heard = [other for other in component.lines if other.name == "ATTENDEE" and not is_silent(other)]
    return organizer_of(component, frame) == "" and all(address_of(other) == frame.me for other in heard)


def role_lines(component: Component, frame: Frame) -> list[Line]:
    """The roles to be remembered of those who are on Google's list."""
    told = [item for item in component.lines if item.name == "ATTENDEE" and not is_hidden(item, component, frame)]
    roles = ((param(item, "ROLE").upper(), address_of(item)) for item in told)
    return [make_line(ROLES, f"mailto:{who}", f"ROLE={role}") for role, who in roles if role in _UNKNOWN_ROLES]


def is_silent(item: Line) -> bool:
    """Whether nobody invites this attendee: he is marked so, or has no address."""
    return param(item, "SCHEDULE-AGENT").upper() in {"NONE", "CLIENT"} or not is_address(address_of(item))


def organizer_of(component: Component, frame: Frame) -> str:
    """The organizer's address, "" for nobody and for oneself."""
    item = component.first("ORGANIZER")
    found = address_of(item) if item else ""
    return found if is_address(found) and found != frame.me else ""


def people_json(component: Component, frame: Frame) -> Json:
    """`attendees` and `organizer` as Google takes them; the latter only where an event is imported."""
    lines = [item for item in component.lines if item.name == "ATTENDEE" and not is_hidden(item, component, frame)]
    guests = {shown(guest): guest for guest in (_guest(item, frame) for item in lines)}
    made: Json = {"attendees": list(guests.values())} if guests else {}
    if guests and component.first(_OMITTED):
        made["attendeesOmitted"] = True
    host, item = organizer_of(component, frame), component.first("ORGANIZER")
    if host and item:
        made["organizer"] = {"email": host, **_named(item)}
    return made


def _guest(item: Line, frame: Frame) -> Json:
    """What the line says of a guest, and nothing that it does not say."""
    email: str = address_of(item)
    alias = param(item, ALIAS).strip().lower()
    if email == frame.me and is_address(alias):
        email = Address.known_as(alias, email)
    made: Json = {"email": email, **_named(item)}
    role, answer = param(item, "ROLE").upper(), _SAID.get(param(item, "PARTSTAT").upper(), "")
    if role:
        made["optional"] = _UNKNOWN_ROLES.get(role, role == "OPT-PARTICIPANT")
    if param(item, "CUTYPE").upper() in {"RESOURCE", "ROOM"}:
        made["resource"] = True
    if answer:
        made["responseStatus"] = answer
    many = param(item, _GUESTS)
    if many.isdecimal() and 0 < int(many[:9]) <= _MOST:
        made["additionalGuests"] = int(many[:9])
    if comment := param(item, _COMMENT):
        made["comment"] = comment
    return made


def _named(item: Line) -> Json:
    name = " ".join(param(item, "CN").split())
    return {"displayName": name} if name else {}


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────────


def guests_patch(base: Json, want: Json) -> Json:
    """The whole list where anything about it differs: PATCH replaces arrays.

    What a file no longer says of a guest is no change, because programs drop parameters that they do not know.
    """
    was = {shown(guest): guest for guest in base.get("attendees", [])}
    now = {shown(guest): guest for guest in want.get("attendees", [])}
    kept = [_merged(guest, now[who]) for who, guest in was.items() if who in now]
    new = [guest for who, guest in now.items() if who not in was]
    if not new and kept == list(was.values()):
        return {}
    omitted = {"attendeesOmitted": True} if base.get("attendeesOmitted") else {}
    return {"attendees": kept + new, **omitted}


def _merged(was: Json, now: Json) -> Json:
    said = {name: value for name, value in now.items() if name not in {"email", "resource"}}
    if said.get("optional") is False and "optional" not in was:
        del said["optional"]
    return {**was, **said}
