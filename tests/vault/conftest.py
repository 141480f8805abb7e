"""A real GNOME Keyring on a session bus of its own, and what is needed to run without any."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from tests.programs import needed


def refusal(work: Callable[[], object]) -> CalsyncError:
    """The E501 that this must end in."""
    with pytest.raises(CalsyncError) as told:
        work()
    assert told.value.code == "E501"
    return told.value


@dataclass(frozen=True)
class Keyring:
    """A keyring daemon that a test may lock, stop and look into."""

    daemon: subprocess.Popen[bytes]
    home: Path

    def lock(self) -> None:
        import secretstorage

        with closing(secretstorage.dbus_init()) as bus:
            secretstorage.Collection(bus).lock()

    def entries(self, service: str) -> dict[str, str]:
        import secretstorage

        with closing(secretstorage.dbus_init()) as bus:
            found = secretstorage.Collection(bus).search_items({"service": service})
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in found}


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A session bus with nobody on it; what it starts by itself finds an empty home."""
    home = tmp_path / "home"
    (home / "run").mkdir(parents=True, mode=0o700)
    for name in (
        "PYTHON_KEYRING_BACKEND",
        "XDG_CURRENT_DESKTOP",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    address = f"unix:abstract=calsync-{secrets.token_hex(8)}"
    argv = [needed("dbus-daemon", "dbus"), "--session", "--nofork", "--print-address=1", f"--address={address}"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        try:
            yield home
        finally:
            daemon.terminate()


@pytest.fixture
def keyring(bus: Path) -> Iterator[Keyring]:
    """Unlocked, with an empty default collection."""
    argv = [needed("gnome-keyring-daemon", "gnome-keyring"), "--foreground", "--unlock", "--components=secrets"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(b"the keyring's own password")
        daemon.stdin.close()
        try:
            _await_collection()
            yield Keyring(daemon, bus)
        finally:
            daemon.kill()


def _await_collection() -> None:
    import secretstorage
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import Proxy

    deadline = time.monotonic() + 20
    with closing(secretstorage.dbus_init()) as connection:
        while not Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")[0]:
            assert time.monotonic() < deadline, "gnome-keyring-daemon did not appear on the bus"
            time.sleep(0.02)
        assert not secretstorage.Collection(connection).is_locked()


def run_python(code: str, **env: str) -> str:
    """What a fresh interpreter prints, without this machine's session."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**inherited, **env}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
