"""The sentence for every error a user can meet, who can mend it, and the command that does."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from calsync_cli.cli.words import mark
from calsync_cli.core.errors import KINDS, Who

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsync_cli.app.reports.told import ErrorReport

WHO: Mapping[Who, str] = {
    Who.YOU: mark("you"),
    Who.CALSYNC_ADMIN: mark("calsync's administrator"),
    Who.PROVIDER_ADMIN: mark("the provider's administrator"),
    Who.BUG_TRACKER: mark("the makers of calsync"),
}

SENTENCES: Mapping[tuple[str, str], str] = {
    # ── 2: usage ──
    ("E001", ""): mark("The command line is not right: {detail}"),
    ("E001", "no-verb"): mark("A command is missing. There are: {verbs}"),
    ("E001", "verb"): mark("There is no command “{verb}”. There are: {verbs}"),
    ("E001", "verb-near"): mark("There is no command “{verb}”. Did you mean “{near}”? There are: {verbs}"),
    ("E001", "later"): mark("“{verb}” is not in this version of calsync yet."),
    ("E001", "option"): mark("There is no option {option} here."),
    ("E001", "option-near"): mark("There is no option {option} here. Did you mean {near}?"),
    ("E001", "option-value"): mark("Something is missing after {option}."),
    ("E001", "argument"): mark("{argument} is missing."),
    ("E001", "extra"): mark("“{argument}” is one word too many."),
    ("E001", "flag-choice"): mark("{flag} cannot be “{value}”. Choose from: {choices}"),
    ("E001", "flag-value"): mark("“{value}” does not fit {flag}. Write it like this: {example}"),
    ("E001", "empty"): mark("{flag} cannot be empty."),
    ("E001", "both"): mark("{flag} and {other} do not go together."),
    ("E001", "needs"): mark("{flag} only works together with {other}."),
    ("E001", "file"): mark("The file {path} after {flag} cannot be read."),
    ("E001", "provider"): mark("“{provider}” cannot be connected. Choose from: {providers}"),
    ("E001", "no-dry-run"): mark("“{verb}” cannot be tried without doing it. Nothing was done."),
    ("E002", ""): mark("An answer is missing and nobody can be asked here. Give it with {flag}."),
    ("E002", "end"): mark("The answer did not come: the input ended."),
    ("E002", "name"): mark("The name that was typed is not the account's. Nothing was done."),
    ("E002", "declined"): mark("Nothing was done."),
    ("E003", ""): mark("“{name}” is not known, or it could be more than one thing."),
    ("E003", "topic"): mark("There is no help about “{name}”. There is help about: {names}"),
    ("E004", ""): mark("The configuration cannot be read."),
    ("E209", ""): mark("There is no such calendar or folder."),
    # ── 3: done, but something wants a look ──
    ("E210", ""): mark("A folder that was linked is gone."),
    ("E301", ""): mark("The same thing was changed on both sides. One version stands, the other one is kept."),
    ("E403", ""): mark("The server refuses this item."),
    # ── 4: sign in ──
    ("E104", ""): mark("Permission was not given, or it took too long."),
    ("E105", ""): mark("You signed in as somebody else."),
    ("E106", ""): mark("The sign-in has expired or was withdrawn."),
    ("E107", ""): mark("Not everything that is needed was allowed at the sign-in."),
    ("E108", ""): mark("The server does not accept this user name and password."),
    # ── 5: not allowed ──
    ("E101", ""): mark("This provider has not been enabled here."),
    ("E102", ""): mark("This has not been enabled here."),
    ("E102", "later"): mark("Connecting {provider} is not in this version of calsync yet. It can connect: {providers}"),
    ("E102", "mail-later"): mark("Mail is not in this version of calsync yet."),
    ("E103", ""): mark("The domain does not trust calsync as an app yet."),
    ("E109", ""): mark("No client for signing in has been configured."),
    ("E110", ""): mark("This mailbox is at Exchange Online: connect it as microsoft365."),
    ("E208", ""): mark("This setting is locked."),
    ("E501", ""): mark("There is no safe place to keep the password."),
    ("E504", ""): mark("The connection to the server is not trusted. The password was not sent."),
    # ── 6: wrong order ──
    ("E201", ""): mark("This account is not connected."),
    ("E202", ""): mark("Connecting was not finished."),
    ("E203", ""): mark(
        "The settings were changed after you signed in. Nothing was sent; disconnect and connect again."
    ),
    ("E204", ""): mark("The primary calendar was chosen before and cannot be changed while connected."),
    ("E205", ""): mark("The primary calendar has not been chosen yet."),
    ("E206", ""): mark("This calendar is read-only: new events cannot go there."),
    ("E207", ""): mark("Somebody else organises this meeting: the attendees are read-only."),
    ("E211", ""): mark("This account is connected elsewhere: disconnect it first."),
    # ── 7: safety stop ──
    ("E302", ""): mark("Stopped before anything was deleted: this would delete more than looks right."),
    ("E303", ""): mark("The local agenda is not where it was, or it is another one. Nothing was changed."),
    ("E304", ""): mark("The primary calendar is gone at the provider. Nothing was changed here."),
    ("E503", ""): mark("What calsync remembers of this account is damaged or of a newer version. Nothing was changed."),
    # ── 8: temporary ──
    ("E401", ""): mark("The server asks to slow down, or it is full."),
    ("E402", ""): mark("The server cannot be reached."),
    ("E404", ""): mark("The server gives answers that cannot be right."),
    ("E505", ""): mark("The disk is full or cannot be written to."),
    # ── 9, 1 ──
    ("E502", ""): mark("Another run of calsync is working with this account."),
    ("E999", ""): mark(
        "Something unexpected happened: a mistake in calsync. Nothing of yours is in the report: {report}"
    ),
    ("E999", "unwritten"): mark("Something unexpected happened: a mistake in calsync. No report could be written."),
}

_NAME = re.compile(r"\{(\w+)\}")
_MISSING = "?"


def sentence(error: ErrorReport, translate: Callable[[str], str]) -> str:
    """What went wrong, in one sentence. A variant without a sentence of its own gets the general one of its code."""
    template = SENTENCES.get((error.code, error.variant)) or SENTENCES[error.code, ""]
    return _NAME.sub(lambda found: error.params.get(found[1], _MISSING), translate(template))


def fix(error: ErrorReport) -> str:
    """The command that mends it. A flag whose value is not known is left out; names with spaces are quoted."""
    words: list[str] = []
    for word in KINDS[error.code].fix.split():
        filled = _filled(word, error.params)
        if filled is not None:
            words.append(filled)
        elif words and words[-1].startswith("--"):
            words.pop()
    return " ".join(words) or "calsync --help"


def _filled(word: str, params: Mapping[str, str]) -> str | None:
    """One word of a fix; None where its parameter is not known. `{fix}` and `{flag}` are whole commands already."""
    names = _NAME.findall(word)
    if not all(params.get(name) for name in names):
        return None
    if word in ("{fix}", "{flag}"):
        return params[word.strip("{}")]
    return _NAME.sub(lambda found: shlex.quote(params[found[1]]), word)
