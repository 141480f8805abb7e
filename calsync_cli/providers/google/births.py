"""New events: inserted under an id chosen here, or taken in as a copy where somebody else is the organizer."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.model import Held, Ref
from calsync_cli.core.ops import Create, Denied, Done, Stale, Unknown, Wrote
from calsync_cli.providers.google.api import DUPLICATE, Answer, Query
from calsync_cli.providers.google.fields import Json, Unsayable
from calsync_cli.providers.google.gathering import PAGE, Gathering, events_of
from calsync_cli.providers.google.hidden import identified
from calsync_cli.providers.google.members import Item, Members, cancelled, gathered, repeats, told
from calsync_cli.providers.google.names import FINISHED, half_made, mark_of, name_of
from calsync_cli.providers.google.occurrences import Occurrences, differing
from calsync_cli.providers.google.patching import patch
from calsync_cli.providers.google.reading import content_of
from calsync_cli.providers.google.refusing import Footing, Halted
from calsync_cli.providers.google.strays import with_dates
from calsync_cli.providers.google.writing import Draft, draft_of

_GENERATIONS = 100
"""How often one event may have been deleted and come again under its own UID."""


@dataclass(frozen=True, slots=True)
class Births:
    """Makes new items in one calendar."""

    gathering: Gathering

    def create(self, op: Create) -> Done:
        """A new item. Raises Unsayable, and what stops everything."""
        draft = with_dates(draft_of(op.content, self.gathering.frame), self.gathering.frame)
        if draft.master is None:
            return Denied(op.ref, "E403", "no-master")
        return self._take_in(op, draft, draft.master) if draft.organizer else self._insert(op, draft, draft.master)

    def _insert(self, op: Create, draft: Draft, master: Json) -> Done:
        """Under an id of our own. 409 means a deleted event's too, and such an id is burnt for good."""
        api, calendar, ref = self.gathering.api, self.gathering.calendar, op.ref
        for generation in range(1, _GENERATIONS + 1):
            body = _marked({**identified(master, ref, draft.uid), "id": ref}, draft, ref)
            answer = api.insert(calendar, body, mail=bool(op.mail))
            if answer.status != DUPLICATE:
                return self._made(op, answer, draft)
            there = api.event(calendar, ref)
            if not there.missing:  # a second event is made only where it is known that the first one went
                found = Footing(self.gathering, op.ref).read(there).body
                if told(found, "id") != ref:
                    return Denied(op.ref, "E404", "id")
                if not cancelled(found):
                    return self._met(op, self._whole(found), draft)
            ref = name_of(calendar, op.ref, generation)
        return Denied(op.ref, "E403", "no-free-id")

    def _take_in(self, op: Create, draft: Draft, master: Json) -> Done:
        """As a private copy with its own UID, of which nobody is told. Another import of that UID would change it."""
        for members in self._with_uid(draft.uid):
            return self._met(op, members, draft)
        body = _marked({**master, "iCalUID": draft.uid}, draft, mark_of(draft.uid))
        return self._made(op, self.gathering.api.take_in(self.gathering.calendar, body), draft)

    def _with_uid(self, uid: str) -> list[Members]:
        query: Query = {"iCalUID": uid, "singleEvents": "false", "maxResults": PAGE}
        events = [event for page in self.gathering.pages(query) for event in events_of(page, self.gathering.api.host)]
        return [members for members in gathered(events).values() if members.alive or members.half_made]

    def _whole(self, master: Json) -> Members:
        """All members of what is there already."""
        ref = Ref(master["id"])
        return self.gathering.series(ref, told(master, "iCalUID")) if repeats(master) else Members(ref, master)

    def _made(self, op: Create, answer: Answer, draft: Draft) -> Done:
        Footing(self.gathering, op.ref).read(answer)
        members = Members(Ref(told(answer.body, "id")), answer.body)
        if draft.overrides:
            return self._completed(op, members, draft)
        if draft.excluded:  # lines that leave something out may come back as cancelled occurrences
            members = self._whole(answer.body)
        return _wrote(op, members.item(self.gathering.frame))

    def _met(self, op: Create, members: Members, draft: Draft) -> Done:
        """What is there: made by ourselves a moment ago, whole or by half, or something else."""
        if members.half_made:
            return self._completed(op, members, draft)
        found = members.item(self.gathering.frame)
        if isinstance(found, Held) and alike(draft_of(found.content, self.gathering.frame), draft):
            return _wrote(op, found)
        if draft.organizer:
            return Denied(op.ref, "E403", "uid-taken", uid_conflict=True)
        return Stale(op.ref)

    def _completed(self, op: Create, members: Members, draft: Draft) -> Done:
        """The exceptions of a series. Until all are made it is marked, and shown to nobody who reads it from here.

        Where one of them is refused the series is taken away again: by half it would be wrong.
        """
        footing = Footing(self.gathering, op.ref, whole=True)
        writing = Occurrences(self.gathering, members.ref, footing, mail=bool(op.mail))
        try:
            self._caught_up(members, draft, footing, op)
            writing.become(draft, members)
            api, calendar = self.gathering.api, self.gathering.calendar
            footing.write(lambda: api.patch(calendar, members.ref, FINISHED, etag="", mail=False))
        except (Halted, Unsayable) as stopped:
            done = stopped.done if isinstance(stopped, Halted) else Denied(op.ref, "E403", stopped.reason)
            if isinstance(done, Denied):
                self.gathering.api.delete(self.gathering.calendar, members.ref, etag="", mail=bool(op.mail))
            return done
        return _wrote(op, self.gathering.series(members.ref, members.uid).item(self.gathering.frame))

    def _caught_up(self, members: Members, draft: Draft, footing: Footing, op: Create) -> None:
        """The master of a series that was begun earlier, as it is wanted now."""
        master, frame = members.master, self.gathering.frame
        if master is None or draft.master is None:
            return
        change = patch(draft_of(content_of([master], frame), frame).master or {}, draft.master)
        if change:
            api, calendar, etag = self.gathering.api, self.gathering.calendar, told(master, "etag")
            footing.write(lambda: api.patch(calendar, members.ref, change, etag=etag, mail=bool(op.mail)))


def alike(there: Draft, wanted: Draft) -> bool:
    """Whether nothing is left to be done."""
    if there.uid != wanted.uid or there.master is None or wanted.master is None:
        return False
    return not patch(there.master, wanted.master) and not differing(there, wanted)


def _marked(body: Json, draft: Draft, mark: str) -> Json:
    return half_made(body, mark) if draft.overrides else body


def _wrote(op: Create, found: Item) -> Done:
    """What the calendar has now. Somebody may have been quicker to change or delete it."""
    return Wrote(found.ref, found.rev, found) if isinstance(found, Held) else Unknown(op.ref, "not-read-back")
