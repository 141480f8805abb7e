"""Which of a server's folders serves as inbox, archive, bin …, and which one a person means by what was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import IntEnum
from functools import cache, lru_cache
from typing import NamedTuple

from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.mail.role_names import NAMES, TELLING
from calsync_cli.core.model import CollectionId

INBOX = "inbox"
_APART = re.compile(r"[\s_\-.]+")
_NEAR_ENOUGH = 0.5
_MOST = 3


class _Proof(IntEnum):
    """How a folder came to be taken for a role, the best first."""

    SAID = 0
    """SPECIAL-USE (RFC 6154); INBOX by its name."""
    GMAIL = 1
    """\\All, which Gmail has for an archive: a label "Archive" there is a label like others."""
    NAMED = 2
    GUESSED = 3


class _Claim(NamedTuple):
    """One folder for one role; claims sort by how good they are."""

    proof: _Proof
    closed: bool
    depth: int
    rank: int
    name: str
    role: Role
    id: CollectionId


def suggest(folders: Sequence[Folder], *, guesses: bool = True) -> Mapping[Role, CollectionId]:
    """For each role the best folder, where there is one; no folder twice, whatever the order in which they are listed.

    What the server says counts first, then what programs usually call such folders, then names that have such a name
    in them. Other people's folders never, for what is meant is the person's own bin.
    """
    own = [folder for folder in folders if folder.selectable and not (folder.shared or folder.view)]
    claims = sorted(claim for folder in own for claim in _claims(folder))
    found: dict[Role, CollectionId] = {}
    for claim in claims:
        if claim.role not in found and claim.id not in found.values() and (guesses or claim.proof < _Proof.GUESSED):
            found[claim.role] = claim.id
    return {role: found[role] for role in Role if role in found}


def matching(text: str, folders: Sequence[Folder]) -> CollectionId | None:
    """The folder that a person means: by its exact name, else the only one that is so called in any case."""
    there = [folder.id for folder in folders if folder.selectable]
    if text in there:
        return CollectionId(text)
    found = [name for name in there if _folded(name) == _folded(text)]
    return found[0] if len(found) == 1 else None


def nearest(name: str, folders: Sequence[Folder]) -> tuple[str, ...]:
    """Up to three folders whose names, or the last parts of whose names, look like this one; the likeliest first."""
    called: dict[str, set[str]] = {}
    for folder in folders:
        for one in (folder.id, _parts(folder)[-1]) if folder.selectable else ():
            called.setdefault(_plain(one), set()).add(folder.id)
    likely = get_close_matches(_plain(name), called, n=2 * _MOST, cutoff=_NEAR_ENOUGH)
    return tuple(dict.fromkeys(found for one in likely for found in sorted(called[one])))[:_MOST]


def _claims(folder: Folder) -> Iterator[_Claim]:
    parts = _parts(folder)
    if folder.role is not None:
        yield _claim(folder, folder.role, _Proof.SAID, parts, _rank(folder.role, parts))
    elif folder.id.casefold() == INBOX:
        yield _claim(folder, Role.INBOX, _Proof.SAID, parts, 0)
    elif folder.all:
        # elsewhere \All is a virtual folder beside the archive, with everything a second time (Dovecot)
        if folder.id.startswith("["):
            yield _claim(folder, Role.ARCHIVE, _Proof.GMAIL, parts, 0)
    elif not any(_named(part) for part in parts[:-1]):  # "Deleted Items/Archive" is no archive
        yield from _by_name(folder, parts)


def _by_name(folder: Folder, parts: Sequence[str]) -> Iterator[_Claim]:
    role = _named(parts[-1]) or _named(folder.id)
    if role is not None:
        yield _claim(folder, role, _Proof.NAMED, parts, _rank(role, parts))
        return
    held = [role for role in NAMES if _holds(parts[-1], role)] if len(parts) == 1 else []
    if len(held) == 1:
        yield _claim(folder, held[0], _Proof.GUESSED, parts, len(parts[-1]))


def _claim(folder: Folder, role: Role, proof: _Proof, parts: Sequence[str], rank: int) -> _Claim:
    return _Claim(proof, not folder.writable, len(parts), rank, folder.id, role, folder.id)


def _parts(folder: Folder) -> list[str]:
    """The name's parts, without what servers put before all of them: INBOX (Courier, cPanel) and [Gmail]."""
    parts = [part for part in folder.id.split(folder.delimiter or "\0") if part] or [folder.id]
    prefixed = len(parts) > 1 and (parts[0].casefold() == INBOX or re.fullmatch(r"\[.+\]", parts[0]))
    return parts[1:] if prefixed else parts


@lru_cache(maxsize=1000)
def _named(name: str) -> Role | None:
    plain = _plain(name)
    return next((role for role, names in _catalogue().items() if plain in names), None)


def _rank(role: Role, parts: Sequence[str]) -> int:
    r"""How usual the name is, for servers with two of a kind (Dovecot's example has \Sent on two folders)."""
    names = _catalogue().get(role, {})
    return names.get(_plain(parts[-1]), len(names))


def _holds(name: str, role: Role) -> bool:
    """Whether the name has a telling one in it, as words: "Old archive" is one, "Hierarchives" is none."""
    text = f" {_plain(name)} "
    return any(one in text for one in _telling()[role])


@cache
def _telling() -> Mapping[Role, tuple[str, ...]]:
    """Role → names that say enough where other words stand beside them."""
    alone = set(map(_plain, TELLING))
    return {
        role: tuple(f" {one} " for one in names if " " in one or one in alone) for role, names in _catalogue().items()
    }


@cache
def _catalogue() -> Mapping[Role, Mapping[str, int]]:
    """Role → usual name → how usual it is."""
    return {
        role: {name: rank for rank, name in reversed(list(enumerate(map(_plain, names))))}
        for role, names in NAMES.items()
    }


def _folded(name: str) -> str:
    """In one case; the dot that Turkish capitals leave behind goes."""
    return unicodedata.normalize("NFKC", name).casefold().replace("i\u0307", "i")


def _plain(name: str) -> str:
    """For comparing: "Sent-Mail", "sent_mail" and "Sent Mail" are one."""
    return _APART.sub(" ", _folded(name)).strip()
