"""`sync --watch`: one scheduler; a bell only causes a round, and a round is the same as that of a single `sync`.

What ends it with an error, so that a supervisor shows a failed unit and a person looks: safety stops (E302 to E304,
E503), a sign-in that is needed (E106, E108), settings that were changed (E203), a wrong order (E201, E205), no access
to the secrets (E501). What is waited for: no network or a server out of order (every error whose exit is 8, which hotel
networks cause too), a certificate that is not trusted where it was before (E504: a captive portal), and another run
that holds the account (E502), because the lock is for each round.

Calendars and mail are rung for, tried again and waited for each by itself: a message that arrives costs the calendars'
server nothing, and a mail server out of order does not delay an event.
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

from calsync_cli.app.bells import Bell, Call, Line, Ring, near, outside
from calsync_cli.app.bounds import apart
from calsync_cli.app.hooks import post_sync
from calsync_cli.app.quiet import Quiet
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.reports.rounds import SyncReport
from calsync_cli.app.reports.told import ErrorReport, Note
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.schedule import Pace, Timetable
from calsync_cli.app.session import Session, working
from calsync_cli.app.standing import Standing
from calsync_cli.app.sync import run
from calsync_cli.app.troubles import OFFLINE, TEMPORARY, Troubles, did_something, ends
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Role
from calsync_cli.engine.stoppable import Stopped
from calsync_cli.net.notify import Notify
from calsync_cli.net.sleep import slept

Show = Callable[[SyncReport], None]

LOOK_UP = 10.0
"""Seconds between two looks at the clocks."""
RENEWED = frozenset({"E106", "E108"})
"""What signing in again mends."""
JUMP = 5.0
"""Seconds that the machine must have slept to be noticed."""
PATIENCE = 10
"""Tries that another run may take before it is told."""
READY = 2.0
"""Seconds that the first round waits for the bells of this disk to listen: what changes after its look is heard."""
PROMPT = 0.1
"""Seconds of quiet that mail waits for: its files come whole, by a rename, and its bell has waited already."""


def watch(
    desk: Desk, wish: SyncWish, *, every: float | None, show: Show, stop: Event, reload: Event, pace: Pace | None = None
) -> None:
    """Sync whenever something changed here, and every so many seconds, until `stop`. Raises what ends it."""
    account, notify = desk.account(), Notify(desk.env)
    desk = copy.copy(desk)  # a watch reads the configuration again; whoever called has its own
    line: Line = SimpleQueue()
    standing = Standing(line)
    # Who wants the server asked more often than every 30 s wants so after a failure too.
    usual = pace or (Pace(first=min(Pace().first, every)) if every else Pace())
    mail = replace(usual, quiet=min(usual.quiet, PROMPT))
    watching = _Watch(
        desk=desk,
        wish=wish,
        every=every,
        show=show,
        stop=stop,
        account=account,
        notify=notify,
        timetable=Timetable({CALENDAR: usual, MAIL: mail}),
        line=line,
        near=near(desk, account, wish.only, line),
        standing=standing,
    )
    over = outside(line, stop, reload, late=standing.cut)
    for bell in watching.near:
        bell.listens(seconds=READY)
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
    timetable: Timetable
    line: Line
    near: tuple[Bell, ...]
    standing: Standing
    slept: float = field(default_factory=slept)
    """What the clocks differed by at the last look."""
    troubles: Troubles = field(default_factory=Troubles)
    busy: int = 0
    """How many times another run was in the way."""
    up: bool = False
    """It was said that the watch is on."""
    proven: frozenset[str] = frozenset()
    """Halves of which a round went well."""

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    def waits(self) -> bool:
        """Whether a round is due; False: it is over."""
        while not self.stop.is_set():
            left = self.timetable.due - time.monotonic()
            if left <= 0 and self.line.empty():
                return True
            with suppress(Empty):
                self._heard(self.line.get(timeout=max(0.0, min(left, LOOK_UP, self.notify.pause or LOOK_UP))))
            self._look_up()
        return False

    def _heard(self, call: Call) -> None:
        now = time.monotonic()
        match call.why:
            case Ring.NEAR | Ring.FAR:
                self.timetable[call.half].ring(now)
            case Ring.POLL:
                self.timetable[call.half].poll(now)
            case Ring.RELOAD:
                self._reload()
            case Ring.STOP:
                pass

    def _look_up(self) -> None:
        """Give a sign of life; after a sleep of the machine no connection is known to be one still."""
        self.notify.alive()
        now = slept()
        if abs(now - self.slept) > JUMP:
            self.standing.close()
            self.timetable.at_once()
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
            self.near = near(fresh, self.account, self.wish.only, self.line)
            self.timetable.at_once()
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
        halves, failed = self.timetable.wanted(time.monotonic()), dict[str, CalsyncError]()
        report: SyncReport | None = None
        try:
            with working(self.desk, self.account, wait=0) as session:
                far = self.standing.opened(session, self._every, self.wish.only, halves)
                halves |= far.halves
                if far:
                    told = failed.__setitem__
                    report = run(session, far, self.wish, pause=self._pause, check=self._check, failed=told)
                    self._goes_on(session, report)
        except Stopped:
            return
        except CalsyncError as error:
            if not self.stop.is_set() or error.exit != TEMPORARY:  # else its connection was cut
                self._failed(error, halves)
            return
        self._went_well(halves - failed.keys(), self._hooked(report) if report else None)
        if report and not failed:  # what was allowed once is not allowed for ever
            self.wish = replace(self.wish, full=False, accept_root=False, max_delete=None)
        for half, why in failed.items():
            self._failed(why, frozenset({half}))

    def _goes_on(self, session: Session, report: SyncReport) -> None:
        """What was deleted here has gone to the bin there, of which nobody tells us, and is to be seen here too."""
        if report.mail.deleted_out and any(row.name.casefold() == Role.DELETED for row in session.folders.rows()):
            self.line.put(Call(Ring.NEAR, MAIL))

    def _hooked(self, report: SyncReport) -> SyncReport:
        """The lock is free again: what the hook does may be calsync's own verbs.

        Where one half failed, what the other did is told as a round, and the failure is waited for by itself.
        """

        def goes_on() -> bool:
            self.notify.alive()
            return not self.stop.is_set()

        return post_sync(self.desk, replace(report, ok=True, error=None), goes_on=goes_on)

    @property
    def _every(self) -> float:
        return self.every or self.desk.config[keys.SYNC_EVERY].total_seconds()

    def _check(self) -> None:
        self.notify.alive()
        if self.stop.is_set():
            raise Stopped

    def _pause(self, seconds: float) -> None:
        self.desk.tell.note(Note.THROTTLED, seconds=math.ceil(seconds))
        self.stop.wait(apart(seconds))
        self._check()

    def _went_well(self, halves: frozenset[str], report: SyncReport | None) -> None:
        for half in halves:
            self.timetable[half].went_well()
        if report is None or not halves:
            return
        self.standing.worked()
        news = not halves <= self.proven or did_something(report)
        if self._is_back(halves) or news:
            self._is_up()
            self.show(report)
        if not self.proven:
            self.desk.tell = Quiet(self.desk.tell, self.notify.alive)
        self.proven, self.busy = self.proven | halves, 0

    def _is_back(self, halves: frozenset[str]) -> bool:
        """Whether these had failed. One that is back is a reason to try the other, too."""
        offline, had = self.troubles.offline, self.troubles.over(halves)
        for half in self.troubles.cut if had else ():
            self.timetable[half].at_once()
        if offline and not self.troubles.offline:
            self.desk.tell.note(Note.BACK)
        return had

    def _failed(self, error: CalsyncError, halves: frozenset[str]) -> None:
        if error.code == "E502":
            self._is_busy(halves)
        elif error.code in RENEWED and self.standing.worked_before:
            # Another `connect` may have replaced the password or the permission that is held here.
            self.standing.close()
            self.timetable.at_once()
        elif ends(error, first=not halves <= self.proven):
            raise error
        else:
            self._wait_after(error, halves)

    def _is_busy(self, halves: frozenset[str]) -> None:
        now = time.monotonic()
        for half in halves:
            self.timetable[half].busy(now)
        self.busy += 1
        if self.busy == PATIENCE:
            self.desk.tell.note(Note.WAITING, account=self.account)

    def _wait_after(self, error: CalsyncError, halves: frozenset[str]) -> None:
        now = time.monotonic()
        seconds = max(self.timetable[half].failed(now, retry_after=error.retry_after) for half in halves)
        if self.troubles.news(error.code, halves):
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
