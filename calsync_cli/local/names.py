"""Names on disk for what strangers name: file names for UIDs, directory names for calendars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import sha1
from itertools import count

from calsync_cli.core.model import Ref

SUFFIX = ".ics"
TEMP = ".calsync-"
"""How calsync's temporary files begin; they never end in .ics, which is all that khal and vdirsyncer look at."""

_READABLE = re.compile(r"(?!.*\.\.|.*\.$)[A-Za-z0-9_+@][A-Za-z0-9_.+@-]{0,99}")
_SLUG_MAX = 60


def safe_name(uid: str, taken: Callable[[str], bool]) -> Ref:
    """The file name for a UID (RFC 5545 section 3.8.4.7: any text at all), unlike every name that is taken.

    Plain UIDs stay readable, with the characters that khal and vdirsyncer leave alone; others become a hash.
    `taken` is asked about the name and about its casefolded form, so that a set of casefolded names tells apart what
    file systems without upper and lower case do not.
    """
    candidates = (f"{stem}{SUFFIX}" for stem in _stems(uid))
    return Ref(next(name for name in candidates if not (taken(name.casefold()) or taken(name))))


def _stems(uid: str) -> Iterator[str]:
    if _READABLE.fullmatch(uid):
        yield uid
    # surrogatepass: a UID that was read from broken bytes must get a name too
    seed = uid.encode(errors="surrogatepass")
    for n in count():
        yield sha1(seed + b"\0" * n, usedforsecurity=False).hexdigest()


def is_item(ref: str) -> bool:
    """A ref that names a file of this directory which a look would list, and nothing else."""
    return ref.endswith(SUFFIX) and ref[0] != "." and "/" not in ref and "\0" not in ref


def is_folder(name: str) -> bool:
    """A name of one directory directly below the root: not hidden, not a path."""
    return bool(name) and name[0] != "." and "/" not in name and "\0" not in name


def slug(display: str, taken: Callable[[str], bool]) -> str:
    """The directory name for a calendar, made once: lower-case ASCII letters, digits and hyphens, never empty."""
    plain = unicodedata.normalize("NFKD", display).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_MAX].strip("-") or "calendar"
    if not taken(stem):
        return stem
    return next(name for n in count(2) if not taken(name := f"{stem}-{n}"))


def hint(name: str) -> str:
    """A part of a file name that lets a person recognise what it was: harmless characters only."""
    return re.sub(r"[^A-Za-z0-9_@+-]+", "-", name.removesuffix(SUFFIX))[:40].strip("-") or "item"
