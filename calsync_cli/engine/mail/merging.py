"""Two files here of a message that shows once there: one goes to the attic.

A person put it into a folder that has it, or a mail program stored its own copy of what the server keeps anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calsync_cli.core.mail.nouns import NO_REV, Letter, lasting
from calsync_cli.core.mail.record import Slip, What, Withdrawn
from calsync_cli.core.mail.sight import HERE, Sight
from calsync_cli.core.mail.steps import Shift
from calsync_cli.core.model import NOBODY, Held, Ref, Seen, Side
from calsync_cli.core.ops import Remove, Wrote
from calsync_cli.engine.mail.answers import failed, undone, write
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.twins import same


@dataclass(frozen=True, slots=True)
class Merging:
    """In one folder."""

    target: MailJunction
    work: MailWork

    def left(self, steps: Sequence[Shift], source: MailJunction, sight: Sight) -> list[Shift]:
        """The steps without those that end here; what a limit had left out in the folder has a file now."""
        far = {step.letter.far for step in steps if step.side is Side.FAR and lasting(step.letter.far)}
        link = self.target.link.id
        taken = self.work.books.taken(link, far) if far else frozenset[Ref]()
        if not taken:
            return list(steps)
        there = {one.far: one for one in self.work.books.holding(taken) if one.link == link}
        bare = [one.id for one in self.work.books.known(link) if one.far in taken - there.keys()]
        self.work.record(Slip(forgotten=bare))
        for step in steps:
            if (twin := there.get(step.letter.far)) is not None:
                self._merge(step, twin, source, sight)
        return [step for step in steps if step.letter.far not in there]

    def _merge(self, step: Shift, twin: Letter, source: MailJunction, sight: Sight) -> None:
        """The message leaves the folder that its file left."""
        known = sight.touched.get(twin.id)
        if known is not None and known.near not in HERE:  # the other file went: that goes first, and this one follows
            self.work.open.update({step.letter.link, step.to})
            return
        slip = Slip()
        answers = write(source.far, [Remove(Held(step.letter.far, NO_REV, b"", step.letter.flags), NOBODY, False)])
        for done in answers.done:
            if (how := undone(done)) is not None:
                failed(slip, self.work, (step.letter.link, Side.FAR, step.letter.far), how)
                self.work.open.add(step.to)
            else:
                slip.forgotten.append(step.letter.id)
                slip.tally[step.to, What.MOVED_THERE] += 1
                self.withdraw(step.letter, step.seen, slip)
        self.work.record(slip)
        answers.checked()

    def one_too_many(self, letter: Letter, ref: Ref, made: Mapping[Ref, Letter]) -> bool:
        """Whether the folder has the very message that was sent, under the same ref and in another file here.

        Gmail keeps one of each, and files by itself what is sent through it: a mail program's own copy comes second.
        """
        if not lasting(ref) or not letter.message_id:
            return False
        if (twin := made.get(ref)) is not None:
            return twin.digest == letter.digest
        there = [one for one in self.work.books.holding({ref}) if one.link == letter.link and one.id != letter.id]
        return any(same(one, letter, self.target) for one in there)

    def withdraw(self, letter: Letter, seen: Seen, slip: Slip) -> None:
        """The second file goes; what somebody changed meanwhile stays for the next round."""
        link = self.target.link.id
        removed = write(self.target.near, [Remove(Held(seen.ref, seen.rev, b"", letter.flags), NOBODY)])
        for done in removed.done:
            if isinstance(done, Wrote) and done.kept:
                slip.withdrawn.append(Withdrawn(link, seen.ref, letter.message_id, letter.flags, "moved", done.kept))
            elif not isinstance(done, Wrote):
                self.work.open.add(link)
        if removed.error is not None:
            self.work.open.add(link)
