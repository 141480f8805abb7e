"""What a round did, as the lines and numbers of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calsync_cli.app.reports.rounds import CalendarCounts
from calsync_cli.app.reports.told import Line, Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import LinkId, Sha
from calsync_cli.core.record import Happened, Wait
from calsync_cli.core.verdict import Verdict
from calsync_cli.engine.order import Result

TOLD: Mapping[Verdict, tuple[Way, Verb]] = {
    Verdict.TO_NEAR: (Way.IN, Verb.CHANGED),
    Verdict.TO_FAR: (Way.OUT, Verb.CHANGED),
    Verdict.MEET: (Way.BOTH, Verb.MERGED),
    Verdict.MEET_NEW: (Way.HERE, Verb.ADOPTED),
    Verdict.ERASE_NEAR: (Way.IN, Verb.DELETED),
    Verdict.ERASE_FAR: (Way.OUT, Verb.DELETED),
    Verdict.REVIVE_NEAR: (Way.IN, Verb.REVIVED),
    Verdict.REVIVE_FAR: (Way.OUT, Verb.REVIVED),
    Verdict.BIRTH_NEAR: (Way.IN, Verb.ADDED),
    Verdict.BIRTH_FAR: (Way.OUT, Verb.ADDED),
    Verdict.PUT_BACK: (Way.HERE, Verb.PUT_BACK),
    Verdict.RELOCATE: (Way.HERE, Verb.TO_PRIMARY),
}
"""What a verdict that wrote something is called."""

SAID: Mapping[str, tuple[Way, Verb]] = {
    "undo": (Way.HERE, Verb.RESTORED),
    "resolved": (Way.HERE, Verb.CHANGED),
    "added": (Way.HERE, Verb.ADDED),
    "edited": (Way.HERE, Verb.CHANGED),
    "deleted": (Way.HERE, Verb.DELETED),
    "invited": (Way.HERE, Verb.CHANGED),
    "answered": (Way.HERE, Verb.CHANGED),
    "calendar": (Way.IN, Verb.CALENDAR_GONE),
    "calendar-new": (Way.IN, Verb.CALENDAR_ADDED),
}
"""What is told by its reason: what a command wrote into a calendar here, and calendars that came and went."""

DETAILED = 100
"""Lines that say what changed: beyond these nobody reads, and each costs two parses."""


def counts(result: Result) -> CalendarCounts:
    """In numbers."""
    told = [(happened, *spoken(happened)) for happened in result.happened]
    deleted = [way for _, way, verb in told if verb is Verb.DELETED]
    other = [happened for happened, _, verb in told if verb is not Verb.DELETED]
    return CalendarCounts(
        in_=sum(happened.near for happened in other),
        out=sum(happened.far for happened in other),
        deleted_in=deleted.count(Way.IN),
        deleted_out=deleted.count(Way.OUT),
        conflicts=result.conflicts,
        skipped=sum(wait.loud for wait in result.waits),
    )


def spoken(happened: Happened) -> tuple[Way, Verb]:
    """What it is called."""
    way, verb = TOLD[happened.verdict]
    if happened.clash:
        return Way.BOTH, Verb.CONFLICT
    if happened.why in SAID:
        return SAID[happened.why]
    if happened.verdict is Verdict.RELOCATE and happened.to is not None and happened.far:
        return Way.OUT, Verb.MOVED
    if happened.verdict is Verdict.RELOCATE and happened.why in {"not-taken-here", "moved-back"}:
        return Way.HERE, Verb.PUT_BACK
    if happened.why == "moved":
        return way, Verb.MOVED
    return way, verb


class Lines:
    """Turns what happened into lines; `names` are the calendars' names."""

    def __init__(self, session: Session, names: Mapping[LinkId, str]) -> None:
        self._session = session
        self._names = names

    def of(self, result: Result) -> Iterator[Line]:
        """What was done, then what waits. What merely moved is told once, where it arrives."""
        for number, happened in enumerate(result.happened):
            if happened.verdict is Verdict.ERASE_NEAR and happened.why == "moved":
                continue
            yield self.line(happened, detailed=number < DETAILED)
        for wait in result.waits:
            if wait.loud:
                yield self.waiting(wait)

    def line(self, happened: Happened, *, detailed: bool) -> Line:
        """One thing that was done."""
        way, verb = spoken(happened)
        where = self._names.get(happened.to if happened.to is not None else happened.link, "")
        detail = self._detail(happened) if detailed else ""
        return Line(direction=way, verb=verb, title=happened.title, detail=detail, where=where)

    def waiting(self, wait: Wait) -> Line:
        """One thing that was not done."""
        verb = Verb.HELD if wait.why == "would-mail" else Verb.SKIPPED
        where = self._names.get(wait.link, "")
        return Line(direction=Way.HERE, verb=verb, title=wait.title or wait.ref, where=where, code=wait.code)

    def _detail(self, happened: Happened) -> str:
        if happened.before is None or happened.after is None:
            return ""
        from calsync_cli.core.faces import changes  # 10 ms that a round with nothing to do need not pay

        try:
            found = changes(self._body(happened.before), self._body(happened.after))
        except (ValueError, CalsyncError):  # not an event, or pruned since
            return ""
        return ", ".join(f"{one.before} → {one.after}" for one in found[:2] if one.before and one.after)

    def _body(self, sha: Sha) -> bytes:
        return self._session.books.body(sha)
