"""E-mail addresses as people type them: plain, with a name before them, several with commas between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calsync_cli.cli.values import unfit
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError

LONGEST = 254
"""RFC 5321 4.5.3.1.3, less the angle brackets."""
EXAMPLE = "guest@example.com"

_APART = re.compile(r'(?:[^,"<]|"[^"]*"|<[^>]*>)+')
"""A comma within quotes or angle brackets parts nothing: "Doe, John" <john@example.com>."""
_NAMED = re.compile(r'\s*(?:"([^"]*)"|([^<>"]*?))\s*<([^<>]*)>\s*')
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
"""Characters of a dot-atom, and those of other scripts (RFC 6531 3.3)."""


def invitees(*, invite: Sequence[str], silent: Sequence[str]) -> tuple[Invitee, ...]:
    """Everybody who was named, once. Raises E001 where somebody is named both ways, or is no address."""
    found: dict[str, Invitee] = {}
    for flag, words, invited in (("--invite", invite, True), ("--silent", silent, False)):
        for one in (one for word in words for one in read(flag, word, invited=invited)):
            if found.setdefault(one.address, one).invited is not invited:
                raise CalsyncError("E001", "both", flag="--invite", other=f"--silent {one.address}")
    return tuple(found.values())


def read(flag: str, text: str, *, invited: bool) -> tuple[Invitee, ...]:
    """The addresses of one word of the command line; at least one."""
    pieces = [piece for piece in _APART.findall(text) if piece.strip()]
    if not pieces or not text.isprintable():
        raise unfit(flag, _shown(text), EXAMPLE)
    return tuple(_one(flag, piece, invited=invited) for piece in pieces)


def _one(flag: str, text: str, *, invited: bool) -> Invitee:
    named = _NAMED.fullmatch(text)
    plain = (named[3] if named else text).strip().removeprefix("mailto:")
    name = (named[1] or named[2] or "").strip() if named else ""
    local, _at, domain = plain.rpartition("@")
    host = _host(domain)
    if not host or not _LOCAL.fullmatch(local) or len(local) + len(host) >= LONGEST:
        raise unfit(flag, _shown(text), EXAMPLE)
    return Invitee(f"{local}@{host}".lower(), invited, name)


def _host(domain: str) -> str:
    """As it travels (RFC 5890 2.3.2.1): servers compare addresses letter by letter; "" for what is none."""
    try:
        host = domain.encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return host if re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", host) and ".." not in host else ""


def _shown(text: str) -> str:
    return "".join(sign for sign in text.strip() if sign.isprintable())[:80]
