"""Edits: only fields whose meaning changed are sent, to the master and to those occurrences that are meant."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.model import Held
from calsync_cli.core.ops import Denied, Done, Edit, Stale, Unknown, Wrote
from calsync_cli.providers.google.api import STALE, Answer
from calsync_cli.providers.google.copies import REFUSED, is_copy, taken_in_anew
from calsync_cli.providers.google.fields import Json
from calsync_cli.providers.google.gathering import Gathering
from calsync_cli.providers.google.members import Members, cancelled, etags_of, repeats, told
from calsync_cli.providers.google.occurrences import Occurrences, differing
from calsync_cli.providers.google.patching import patch
from calsync_cli.providers.google.refusing import Footing, Halted
from calsync_cli.providers.google.strays import with_dates
from calsync_cli.providers.google.writing import Draft, draft_of


@dataclass(frozen=True, slots=True)
class Edits:
    """One edit of one item."""

    gathering: Gathering
    op: Edit

    def edit(self) -> Done:
        """Raises Halted, Unsayable, and what stops everything.

        The usual edit is one request, whose answer tells the new version. A series that has other members, or gets
        another rule, is read before, to be sure of each of them, and after: a change of it may change what they say.
        """
        frame, ref = self.gathering.frame, self.op.base.ref
        base, want = (with_dates(draft_of(said, frame), frame) for said in (self.op.base.content, self.op.content))
        if (base.master is None) != (want.master is None):
            return Denied(ref, "E403", "no-master")
        change = patch(base.master, want.master) if base.master and want.master else {}
        touched = bool(differing(base, want))
        if not change and not touched:
            return Wrote(ref, self.op.base.rev)
        etags = etags_of(ref, self.op.base.rev)
        if base.master and not etags.master:  # a version that nobody can name cannot be the one that is overwritten
            return Stale(ref)
        if touched or etags.others or "recurrence" in change:
            return self._series(base, want, change)
        footing = Footing(self.gathering, ref)
        return self._told(Members(ref, self._master(footing, change, want, etags.master)))

    def _series(self, base: Draft, want: Draft, change: Json) -> Done:
        """Master first, then the occurrences as they are after that."""
        ref = self.op.base.ref
        footing = Footing(self.gathering, ref)
        now = standing(footing, base.uid)
        if not now.alive or now.rev != self.op.base.rev:
            return Stale(ref)
        if change:
            self._master(footing, change, want, etags_of(ref, self.op.base.rev).master)
            now = self.gathering.series(ref, now.uid)
        if Occurrences(self.gathering, ref, footing, mail=bool(self.op.mail)).become(want, now):
            now = self.gathering.series(ref, now.uid)
        return self._told(now)

    def _master(self, footing: Footing, change: Json, want: Draft, etag: str) -> Json:
        """The master with its change; a copy of what somebody else organizes is taken in anew."""
        api, calendar, ref = self.gathering.api, self.gathering.calendar, self.op.base.ref
        answer = api.patch(calendar, ref, change, etag=etag, mail=bool(self.op.mail))
        if answer.reason == REFUSED and want.organizer:
            there = footing.read(api.event(calendar, ref)).body
            if is_copy(there) and told(there, "etag") != etag:
                return footing.write(lambda: Answer(STALE)).body
            if is_copy(there):
                answer = api.take_in(calendar, taken_in_anew(there, {**change, **_numbered(want)}))
        return footing.write(lambda: answer).body

    def _told(self, members: Members) -> Done:
        """What the calendar has now."""
        found = members.item(self.gathering.frame)
        return Wrote(found.ref, found.rev, found) if isinstance(found, Held) else Unknown(members.ref, "not-read-back")


def _numbered(want: Draft) -> Json:
    """The organizer's number of this version."""
    return {"sequence": want.master["sequence"]} if want.master and "sequence" in want.master else {}


def standing(footing: Footing, uid: str) -> Members:
    """An item as it is now, with all its members. Raises Halted where that is not to be had.

    `uid`: by which single occurrences are found whose series is not one's own.
    """
    gathering, ref = footing.gathering, footing.ref
    answer = gathering.api.event(gathering.calendar, ref)
    if answer.missing:
        gathering.confirm()
    elif not cancelled(footing.read(answer).body):
        return _read(footing, answer.body)
    return gathering.series(ref, uid)


def _read(footing: Footing, event: Json) -> Members:
    """What was read, whole. What is another event, or not in the list that it is read from, is not to be relied on."""
    gathering, ref = footing.gathering, footing.ref
    if told(event, "id") == ref and not repeats(event):
        return Members(ref, event)
    members = gathering.series(ref, told(event, "iCalUID"))
    if members.master is None:
        raise Halted(footing.ended(Stale(ref)))
    return members
