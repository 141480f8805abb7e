"""Looking at a mail folder: both sides compared with the books while the pages come, so that only news is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from calsync_cli.core.mail.flags import Common
from calsync_cli.core.mail.left import bare, left_out, widened
from calsync_cli.core.mail.nouns import DELETED, NO_REV, Letter, Role
from calsync_cli.core.mail.record import Kind, Known, Parcel, Slip, What
from calsync_cli.core.mail.sight import HERE, Sight, Touched
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import NO_FLAGS, Cursor, Flags, Page, Ref, Seen, Side, Unreadable
from calsync_cli.engine.mail.order import MailJunction, MailWork


@dataclass(slots=True)
class _Look:
    """One side, compared with what the books know of it."""

    known: Mapping[Ref, Known]
    new: dict[Ref, Seen] = field(default_factory=dict)
    changed: dict[Ref, Seen] = field(default_factory=dict)
    gone: set[Ref] = field(default_factory=set)
    unreadable: set[Ref] = field(default_factory=set)
    odd: list[Unreadable] = field(default_factory=list)
    listed: frozenset[Ref] | None = None
    cursor: Cursor | None = None
    life: str = ""


def observe(junction: MailJunction, work: MailWork) -> Sight:
    """Both sides. A folder in which neither changed costs nothing but the glances."""
    link = junction.link
    parcels = work.books.parcels(link.id)
    same_far = bool(junction.rev) and junction.rev == bare(link.glance) and not work.order.full
    same_far = same_far and not widened(link.glance, work.order.limits)
    same_near = bool(junction.near_rev) and junction.near_rev == link.near_glance and not work.order.full
    if same_far and same_near and not parcels and not link.first:
        return Sight(link, Common(NO_FLAGS), send=False, movable=False, looked=False)
    known = work.books.known(link.id)
    look_far = not same_far or link.first or bool(parcels)
    # The far side begins: its first page brings its traits along, which would be a round trip by themselves.
    far = _Look(_by_far(known), cursor=link.cursor)
    pages = _begun(junction, far, work) if look_far and not parcels else None
    common = Common.of(junction.near.traits.flags, junction.far.traits.flags, bin_mapped=_bin_mapped(work))
    sight = Sight(link, common, junction.send, movable=junction.far.traits.moves, cursor=link.cursor)
    near = _Look({one.near: one for one in known if one.near})
    if not same_near or parcels:
        _gather(near, junction.near.look(None, near.known.keys()), common, revs=True)
    known = _settle(parcels, near, known, sight, work)
    if parcels:
        far.known = _by_far(known)
    if look_far:
        _gather(far, pages or _begun(junction, far, work), common, revs=False)
        if far.listed is None and _stale(far):
            far = _Look(far.known)
            _gather(far, junction.far.look(None, far.known.keys()), common, revs=False)
    _compare(sight, known, near, far, work)
    waits = {(wait.side, wait.ref) for wait in work.books.waits(link.id)}
    sight.odd = tuple(one for one in near.odd if one.why)  # else somebody is at it just now
    sight.gone = frozenset((side, ref) for side, ref in waits if _gone(near if side is Side.NEAR else far, ref))
    return sight


def _by_far(known: Sequence[Known]) -> dict[Ref, Known]:
    return {one.far: one for one in known if one.far}


def _begun(junction: MailJunction, look: _Look, work: MailWork) -> Iterator[Page]:
    """The far side's pages, the first of them there already."""
    since = None if work.order.full else junction.link.cursor
    pages = iter(junction.far.look(since, look.known.keys()))
    return chain(list(islice(pages, 1)), pages)


def _stale(look: _Look) -> bool:
    """Letters of another life were not recognised when this one was first seen; no delta will ever tell of them."""
    now = f"{look.life}."
    return bool(look.life) and not all(ref.startswith(now) for ref in look.known)


def _gone(look: _Look, ref: Ref) -> bool:
    return ref in look.gone or (look.listed is not None and ref not in look.listed)


def _bin_mapped(work: MailWork) -> bool:
    return any(link.role is Role.DELETED for link in work.books.links())


def _gather(look: _Look, pages: Iterable[Page], common: Common, *, revs: bool) -> None:
    """`revs`: another rev is another content, as it is for files; a server's changes with the flags."""
    counted: dict[Flags, Flags] = {}

    def count(flags: Flags) -> Flags:
        found = counted.get(flags)
        if found is None:
            found = counted[flags] = common.seen(flags)
        return found

    for page in pages:
        for seen in page.seen:
            one = look.known.get(seen.ref)
            if one is None:
                look.new[seen.ref] = seen
            elif count(seen.flags) != count(one.flags) or (revs and seen.rev != one.near_rev):
                look.changed[seen.ref] = seen
        look.gone.update(page.gone)
        look.unreadable.update(one.ref for one in page.unreadable)
        look.odd.extend(page.unreadable)
        if page.end is not None:
            look.cursor, look.listed, look.life = page.end.cursor, page.end.inventory, page.end.life
    if look.listed is not None:
        look.gone.update((look.known.keys() | look.new.keys()) - look.listed)
    look.gone -= look.unreadable
    for ref in (look.gone | look.unreadable) & look.new.keys():
        del look.new[ref]


