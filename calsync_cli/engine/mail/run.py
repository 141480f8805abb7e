"""A round of mail: look at all folders, recognise, plan once, brake, apply; once more where a UID is not known yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.mail.brake import alarms
from calsync_cli.core.mail.left import with_limits
from calsync_cli.core.mail.nouns import Letter, Role
from calsync_cli.core.mail.plan import MailPlan, plan
from calsync_cli.core.mail.record import Slip
from calsync_cli.core.mail.sight import Recognised, Sight
from calsync_cli.core.mail.steps import Agree, Bring, Erase, Forget, Leave, Park, Replace, Send, Shift, Step
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import LinkId, Ref, Side
from calsync_cli.core.ops import Denied
from calsync_cli.core.record import Wait
from calsync_cli.engine.mail.amid import sure
from calsync_cli.engine.mail.answers import failed
from calsync_cli.engine.mail.astray import astray
from calsync_cli.engine.mail.bring import bring
from calsync_cli.engine.mail.early import early
from calsync_cli.engine.mail.foretold import foretold
from calsync_cli.engine.mail.halfway import halfway
from calsync_cli.engine.mail.identity import reused
from calsync_cli.engine.mail.observe import observe
from calsync_cli.engine.mail.order import TRIES, WHOLE, MailJunction, MailResult, MailWork
from calsync_cli.engine.mail.recognise import Recogniser
from calsync_cli.engine.mail.send import send
from calsync_cli.engine.mail.shift import shift
from calsync_cli.engine.mail.shut import by_itself, postponed
from calsync_cli.engine.mail.tidy import erase, mark, remember

PASSES = 2

Junctions = Mapping[LinkId, MailJunction]


def run_mail(junctions: Sequence[MailJunction], work: MailWork) -> MailResult:
    """Bring all folders to agreement. Raises what the stores raise; `work.result` holds what was done until there."""
    for count in range(PASSES):
        work.unseen.clear()
        _pass(junctions, work, again=count > 0)
        if not work.unseen:
            break
        links = {link.id: link for link in work.books.links()}
        junctions = [
            replace(one, link=links[one.link.id], rev="", near_rev="")
            for one in junctions
            if one.link.id in work.unseen
        ]
    if work.late is not None:
        raise work.late
    return work.result


def _pass(junctions: Sequence[MailJunction], work: MailWork, *, again: bool) -> None:
    """`again`: only to find what was stored under UIDs that were not told; with some folders nobody can tell more."""
    by_link = {junction.link.id: junction for junction in _inbox_first(junctions)}
    _patience(by_link, work)
    work.progress.phase("look", len(by_link))
    slip = Slip()
    sights = [sight for junction in by_link.values() if (sight := _look(junction, work)) is not None]
    looked = [sight for sight in sights if sight.looked]
    if half := halfway(looked, by_link, work):
        sights = [_look(by_link[one.link.id], work) or one if one.link.id in half else one for one in sights]
        looked = [sight for sight in sights if sight.looked]
    who = Recogniser(looked, by_link, work).run()
    made = plan(looked, who, limits=work.order.limits, old=early(looked, by_link, who, work))
    if again:
        found = tuple(step for step in made.steps if isinstance(step, Agree))
        work.open.update(by_link if len(found) < len(made.steps) else ())
        made = replace(made, steps=found)
    shut = by_link.keys() - {sight.link.id for sight in sights}
    made = _certain(made, who, shut, astray(made.steps, (shut | who.shut) - work.spent_folders, by_link, work), work)
    work.result.alarms = alarms(looked, made.steps, work.order.limit)
    if work.order.dry:
        work.result.tally.update(foretold(made.steps))
    if work.order.dry or work.result.alarms:
        return
    made = sure(made, looked, by_link, work)
    _seek(who.unfound, slip, work)
    for place, unread in who.unread.items():
        failed(slip, work, place, Denied(unread.ref, unread.why or "E403", unread.detail or Why.UNREADABLE))
    _odd(looked, slip, work)
    for one in made.waiting:
        work.wait(slip, Wait(one.link, one.side, one.ref, one.code, one.why, loud=False))
    begun = [sight.link.id for sight in looked if sight.claims or sight.half] if not shut - work.spent_folders else []
    slip.closed.extend(parcel.op for link in begun for parcel in work.books.parcels(link))
    before = {(wait.link, wait.side, wait.ref) for wait in _waits(by_link, work) if wait.loud}
    work.record(slip)
    _apply(made, {sight.link.id: sight for sight in looked}, by_link, work)
    _finish(looked, by_link, work)
    work.result.waits = _waits(by_link, work)
    work.result.fresh += sum(one.loud and (one.link, one.side, one.ref) not in before for one in work.result.waits)


def _odd(sights: Sequence[Sight], slip: Slip, work: MailWork) -> None:
    """A person hears of what lies in a Maildir and is no message, or none that can be read; it holds up nothing."""
    for sight in sights:
        for one in sight.odd:
            place = (sight.link.id, Side.NEAR, one.ref)
            if not work.gave_up(place, ""):
                failed(slip, work, place, Denied(one.ref, one.why, one.detail or Why.UNREADABLE))


def _certain(
    made: MailPlan, who: Recognised, shut: AbstractSet[LinkId], strays: AbstractSet[tuple[LinkId, Ref]], work: MailWork
) -> MailPlan:
    """The plan without what has to wait, for some rounds, until more is known.

    While a folder cannot be looked into, what is gone from another may have gone there, and what is new may have come
    from there (`strays`). While a message cannot be read that had to be, what looks new in its folder may not be.
    """
    unsure = {link for link, _, _ in who.unread} | who.shut
    away = bool((shut | who.shut) - work.spent_folders)
    left: list[Step] = []
    for step in made.steps:
        match step:
            case Erase(letter, moved=False) if away or letter.link in unsure:
                work.open.add(letter.link)
            case Send(link, seen) if away or link in unsure or (link, seen.ref) in who.held:
                work.open.add(link)
            case Bring(link, seen) | Leave(link, seen) if link in unsure or (link, seen.ref) in strays:
                work.open.add(link)
            case _:
                left.append(step)
    return replace(made, steps=tuple(left))


def _seek(unfound: Sequence[Letter], slip: Slip, work: MailWork) -> None:
    """What was stored, and shows nowhere: a few rounds later it is a file like any new one, and is sent again."""
    links = {letter.link for letter in unfound}
    tries = {(wait.link, wait.ref): wait.tries for link in links for wait in work.books.waits(link)}
    for letter in unfound:
        work.unseen.discard(letter.link)
        if tries.get((letter.link, letter.near), 0) >= TRIES:
            slip.forgotten.append(letter.id)
            work.open.add(letter.link)
        else:
            work.wait(slip, Wait(letter.link, Side.NEAR, letter.near, "E402", Why.STORED_UNSEEN, loud=False))


def _inbox_first(junctions: Sequence[MailJunction]) -> list[MailJunction]:
    return sorted(junctions, key=lambda one: (one.link.role is not Role.INBOX, one.link.id))


def _patience(junctions: Junctions, work: MailWork) -> None:
    """What was tried too often is left alone, unless somebody wants everything looked at."""
    if not work.order.full:
        for wait in _waits(junctions, work):
            # a mailbox that is full is emptied some day, and nothing tells of it but another try
            if wait.tries > TRIES and wait.loud and wait.code != "E401":
                work.spent[wait.link, wait.side, wait.ref] = wait


def _waits(junctions: Junctions, work: MailWork) -> list[Wait]:
    return [wait for link in junctions for wait in work.books.waits(link)]


def _look(junction: MailJunction, work: MailWork) -> Sight | None:
    sight: Sight | None = None
    with by_itself(junction.link, work):
        sight = observe(junction, work)
        if sight.looked and not work.order.dry and reused(sight, junction, work):
            work.books.disown(junction.link.id)
            link = replace(junction.link, cursor=None, glance="", near_glance="")
            sight = observe(replace(junction, link=link, rev="", near_rev=""), work)
    work.progress.advance()
    return sight


# ── doing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _apply(made: MailPlan, sights: Mapping[LinkId, Sight], junctions: Junctions, work: MailWork) -> None:
    """What arrives before what goes: whoever is killed between has rather too much than too little."""
    work.progress.phase("write", len(made.steps))
    steps = made.steps
    quiet = [
        one for one in steps if isinstance(one, Forget | Park | Leave) or (isinstance(one, Agree) and not _writes(one))
    ]
    remember(quiet, work)
    agrees = [one for one in steps if isinstance(one, Agree) and _writes(one)]
    agrees += shift([one for one in steps if isinstance(one, Shift)], sights, junctions, work)
    for link, sight in sights.items():
        with by_itself(sight.link, work):
            mark([one for one in agrees if one.letter.link == link], junctions[link], work)
    for link, sight in sights.items():
        with by_itself(sight.link, work), postponed(sight.link, work):
            bring([one for one in steps if isinstance(one, Bring) and one.link == link], sight, junctions, work)
    for link, sight in sights.items():
        with by_itself(sight.link, work), postponed(sight.link, work):
            send(list(_sent(steps, link)), sight, junctions, work)
    for link, sight in sights.items():
        erases = [one for one in steps if isinstance(one, Erase) and one.letter.link == link]
        for side in Side:
            with by_itself(sight.link, work):
                erase([one for one in erases if one.side is side], side, junctions[link], work)


def _writes(step: Agree) -> bool:
    return step.marks.near or step.marks.far


def _sent(steps: Sequence[Step], link: LinkId) -> Iterator[Send | Replace]:
    for step in steps:
        if isinstance(step, Send | Replace) and (step.link if isinstance(step, Send) else step.letter.link) == link:
            yield step


def _finish(sights: Sequence[Sight], junctions: Junctions, work: MailWork) -> None:
    """The cursors, last of all, and only of folders in which nothing is left to do."""
    for sight in sights:
        link = sight.link
        waits = [(one.side, one.ref) for one in work.books.waits(link.id)]
        raised = {(side, ref) for of, side, ref in work.raised if of == link.id}
        spent = {(side, ref) for of, side, ref in work.spent if of == link.id} - sight.gone - {(Side.NEAR, WHOLE)}
        work.books.clear(link.id, set(waits) - raised - spent)
        if link.id in work.open:
            work.books.reopen(link.id)
        else:
            afresh = link.first or sight.relived
            glance = with_limits(junctions[link.id].rev, link.glance, work.order.limits, afresh=afresh)
            seen = (sight.cursor, glance, junctions[link.id].near_rev)
            if link.first or seen != (
                link.cursor,
                link.glance,
                link.near_glance,
            ):  # else the books are left as they are
                work.books.finish(link.id, *seen)
