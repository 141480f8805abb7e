"""Why something waits, in a few words: what the engine, the disk and the servers' answers come down to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calsync_cli.cli.words import mark

WHYS: Mapping[str, str] = {
    "refused": mark("the server does not take it"),
    "too-big": mark("it is too large for the server"),
    "full": mark("the mailbox is full"),
    "nul": mark("it has a NUL character in it"),
    "long-line": mark("it has a line that is too long for the server"),
    "not-allowed": mark("the server does not allow it"),
    "read-only": mark("the folder there cannot be changed"),
    "no-bin": mark("the bin there is kept from IMAP, and nothing is deleted without it"),
    "hidden": mark("it is there, and kept from IMAP"),
    "cannot-move": mark("the server cannot move messages safely"),
    "unchangeable": mark("a message cannot be changed"),
    "there-already": mark("the server has it already, and keeps one of each"),
    "line-cut": mark("the connection broke on it"),
    "folder": mark("the folder could not be opened"),
    "stored-unseen": mark("it was stored, and the server does not show it yet"),
    "moved-meanwhile": mark("it was changed or moved meanwhile"),
    "half-done": mark("it was done by halves"),
    "answer-lost": mark("the answer was lost"),
    "unreadable": mark("it could not be read"),
    "duplicate": mark("two different messages have this file name"),
    "name": mark("its file has a name that cannot be used"),
    "not-a-file": mark("it is not a file"),
    "changing": mark("it changes all the time"),
    "moving": mark("it moves all the time"),
    "unsupported": mark("this cannot be done to a message"),
    "event-type": mark("an event of this kind cannot be changed from here"),
    "redacted": mark("the provider shows nothing of it but when it is"),
    "no-master": mark("it holds occurrences of a series without the series itself"),
    "no-occurrence": mark("its series has no occurrence at that time"),
    "forbiddenForNonOrganizer": mark("only its organizer can change that"),
    "zone": mark("the provider does not know its time zone"),
    "period": mark("the provider cannot keep occurrences that each have a length of their own"),
    "EACCES": mark("permission is missing"),
    "EPERM": mark("permission is missing"),
    "ENOENT": mark("what it links to is not there"),
    "ENOSPC": mark("the disk is full"),
    "ENAMETOOLONG": mark("its file has a name that is too long"),
}
"""By the word before the colon."""


def reason(why: str, translate: Callable[[str], str]) -> str:
    """The word in the user's language; what stands behind the colon stays as it is."""
    word, colon, rest = why.partition(":")
    return translate(WHYS[word]) + colon + rest if word in WHYS else why
