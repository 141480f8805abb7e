"""A real GNOME Keyring: stored, read back, locked, silent, absent."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from calsync_cli.vault.open import Wanted, open_vault
from calsync_cli.vault.os_keyring import KeyringVault
from calsync_cli.vault.secret import Secret
from tests.programs import needed
from tests.vault.conftest import refusal, run_python

SERVICE = "calsync:me@example.org"
SOON = 5.0


def vault(*, interactive: bool = False, patience: float = 0.0) -> KeyringVault:
    return KeyringVault("me@example.org", interactive, patience=patience)


def test_what_is_put_is_got_by_the_next_process(keyring):
    vault().put("password", Secret("correct horse é\U0001f600"))

    assert vault().get("password") == Secret("correct horse é\U0001f600")
    assert keyring.entries(SERVICE) == {"password": "correct horse é\U0001f600"}


def test_what_was_never_put_is_none(keyring):
    assert vault().get("password") is None


def test_put_replaces(keyring):
    vault().put("password", Secret("old"))
    vault().put("password", Secret("new"))

    assert keyring.entries(SERVICE) == {"password": "new"}


def test_forgetting_leaves_nothing(keyring):
    vault().put("password", Secret("short"))
    vault().put("token", Secret("x" * 5000))

    vault().forget("password")
    vault().forget("token")
    vault().forget("never")

    assert keyring.entries(SERVICE) == {}


def test_accounts_do_not_see_each_other(keyring):
    vault().put("password", Secret("mine"))

    assert KeyringVault("you@example.org", interactive=False).get("password") is None


def test_the_probe_leaves_nothing(keyring):
    vault().probe()

    assert keyring.entries(SERVICE) == {}


def test_a_long_secret_is_kept_in_pieces_that_windows_could_take(keyring):
    vault().put("token", Secret("0123456789" * 500))

    entries = keyring.entries(SERVICE)
    assert vault().get("token") == Secret("0123456789" * 500)
    assert len(entries) == 6
    assert max(len(text.encode("utf-16-le")) for text in entries.values()) <= 2560


def test_a_shorter_one_after_a_longer_one_leaves_no_pieces(keyring):
    vault().put("token", Secret("x" * 5000))
    vault().put("token", Secret("short"))

    assert keyring.entries(SERVICE) == {"token": "short"}


def test_keyring_itself_finds_and_leaves_the_same_entries(keyring):
    vault().put("password", Secret("from calsync"))
    bus = {"DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"]}

    found = run_python(f"import keyring; print(keyring.get_password({SERVICE!r}, 'password'))", **bus)
    run_python(f"import keyring; keyring.set_password({SERVICE!r}, 'password', 'from keyring')", **bus)

    assert found == "from calsync"
    assert vault().get("password") == Secret("from keyring")
    assert keyring.entries(SERVICE) == {"password": "from keyring"}


def test_a_locked_keyring_is_told_at_once_where_nobody_sits(keyring):
    vault().put("password", Secret("x"))
    keyring.lock()
    began = time.monotonic()

    told = [refusal(lambda: vault().get("password")), refusal(vault().probe)]

    assert [one.variant for one in told] == ["locked", "locked"]
    assert time.monotonic() - began < SOON


def test_a_locked_keyring_without_a_screen_to_ask_on_ends_too(keyring):
    keyring.lock()
    began = time.monotonic()

    told = refusal(lambda: vault(interactive=True, patience=SOON).get("password"))

    assert told.variant == "locked"
    assert time.monotonic() - began < SOON


def test_a_keyring_that_falls_silent_is_given_up_once(keyring):
    silent = vault(patience=0.5)
    os.kill(keyring.daemon.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        told = [refusal(lambda: silent.get("password")), refusal(lambda: silent.put("password", Secret("x")))]
        took = time.monotonic() - began
    finally:
        os.kill(keyring.daemon.pid, signal.SIGCONT)

    assert [(one.variant, one.params) for one in told] == [("hanging", {"seconds": "0.5"})] * 2
    assert took < 2


def test_a_process_with_a_silent_keyring_can_end(keyring):
    os.kill(keyring.daemon.pid, signal.SIGSTOP)
    code = (
        "from calsync_cli.vault.os_keyring import KeyringVault\n"
        "try: KeyringVault('me', False, patience=0.5).get('password')\n"
        "except Exception as told: print(told)"
    )
    began = time.monotonic()
    try:
        said = run_python(code, DBUS_SESSION_BUS_ADDRESS=os.environ["DBUS_SESSION_BUS_ADDRESS"])
    finally:
        os.kill(keyring.daemon.pid, signal.SIGCONT)

    assert said == "E501.hanging seconds='0.5'"
    assert time.monotonic() - began < SOON


def test_a_keyring_that_died_meanwhile_is_told(keyring):
    opened = vault()
    opened.put("password", Secret("x"))
    keyring.daemon.kill()
    keyring.daemon.wait()

    assert refusal(lambda: opened.get("password")).variant in {"locked", "none"}  # the bus may start another


def test_a_bus_that_starts_a_keyring_without_a_collection_does_not_ask_for_one(bus):
    needed("gnome-keyring-daemon", "gnome-keyring")
    began = time.monotonic()

    assert refusal(vault().probe).variant == "no-collection"
    assert time.monotonic() - began < 2 * SOON


@pytest.mark.parametrize(
    "address", ["", "unix:path=/nonexistent/bus", "unix:abstract=calsync-nobody", "rubbish", "tcp:host=x"]
)
def test_without_a_session_bus_there_is_no_keyring(monkeypatch, tmp_path, address):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    began = time.monotonic()

    assert refusal(vault().probe).variant == "none"
    assert time.monotonic() - began < SOON


def test_a_bus_that_accepts_and_never_speaks_is_given_up(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("\0calsync-silent-" + tmp_path.name)
        listening.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:abstract=calsync-silent-{tmp_path.name}")
        began = time.monotonic()

        assert refusal(vault(patience=0.5).probe).variant == "hanging"
        assert time.monotonic() - began < SOON


def test_the_default_backend_is_the_keyring(keyring, tmp_path):
    found = open_vault(Wanted(), account="me@example.org", directory=tmp_path, interactive=False)

    assert found.describe() == "keyring:secret-service"


def test_no_backend_loads_the_library_of_another(keyring, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    code = (
        "import sys; from pathlib import Path\n"
        "from calsync_cli.vault.open import Backend, Wanted, open_vault\n"
        f"wanted = {{'file': Wanted(Backend.FILE, key_file={str(key)!r}), 'keyring': Wanted(),\n"
        "  'command': Wanted(Backend.COMMAND, command=('echo', 'x'))}\n"
        f"vault = open_vault(wanted[sys.argv[1]], account='me', directory=Path({str(tmp_path)!r}), interactive=False)\n"
        "vault.get('password')\n"
        "print(*sorted({'keyring', 'secretstorage', 'cryptography'} & set(sys.modules)))"
    )
    bus = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    loaded = {
        name: run_python(f"import sys; sys.argv.append({name!r})\n{code}", DBUS_SESSION_BUS_ADDRESS=bus)
        for name in ("file", "keyring", "command")
    }

    assert loaded == {"file": "cryptography", "keyring": "cryptography secretstorage", "command": ""}
