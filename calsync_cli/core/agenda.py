"""Events, as a plan asks of them: core.meaning.Meaning by iCalendar."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from calsync_cli.core.look import Face
from calsync_cli.core.meaning import Chosen, Joined
from calsync_cli.core.model import Held, Prefer, Unreadable
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import fresh_key, sha_of
from calsync_cli.core.steps import ClashNote

if TYPE_CHECKING:
    from calsync_cli.core.merge import Clash  # the merge is loaded when two versions differ

EVENT = frozenset({"VEVENT"})


class Agenda:
    """No state; the slow half of what it knows is loaded when the first two versions differ."""

    def face(self, held: Held) -> Face | Unreadable:
        """By the line scanner alone: the first round of a large calendar looks at every body once."""
        found = scan(held.content)
        if found.broken:
            return Unreadable(held.ref, "E403", found.broken, found.title)
        if found.kinds != EVENT:
            task = bool(found.kinds) and EVENT.isdisjoint(found.kinds)  # another program's, and as it should be
            return Unreadable(held.ref, "" if task else "E403", "not-an-event", found.title)
        if found.uids > 1:
            return Unreadable(held.ref, "E403", "two-uids", found.title)
        sha = sha_of(held.content)
        return Face(held.ref, held.rev, sha, found.uid or fresh_key("", sha), found.title, bare=not found.uid)

    def same(self, one: bytes, other: bytes) -> bool:
        """Bytes first."""
        if one == other:
            return True
        from calsync_cli.core.event import same_meaning

        return same_meaning(one, other)

    def same_after_rewriting(self, sent: bytes, got: bytes) -> bool:
        """Bytes first."""
        if sent == got:
            return True
        from calsync_cli.core.event import same_after_rewriting

        return same_after_rewriting(sent, got)

    def merge(self, *, near_base: bytes, near: bytes, far_base: bytes, far: bytes, prefer: Prefer) -> Joined:
        """Property by property."""
        from calsync_cli.core.merge import merge

        merged = merge(near_base=near_base, near=near, far_base=far_base, far=far, prefer=prefer)
        return Joined(merged.content, tuple(_note(clash) for clash in merged.clashes))

    def join(self, *, near: bytes, far: bytes, prefer: Prefer) -> Joined:
        """One side wholly; the notes say what the other had otherwise."""
        from calsync_cli.core.merge import merge_without_base

        merged = merge_without_base(near=near, far=far, prefer=prefer)
        return Joined(merged.content, tuple(_note(clash) for clash in merged.clashes))

    def outgoing(
        self, content: bytes, *, there: bytes, chosen: Chosen, own: AbstractSet[str], private: bool = False
    ) -> bytes:
        """Without guests that nobody chose and the server does not know."""
        from calsync_cli.core.guests import outgoing

        return outgoing(content, there=there, chosen=chosen, own=own, private=private)

    def wanting(self, near: bytes, there: bytes, chosen: Chosen) -> bool:
        """By occurrence."""
        from calsync_cli.core.mailing import wanting

        return wanting(near, there, chosen)

    def summoned(self, content: bytes, near: bytes, chosen: Chosen) -> bytes:
        """Their ATTENDEE lines, and the ORGANIZER where there was none."""
        from calsync_cli.core.mailing import summoned

        return summoned(content, near, chosen)

    def only_answers(self, was: bytes, now: bytes, own: AbstractSet[str]) -> bool:
        """PARTSTAT of its guests, and what a server notes beside it."""
        from calsync_cli.core.mailing import only_answers

        return only_answers(was, now, own)

    def left_out(self, content: bytes) -> Chosen:
        """By SCHEDULE-AGENT (RFC 6638 7.1)."""
        from calsync_cli.core.mailing import left_out

        return left_out(content)

    def mailed(self, there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
        """Guests of one's own meeting; the organizer of somebody else's, when one's answer changes."""
        from calsync_cli.core.mailing import mailed

        return mailed(there, sent, own)

    def news(self, there: bytes, sent: bytes, own: AbstractSet[str]) -> frozenset[str]:
        """Invitations, cancellations, another time or place; an answer to the organizer."""
        from calsync_cli.core.news import news

        return news(there, sent, own)

    def guests(self, content: bytes) -> frozenset[str]:
        """Addresses, in lower case."""
        from calsync_cli.core.guests import guests

        return guests(content)

    def likeness(self, content: bytes) -> str:
        """Title, start and end."""
        from calsync_cli.core.event import fingerprint

        return fingerprint(content)

    def with_key(self, content: bytes, key: str) -> bytes:
        """In every component."""
        from calsync_cli.core.event import with_uid

        return with_uid(content, key)


def _note(clash: Clash) -> ClashNote:
    return ClashNote(clash.occurrence, clash.property, clash.base, clash.mine, clash.theirs, clash.kept.value)
