"""A secret stays where it was put: in no argument, environment, log, message, traceback or readable file."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.command import CommandVault
from calsync_cli.vault.file import FileVault
from calsync_cli.vault.os_keyring import KeyringVault
from calsync_cli.vault.port import Vault
from calsync_cli.vault.secret import Secret
from tests.vault.conftest import Keyring, bus, keyring  # noqa: F401 - fixtures

TEXT = "hunter2-correct-horse"


def sealed(tmp_path: Path) -> FileVault:
    key = tmp_path / "key"
    if not key.exists():
        key.write_bytes(os.urandom(32))
        key.chmod(0o600)
    return FileVault(tmp_path / "state" / "secrets", "me@example.org", str(key), "")


def through_all(vault: Vault) -> None:
    vault.probe()
    vault.put("password", Secret(TEXT))
    assert vault.get("password") == Secret(TEXT)
    vault.describe()


def told(work: Callable[[], object]) -> str:
    """All that a failure says: message, parameters, and the whole printed chain of tracebacks."""
    with pytest.raises(CalsyncError) as caught:
        work()
    return f"{caught.value!r} {caught.value} {''.join(traceback.format_exception(caught.value))}"


def files_below(*places: Path) -> list[Path]:
    return [path for place in places for path in place.rglob("*") if path.is_file()]


def test_the_encrypted_file_logs_nothing_of_it(tmp_path, caplog):
    with caplog.at_level(logging.DEBUG):
        through_all(sealed(tmp_path))

    assert TEXT not in caplog.text


def test_the_keyring_logs_nothing_of_it(keyring, caplog):  # noqa: F811 - the fixture
    with caplog.at_level(logging.DEBUG):
        through_all(KeyringVault("me@example.org", interactive=False))

    assert TEXT not in caplog.text


def test_no_vault_shows_it_in_its_repr(tmp_path):
    vault = sealed(tmp_path)
    vault.put("password", Secret(TEXT))

    assert TEXT not in repr(vault)


def test_no_file_of_the_encrypted_one_holds_it(tmp_path):
    through_all(sealed(tmp_path))

    assert files_below(tmp_path / "state")
    assert not [path for path in files_below(tmp_path) if TEXT.encode() in path.read_bytes()]


def test_no_file_of_a_machine_with_a_keyring_holds_it(keyring, tmp_path):  # noqa: F811 - the fixture
    through_all(KeyringVault("me@example.org", interactive=False))

    assert files_below(keyring.home)
    assert not [path for path in files_below(tmp_path) if TEXT.encode() in path.read_bytes()]


def test_nobody_else_may_read_or_enter_where_it_lies(tmp_path):
    before = os.umask(0)
    try:
        through_all(sealed(tmp_path))
    finally:
        os.umask(before)

    places = [tmp_path / "state", *(tmp_path / "state").rglob("*")]
    assert {stat.S_IMODE(place.stat().st_mode) for place in places} == {0o700, 0o600}


def test_a_torn_write_leaves_no_readable_file_behind(tmp_path, monkeypatch):
    def torn(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    vault = sealed(tmp_path)
    monkeypatch.setattr(Path, "replace", torn)

    said = told(lambda: vault.put("password", Secret(TEXT)))

    assert TEXT not in said
    assert files_below(tmp_path / "state") == []


def test_a_program_that_is_asked_gets_it_neither_as_argument_nor_in_its_environment(tmp_path):
    keeper = tmp_path / "keeper"
    keeper.write_text(f"#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > {tmp_path}/seen\necho {TEXT}\n")
    keeper.chmod(0o700)
    vault = CommandVault((str(keeper), "{account}", "{name}"), "me@example.org", interactive=False)

    vault.put("password", Secret(TEXT))

    seen = (tmp_path / "seen").read_bytes()
    assert b"me@example.org\0password" in seen
    assert TEXT.encode() not in seen


def test_no_child_of_a_vault_is_given_it(tmp_path, keyring):  # noqa: F811 - the fixture
    """strace would see more; the audit hook sees each program that Python itself starts."""
    code = (
        "import sys; started = []\n"
        "sys.addaudithook(lambda name, args: started.append(repr(args)) if name in {'subprocess.Popen', 'os.exec',\n"
        "    'os.posix_spawn', 'os.system', 'os.putenv'} else None)\n"
        "from pathlib import Path\n"
        "from calsync_cli.vault.open import Backend, Wanted, open_vault\n"
        "from calsync_cli.vault.secret import Secret\n"
        "secret = Secret(sys.stdin.read())\n"
        f"places = dict(account='me', directory=Path({str(tmp_path / 'state')!r}), interactive=False)\n"
        f"for wanted in (Wanted(), Wanted(Backend.FILE, key_file={str(sealed(tmp_path).key_file)!r})):\n"
        "    vault = open_vault(wanted, **places); vault.probe(); vault.put('password', secret)\n"
        "    assert vault.get('password') == secret\n"
        "open_vault(Wanted(Backend.COMMAND, command=('echo', 'x')), **places).probe()\n"
        "print(len(started), secret.reveal() in ''.join(started))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], input=TEXT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["1", "False"], "only the command starts anything"


def test_a_damaged_file_does_not_tell_it(tmp_path):
    vault = sealed(tmp_path)
    vault.put("password", Secret(TEXT))
    vault.path.write_bytes(b"x" * 99)

    assert TEXT not in told(lambda: vault.put("password", Secret(TEXT)))


def test_a_refused_key_does_not_tell_it(tmp_path):
    vault = sealed(tmp_path)
    (tmp_path / "key").chmod(0o644)

    assert TEXT not in told(lambda: vault.put("password", Secret(TEXT)))


def test_the_key_is_not_told_either(tmp_path):
    (tmp_path / "key").write_bytes(TEXT.encode())
    (tmp_path / "key").chmod(0o600)
    vault = FileVault(tmp_path / "secrets", "me", str(tmp_path / "key"), "")

    assert TEXT not in told(vault.probe)


def test_a_locked_keyring_does_not_tell_it(keyring):  # noqa: F811 - the fixture
    keyring.lock()

    assert TEXT not in told(lambda: KeyringVault("me", interactive=False).put("password", Secret(TEXT)))


def test_a_keyring_that_quotes_it_in_its_own_error_is_not_repeated(tmp_path):
    (tmp_path / "quoting.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "from keyring.errors import PasswordSetError\n"
        "class Ring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password): raise PasswordSetError(password)\n"
        "    def delete_password(self, service, username): raise NotImplementedError\n"
    )
    code = (
        "import sys; from calsync_cli.vault.os_keyring import KeyringVault\n"
        "from calsync_cli.vault.secret import Secret\n"
        "KeyringVault('me', interactive=False).put('password', Secret(sys.stdin.read()))"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "quoting.Ring"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=env, input=TEXT, capture_output=True, text=True, timeout=60, check=False
    )

    assert "E501" in done.stderr
    assert TEXT not in done.stderr


def test_a_refused_put_of_a_read_only_vault_tells_neither_secret(tmp_path):
    vault = CommandVault(("echo", "another-secret"), "me", interactive=False)

    said = told(lambda: vault.put("password", Secret(TEXT)))

    assert TEXT not in said
    assert "another-secret" not in said
