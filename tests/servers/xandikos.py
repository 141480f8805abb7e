"""Xandikos (PyPI): git behind CalDAV, no sign-in, one principal per process."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from tests.servers.access import AccessLog, lines_of
from tests.servers.process import CannotRunError, Running, free_port, spawn, without_fsync
from tests.servers.served import Served

LOG = re.compile(r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/1\.[01]" (?P<status>\d{3}) ')


def start_xandikos(run: Path) -> Served:
    """Start it with its store below `run`. A further user is a further process, ended with the first."""
    if find_spec("xandikos") is None:
        raise CannotRunError("xandikos is not installed (PyPI package xandikos)")
    numbers = count()
    started: list[Running] = []

    def stop() -> None:
        for running in started:
            running.stop()

    def user(name: str) -> Served:
        place, port = run / name, free_port()
        place.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", "xandikos", "serve", "-d", str(place / "store"), "--listen-address", "127.0.0.1"]
        argv += ["--port", str(port), "--current-user-principal", f"/{name}", "--defaults", "--no-detect-systemd"]
        argv += ["--state-dir", str(place / "state")]
        running = spawn(argv, log=place / "log", env=without_fsync())
        started.append(running)
        running.await_port(port)
        home = f"http://127.0.0.1:{port}/{name}/calendars/"
        return Served(
            name="xandikos",
            url=f"http://127.0.0.1:{port}/",
            user=name,
            password="any",
            home_url=home,
            calendar_url=f"{home}calendar/",
            log=AccessLog(lines_of(place / "log", LOG, poke=f"http://127.0.0.1:{port}/")),
            stop=stop,
            new_user=lambda: user(f"u{next(numbers)}"),
        )

    return user("alice")
