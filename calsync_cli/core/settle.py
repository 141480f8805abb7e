"""What became of deeds whose round was killed, or whose answer was lost: read off what is seen now."""

from __future__ import annotations

from calsync_cli.core.look import Face, Sight
from calsync_cli.core.meaning import Meaning
from calsync_cli.core.model import Pair, Rev, Sha, Version
from calsync_cli.core.record import Intent
from calsync_cli.core.seats import single
from calsync_cli.core.shelf import Shelf


def settle(intent: Intent, near: Sight, far: Sight, *, meaning: Meaning, shelf: Shelf) -> Pair | None:
    """The pair that holds if the deed was done; None where it was not, or where the tables find the way alone.

    Where both sides were to be written, or something was to be deleted, nothing needs settling: a merge run again on
    a half-written pair comes to the same result, and what is gone on both sides is forgotten.
    """
    wanted = intent.near if intent.near_wanted else intent.far
    if intent.near_wanted == intent.far_wanted or not wanted.sha:
        return None
    if intent.near_wanted:
        return _near(intent, near)
    try:
        return _far(intent, far, meaning, shelf)
    except ValueError:
        return None


def decided(intent: Intent, near: Sight, pair: Pair | None) -> bool:
    """Whether a conflict's deed was done; where it was not, it is decided anew and told then."""
    if not intent.near_wanted:
        return pair is not None
    face = near.faces.get(intent.near.ref)
    return face is not None and face.sha == intent.near.sha


def _pair(intent: Intent, near: Version, far: Version) -> Pair:
    near, far = as_was(near, intent.near_was), as_was(far, intent.far_was)
    return Pair(intent.link, near, far, intent.key, intent.title, id=intent.pair)


def as_was(now: Version, agreed: Sha) -> Version:
    """What both sides agreed on stays what it was; rev "" makes the next look take the rest for a change."""
    return now if agreed in ("", now.sha) else Version(now.ref, Rev(""), agreed)


def _near(intent: Intent, near: Sight) -> Pair | None:
    face = near.faces.get(intent.near.ref)
    if face is None:
        return None
    if face.sha == intent.near.sha:
        return _pair(intent, face.version, intent.far)
    if intent.pair or intent.near.rev or face.key != intent.key:
        return None
    return _pair(intent, intent.near, intent.far)  # it was made, and then somebody edited it


def _far(intent: Intent, far: Sight, meaning: Meaning, shelf: Shelf) -> Pair | None:
    face = _candidate(intent, far)
    if face is None:
        return None
    sent = intent.far.sha
    if face.sha == sent or meaning.same_after_rewriting(shelf[sent], shelf[face.sha]):
        return _pair(intent, intent.near, face.version)
    if intent.pair or intent.far.rev:
        return None
    return _pair(intent, intent.near, Version(face.ref, Rev(""), sent))


def _candidate(intent: Intent, far: Sight) -> Face | None:
    """Under the name that was chosen; else, for a new item, the only one with its UID (some servers rename)."""
    face = far.faces.get(intent.far.ref)
    if face is not None or intent.pair or intent.far.rev:
        return face
    found = single([intent], far.faces.values(), lambda one: one.key, lambda one: one.key)
    return found[0][1] if found else None
