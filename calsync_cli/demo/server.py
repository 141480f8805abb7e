"""A real CalDAV server for the demonstration: Radicale as a process of its own, on a free port of this machine alone.

Its store is filled beforehand: a calendar of the user's own, one of somebody else that the user may write, and one that
nobody may write.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.demo.leash import ended, leashed, released

USER = "anna"
EMAIL = "anna@example.org"
COLLEAGUE = "bram"
OWN, TEAM, HOLIDAYS = "agenda", "team", "holidays"
START = 20.0
"""Seconds that the server has to open its port."""
TRIES = 5
PORTS = range(20000, 32000)
"""Below the range from which outgoing connections take theirs."""

RIGHTS = f"""
[root]
user: .+
collection:
permissions: R
[holidays]
user: {USER}
collection: {USER}/{HOLIDAYS}
permissions: r
[principal]
user: {USER}
collection: {USER}
permissions: RW
[calendars]
user: {USER}
collection: {USER}/[^/]+
permissions: rw
"""

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {place}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = {place}/rights
[storage]
filesystem_folder = {place}/store
[web]
type = none
[logging]
level = warning
"""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A collection before the server starts: its events as (UID, bytes)."""

    name: str
    title: str
    color: str
    events: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Server:
    """The server as it runs."""

    url: str
    password: str = field(repr=False)
    process: subprocess.Popen[bytes]

    def path(self, calendar: str) -> str:
        """The path of a calendar, as the server spells it."""
        return f"/{USER}/{calendar}/"


def installed() -> None:
    """Raises E102 where a server is not there to be started: this one, or the one for mail."""
    if any(find_spec(one) is None for one in ("radicale", "pymap")):
        raise CalsyncError("E102", "demo", package="calsync[demo]")


@contextmanager
def serving(place: Path, calendars: Sequence[Calendar], *, password: str, keep: bool) -> Iterator[Server]:
    """It runs within this block; with `keep` also after a block that ended well."""
    place.mkdir(mode=0o700)
    _fill(place / "store" / "collection-root", calendars)
    _private(place / "users", f"{USER}:{password}\n")
    _private(place / "rights", RIGHTS)
    server = _start(place, password)
    try:
        yield server
    except BaseException:
        ended(server.process)
        raise
    (released if keep else ended)(server.process)


def _fill(store: Path, calendars: Sequence[Calendar]) -> None:
    """Radicale keeps a calendar as a directory with one file for each event; the colleague's is lent by a link."""
    for calendar in calendars:
        owner = COLLEAGUE if calendar.name == TEAM else USER
        folder = store / owner / calendar.name
        folder.mkdir(parents=True)
        (folder / ".Radicale.props").write_text(json.dumps(_properties(calendar)))
        for uid, content in calendar.events:
            (folder / f"{uid}.ics").write_bytes(content)
        if owner != USER:
            (store / USER).mkdir(exist_ok=True)
            (store / USER / calendar.name).symlink_to(folder)


def _properties(calendar: Calendar) -> Mapping[str, str]:
    return {
        "tag": "VCALENDAR",
        "D:displayname": calendar.title,
        "ICAL:calendar-color": calendar.color,
        "C:supported-calendar-component-set": "VEVENT",
    }


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _start(place: Path, password: str) -> Server:
    """On the first free port; somebody else may take it before the server does, then it is another one."""
    for _ in range(TRIES):
        port = _free_port()
        _private(place / "config", CONFIG.format(port=port, place=place))
        process = leashed("radicale", "--config", str(place / "config"), place=place, log=place / "log")
        try:
            if _answers(process, port):
                return Server(f"http://127.0.0.1:{port}/", password, process)
        except BaseException:
            ended(process)
            raise
        ended(process)
    raise CalsyncError("E402", "refused", host="127.0.0.1")


def _free_port() -> int:
    chance = random.SystemRandom()
    while True:
        port = chance.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process.poll() is None
        time.sleep(0.02)  # nothing tells a stranger that a port opened
    return False
