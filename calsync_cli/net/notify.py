"""Tells a supervisor how a long run goes: datagrams to systemd's socket (sd_notify(3)); silent where there is none."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

MICRO = 1_000_000
START = 180.0
"""Seconds that a start may go on after each sign of life: longer than a server is waited for."""
RARELY = 10.0
"""Seconds between two extensions of the start."""


class Notify:
    """One service's line to its supervisor. A supervisor that cannot be reached stops nothing."""

    def __init__(self, env: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._address = _address(env.get("NOTIFY_SOCKET", ""))
        self._pause = _watchdog(env)
        self._told = float("-inf")
        self._up = False

    @property
    def pause(self) -> float | None:
        """Seconds between two signs of life, half of what the watchdog allows; None where there is no watchdog."""
        return self._pause

    def ready(self) -> None:
        """It is up (again)."""
        self._up = True
        self._send("READY=1")

    def reloading(self) -> None:
        """The configuration is read again; Type=notify-reload wants the time as well."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock() * MICRO)}")

    def stopping(self) -> None:
        """It ends."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """A sign of life: cheap enough to be given for each item. Before it is up, it asks for more time to start."""
        now = self._clock()
        due = self._pause if self._up else RARELY
        if due is None or now - self._told < due:
            return
        self._told = now
        self._send("WATCHDOG=1" if self._up else f"EXTEND_TIMEOUT_USEC={int(START * MICRO)}")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(text.encode(), self._address)


def _address(said: str) -> str:
    """A path, or a name in the abstract namespace (unix(7)); other kinds (vsock) are for virtual machines."""
    if said.startswith("@"):
        return f"\0{said[1:]}"
    return said if said.startswith("/") else ""


def _watchdog(env: Mapping[str, str]) -> float | None:
    """Half of WATCHDOG_USEC, where it is meant for this process (sd_watchdog_enabled(3))."""
    said, whose = env.get("WATCHDOG_USEC", ""), env.get("WATCHDOG_PID", "")
    if not said.isdigit() or not int(said) or (whose and whose != str(os.getpid())):
        return None
    return int(said) / MICRO / 2