def _settle(
    parcels: Sequence[Parcel], near: _Look, known: Sequence[Known], sight: Sight, work: MailWork
) -> Sequence[Known]:
    """What a killed round had begun: files under the names that it chose are what it fetched."""
    if not parcels:
        return known
    slip = Slip(closed=[parcel.op for parcel in parcels])
    slip.letters = [
        replace(letter, near_rev=near.new[letter.near].rev) for letter in _fetched(parcels, near, known, sight)
    ]
    slip.tally = Counter({(sight.link.id, What.FETCHED): len(slip.letters)})
    if sight.claims or sight.half:
        # Whether they were stored, and where they are, recognition is to tell; until then they stay begun.
        slip.closed = []
    if work.order.dry:
        return known
    work.record(slip)
    known = work.books.known(sight.link.id)
    near.known = {one.near: one for one in known if one.near}
    for letter in slip.letters:
        seen = near.new.pop(letter.near)
        if seen.flags != letter.flags:
            near.changed[letter.near] = seen
    return known


def _fetched(parcels: Sequence[Parcel], near: _Look, known: Sequence[Known], sight: Sight) -> Iterator[Letter]:
    """Letters whose files lie under the names that were chosen for them; what else there is into the sight."""
    theirs = {one.far: one.id for one in known}
    for parcel in parcels:
        if parcel.kind is Kind.UP:
            sight.claims |= {letter.near for letter in parcel.letters}
            continue
        unknown = [letter for letter in parcel.letters if theirs.get(letter.far, letter.id) == letter.id]
        found = [letter for letter in unknown if letter.near in near.new]
        theirs.update((letter.far, -1) for letter in found)  # another killed round may have fetched it as well
        yield from found
        sight.half += tuple(one for one in unknown if one.near not in near.new and one.near not in near.known)


def _compare(sight: Sight, known: Sequence[Known], near: _Look, far: _Look, work: MailWork) -> None:
    sight.near_new, sight.far_new, sight.cursor = near.new, far.new, far.cursor
    lives = {far.life} if far.life else {_life(ref) for ref in far.listed or ()}
    aside = _aside(sight, known, far, lives)
    ids: dict[int, tuple[Delta, Delta]] = {}
    for one in known:
        if one.near and one.far:
            sight.held += 1
        pair = (_near(one, near), _far(one, far, lives))
        if pair[0] is Delta.PARKED and pair[1] in HERE and DELETED not in one.flags and one.id not in aside:
            sight.parked.append(one)
        elif pair[1] is Delta.SENT and pair[0] is not Delta.PARKED:
            sight.sent.append(one)
        if pair not in _QUIET:
            ids[one.id] = pair
    wanted = set(ids) | {one.id for one in sight.sent}
    for id_, letter in work.books.letters(wanted).items():
        deltas = ids.get(id_, (Delta.SAME, Delta.SENT))
        sight.touched[id_] = _touched(letter, deltas, near, far)


def _aside(sight: Sight, known: Sequence[Known], far: _Look, lives: set[str]) -> set[int]:
    """The letters that a limit left there, into the sight."""
    parted = [(one, why) for one in known if (why := left_out(one)) is not None]
    for one, why in parted:
        match _far(one, far, lives):
            case Delta.GONE:
                sight.left_gone.append(why)
            case Delta.LOST:
                sight.relived = True
            case Delta.UNKNOWN:
                pass
            case _:
                sight.left.append((one, why))
    return {one.id for one, _ in parted}


_QUIET = frozenset({(Delta.SAME, Delta.SAME), (Delta.PARKED, Delta.SAME), (Delta.SAME, Delta.SENT)})


def _touched(letter: Letter, deltas: tuple[Delta, Delta], near: _Look, far: _Look) -> Touched:
    near_seen = near.changed.get(letter.near) or Seen(letter.near, letter.near_rev, letter.flags)
    far_seen = far.changed.get(letter.far) or Seen(letter.far, NO_REV, letter.flags)
    return Touched(letter, *deltas, near_seen, far_seen)


def _near(one: Known, look: _Look) -> Delta:
    if not one.near:
        return Delta.PARKED
    if one.near in look.unreadable:
        return Delta.UNKNOWN
    if one.near in look.gone:
        return Delta.GONE
    seen = look.changed.get(one.near)
    if seen is None:
        return Delta.SAME
    return Delta.CONTENT if one.near_rev and seen.rev != one.near_rev else Delta.FLAGS


def _far(one: Known, look: _Look, lives: set[str]) -> Delta:
    if not one.far:
        return Delta.SENT
    if one.far in look.unreadable:
        return Delta.UNKNOWN
    if lives and _life(one.far) not in lives:
        return Delta.LOST
    if one.far in look.gone:
        return Delta.GONE
    return Delta.FLAGS if one.far in look.changed else Delta.SAME


def _life(ref: Ref) -> str:
    """UIDVALIDITY, as it stands in a far ref (core.mail.nouns.Letter.far)."""
    return ref.rpartition(".")[0]
