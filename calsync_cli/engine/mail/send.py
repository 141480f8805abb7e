"""Sending: files become messages; an edited one takes the place of what it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from calsync_cli.core.mail.nouns import NO_REV, Letter, Role, lasting
from calsync_cli.core.mail.prints import print_of
from calsync_cli.core.mail.record import NOWHERE, Kind, Parcel, Slip, What
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Replace, Send
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import NOBODY, Flags, Held, LinkId, Ref, Seen, Side, Unreadable
from calsync_cli.core.ops import Create, Denied, Done, Partial, Remove, Unknown, Wrote
from calsync_cli.engine.mail.answers import Answers, Undone, failed, write
from calsync_cli.engine.mail.merging import Merging
from calsync_cli.engine.mail.order import MailJunction, MailWork
from calsync_cli.engine.mail.tidy import left_marked
from calsync_cli.engine.mail.twins import Twin, twins

MOST, OCTETS = 100, 4 << 20


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to be sent, and the letter that it will be."""

    seen: Seen
    letter: Letter
    content: bytes
    flags: Flags
    """What the message is to have there."""
    date: float | None = None
    old: Letter | None = None
    """Whose place it takes."""
    twin: Twin | None = None
    """A message there that is the same."""


def send(
    steps: Sequence[Send | Replace], sight: Sight, junctions: Mapping[LinkId, MailJunction], work: MailWork
) -> None:
    """All of one folder."""
    junction = junctions[sight.link.id]
    link = sight.link.id
    wanted = {
        step.seen.ref: step
        for step in steps
        if not work.gave_up((link, Side.NEAR, step.seen.ref), step.seen.rev)
        and not (isinstance(step, Replace) and step.stored)
    }
    suspects = {wait.ref for wait in work.books.waits(link) if wait.side is Side.NEAR and wait.code == "E402"}
    for batch in _batches(wanted, suspects, sight, junction, work):
        items = _with_twins(batch, junctions, work) if not sight.link.first else batch
        room = _send(items, suspects, sight, junction, work)
        work.progress.advance(len(batch))
        del batch, items  # large ones are in memory one at a time
        if not room:
            break
    stored = [step for step in steps if isinstance(step, Replace) and step.stored]
    if stored:
        items = list(_stored(stored, sight, junction))
        work.open.update({link} if len(items) < len(stored) else ())
        _displace(items, junction, work)


def _batches(
    wanted: dict[Ref, Send | Replace], suspects: AbstractSet[Ref], sight: Sight, junction: MailJunction, work: MailWork
) -> Iterator[list[_Item]]:
    """What the line broke on before comes last, each by itself: the guilty one takes nobody along."""
    batch: list[_Item] = []
    octets = 0
    slip = Slip()
    for one in junction.near.fetch(sorted(wanted, key=suspects.__contains__)) if wanted else ():
        if batch and one.ref in suspects:
            yield batch
            batch, octets = [], 0
        if isinstance(one, Held):
            batch.append(_item(wanted[one.ref], one, sight))
            octets += len(one.content)
            del one
        elif isinstance(one, Unreadable):
            rev = wanted[one.ref].seen.rev
            failed(
                slip,
                work,
                (sight.link.id, Side.NEAR, one.ref),
                Denied(one.ref, one.why or "E505", one.detail or Why.UNREADABLE),
                rev,
            )
        else:  # it went since it was looked at; what went there with its mailbox's last life is not known elsewhere
            work.open.add(sight.link.id)
        if len(batch) >= MOST or octets >= OCTETS:
            yield batch
            batch, octets = [], 0
    work.record(slip)
    if batch:
        yield batch


def _item(step: Send | Replace, held: Held, sight: Sight) -> _Item:
    known = print_of(held.content)
    old = step.letter if isinstance(step, Replace) else None
    was = old or (step.again if isinstance(step, Send) else None)
    letter = Letter(
        sight.link.id,
        held.ref,
        NOWHERE,
        sight.common.seen(held.flags),
        held.rev,
        known.size,
        known.message_id,
        known.digest,
        was.id if was else 0,
    )
    flags = step.flags if isinstance(step, Replace) else letter.flags
    return _Item(step.seen, letter, held.content, flags, held.date, old)


def _send(
    items: Sequence[_Item], suspects: AbstractSet[Ref], sight: Sight, junction: MailJunction, work: MailWork
) -> bool:
    """Whether the mailbox has room for more, as far as it said."""
    link = sight.link.id
    op = f"{work.order.run}-{link}-up-{items[0].letter.near}"
    work.record(Slip(begun=[Parcel(op, link, Kind.UP, tuple(item.letter for item in items))]))
    creates = [_create(item) for item in items]
    answers = write(junction.far, creates)
    slip = Slip(closed=[op])
    lost, displaced = _answered(items, answers, suspects, junction, work, slip=slip)
    if slip.letters:
        slip.tally = Counter({(link, What.SENT): len(slip.letters)})
    if any(not letter.far for letter in slip.letters):
        work.unseen.add(link)
    _cut(items, answers, lost, slip, work)
    if lost:
        slip.begun.append(Parcel(f"{op}-lost", link, Kind.UP, tuple(lost)))
    work.record(slip)
    answers.checked()
    if displaced:
        _displace(displaced, junction, work)
    return not any(isinstance(done, Denied) and done.why == "E401" for done in answers.done)


