"""The words for what is told while a use-case works, and for what became of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.hooks import Hooked
from calsync_cli.app.reports.told import Note, Phase, Verb
from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

PHASES: Mapping[Phase, str] = {
    Phase.DISCOVER: mark("Finding the server"),
    Phase.SIGN_IN: mark("Signing in"),
    Phase.LOOK: mark("Looking what is new"),
    Phase.MATCH: mark("Comparing both sides"),
    Phase.FETCH: mark("Fetching"),
    Phase.SEND: mark("Sending"),
    Phase.WRITE: mark("Writing to disk"),
    Phase.CHECK: mark("Checking"),
    Phase.REPAIR: mark("Repairing"),
    Phase.EXPORT: mark("Exporting"),
}

NOTES: Mapping[Note, str] = {
    Note.MATCH: mark(
        "Nothing is written yet: {equal} equal, {near} nearly equal, {only_here} only here, {only_there} only there."
    ),
    Note.FEED: mark("The calendar “{calendar}” is a feed of your own agenda. It is left out; you can remove it there."),
    Note.WAITING: mark("Waiting for another run that works with {account} …"),
    Note.OFFLINE: mark("Offline; trying again in {seconds} s."),
    Note.BACK: mark("Back online. Nothing was missed."),
    Note.THROTTLED: mark("The server asks to wait {seconds} s."),
    Note.WATCHING: mark("Watching {account}. Stop with Ctrl-C."),
    Note.RELOADED: mark("The configuration was read again."),
    Note.STOPPED: mark("Stopped cleanly."),
    Note.INBOX: mark("The inbox has {messages} messages ({size})."),
    Note.HIDDEN: mark(
        "{folder}: {count} messages are kept from IMAP, or shown there no more. They stay here; nothing says that they"
        " were deleted. See the provider's IMAP settings: the folder's size, and which folders IMAP is shown."
    ),
    Note.KEY_FILE: mark(
        "Other users of this machine may read {path}. Once connected, calsync needs it no more: delete it."
    ),
    Note.PLAIN: mark("The connection to {host} is not encrypted; that is allowed because it is this machine."),
}

VERBS: Mapping[Verb, str] = {
    Verb.ADDED: mark("added"),
    Verb.CHANGED: mark("changed"),
    Verb.DELETED: mark("deleted"),
    Verb.MOVED: mark("moved"),
    Verb.MERGED: mark("merged"),
    Verb.CONFLICT: mark("conflict"),
    Verb.REVIVED: mark("kept"),
    Verb.PUT_BACK: mark("put back"),
    Verb.TO_PRIMARY: mark("moved"),
    Verb.ADOPTED: mark("matched"),
    Verb.SKIPPED: mark("skipped"),
    Verb.HELD: mark("held"),
    Verb.RESTORED: mark("brought back"),
    Verb.LOST: mark("gone"),
    Verb.KEPT: mark("kept there"),
    Verb.LEFT_OUT: mark("left out"),
    Verb.CALENDAR_ADDED: mark("new calendar"),
    Verb.CALENDAR_GONE: mark("calendar gone"),
}

HOOKS: Mapping[Hooked, str] = {
    Hooked.WELL: mark("The hook {program} ran: {seconds} s."),
    Hooked.MISSING: mark("The hook {program} cannot be started ({said})."),
    Hooked.FAILED: mark("The hook {program} ended with {status}: {said}"),
    Hooked.SLOW: mark("The hook {program} was ended after {seconds} s."),
    Hooked.STOPPED: mark("The hook {program} was ended, because calsync was asked to stop."),
}

REASONS: Mapping[Verb, str] = {
    Verb.REVIVED: mark("changed on one side, deleted on the other"),
    Verb.PUT_BACK: mark("this calendar is view-only here; your version is saved"),
    Verb.TO_PRIMARY: mark("new events go to the primary calendar"),
    Verb.HELD: mark("sending it would mail people"),
    Verb.LOST: mark("it was to come back, and is not in the bin at the server any more"),
}
"""What a verb alone does not explain."""
