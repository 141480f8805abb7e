"""What single servers do differently, as data; how they are recognised stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quirks:
    """One server's deviations from the RFCs.

    start: a path that is tried before /.well-known/caldav. suffix: what new items are called where no member shows it.
    writers: how many writes it takes at a time. marks: what its sync-tokens look like,
    where that tells it apart. ctags: it has no sync-tokens, its ctags tell what changed. kin: hosts besides the one
    asked that get the credentials too.
    Mail: sessions: connections at a time. depth: commands under way on one. rung: the best of "qresync", "condstore"
    and "list" that it does honestly. greets: what its greeting looks like. skill: a capability that nobody else has.
    down, up: octets of a day's traffic after which we stop by ourselves; 0: no limit.
    """

    name: str
    start: str = ""
    suffix: str = ".ics"
    writers: int = 6
    ctags: bool = False
    marks: str = ""
    kin: str = ""
    sessions: int = 3
    depth: int = 8
    rung: str = "qresync"
    greets: str = ""
    skill: str = ""
    down: int = 0
    up: int = 0


GENERIC = Quirks("caldav")

KERIO = Quirks("kerio", start="/caldav/", suffix=".eml", ctags=True)
"""Kerio Connect: hrefs end in .eml, Location is relative, etags come unquoted, no sync-collection, no keep-alive."""

ICLOUD = Quirks("icloud", kin=r"p\d+-caldav\.icloud\.com", rung="list", greets=r"iCloud IMAP|Apple IMAP")
"""caldav.icloud.com names the home on pNN-caldav.icloud.com. Its QRESYNC loses mail (Mailspring-Sync issue 91)."""

EXCHANGE = Quirks("exchange", sessions=2, depth=1, greets=r"Microsoft Exchange IMAP4")
"""No CONDSTORE; it chokes on commands sent ahead."""

GMAIL = Quirks("gmail", sessions=2, skill="X-GM-EXT-1", down=2_200_000_000, up=450_000_000)
"""15 connections for all programs of a person, of which a watch and a sync of ours take five; 2500 MB down and 500 MB
up a day. Messages have labels, and folders are what shows them: see providers.imap.gmail."""

XANDIKOS = Quirks("xandikos", marks=r"[0-9a-f]{40}", writers=1)
"""Tokens are git trees; 423 for most of several writes at a time (0.4)."""


def recognised(token: str, otherwise: Quirks = GENERIC) -> Quirks:
    """The quirks of the server that gave this sync-token."""
    return XANDIKOS if re.fullmatch(XANDIKOS.marks, token) else otherwise


def greeted(text: str, otherwise: Quirks = GENERIC) -> Quirks:
    """The quirks of the mail server that greets like this."""
    found = (one for one in (ICLOUD, EXCHANGE) if re.search(one.greets, text, re.IGNORECASE))
    return next(found, otherwise)


def skilled(capabilities: frozenset[str], otherwise: Quirks = GENERIC) -> Quirks:
    """The quirks of the mail server that can do this; whoever was named by a caller keeps them."""
    return GMAIL if GMAIL.skill in capabilities and otherwise is GENERIC else otherwise


def kin(asked: str, host: str) -> bool:
    """Whether `host` belongs to the service at `asked`, so that its credentials may go there.

    A host below the one that was typed does (RFC 6764 section 8), and iCloud's numbered hosts.
    """
    if asked == "caldav.icloud.com":
        return re.fullmatch(ICLOUD.kin, host) is not None
    return "." in asked and host.endswith(f".{asked}") and not asked.replace(".", "").isdigit()
