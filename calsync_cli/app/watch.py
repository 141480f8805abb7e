"""`sync --watch`: one scheduler; a bell only causes a round, and a round is the same as that of a single `sync`.

What ends it with an error, so that a supervisor shows a failed unit and a person looks: safety stops (E302 to E304,
E503), a sign-in that is needed (E106, E108), settings that were changed (E203), a wrong order (E201, E205), no access
to the secrets (E501). What is waited for: no network or a server out of order (every error whose exit is 8, which hotel
networks cause too), a certificate that is not trusted where it was before (E504: a captive portal), and another run
that holds the account (E502), because the lock is for each round.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Event

from calsync_cli.app import wiring
from calsync_cli.app.bells import Bell, Line, Ring, outside
from calsync_cli.app.hooks import post_sync
from calsync_cli.app.quiet import Quiet
from calsync_cli.app.reports.rounds import CalendarCounts, MailCounts, SyncReport
from calsync_cli.app.reports.told import ErrorReport, Note, Verb
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.schedule import Pace, Schedule
from calsync_cli.app.session import working
from calsync_cli.app.standing import Standing
from calsync_cli.app.sync import run
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.engine.stoppable import Stopped
from calsync_cli.net.notify import Notify
from calsync_cli.net.sleep import slept

Show = Callable[[SyncReport], None]

TEMPORARY = 8
"""The exit of errors that go away by themselves."""
OFFLINE = frozenset({"E401", "E402"})
"""Told as a note; the others by their own sentence."""
RACES = frozenset({"E209", "E403"})
"""A calendar that went, or was closed to us, between the list and the look: the next list knows."""
LOOK_UP = 10.0
"""Seconds between two looks at the clocks."""
JUMP = 5.0
"""Seconds that the machine must have slept to be noticed."""
PATIENCE = 10
"""Tries that another run may take before it is told."""


def watch(
    desk: Desk, wish: SyncWish, *, every: float | None, show: Show, stop: Event, reload: Event, pace: Pace | None = None
) -> None:
    """Sync whenever something changed here, and every so many seconds, until `stop`. Raises what ends it."""
    account, notify = desk.account(), Notify(desk.env)
    desk = copy.copy(desk)  # a watch reads the configuration again; whoever called has its own
    line: Line = SimpleQueue()
    standing = Standing(line)
    # Who wants the server asked more often than every 30 s wants so after a failure too.
    usual = Pace(first=min(Pace().first, every)) if every else Pace()
    watching = _Watch(
        desk=desk,
        wish=wish,
        every=every,
        show=show,
        stop=stop,
        account=account,
        notify=notify,
        schedule=Schedule(pace or usual),
        line=line,
        near=_near(desk, account, line),
        standing=standing,
    )
    over = outside(line, stop, reload, late=standing.cut)
    try:
        while watching.waits():
            watching.round()
    finally:
        notify.stopping()
        over()
        watching.close()
    desk.tell.note(Note.STOPPED)


@dataclass(slots=True)
class _Watch:
    """The scheduler, in the one thread that owns the books."""

    desk: Desk
    wish: SyncWish
    every: float | None
    show: Show
    stop: Event
    account: AccountName
    notify: Notify
    schedule: Schedule
    line: Line
    near: tuple[Bell, ...]
    standing: Standing
    slept: float = field(default_factory=slept)
    """What the clocks differed by at the last look."""
    told: str = ""
    """The failure that was told last; "" where the last round went well."""
    busy: int = 0
    """How many times another run was in the way."""
    up: bool = False
    """It was said that the watch is on."""
    first: bool = True
    """No round went well yet."""

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    def waits(self) -> bool:
        """Whether a round is due; False: it is over."""
        while not self.stop.is_set():
            left = self.schedule.due - time.monotonic()
            if left <= 0 and self.line.empty():
                return True
            with suppress(Empty):
                self._heard(self.line.get(timeout=max(0.0, min(left, LOOK_UP, self.notify.pause or LOOK_UP))))
            self._look_up()
        return False

    def _heard(self, ring: Ring) -> None:
        now = time.monotonic()
        match ring:
            case Ring.NEAR:
                self.schedule.ring(now)
            case Ring.FAR:
                self.schedule.poll(now)
            case Ring.RELOAD:
                self._reload()
            case Ring.STOP:
                pass

    def _look_up(self) -> None:
        """Give a sign of life; after a sleep of the machine nothing that was waited for is known to be true."""
        self.notify.alive()
        now = slept()
        if abs(now - self.slept) > JUMP:
            self.schedule.at_once()
        self.slept = now

    def _reload(self) -> None:
        """A configuration that cannot be read leaves the one before in force."""
        self.notify.reloading()
        fresh = copy.copy(self.desk)
        fresh.reload()
        try:
            _ = fresh.config
        except CalsyncError as error:
            self.show(self._failure(error))
        else:
            self.close()
            self.desk = fresh
            self.near = _near(fresh, self.account, self.line)
            self.schedule.at_once()
            self.desk.tell.note(Note.RELOADED)
        self.notify.ready()

    def close(self) -> None:
        """Bells and account; both can be opened again."""
        for bell in self.near:
            bell.silence()
        self.standing.close()

    # ── a round ──────────────────────────────────────────────────────────────────────────────────────────────────

    def round(self) -> None:
        """Look, and do what is to be done. Raises what ends the watch."""
        try:
            with working(self.desk, self.account, wait=0) as session:
                far = self.standing.opened(session, self._every, self.wish.only)
                report = run(session, far, self.wish, pause=self._pause, check=self._check)
        except Stopped:
            return
        except CalsyncError as error:
            if not self.stop.is_set() or error.exit != TEMPORARY:  # else its connection was cut
                self._failed(error)
        else:
            self._done(self._hooked(report))

    def _done(self, report: SyncReport) -> None:
        """One half may have failed while the other went well: what that did is told, the failure is waited for."""
        if report.error is None:
            self._went_well(report)
            return
        if _did_something(report):
            self.show(replace(report, ok=True, error=None))
        self._failed(report.error.raised())

    def _hooked(self, report: SyncReport) -> SyncReport:
        """The lock is free again: what the hook does may be calsync's own verbs."""

        def goes_on() -> bool:
            self.notify.alive()
            return not self.stop.is_set()

        return post_sync(self.desk, report, goes_on=goes_on)

    @property
    def _every(self) -> float:
        return self.every or self.desk.config[keys.SYNC_EVERY].total_seconds()

    def _check(self) -> None:
        self.notify.alive()
        if self.stop.is_set():
            raise Stopped

    def _pause(self, seconds: float) -> None:
        self.desk.tell.note(Note.THROTTLED, seconds=math.ceil(seconds))
        self.stop.wait(seconds)
        self._check()

    def _went_well(self, report: SyncReport) -> None:
        self.schedule.went_well()
        self.standing.worked()
        if self.told in OFFLINE:
            self.desk.tell.note(Note.BACK)
        self._is_up()
        if self.first or self.told or _did_something(report):
            self.show(report)
        if self.first:
            self.desk.tell = Quiet(self.desk.tell, self.notify.alive)
        self.told, self.busy, self.first = "", 0, False
        # What was allowed once is not allowed for ever.
        self.wish = replace(self.wish, full=False, accept_root=False, max_delete=None)

    def _failed(self, error: CalsyncError) -> None:
        now = time.monotonic()
        if error.code == "E502":
            self._is_busy(now)
        elif error.code == "E108" and self.standing.worked_before:
            # Another `connect` may have replaced the password that is held here.
            self.standing.close()
            self.schedule.at_once()
        elif _ends(error, first=self.first):
            raise error
        else:
            self._wait_after(error, self.schedule.failed(now, retry_after=error.retry_after))

    def _is_busy(self, now: float) -> None:
        self.schedule.busy(now)
        self.busy += 1
        if self.busy == PATIENCE:
            self.desk.tell.note(Note.WAITING, account=self.account)

    def _wait_after(self, error: CalsyncError, seconds: float) -> None:
        if error.code != self.told:
            self.told = error.code
            if error.code in OFFLINE:
                self.desk.tell.note(Note.OFFLINE, seconds=math.ceil(seconds))
            self._is_up()
            self.show(self._failure(error, seconds))

    def _failure(self, error: CalsyncError, seconds: float | None = None) -> SyncReport:
        again = None if seconds is None else datetime.fromtimestamp(self.desk.now() + seconds, UTC)
        return SyncReport(ok=False, account=self.account, run=0, error=ErrorReport.of(error), next_try=again)

    def _is_up(self) -> None:
        """After the first round; offline, after the first look."""
        if not self.up:
            self.up = True
            self.notify.ready()
            self.desk.tell.note(Note.WATCHING, account=self.account)


def _near(desk: Desk, account: AccountName, line: Line) -> tuple[Bell, ...]:
    """The bells of this disk: the agenda's and the mail's, each of which waits where there is nothing yet."""
    rings = (wiring.agenda(desk, account).bell, wiring.maildirs(desk, account).bell)
    return tuple(Bell(line, Ring.NEAR, each) for each in rings)


def _ends(error: CalsyncError, *, first: bool) -> bool:
    """Whether a person has to do something before it makes sense to try again."""
    if error.exit == TEMPORARY or error.code in RACES:
        return False
    return first or error.code != "E504"


def _did_something(report: SyncReport) -> bool:
    """What waits since earlier rounds is no news."""
    if report.attention or replace(report.calendar, skipped=0) != CalendarCounts():
        return True
    if report.messages or replace(report.mail, skipped=0) != MailCounts():
        return True
    return any(line.verb not in {Verb.SKIPPED, Verb.HELD} for line in report.lines)
