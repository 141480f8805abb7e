"""The nouns of mail: letters as each side shows them, what both agreed on, and what a folder is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calsync_cli.core.model import NO_FLAGS, CollectionId, Flags, LinkId, Ref, Rev

NO_REV = Rev("")

LASTING = "msg"
"""Refs of this life (what stands before the last dot) name one message in every folder of its account: whoever is
gone from one folder and new in another under such a ref went there, and whoever is in two of them is one message."""


def lasting(ref: Ref) -> bool:
    """Whether the ref means the same message wherever it shows."""
    return ref.startswith(f"{LASTING}.")


class Role(StrEnum):
    """What a mail folder is for (R46 to R48; RFC 6154). Other local names are folders without a role."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    DELETED = "deleted"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"


SEEN, ANSWERED, FLAGGED, DRAFT, DELETED, FORWARDED = (
    "\\Seen",
    "\\Answered",
    "\\Flagged",
    "\\Draft",
    "\\Deleted",
    "$Forwarded",
)
"""Flags as IMAP writes them (RFC 9051 2.3.2); Maildir's S R F D T P. \\Recent is nobody's."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A message without its body: enough to recognise it. `size` counts canonical octets as far as a side knows."""

    ref: Ref
    size: int
    message_id: str
    """As written between the angle brackets, "" where there is none."""
    date: float | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A file and a message that are one: what both agreed on. Content never changes under a ref; flags do."""

    link: LinkId
    near: Ref
    """The base name in the Maildir, without flags."""
    far: Ref
    """UIDVALIDITY.UID, so that no UID of another life of the mailbox is taken for this one."""
    flags: Flags = NO_FLAGS
    near_rev: Rev = NO_REV
    """Size and time of the file: another one is another content (an edited draft)."""
    size: int = 0
    message_id: str = ""
    digest: str = ""
    """Of the canonical form, "" while nobody has read it."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the account. `id` is the server's exact name, decoded."""

    id: CollectionId
    role: Role | None = None
    """By its SPECIAL-USE attribute (RFC 6154); INBOX by its name. Guesses are the map's."""
    selectable: bool = True
    writable: bool = True
    messages: int | None = None
    size: int | None = None
    all: bool = False
    """It shows every message there is (\\All, RFC 6154): Gmail's stands for an archive."""
    view: bool = False
    """It shows messages that lie in other folders, by a mark of theirs (\\Flagged, \\Important: RFC 6154, 8457)."""
    shared: bool = False
    """Another person's, or everybody's (NAMESPACE, RFC 2342)."""
    delimiter: str = "/"
    """What parts the levels of the name; "" where there are none."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """What a mail server tells of itself, for those who want to know what they have before them."""

    name: str = ""
    """By its ID (RFC 2971); "" where it keeps that to itself."""
    version: str = ""
    greeting: str = ""
    capabilities: tuple[str, ...] = ()
    """Those that make a difference here."""
    special_use: bool = False
    """Some folder is said to be for something."""
    largest: int | None = None
    """The largest message that it takes, in octets (APPENDLIMIT, RFC 7889)."""
    used: int | None = None
    room: int | None = None
    """Octets of the quota that are used, and that there are (RFC 9208)."""
