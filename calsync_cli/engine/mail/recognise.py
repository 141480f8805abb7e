"""Recognising what has no known name: sketches first, bodies only of those that could be more than one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from calsync_cli.core.mail.cards import Card, Found, across, match, match_bodies, with_digests
from calsync_cli.core.mail.left import left_out
from calsync_cli.core.mail.nouns import Letter, Role, Sketch
from calsync_cli.core.mail.ports import Mailbox
from calsync_cli.core.mail.prints import Print, print_of
from calsync_cli.core.mail.sight import HERE, Adopted, Recognised, Sight, Touched, Went
from calsync_cli.core.mail.verdict import Delta
from calsync_cli.core.model import Held, LinkId, Ref, Seen, Side, Unreadable
from calsync_cli.engine.mail.carding import card_of, drafts, joint, left_by, lost_card
from calsync_cli.engine.mail.lasting import followed
from calsync_cli.engine.mail.order import MailJunction, MailWork, Place
from calsync_cli.engine.mail.shut import by_itself
from calsync_cli.engine.mail.unmapped import lying_elsewhere

T = TypeVar("T")


class Recogniser:
    """What is known of whom so far; nothing is asked twice."""

    def __init__(self, sights: Sequence[Sight], junctions: Mapping[LinkId, MailJunction], work: MailWork) -> None:
        self.sights = {sight.link.id: sight for sight in sights}
        self.junctions = junctions
        self.work = work
        self.who = Recognised()
        self.sizes = {
            one.letter.size
            for sight in sights
            for one in sight.touched.values()
            if one.near_lost or one.far_lost or one.far is Delta.SENT
        }
        self.near_lost = [one for sight in sights for one in sight.touched.values() if one.near_lost and sight.send]
        every = [one for sight in sights for one in sight.touched.values()]
        self.far_lost = [one for one in every if one.far_lost and left_out(one.letter) is None]
        self.prints: dict[Place, Print] = {}
        self.near_left: dict[Place, Card] = {}
        self.far_left: dict[Place, Card] = {}
        self.paired: dict[Place, Card] = {}
        self.met: set[tuple[LinkId, Ref]] = set()
        """Messages there that are known already, by their refs."""

    def run(self) -> Recognised:
        """What its ref tells of; edits, then counterparts within a folder, then what went elsewhere."""
        self._follow_refs()
        for sight in self.sights.values():
            if sight.looked:
                edited = self._edited(sight)
                self._cards(sight, edited)
                self._adopt(sight, edited)
        sent = self._sent()
        self._went([*self.far_lost, *sent], Side.FAR)
        went = {one.id for one in self.who.far_went}
        self.who.unfound = [one.letter for one in sent if one.letter.id not in went]
        renamed = {one.id for one in self.who.far_went if one.to == one.link and not one.paired}
        self._went([one for one in self.near_lost if one.far in HERE or one.letter.id in renamed], Side.NEAR)
        self._parked()
        self._hold(sent)
        # What went from here while nobody knew its name there is found there now, and the next round lets it go; what
        # could not be read here has not got its marks.
        unfinished = {Delta.GONE, Delta.UNKNOWN}
        touched = (one for sight in self.sights.values() for one in sight.touched.values())
        self.work.open |= {one.letter.link for one in touched if one.letter.id in renamed and one.near in unfinished}
        return self.who

    def _follow_refs(self) -> None:
        self.who.far_went.extend(followed(self.far_lost, self.sights, self.junctions, self.work))
        done = {one.id for one in self.who.far_went}
        self.far_lost = [one for one in self.far_lost if one.letter.id not in done]
        self.met = {(one.to, one.seen.ref) for one in self.who.far_went}

    # ── what a file holds now ────────────────────────────────────────────────────────────────────────────────────

    def _edited(self, sight: Sight) -> dict[Ref, Touched]:
        """Files that look otherwise and hold something else."""
        suspects = {
            one.letter.near: one
            for one in sight.touched.values()
            if one.near is Delta.CONTENT and one.far is not Delta.UNKNOWN
        }
        link = sight.link.id
        self._read([(link, Side.NEAR, ref) for ref in suspects])
        unsure = [one for one in suspects.values() if not one.letter.digest and one.far in _THERE]
        self._read([(link, Side.FAR, one.letter.far) for one in unsure])
        edited: dict[Ref, Touched] = {}
        for ref, one in suspects.items():
            now = self.prints.get((link, Side.NEAR, ref))
            there = self.prints.get((link, Side.FAR, one.letter.far))
            if now is None:
                self.who.puzzling.add(one.letter.id)
            elif now.digest == (one.letter.digest or (there.digest if there else "")):
                self.who.unchanged.add(one.letter.id)
            else:
                edited[ref] = one
        return edited

    # ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _cards(self, sight: Sight, edited: Mapping[Ref, Touched]) -> None:
        """Only where somebody is looked for."""
        astray = bool(self.far_lost) or any(other.sent for other in self.sights.values())
        link = sight.link.id
        lost_here = any(one.letter.link == link for one in self.far_lost)
        if sight.near_new and (sight.far_new or sight.parked or sight.left or self.near_lost):
            for sketch in self.sketches(link, Side.NEAR, list(sight.near_new)):
                loose = sketch.ref in sight.claims or sight.link.role is Role.SENT
                rev = sight.near_new[sketch.ref].rev
                card = Card(link, Side.NEAR, sketch.ref, sketch.size, sketch.message_id, loose=loose, rev=rev)
                self.near_left[card.place] = replace(card, strict=drafts(sight))
        local = bool(sight.near_new or edited or sight.sent or lost_here)
        wanted = [ref for ref, seen in sight.far_new.items() if local or (astray and seen.size in self.sizes)]
        wanted = [ref for ref in wanted if (link, ref) not in self.met]
        if wanted:
            for sketch in self.sketches(link, Side.FAR, wanted):
                card = Card(link, Side.FAR, sketch.ref, sketch.size, sketch.message_id, strict=drafts(sight))
                self.far_left[card.place] = card

    def _adopt(self, sight: Sight, edited: Mapping[Ref, Touched]) -> None:
        link = sight.link.id
        near = [card for card in self.near_left.values() if card.link == link]
        far = [card for card in self.far_left.values() if card.link == link]
        by_near = {one.letter.near: one for one in sight.touched.values()}
        for mine, theirs in self.matched([*near, *self._pending(sight, edited)], far):
            self._take(theirs, paired=True)
            seen = sight.far_new[theirs.ref]
            was = edited.get(mine.ref)
            if was is not None and was.far in _THERE:
                self.who.stored[was.letter.id] = seen
            elif mine.ref in sight.near_new:
                self._take(mine, paired=True)
                self.who.adopted.append(Adopted(link, sight.near_new[mine.ref], seen, joint(mine, theirs)))
            else:  # what was sent without UIDPLUS; or an edit that a killed round sent, whose old version is gone
                was = was or by_near[mine.ref]
                self.who.adopted.append(Adopted(link, was.near_seen, seen, joint(mine, theirs), was.letter.id))
        if sight.parked or sight.left:
            self._unpark(sight)

    def _pending(self, sight: Sight, edited: Mapping[Ref, Touched]) -> list[Card]:
        """Files that may lie there already under a UID that nobody told: edited, or sent without UIDPLUS."""
        link = sight.link.id
        cards = [
            Card(link, Side.NEAR, ref, now.size, now.message_id, now.digest)
            for ref in edited
            if (now := self.prints.get((link, Side.NEAR, ref)))
        ]
        sent = {one.id for one in sight.sent}
        letters = [one.letter for id_, one in sight.touched.items() if id_ in sent and one.near is not Delta.GONE]
        return [*cards, *(left_by(letter, Side.NEAR) for letter in letters)]

    def _sent(self) -> list[Touched]:
        """Stored under a UID that was not told, and not here: somebody may have moved it on already."""
        adopted = {one.was for one in self.who.adopted}
        ids = {one.id for sight in self.sights.values() for one in sight.sent} - adopted
        return [one for sight in self.sights.values() for id_, one in sight.touched.items() if id_ in ids]

    def _unpark(self, sight: Sight) -> None:
        """A letter that came back from where nothing is mapped, or that a limit had left there."""
        link = sight.link.id
        near = [card for card in self.near_left.values() if card.link == link]
        if not near:
            return
        sizes = {card.size for card in near}
        apart = {one.far: one.id for one, why in sight.left if why.size in sizes}
        sketched = self.sketches(link, Side.FAR, list(apart)) if apart else ()
        cards = {one.ref: Card(link, Side.FAR, one.ref, one.size, one.message_id) for one in sketched}
        letters = self.work.books.letters({one.id for one in sight.parked} | {apart[ref] for ref in cards})
        by_ref = {letter.far: letter for letter in letters.values()}
        parked = [cards.get(ref) or card_of(letter, Side.FAR, ref) for ref, letter in by_ref.items()]
        for mine, theirs in self.matched(near, parked):
            self._take(mine)
            letter = by_ref[theirs.ref]
            touched = sight.touched.get(letter.id)
            seen = touched.far_seen if touched else Seen(letter.far, letter.near_rev, letter.flags)
            adopted = Adopted(link, sight.near_new[mine.ref], seen, joint(mine, theirs), letter.id)
            self.who.adopted.append(adopted)
            sight.touched.setdefault(
                letter.id, Touched(letter, Delta.PARKED, Delta.SAME, sight.near_new[mine.ref], seen)
            )

    # ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _went(self, lost: Sequence[Touched], side: Side) -> None:
        adopted = {one.was for one in self.who.adopted}
        lost = [one for one in lost if one.letter.id not in adopted]
        left = self.near_left if side is Side.NEAR else self.far_left
        cards = [lost_card(one, side) for one in lost]
        letters = {card.place: one.letter for card, one in zip(cards, lost, strict=True)}
        for link in {card.link for card in cards}:
            mine = [card for card in cards if card.link == link]
            theirs = [card for card in left.values() if card.link == link]
            for card, other in self.matched(mine, theirs):
                self._follow(letters.pop(card.place), other, side)
                self._take(other)
        can = {one.letter.id for one in lost if side is Side.NEAR or one.near in HERE}  # there is a file to follow
        cards = [card for card in cards if card.place in letters and letters[card.place].id in can]
        cards = [replace(card, strict=drafts(self.sights[card.link])) for card in cards]
        goals = [*left.values(), *(card for card in self.paired.values() if card.side is side)]
        found = self.matched(cards, goals)
        for card, other in across(found, self._known(cards), self._known(goals)):
            if other.link != card.link:
                self._follow(letters.pop(card.place), other, side)
                self._take(other)

    def _follow(self, letter: Letter, other: Card, side: Side) -> None:
        sight = self.sights[other.link]
        paired = other.place in self.paired
        adopted = ((one.near if side is Side.NEAR else one.far) for one in self.who.adopted if one.link == other.link)
        seen = next(one for one in adopted if one.ref == other.ref) if paired else None
        new = sight.near_new if side is Side.NEAR else sight.far_new
        went = Went(letter.link, letter.id, other.link, seen or new[other.ref], paired)
        (self.who.near_went if side is Side.NEAR else self.who.far_went).append(went)

    def _parked(self) -> None:
        went = {one.id for one in self.who.near_went}
        lost = [one.letter for one in self.near_lost if one.letter.id not in went]
        if lost and self.work.unmapped:
            self.who.parked = lying_elsewhere(lost, self.work)

    def _hold(self, sent: Sequence[Touched]) -> None:
        """What was stored there and shows nowhere may lie here under another name: not to be sent a second time."""
        unfound = {letter.id for letter in self.who.unfound}
        cards = [left_by(one.letter, Side.NEAR) for one in sent if one.letter.id in unfound and one.near is Delta.GONE]
        if cards:
            found = self.matched(cards, list(self.near_left.values()))
            self.who.held.update((other.link, other.ref) for _, other in found)

    # ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────

    def matched(self, left: Sequence[Card], right: Sequence[Card]) -> list[Found]:
        """Who is who, and bodies are read where that must be."""
        matched = match(left, right)
        if not matched.doubtful:
            return matched.found
        doubtful = [card for group in matched.doubtful for part in group for card in part]
        self._read([card.place for card in doubtful if not card.digest])
        found = list(matched.found)
        for some, others in matched.doubtful:
            found.extend(match_bodies(self._known(some), self._known(others)))
        return found

    def _known(self, cards: Sequence[Card]) -> list[Card]:
        return with_digests(cards, {place: one.digest for place, one in self.prints.items()})

    def _read(self, places: Iterable[Place]) -> None:
        """Bodies come and go; what they are known by stays."""
        wanted: dict[tuple[LinkId, Side], list[Ref]] = defaultdict(list)
        for link, side, ref in places:
            if (link, side, ref) not in self.prints and ref:
                wanted[link, side].append(ref)
        for (link, side), refs in wanted.items():
            for held in self._asked(link, lambda: self._mailbox(link, side).fetch(refs)):  # noqa: B023 - asked at once
                if isinstance(held, Held):
                    self.prints[link, side, held.ref] = print_of(held.content)
                elif isinstance(held, Unreadable) and not self.work.gave_up((link, side, held.ref), ""):
                    self.who.unread[link, side, held.ref] = held

    def sketches(self, link: LinkId, side: Side, refs: Sequence[Ref]) -> Iterator[Sketch]:
        """Of those that are there."""
        answers = self._asked(link, lambda: self._mailbox(link, side).sketch(refs))
        return (one for one in answers if isinstance(one, Sketch))

    def _mailbox(self, link: LinkId, side: Side) -> Mailbox:
        junction = self.junctions[link]
        return junction.near if side is Side.NEAR else junction.far

    def _asked(self, link: LinkId, ask: Callable[[], Iterator[T]]) -> Iterator[T]:
        """What a folder answers; where it went since it was looked into, nobody can tell what is in it."""
        self.who.shut.add(link)
        with by_itself(self.junctions[link].link, self.work):
            yield from ask()
            self.who.shut.discard(link)

    def _take(self, card: Card, *, paired: bool = False) -> None:
        """A folder's first round finds counterparts that say nothing of where another folder's letters went."""
        for left in (self.near_left, self.far_left):
            if left.pop(card.place, None) is not None and paired and not self.sights[card.link].link.first:
                self.paired[card.place] = card


_THERE = frozenset({Delta.SAME, Delta.FLAGS})
