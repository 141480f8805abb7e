"""Every sentence a user sees, in the language the user wants; English is what stands in the source.

Message ids are the English sentences themselves: English then needs no catalogue and no look-up at the start of every
run, and the source says what the user reads. `nl/LC_MESSAGES/calsync.po` holds the Dutch ones; the compiled .mo lies
beside it, committed, and a test says when it is stale. Long texts (help topics) are files below `topics/`.

JSON, codes and logs are never translated: `english` formats a sentence as it stands in the source.
"""

from __future__ import annotations

import gettext
import os
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "nl")
DOMAIN = "calsync"
PLACE = os.path.dirname(__file__)  # noqa: PTH120  (pathlib costs 5 ms at the start of every run)

_ENGLISH = gettext.NullTranslations()
_speech: ContextVar[gettext.NullTranslations] = ContextVar("speech", default=_ENGLISH)
_language: ContextVar[str] = ContextVar("language", default="en")


def choose(asked: str | None, env: Mapping[str, str], configured: str = "auto") -> str:
    """The language to speak: `--lang`, CALSYNC_LANG, the configuration, then the first of LC_ALL, LC_MESSAGES, LANG."""
    posix = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    wanted = (asked, env.get("CALSYNC_LANG"), configured, posix)
    chosen = next((name for name in wanted if name and name != "auto"), "")
    short = chosen.replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in LANGUAGES else "en"


def speak(language: str) -> None:
    """Everything said from here on is said in this language, Typer's own words included.

    Typer asks gettext for its words, and gettext asks LANGUAGE; it is set for this process and the programs it calls.
    Called before the commands are built, because their help is translated while they are (pallets/click#2864).
    """
    _language.set(language)
    translation = _ENGLISH
    if language != "en":
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain(DOMAIN, PLACE)
        gettext.textdomain(DOMAIN)
        translation = gettext.translation(DOMAIN, PLACE, [language])
    elif gettext.textdomain() == DOMAIN:
        os.environ["LANGUAGE"] = "en"
    _speech.set(translation)


def language() -> str:
    """The language spoken now."""
    return _language.get()


def _(message: str) -> str:
    """The sentence in the language spoken now."""
    return _speech.get().gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for so many, in the language spoken now; {n} is for the caller to fill in."""
    return _speech.get().ngettext(one, many, n)


def mark(message: str) -> str:
    """A sentence that is looked up later, by `_`: marked for the catalogue and handed back as it is."""
    return message
