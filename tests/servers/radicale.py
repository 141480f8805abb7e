"""Radicale (PyPI): hundreds of users, for each a calendar, a read-only one and a share of bob's."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

from tests.servers.access import AccessLog, lines_of
from tests.servers.process import CannotRunError, free_port, spawn, without_fsync
from tests.servers.served import Served

USERS = 3000
LOG = re.compile(r"(?P<method>[A-Z]+) response status for (?P<q>['\"])(?P<path>.*?)(?P=q) .*?: (?P<status>\d{3}) ")

# First match wins. admin may do all, so that a test can fill the read-only calendars, and make more of them.
RIGHTS = """
[admin]
user: admin
collection: .*
permissions: RWrw
[root]
user: .+
collection:
permissions: R
[holidays]
user: .+
collection: {user}/holidays
permissions: r
[published]
user: .+
collection: {user}/published[^/]*
permissions: r
[principal]
user: .+
collection: {user}
permissions: RW
[calendars]
user: .+
collection: {user}/[^/]+
permissions: rw
"""

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
max_connections = 40
timeout = 120
[auth]
type = htpasswd
htpasswd_filename = {run}/users
htpasswd_encryption = plain
htpasswd_cache = True
delay = 0
[rights]
type = from_file
file = {run}/rights
[storage]
filesystem_folder = {run}/store
[web]
type = none
[logging]
level = info
"""


def start_radicale(run: Path, *, shared: bool = True) -> Served:
    """Start it with its store below `run`. Users: alice, bob, admin, u0…; the password is pw-NAME."""
    if find_spec("radicale") is None:
        raise CannotRunError("radicale is not installed (PyPI package radicale)")
    port, people = free_port(), ["alice", "bob", "admin", *(f"u{number}" for number in range(USERS))]
    run.mkdir(parents=True, exist_ok=True)
    (run / "users").write_text("".join(f"{name}:pw-{name}\n" for name in people))
    (run / "rights").write_text(RIGHTS)
    (run / "config").write_text(CONFIG.format(port=port, run=run))
    store = run / "store" / "collection-root"
    _calendar(store / "bob" / "team", "Team", "#2255aa")
    argv = [sys.executable, "-m", "radicale", "--config", str(run / "config")]
    running = spawn(argv, log=run / "log", env=without_fsync())
    running.await_port(port)
    numbers, log = count(), lines_of(run / "log", LOG)

    def user(name: str) -> Served:
        _calendar(store / name / "cal", "Calendar", "#cc3311")
        _calendar(store / name / "holidays", "Holidays", "#33aa55")
        if shared and name != "bob" and not (store / name / "team").exists():
            (store / name / "team").symlink_to(store / "bob" / "team")
        home = f"http://127.0.0.1:{port}/{quote(name)}/"
        return Served(
            name="radicale",
            url=f"http://127.0.0.1:{port}/",
            user=name,
            password=f"pw-{name}",
            home_url=home,
            calendar_url=f"{home}cal/",
            log=AccessLog(log),
            stop=running.stop,
            new_user=lambda: user(f"u{next(numbers)}"),
            readonly_url=f"{home}holidays/",
            shared_url=f"{home}team/" if shared and name != "bob" else "",
        )

    return user("alice")


def _calendar(place: Path, title: str, color: str) -> None:
    place.mkdir(parents=True, exist_ok=True)
    properties = {
        "tag": "VCALENDAR",
        "D:displayname": title,
        "ICAL:calendar-color": color,
        "C:supported-calendar-component-set": "VEVENT",
    }
    (place / ".Radicale.props").write_text(json.dumps(properties))
