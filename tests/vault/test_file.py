"""The encrypted file: what it keeps, whom it trusts with its key, and what it does with damage."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.file import FileVault
from calsync_cli.vault.open import Backend, Wanted, open_vault
from calsync_cli.vault.secret import Secret
from tests.vault.conftest import refusal

TEXT = "correct horse battery staple"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_key(tmp_path / "key")


@pytest.fixture
def vault(tmp_path: Path, key: Path) -> FileVault:
    return opened(tmp_path, key)


def write_key(path: Path, content: bytes | None = None, mode: int = 0o600) -> Path:
    path.write_bytes(os.urandom(32) if content is None else content)
    path.chmod(mode)
    return path


def opened(
    tmp_path: Path, key: Path | str, account: str = "me@example.org", env: dict[str, str] | None = None
) -> FileVault:
    wanted = Wanted(Backend.FILE, key_file=str(key))
    found = open_vault(wanted, account=account, directory=tmp_path / "state" / "me", interactive=False, env=env or {})
    assert isinstance(found, FileVault)
    return found


def test_what_is_put_is_got_by_the_next_process(vault, tmp_path, key):
    vault.put("password", Secret(TEXT))
    vault.put("other", Secret("x" * 10_000))

    assert opened(tmp_path, key).get("password") == Secret(TEXT)
    assert opened(tmp_path, key).get("other") == Secret("x" * 10_000)


def test_what_was_never_put_is_none(vault):
    assert vault.get("password") is None


def test_put_replaces(vault):
    vault.put("password", Secret("old"))
    vault.put("password", Secret(TEXT))

    assert vault.get("password") == Secret(TEXT)


def test_forgetting_one_leaves_the_other_and_the_last_takes_the_file_along(vault):
    vault.put("a", Secret("1"))
    vault.put("b", Secret("2"))

    vault.forget("a")
    assert (vault.get("a"), vault.get("b")) == (None, Secret("2"))

    vault.forget("b")
    assert not vault.path.exists()


def test_forgetting_what_is_not_there_is_no_error(vault):
    vault.forget("password")

    assert not vault.path.exists()


def test_the_probe_leaves_nothing(vault):
    vault.probe()

    assert not vault.path.exists()
    assert list(vault.path.parent.iterdir()) == []


def test_the_probe_leaves_what_was_there(vault):
    vault.put("password", Secret(TEXT))

    vault.probe()

    assert vault.get("password") == Secret(TEXT)


def test_only_its_owner_may_read_the_file_whatever_the_umask(vault):
    before = os.umask(0)
    try:
        vault.put("password", Secret(TEXT))
    finally:
        os.umask(before)

    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in vault.path.parent.iterdir()] == ["secrets"]


def test_neither_names_nor_secrets_can_be_read_in_the_file(vault):
    vault.put("password", Secret(TEXT))

    sealed = vault.path.read_bytes()
    assert TEXT.encode() not in sealed
    assert b"password" not in sealed


def test_the_same_content_is_sealed_otherwise_each_time(vault):
    vault.put("password", Secret(TEXT))
    first = vault.path.read_bytes()
    vault.put("password", Secret(TEXT))

    assert vault.path.read_bytes()[18:] != first[18:]


def test_two_processes_at_once_lose_nothing(vault, tmp_path, key):
    vaults = [opened(tmp_path, key) for _ in range(8)]
    threads = [
        threading.Thread(target=each.put, args=(f"name{number}", Secret(str(number))))
        for number, each in enumerate(vaults)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [vault.get(f"name{number}") for number in range(8)] == [Secret(str(number)) for number in range(8)]


def test_another_key_does_not_open_it(vault, tmp_path):
    vault.put("password", Secret(TEXT))

    told = refusal(lambda: opened(tmp_path, write_key(tmp_path / "other")).get("password"))

    assert (told.variant, told.params) == ("key", {"path": str(vault.path)})


def test_another_account_does_not_open_it(vault, tmp_path, key):
    vault.put("password", Secret(TEXT))

    assert refusal(lambda: opened(tmp_path, key, "you@example.org").get("password")).variant == "key"


def test_any_bit_that_changed_is_noticed(vault):
    vault.put("password", Secret(TEXT))
    sealed = vault.path.read_bytes()

    for at in range(len(sealed)):
        vault.path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        assert refusal(lambda: vault.get("password")).variant == "key"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda raw: b"calsync secrets 1\n" + raw)))
def test_no_rubbish_is_a_traceback(vault, raw):
    vault.path.parent.mkdir(parents=True, exist_ok=True)
    vault.path.write_bytes(raw)

    assert refusal(lambda: vault.get("password")).variant == "key"


def test_what_cannot_be_opened_is_not_overwritten(vault, tmp_path):
    vault.put("password", Secret(TEXT))
    before = vault.path.read_bytes()

    told = refusal(lambda: opened(tmp_path, write_key(tmp_path / "other")).put("password", Secret("new")))

    assert told.variant == "key"
    assert vault.path.read_bytes() == before


def test_after_a_lost_key_forgetting_makes_way_for_a_new_start(vault, tmp_path):
    vault.put("password", Secret(TEXT))
    second = opened(tmp_path, write_key(tmp_path / "other"))

    second.forget("password")
    second.put("password", Secret("new"))

    assert second.get("password") == Secret("new")


def test_an_absent_key_forgets_nothing(vault, tmp_path):
    vault.put("password", Secret(TEXT))

    assert refusal(lambda: opened(tmp_path, tmp_path / "gone").forget("password")).variant == "no-key"
    assert vault.get("password") == Secret(TEXT)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path, mode):
    key = write_key(tmp_path / "key", mode=mode)

    told = refusal(opened(tmp_path, key).probe)

    assert (told.variant, told.params) == ("key-mode", {"path": str(key)})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_key_of_somebody_else_is_refused(tmp_path, key):
    os.chown(key, 12345, 12345)

    assert refusal(opened(tmp_path, key).probe).variant == "key-mode"


@pytest.mark.parametrize("content", [b"", b"hunter2\n", b"x" * 31])
def test_a_password_is_no_key(tmp_path, content):
    assert refusal(opened(tmp_path, write_key(tmp_path / "key", content)).probe).variant == "key-short"


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_no_key_and_does_not_hang(tmp_path, make):
    make(tmp_path / "key")

    assert refusal(opened(tmp_path, tmp_path / "key").probe).variant == "no-key"


def test_without_any_key_it_says_so(tmp_path):
    assert refusal(opened(tmp_path, "").probe).variant == "no-key"


def test_systemds_credential_is_the_key_where_none_is_named(tmp_path):
    directory = tmp_path / "credentials"
    directory.mkdir(mode=0o700)
    write_key(directory / "calsync-key", mode=0o440)  # as systemd shows a file with an ACL

    opened(tmp_path, "", env={"CREDENTIALS_DIRECTORY": str(directory)}).put("password", Secret(TEXT))

    named = opened(tmp_path, directory / "calsync-key", env={"CREDENTIALS_DIRECTORY": str(directory)})
    assert named.get("password") == Secret(TEXT)


def test_a_credential_that_the_world_can_read_is_refused(tmp_path):
    write_key(tmp_path / "calsync-key", mode=0o444)

    assert refusal(opened(tmp_path, "", env={"CREDENTIALS_DIRECTORY": str(tmp_path)}).probe).variant == "key-mode"


def test_a_place_that_cannot_be_written_is_named(tmp_path, key):
    (tmp_path / "state").touch()

    with pytest.raises(CalsyncError) as told:
        opened(tmp_path, key).probe()

    assert (told.value.code, told.value.variant) == ("E505", "file")
