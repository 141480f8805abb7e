"""Why a message waits, in one word each. A server's own words may follow it, after a colon; sentences are cli's."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """What a wait of mail can say."""

    REFUSED = "refused"
    """The server says no, and nothing that is known here."""
    TOO_BIG = "too-big"
    FULL = "full"
    """The mailbox, not the disk."""
    NUL = "nul"
    """A NUL in it, which IMAP cannot carry (RFC 9051 section 9, CHAR8)."""
    LONG_LINE = "long-line"
    NOT_ALLOWED = "not-allowed"
    READ_ONLY = "read-only"
    NO_BIN = "no-bin"
    """Gmail's bin is kept from IMAP, and to delete without it means something else."""
    HIDDEN = "hidden"
    """It is there, and IMAP is not shown it."""
    CANNOT_MOVE = "cannot-move"
    """Neither MOVE nor UIDPLUS: a move could lose it."""
    UNCHANGEABLE = "unchangeable"
    THERE_ALREADY = "there-already"
    LINE_CUT = "line-cut"
    FOLDER = "folder"
    STORED_UNSEEN = "stored-unseen"
    MOVED_MEANWHILE = "moved-meanwhile"
    HALF_DONE = "half-done"
    ANSWER_LOST = "answer-lost"
    UNREADABLE = "unreadable"
    DUPLICATE = "duplicate"
    """Two different messages under one file name."""
    NAME = "name"
    NOT_A_FILE = "not-a-file"
    CHANGING = "changing"
    MOVING = "moving"
    UNSUPPORTED = "unsupported"


def because(why: Why, words: str = "") -> str:
    """The word, and what the server said."""
    return f"{why}: {words}" if words else str(why)
