"""When a watch goes to work: the times, without a clock; and what it does when the machine slept or errors end it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

import pytest

from calsync_cli.app import watch as module
from calsync_cli.app.bells import Bell, Call, Ring, outside
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.schedule import NEVER, Pace, Schedule, Timetable
from calsync_cli.app.troubles import Troubles, ends
from calsync_cli.core.errors import KINDS, CalsyncError
from tests.journeys.watching import until

PACE = Pace(quiet=0.5, longest=5.0, first=30.0, last=600.0, busy=1.0)


@pytest.fixture
def schedule() -> Schedule:
    """One round went well."""
    made = Schedule(PACE)
    made.went_well()
    return made


def test_the_first_round_is_due_at_once():
    assert Schedule(PACE).due == 0.0


def test_after_a_round_nothing_is_due(schedule):
    assert schedule.due == NEVER


def test_a_bell_waits_until_it_is_quiet(schedule):
    schedule.ring(10.0)
    schedule.ring(10.3)

    assert schedule.due == 10.8


def test_a_bell_that_never_rests_does_not_wait_for_ever(schedule):
    for tenth in range(100, 200):
        schedule.ring(tenth / 10)

    assert schedule.due == 15.0


def test_failures_wait_longer_each_time_up_to_the_longest(schedule):
    waits = [schedule.failed(0.0) for _ in range(7)]

    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]


def test_a_thousand_failures_do_not_overflow(schedule):
    for _ in range(1000):
        schedule.failed(0.0)

    assert schedule.failed(7.0) == 600.0


def test_polls_do_not_shorten_the_wait_after_a_failure(schedule):
    schedule.failed(100.0)

    schedule.poll(105.0)

    assert schedule.due == 130.0


def test_an_edit_here_does_shorten_it(schedule):
    schedule.failed(100.0)

    schedule.ring(105.0)

    assert schedule.due == 105.5


def test_what_a_server_asked_to_wait_nothing_shortens(schedule):
    schedule.failed(100.0, retry_after=900.0)

    schedule.ring(105.0)

    assert schedule.due == 1000.0


def test_success_forgets_the_failures(schedule):
    schedule.failed(0.0)
    schedule.failed(0.0)

    schedule.went_well()

    assert schedule.failed(0.0) == 30.0


def test_another_run_is_waited_for_shortly(schedule):
    schedule.busy(50.0)

    assert schedule.due == 51.0


@pytest.mark.parametrize("code", sorted(set(KINDS) - {"E502"}))
def test_what_goes_away_by_itself_is_waited_for_and_the_rest_ends_it(code):
    over = ends(CalsyncError(code), first=True)

    assert over is (code not in {"E209", "E401", "E402", "E403", "E404", "E505"})


def test_a_certificate_that_was_trusted_before_is_a_captive_portal():
    assert not ends(CalsyncError("E504", "untrusted"), first=False)


def test_a_stop_that_is_not_followed_is_told_late(monkeypatch):
    monkeypatch.setattr("calsync_cli.app.bells.GRACE", 0.01)
    stop, late = Event(), Event()
    outside(module.SimpleQueue(), stop, Event(), late=late.set)

    stop.set()

    assert late.wait(10)


def test_a_bell_rings_until_it_is_silenced():
    line: module.Line = module.SimpleQueue()
    ended = Event()

    def rings(stop):
        while not stop.wait(0.001):
            yield None
        ended.set()

    bell = Bell(line, Ring.FAR, MAIL, rings)
    assert line.get(timeout=10) == Call(Ring.POLL, MAIL)
    bell.silence()

    assert ended.is_set()


@dataclass
class Spy:
    """Stands for what a round needs, where only the waiting is looked at."""

    calls: list[str] = field(default_factory=list)
    pause: float | None = None

    def alive(self) -> None:
        self.calls.append("alive")

    def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def asleep(monkeypatch):
    """Seconds that the machine has slept."""
    seconds = [0.0]
    monkeypatch.setattr(module, "slept", lambda: seconds[0])
    return seconds


@pytest.fixture
def waiting() -> module._Watch:
    """A watch that waits: a round of each half went well."""
    watch = module._Watch.__new__(module._Watch)
    watch.timetable, watch.notify, watch.slept = timetable(), Spy(), 0.0
    watch.standing = Spy()
    return watch


def timetable() -> Timetable:
    made = Timetable({CALENDAR: PACE, MAIL: PACE})
    for half in (CALENDAR, MAIL):
        made[half].went_well()
    return made


def test_after_a_sleep_of_the_machine_a_round_is_due_at_once_on_new_connections(asleep, waiting):
    waiting._look_up()
    assert (waiting.timetable.due, waiting.standing.calls) == (NEVER, [])

    asleep[0] = 3600.0
    waiting._look_up()

    assert (waiting.timetable.due, waiting.standing.calls) == (0.0, ["close"])


def test_clocks_that_creep_are_no_sleep(asleep, waiting):
    for _ in range(100):
        asleep[0] += 0.5
        waiting._look_up()

    assert waiting.timetable.due == NEVER


def test_what_rings_for_mail_is_no_reason_to_ask_for_events():
    times = timetable()

    times[MAIL].ring(10.0)

    assert (times.due, times.wanted(11.0)) == (10.5, {MAIL})


def test_a_mail_server_out_of_order_delays_no_event():
    times = timetable()
    times[MAIL].failed(100.0, retry_after=900.0)

    times[CALENDAR].ring(105.0)

    assert (times.due, times.wanted(106.0)) == (105.5, {CALENDAR})


def test_one_line_that_is_cut_is_told_once():
    troubles = Troubles()

    told = [troubles.news("E402", {CALENDAR}), troubles.news("E402", {MAIL}), troubles.news("E402", {MAIL})]

    assert (told, troubles.offline) == ([True, False, False], True)


def test_who_is_back_only_when_the_last_of_them_is():
    troubles = Troubles()
    troubles.news("E402", {CALENDAR, MAIL})

    assert troubles.over({MAIL})
    assert (troubles.offline, troubles.cut) == (True, [CALENDAR])
    assert troubles.over({CALENDAR})
    assert not troubles.offline


def test_a_ring_says_whether_it_has_news_or_only_thinks_it_is_time():
    line: module.Line = module.SimpleQueue()

    bell = Bell(line, Ring.FAR, MAIL, lambda _stop: iter(["INBOX", None]))

    heard = [line.get(timeout=10), line.get(timeout=10)]
    assert heard == [Call(Ring.FAR, MAIL), Call(Ring.POLL, MAIL)]
    assert bell.listens(seconds=10)


def test_a_reload_is_heard_and_the_event_is_ready_for_the_next():
    line: module.Line = module.SimpleQueue()
    reload = Event()
    end = outside(line, Event(), reload, late=lambda: None)

    reload.set()

    assert line.get(timeout=10) == Call(Ring.RELOAD)
    until(lambda: not reload.is_set())
    end()
