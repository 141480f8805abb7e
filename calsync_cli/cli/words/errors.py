"""The sentence for every error a user can meet, who can mend it, and the command that does."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from calsync_cli.cli.words import mark
from calsync_cli.cli.words.sentences import SENTENCES
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

TOPICS = (
    "primary",
    "folders",
    "invitations",
    "trusted-app",
    "google-client",
    "kerio",
    "khal",
    "neomutt",
    "notmuch",
    "cron",
    "systemd",
    "hooks",
    "policy",
    "secrets",
    "errors",
    "support",
)
"""The pages of help that this version has."""

_NAME = re.compile(r"\{(\w+)\}")
_MISSING = "…"


def sentence(error: ErrorReport, translate: Callable[[str], str]) -> str:
    """What went wrong, in one sentence. A variant without a sentence of its own gets the general one of its code."""
    template = SENTENCES.get((error.code, error.variant)) or SENTENCES[error.code, ""]
    return _NAME.sub(lambda found: error.params.get(found[1], _MISSING), translate(template))


def briefly(code: str, translate: Callable[[str], str]) -> str:
    """What a code means where nothing more is known: the general sentence, with what it would name left open."""
    return _NAME.sub(_MISSING, translate(SENTENCES[code, ""])) + f" ({code})" if code in KINDS else code


def topic(error: ErrorReport) -> str:
    """The page of help that explains it."""
    named = KINDS[error.code].topic
    return named if named in TOPICS else "errors"


def fix(error: ErrorReport) -> str:
    """The command that mends it. A flag whose value is not known is left out; names with spaces are quoted."""
    if error.params.get("fix"):  # whoever met it knows better than the table
        return error.params["fix"]
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
