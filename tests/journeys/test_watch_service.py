"""What a supervisor hears of a watch: sd_notify(3) over a real socket."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.net.notify import Notify
from tests.journeys.person import Person
from tests.journeys.watching import until, watching


class Supervisor:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: list[str] = []
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(address.replace("@", "\0", 1))
        self._line.setblocking(False)

    def hears(self, text: str, *, times: int = 1) -> bool:
        """It was said so often until now."""
        while True:
            try:
                self.heard.append(self._line.recv(4096).decode())
            except BlockingIOError:
                return self.heard.count(text) >= times

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A socket whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    made = Supervisor(str(folder / "notify"))
    yield made
    made.close()
    shutil.rmtree(folder)


@pytest.fixture
def person(tmp_path, radicale) -> Person:
    return Person(tmp_path / "person", radicale.new_user()).starts()


def test_systemd_hears_ready_reload_watchdog_and_stop(person, supervisor):
    with watching(person, every="1h", NOTIFY_SOCKET=supervisor.address, WATCHDOG_USEC="400000") as watch:
        until(lambda: supervisor.hears("READY=1"), about=lambda: watch.said)
        until(lambda: supervisor.hears("WATCHDOG=1", times=3), about=lambda: str(supervisor.heard))
        watch.tell(signal.SIGHUP)
        until(lambda: supervisor.hears("READY=1", times=2), about=lambda: str(supervisor.heard))
        assert watch.stopped() == 0

    assert supervisor.hears("STOPPING=1")
    (reloading,) = [one for one in supervisor.heard if one.startswith("RELOADING=1")]
    (stamp,) = re.findall(r"\nMONOTONIC_USEC=(\d+)$", reloading)
    assert 0 < time.monotonic() - int(stamp) / 1e6 < 60


def test_without_network_it_is_ready_after_the_first_look(person, supervisor, line):
    road = line(person.served)
    person.served = person.served.through(road.url)
    person.sure("disconnect", "--yes")
    person.starts()
    road.refuse = True
    with watching(person, NOTIFY_SOCKET=supervisor.address) as watch:
        until(lambda: supervisor.hears("READY=1"), about=lambda: watch.said)


def test_an_abstract_socket_hears_it_too():
    supervisor = Supervisor(f"@calsync-test-{time.monotonic_ns()}")

    Notify({"NOTIFY_SOCKET": supervisor.address}).ready()

    assert supervisor.hears("READY=1")
    supervisor.close()


def test_a_supervisor_that_is_gone_stops_nothing(tmp_path):
    Notify({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()

    Notify({}).ready()


def test_a_long_start_asks_for_more_time_and_not_too_often(supervisor):
    now = [100.0]
    notify = Notify({"NOTIFY_SOCKET": supervisor.address}, clock=lambda: now[0])

    for _ in range(250):
        notify.alive()
        now[0] += 0.1

    assert supervisor.hears("EXTEND_TIMEOUT_USEC=180000000", times=3)
    assert len(supervisor.heard) == 3


@pytest.mark.parametrize("env", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}])
def test_a_watchdog_that_is_not_meant_is_not_fed(supervisor, env):
    notify = Notify({"NOTIFY_SOCKET": supervisor.address, **env})
    notify.ready()

    notify.alive()

    supervisor.hears("")
    assert supervisor.heard == ["READY=1"]
