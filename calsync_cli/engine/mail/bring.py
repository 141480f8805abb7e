"""Fetching: new messages become files, the newest first, by batches of so many octets; bodies are never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.message import digest, marked, message_id
from calsync_cli.core.mail.nouns import Letter
from calsync_cli.core.mail.record import Kind, Parcel, Slip, What
from calsync_cli.core.mail.sight import Sight
from calsync_cli.core.mail.steps import Bring
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import NOBODY, Fetched, Held, LinkId, Ref, Side, Unreadable
from calsync_cli.core.ops import Create, Denied, Stale, Wrote
from calsync_cli.engine.mail.answers import failed, write
from calsync_cli.engine.mail.copies import bodies
from calsync_cli.engine.mail.order import MailJunction, MailWork

MOST, OCTETS = 100, 4 << 20
"""Of a batch: messages, and octets with the one that goes beyond."""


def bring(steps: Sequence[Bring], sight: Sight, junctions: Mapping[LinkId, MailJunction], work: MailWork) -> None:
    """All of one folder. A batch is begun in the transaction that closes the one before it."""
    link = sight.link.id
    junction = junctions[link]
    wanted = [step for step in steps if not work.gave_up((link, Side.FAR, step.seen.ref), "")]
    wanted.sort(key=lambda step: _age(step.seen.ref), reverse=True)
    if not wanted:
        return
    slip = Slip()
    left = dict.fromkeys(step.seen.ref for step in wanted)
    were = {step.seen.ref: step.was for step in steps if step.was}
    for batch in _batches(bodies(wanted, link, junctions, work)):
        for one in batch:
            left.pop(one.ref, None)
            if isinstance(one, Unreadable):
                failed(
                    slip,
                    work,
                    (link, Side.FAR, one.ref),
                    Denied(one.ref, one.why or "E403", one.detail or Why.UNREADABLE),
                )
        came = [(one, were.get(one.ref, 0)) for one in batch if isinstance(one, Held)]
        slip = _store(came, sight, junction, slip, work)
        work.progress.advance(len(batch))
        del batch, came, one  # large ones are in memory one at a time
    for ref in left:
        failed(slip, work, (link, Side.FAR, ref), Stale(ref))
    work.record(slip)


def _age(ref: Ref) -> tuple[int, str]:
    """UIDs only grow (RFC 9051 2.3.1.1)."""
    uid = ref.rpartition(".")[2]
    return (int(uid) if uid.isdecimal() else 0, ref)


def _batches(answers: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    octets = 0
    broken: list[CalsyncError] = []
    for one in _until(answers, broken):
        batch.append(one)
        octets += len(one.content) if isinstance(one, Held) else 0
        del one
        if len(batch) >= MOST or octets >= OCTETS:
            yield batch
            batch, octets = [], 0
    if batch:
        yield batch
    if broken:
        raise broken[0]


def _until(answers: Iterator[Fetched], broken: list[CalsyncError]) -> Iterator[Fetched]:
    """What came before it broke off is stored: it cost as much as the rest."""
    try:
        yield from answers
    except CalsyncError as error:
        broken.append(error)


def _store(
    held: Sequence[tuple[Held, int]], sight: Sight, junction: MailJunction, before: Slip, work: MailWork
) -> Slip:
    """The batch into files; what became of it is written down with whatever comes next."""
    if not held:
        work.record(before)
        return Slip()
    link = sight.link.id
    letters = [_letter(one, was, sight, junction) for one, was in held]
    op = f"{work.order.run}-{link}-down-{letters[0].far}"
    before.begun.append(Parcel(op, link, Kind.DOWN, tuple(letters)))
    work.record(before)
    ops = [
        Create(letter.near, one.content, NOBODY, letter.flags, one.date)
        for letter, (one, _) in zip(letters, held, strict=True)
    ]
    answers = write(junction.near, ops)
    slip = Slip(closed=[op])
    for letter, done in zip(letters, answers.done, strict=False):
        if isinstance(done, Wrote):
            slip.letters.append(_stored(letter, done))
        else:
            failed(slip, work, (link, Side.FAR, letter.far), done)
    slip.tally = Counter({(link, What.FETCHED): len(slip.letters)}) if slip.letters else Counter()
    if answers.error is not None:
        if len(answers.done) < len(ops):
            slip.closed.clear()  # the one that broke off may lie there
        work.record(slip)
        answers.checked()
    return slip


def _letter(held: Held, was: int, sight: Sight, junction: MailJunction) -> Letter:
    """The letter that it will be, or that it `was`.

    What comes over IMAP is in canonical form already (RFC 9051 section 2.1.1.1): its size is that of its octets. A
    digest costs as much as writing the file, and few are ever asked for: who has a name is read when it is.
    """
    known = message_id(held.content)
    return Letter(
        sight.link.id,
        junction.near.new_ref(known or held.ref),
        held.ref,
        sight.common.seen(held.flags),
        size=len(held.content) - marked(held.content),
        message_id=known,
        digest="" if known else digest(held.content),
        id=was,
    )


def _stored(letter: Letter, done: Wrote) -> Letter:
    """As dataclasses.replace has it, which took a twentieth of a first round."""
    known = (letter.size, letter.message_id, letter.digest, letter.id)
    return Letter(letter.link, done.ref, letter.far, letter.flags, done.rev, *known)