def _answered(
    items: Sequence[_Item],
    answers: Answers,
    suspects: AbstractSet[Ref],
    junction: MailJunction,
    work: MailWork,
    *,
    slip: Slip,
) -> tuple[list[Letter], list[_Item]]:
    """What is to be remembered goes on the slip; told are those whose answer was lost, and those that displace one."""
    known = work.books.taken(
        junction.link.id, {done.ref for done in answers.done if isinstance(done, Wrote) and done.ref}
    )
    lost: list[Letter] = []
    displaced: list[_Item] = []
    made: dict[Ref, Letter] = {}
    merging = Merging(junction, work)
    for item, done in zip(items, answers.done, strict=False):
        if isinstance(done, Unknown):
            lost.append(item.letter)
        if isinstance(done, Wrote) and merging.one_too_many(item.letter, done.ref, made):
            merging.withdraw(item.letter, item.seen, slip)
        elif isinstance(done, Wrote) and done.ref not in known and done.ref not in made:
            letter = replace(item.letter, far=done.ref)
            made |= {done.ref: letter} if lasting(done.ref) else {}
            if item.old is not None:
                displaced.append(replace(item, letter=letter))
            else:
                slip.letters.append(letter)
        else:
            how = _failure(item.letter.near, done, suspects)
            failed(slip, work, (junction.link.id, Side.NEAR, item.letter.near), how, item.seen.rev)
    return lost, displaced


def _failure(ref: Ref, done: Done, suspects: AbstractSet[Ref]) -> Undone:
    """Why a message is not sent. Where the line broke on it alone, and not for the first time, a person hears of it."""
    match done:
        case Wrote():  # Gmail keeps one of each Message-ID and names the one that it has (mail-peers 2.4)
            return Denied(ref, "E403", Why.THERE_ALREADY)
        case Unknown() if ref in suspects:
            return Denied(ref, "E402", Why.LINE_CUT)
        case _:
            return done


def _with_twins(items: Sequence[_Item], junctions: Mapping[LinkId, MailJunction], work: MailWork) -> Sequence[_Item]:
    found = twins([item.letter for item in items if item.old is None], junctions, work)
    return [replace(item, twin=found.get(item.letter.near)) for item in items] if found else items


def _create(item: _Item) -> Create:
    return Create(item.letter.near, item.content, NOBODY, item.flags, item.date, item.twin)


def _cut(items: Sequence[_Item], answers: Answers, lost: list[Letter], slip: Slip, work: MailWork) -> None:
    """The line broke: on the message that was being sent, perhaps because of it, so that it counts as a try.

    Servers there are that hang up on a message that they do not like (mail-peers 4, Gmail on a NUL).
    """
    left = items[len(answers.done) :]
    if answers.error is None or not left:
        return
    lost.extend(item.letter for item in left)
    if answers.error.code == "E401":  # it has enough of us, not of this message
        return
    first = left[0]
    code = Denied(first.letter.near, answers.error.code, Why.LINE_CUT)
    failed(slip, work, (first.letter.link, Side.NEAR, first.letter.near), code, first.seen.rev)


def _stored(steps: Sequence[Replace], sight: Sight, junction: MailJunction) -> Iterator[_Item]:
    """A killed round sent them; only the old ones are left to go."""
    wanted = {step.seen.ref: step for step in steps}
    for held in junction.near.fetch(list(wanted)):
        step = wanted[held.ref]
        if isinstance(held, Held) and step.stored is not None:
            item = _item(step, held, sight)
            flags = sight.common.seen(step.stored.flags)
            yield replace(item, letter=replace(item.letter, far=step.stored.ref, flags=flags), content=b"")


def _displace(items: Sequence[_Item], junction: MailJunction, work: MailWork) -> None:
    """The old ones go to the bin: what a person overwrote in place is nowhere else any more."""
    link = junction.link
    to_bin = link.role is not Role.DELETED
    removes = [Remove(Held(item.old.far, NO_REV, b"", item.old.flags), NOBODY, to_bin) for item in items if item.old]
    answers = write(junction.far, removes)
    slip = Slip()
    for item, done in zip(items, answers.done, strict=False):
        _displaced(item, done, slip, work)
    if slip.letters:
        slip.tally = Counter({(link.id, What.REPLACED): len(slip.letters)})
    work.record(slip)
    answers.checked()


def _displaced(item: _Item, done: Done, slip: Slip, work: MailWork) -> None:
    assert item.old is not None
    if isinstance(done, Wrote | Partial):
        slip.letters.append(item.letter)
        if not item.letter.far:
            work.unseen.add(item.letter.link)
    else:
        failed(slip, work, (item.letter.link, Side.NEAR, item.letter.near), done, item.seen.rev)
    if isinstance(done, Partial):
        slip.letters.append(left_marked(replace(item.old, id=0)))
