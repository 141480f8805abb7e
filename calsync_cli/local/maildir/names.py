"""Names in a Maildir: a message's base name, which never changes, and the flags behind it, which mail programs change.

https://cr.yp.to/proto/maildir.html: `base:2,FRS` in cur, `base` in new. Where a colon cannot be in a name (FAT, NTFS)
programs write `;2,` or `!2,`; all three are read, and a file keeps the one it has. Letters that mean nothing here
(Dovecot's keywords a to z) stay where they are.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import count

from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN
from calsync_cli.core.model import NO_FLAGS, Flags, Ref
from calsync_cli.local.names import is_folder

NEW, CUR, TMP = "new", "cur", "tmp"
COLON = ":2,"

LETTERS = {SEEN: "S", ANSWERED: "R", FLAGGED: "F", DRAFT: "D", DELETED: "T", FORWARDED: "P"}
FLAGS: Flags = frozenset(LETTERS)
"""What a Maildir can say of a message."""

_BY_LETTER = {letter: flag for flag, letter in LETTERS.items()}
_INFO = re.compile(r"[:;!]2,")
_MAX = 240
"""Bytes of a base name: 255 less the flags, more or less."""
OURS = "calsync"
_OPEN = re.compile(r"[^\w .,@+()&'=-]|^[.~ -]|[. ]$")
_MAX_COMPONENT = 60


def split(name: str) -> tuple[str, str]:
    """Base name and info: "a:2,S" is ("a", ":2,S"), "a" is ("a", "")."""
    base, colon, letters = name.partition(COLON)
    if colon:
        return base, colon + letters
    found = _INFO.search(name)
    return (name[: found.start()], name[found.start() :]) if found else (name, "")


@lru_cache(maxsize=512)
def flags_in(info: str) -> Flags:
    """The flags that an info says."""
    return frozenset(_BY_LETTER[letter] for letter in info[len(COLON) :] if letter in _BY_LETTER) or NO_FLAGS


def letters_of(flags: Flags) -> str:
    """In ASCII order, as every program writes them; flags without a letter are left out."""
    return "".join(sorted(LETTERS[flag] for flag in flags if flag in LETTERS))


@lru_cache(maxsize=4096)
def marked(info: str, add: Flags, drop: Flags, colon: str = COLON) -> str:
    """The info with flags raised and lowered. The same info where that changes nothing."""
    there = set(info[len(COLON) :])
    want = (there - set(letters_of(drop))) | set(letters_of(add))
    return info if want == there else (info[: len(COLON)] or colon) + "".join(sorted(want))


def is_base(ref: str) -> bool:
    """A name that a message can have here: no path, nothing hidden, no info in it, and room for flags behind it."""
    if not ref or ref[0] == "." or "/" in ref or "\0" in ref or _INFO.search(ref):
        return False
    return len(os.fsencode(ref)) <= _MAX if is_text(ref) else False


def is_text(name: str) -> bool:
    """Names that are not UTF-8 cannot be written into the books."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


class Namer:
    """Gives out base names that nothing had before: when, which of them, by whom. No host name is told to anybody."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._nonce = os.urandom(6).hex()
        self._count = count(1)

    def __call__(self) -> Ref:
        """A base name."""
        return Ref(f"{int(self._clock())}.{self._nonce}_{next(self._count)}.{OURS}")


def directory(name: str, taken: Callable[[str], bool] = lambda _: False) -> str:
    """The directory for a local folder's name; "/" makes directories within directories, nothing leaves the root.

    What is no letter, digit or plain sign is percent-escaped, and so is what a Maildir's own parts are called. `taken`
    is asked about casefolded names, so that case and Unicode forms make no twins on any file system.
    """
    plain = "/".join(_component(part) for part in unicodedata.normalize("NFC", name).split("/") if part) or "folder"
    if not taken(plain.casefold()):
        return plain
    return next(other for n in count(2) if not taken((other := f"{plain}-{n}").casefold()))


def is_directory(name: str) -> bool:
    """Directories below the root, none of them hidden or a part of a Maildir."""
    return bool(name) and all(is_folder(part) and part not in {NEW, CUR, TMP} for part in name.split("/"))


def _component(part: str) -> str:
    escaped = _OPEN.sub(_escape, part)
    if escaped.casefold() in {NEW, CUR, TMP}:
        escaped = _escape_text(escaped[0]) + escaped[1:]
    return _cut(escaped)


def _escape(found: re.Match[str]) -> str:
    return _escape_text(found[0])


def _escape_text(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(errors="surrogatepass"))


def _cut(text: str) -> str:
    """No longer than a file system takes, and no escape cut in two; names that share a beginning end in a digest."""
    if len(text.encode()) <= _MAX_COMPONENT * 2:
        return text
    # imported here: hardly any name is that long
    from hashlib import sha256

    short = re.sub(r"%[0-9A-F]?$", "", text[: _MAX_COMPONENT // 2])
    return f"{short}-{sha256(text.encode()).hexdigest()[:12]}"
