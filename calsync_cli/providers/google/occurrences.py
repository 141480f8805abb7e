"""The occurrences of a series made what they are to be, one request after the other, whatever they are now."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.model import Ref
from calsync_cli.core.ops import Denied, Stale
from calsync_cli.providers.google.api import Answer
from calsync_cli.providers.google.fields import Frame, Json, Original, parts
from calsync_cli.providers.google.fitting import rules_of
from calsync_cli.providers.google.gathering import Gathering
from calsync_cli.providers.google.members import Members, cancelled, told
from calsync_cli.providers.google.names import unmarked
from calsync_cli.providers.google.patching import instance_of, patch
from calsync_cli.providers.google.reading import content_of, original_of
from calsync_cli.providers.google.refusing import Footing, Halted
from calsync_cli.providers.google.strays import bare
from calsync_cli.providers.google.writing import Draft, draft_of


def differing(one: Draft, other: Draft) -> set[Original]:
    """The occurrences that two drafts have otherwise."""
    changed = set(one.excluded ^ other.excluded)
    for which in {*one.overrides, *other.overrides}:
        was, now = one.overrides.get(which), other.overrides.get(which)
        if was is None or now is None or patch(was, now):
            changed.add(which)
    return changed


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Writes to the occurrences of one series."""

    gathering: Gathering
    ref: Ref
    footing: Footing
    mail: bool

    def become(self, want: Draft, now: Members) -> bool:
        """All occurrences as `want` has them; whether anything had to be done. Raises Halted, Unsayable."""
        there = self._draft(now)
        due = differing(there, want)
        if due and now.master is not None and self._readmit(want, there, now.master):
            now = self.gathering.series(self.ref, now.uid)
            there = self._draft(now)
        for which in sorted(differing(there, want)):
            self._become_one(which, want, there, now)
        return bool(due)

    @property
    def _frame(self) -> Frame:
        return self.gathering.frame

    def _draft(self, now: Members) -> Draft:
        return draft_of(content_of(now.telling(self._frame), self._frame), self._frame)

    def _readmit(self, want: Draft, there: Draft, master: Json) -> bool:
        """What EXDATE lines leave out and is wanted again: the lines are the master's, and replaced as a whole."""
        by_lines = draft_of(content_of([master], self._frame), self._frame).excluded
        if not (by_lines & there.excluded) - want.excluded:
            return False
        left_out = [line for line in (want.master or {}).get("recurrence", []) if line.startswith("EXDATE")]
        self._patch(self.ref, {"recurrence": rules_of(master) + left_out}, told(master, "etag"))
        return True

    def _become_one(self, which: Original, want: Draft, there: Draft, now: Members) -> None:
        instance = self._instance(which, now)
        if which in want.excluded:
            self._take_out(instance)
            return
        if instance is None:
            raise Halted(self.footing.ended(Denied(self.ref, "E403", "no-occurrence")))
        wanted = want.overrides.get(which) or self._by_rule(want, which)
        if cancelled(instance):
            self._revive(instance, wanted)
            return
        was = there.overrides.get(which) or self._by_rule(there, which)
        self._change(instance, patch(was, wanted))

    def _by_rule(self, draft: Draft, which: Original) -> Json:
        """The occurrence without an exception; where there is no master, nobody can say what it would be."""
        if draft.master is None:
            raise Halted(self.footing.ended(Denied(self.ref, "E403", "no-master")))
        return instance_of(draft.master, which, self._frame)

    def _instance(self, which: Original, now: Members) -> Json | None:
        """The occurrence as Google has it: known, or asked for by its original start; None where there is none then.

        How that is written for whole days the reference does not say, so it is asked for by its usual id as well. In
        either case it counts only if it says itself that it is that one.
        """
        for event in now.others.values():
            if original_of(event) == which:
                return event
        api, calendar = self.gathering.api, self.gathering.calendar
        answer = api.instances(calendar, self.ref, {"originalStart": which, "showDeleted": "true", "maxResults": 2})
        for event in parts(answer.body, "items"):
            if self._is(event, which):
                return event
        single = api.event(calendar, f"{self.ref}_{bare(which)}")
        return single.body if single.ok and self._is(single.body, which) else None

    def _is(self, event: Json, which: Original) -> bool:
        return told(event, "recurringEventId") == self.ref and told(event, "id") != "" and original_of(event) == which

    def _revive(self, instance: Json, wanted: Json) -> None:
        """A cancelled occurrence comes back as whatever it was; what that is, its answer tells."""
        answer = self._patch(instance["id"], {"status": "confirmed", **patch({}, wanted)}, told(instance, "etag"))
        back = draft_of(content_of([answer.body], self._frame), self._frame).overrides
        self._change(answer.body, patch(next(iter(back.values()), wanted), wanted))

    def _change(self, instance: Json, change: Json) -> None:
        if due := unmarked(change, instance):
            if not told(instance, "etag"):  # a version that nobody can name cannot be the one that is overwritten
                raise Halted(self.footing.ended(Stale(self.ref)))
            self._patch(instance["id"], due, told(instance, "etag"))

    def _take_out(self, instance: Json | None) -> None:
        """What is not there, or left out already, need not be."""
        if instance is not None and not cancelled(instance):
            api, name, etag = self.gathering.api, instance["id"], told(instance, "etag")
            self.footing.write(lambda: api.delete(self.gathering.calendar, name, etag=etag, mail=self.mail))

    def _patch(self, name: str, change: Json, etag: str) -> Answer:
        api, calendar = self.gathering.api, self.gathering.calendar
        return self.footing.write(lambda: api.patch(calendar, name, change, etag=etag, mail=self.mail))
