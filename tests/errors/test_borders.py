"""Every library's exceptions at the border of their room, and the code that a user sees; none is left out."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import httpcore
import keyring.errors
import pytest
import secretstorage
import secretstorage.exceptions
from jeepney import DBusErrorResponse, HeaderFields, MessageType, new_error, new_method_call
from jeepney.auth import AuthenticationError
from jeepney.wrappers import DBusAddress
from keyring.backend import KeyringBackend
from watchfiles._rust_notify import WatchfilesRustInternalError

from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli.words.errors import sentence
from calsync_cli.cli.words.sentences import SENTENCES
from calsync_cli.config.document import read_document
from calsync_cli.core.errors import CalsyncError
from calsync_cli.local import bell
from calsync_cli.local.border import border, refusing
from calsync_cli.net.failures import LostError, mapped
from calsync_cli.providers.caldav.multistatus import parse_multistatus
from calsync_cli.state.database import Database
from calsync_cli.vault import secret_service
from calsync_cli.vault.chosen_ring import ChosenRing

HOST = "cal.example.org"


def code_of(error: CalsyncError) -> str:
    """Code and variant; the sentence that a user reads is there and whole."""
    assert (error.code, error.variant) in SENTENCES
    assert "…" not in sentence(ErrorReport.of(error), str)
    return f"{error.code}.{error.variant}"


def at(door: Callable[[], object]) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        door()
    return caught.value


def kinds(module: object, base: type[BaseException] = Exception) -> set[type[BaseException]]:
    """Every exception that a library offers, but those that others are derived from."""
    found = {one for name in dir(module) if isinstance(one := getattr(module, name), type) and issubclass(one, base)}
    return {one for one in found if not any(other is not one and issubclass(other, one) for other in found)}


# ── httpcore, ssl, socket ────────────────────────────────────────────────────────────────────────────────────────


def caused(cause: BaseException) -> httpcore.ConnectError:
    error = httpcore.ConnectError(str(cause))
    error.__cause__ = cause
    return error


def unverified() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 18, "self-signed certificate"
    return error


NET: dict[str, tuple[BaseException, str, bool]] = {
    "connect timeout": (httpcore.ConnectTimeout("x"), "E402.timeout", False),
    "connect refused": (caused(ConnectionRefusedError()), "E402.refused", False),
    "no route": (caused(OSError(errno.EHOSTUNREACH, "x")), "E402.refused", False),
    "unknown name": (caused(socket.gaierror(-2, "x")), "E402.dns", False),
    "certificate": (caused(unverified()), "E504.untrusted", False),
    "handshake": (caused(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x")), "E504.handshake", False),
    "pool": (httpcore.PoolTimeout("x"), "E402.proxy", False),
    "proxy": (httpcore.ProxyError("407"), "E402.proxy", False),
    "our protocol": (httpcore.LocalProtocolError("x"), "E404.protocol", False),
    "scheme": (httpcore.UnsupportedProtocol("x"), "E404.protocol", False),
    "read timeout": (httpcore.ReadTimeout("x"), "E402.timeout", True),
    "write timeout": (httpcore.WriteTimeout("x"), "E402.timeout", True),
    "read": (httpcore.ReadError("x"), "E402.lost", True),
    "write": (httpcore.WriteError("x"), "E402.lost", True),
    "closed": (httpcore.RemoteProtocolError("Server disconnected without sending a response."), "E402.lost", True),
    "no http": (httpcore.RemoteProtocolError("illegal status line"), "E404.protocol", True),
}


@pytest.mark.parametrize("case", NET)
def test_what_goes_wrong_on_the_wire(case: str) -> None:
    theirs, code, lost = NET[case]

    def door() -> None:
        with mapped(HOST):
            raise theirs

    ours = at(door)

    assert code_of(ours) == code
    assert isinstance(ours, LostError) is lost
    assert ours.__cause__ is theirs


def test_no_exception_of_httpcore_is_left_out() -> None:
    """ConnectionNotAvailable is between its pool and its connections: the pool asks again."""
    tried = {type(theirs) for theirs, _, _ in NET.values()} | {httpcore.ConnectionNotAvailable}

    assert kinds(httpcore) - tried == set()


# ── lxml ─────────────────────────────────────────────────────────────────────────────────────────────────────────

XML = {
    "nothing": (b"", "E404.xml"),
    "no xml": (b"hello", "E404.xml"),
    "cut": (b"<D:multistatus xmlns:D='DAV:'><D:resp", "E404.xml"),
    "undeclared prefix": (b"<D:multistatus/>", "E404.xml"),
    "another root": (b"<a/>", "E404.xml"),
    "wrong encoding": (b"<?xml version='1.0' encoding='utf-16'?><a/>", "E404.xml"),
    "unknown encoding": (b"<?xml version='1.0' encoding='no-such'?><a/>", "E404.xml"),
    "broken utf-8": (b"<D:multistatus xmlns:D='DAV:'>\xff</D:multistatus>", "E404.xml"),
    "deep": (b"<a>" * 10_000, "E404.xml"),
    "a page": (b"<html><body>Log in</body></html>", "E404.not-caldav"),
    "an xhtml page": (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "E404.not-caldav"),
    "doctype": (b"<!DOCTYPE a><a/>", "E404.bomb"),
    "entity": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "E404.bomb"),
}


@pytest.mark.parametrize("case", XML)
def test_what_lxml_cannot_read(case: str) -> None:
    body, code = XML[case]

    assert code_of(at(lambda: parse_multistatus(body, host=HOST, lenient=True))) == code


# ── sqlite3 ──────────────────────────────────────────────────────────────────────────────────────────────────────

SQL = {
    "database is locked": "E502.state",
    "database table is locked": "E502.state",
    "database or disk is full": "E505.state",
    "disk I/O error": "E505.state",
    "attempt to write a readonly database": "E505.state",
    "unable to open database file": "E505.state",
    "database disk image is malformed": "E503.damaged",
    "file is not a database": "E503.damaged",
    "no such table: pair": "E503.damaged",
}


@pytest.mark.parametrize("said", SQL)
def test_what_sqlite_says(said: str, tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db")

    def door() -> None:
        with database.transaction():
            raise sqlite3.OperationalError(said)

    assert code_of(at(door)) == SQL[said]
    database.close()


@pytest.mark.parametrize("kind", sorted(kinds(sqlite3, sqlite3.Error), key=lambda one: one.__name__))
def test_no_exception_of_sqlite_is_left_out(kind: type[Exception], tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db")

    def door() -> None:
        with database.reading():
            raise kind("x")

    assert code_of(at(door)) == "E503.damaged"
    database.close()


# ── the operating system ─────────────────────────────────────────────────────────────────────────────────────────

DISK = {
    "ENOSPC": "full",
    "EDQUOT": "full",
    "EFBIG": "full",
    "EROFS": "readonly",
    "EACCES": "denied",
    "EPERM": "denied",
}


@pytest.mark.parametrize("name", sorted(errno.errorcode.values()))
def test_no_error_of_the_disk_is_left_out(name: str, tmp_path: Path) -> None:
    theirs = OSError(getattr(errno, name), os.strerror(getattr(errno, name)))
    gone = name in ("ENOENT", "ENOTDIR")

    def directory() -> None:
        with border(tmp_path):
            raise theirs

    def file() -> None:
        with refusing(tmp_path):
            raise theirs

    variant = DISK.get(name, "io")
    assert code_of(at(directory)) == ("E303.directory" if gone else f"E505.{variant}")
    assert code_of(at(file)) == f"E505.{variant}"


# ── keyrings ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Refusing(KeyringBackend):
    """A backend that raises what it is told."""

    priority = 1

    def __init__(self, theirs: Exception) -> None:
        self.theirs = theirs

    def get_password(self, service: str, username: str) -> str | None:
        raise self.theirs

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.theirs

    def delete_password(self, service: str, username: str) -> None:
        raise self.theirs


RING: dict[type[Exception], str] = {
    keyring.errors.KeyringLocked: "E501.locked",
    keyring.errors.NoKeyringError: "E501.none",
    keyring.errors.InitError: "E501.none",
    keyring.errors.PasswordSetError: "E501.refused",
    keyring.errors.PasswordDeleteError: "E501.refused",
    keyring.errors.KeyringError: "E501.refused",
    OSError: "E501.refused",
    RuntimeError: "E501.refused",
    ValueError: "E501.refused",
    UnicodeDecodeError: "E501.refused",
}


def made(kind: type[Exception]) -> Exception:
    return (
        UnicodeDecodeError("utf-8", b"secret-in-it", 0, 1, "x") if kind is UnicodeDecodeError else kind("secret-in-it")
    )


@pytest.mark.parametrize("kind", RING, ids=lambda kind: kind.__name__)
def test_what_a_keyring_raises(kind: type[Exception]) -> None:
    ring = ChosenRing(Refusing(made(kind)))

    for door in (
        lambda: ring.read("s", "n"),
        lambda: ring.write("s", "n", "secret-in-it"),
        lambda: ring.delete("s", "n"),
    ):
        ours = at(door)
        assert code_of(ours) == RING[kind]
        assert ours.__cause__ is None
        assert "secret-in-it" not in f"{ours}{ours.params}"


def test_no_exception_of_keyring_is_left_out() -> None:
    assert kinds(keyring.errors, keyring.errors.KeyringError) <= RING.keys()


def refused_by_bus() -> DBusErrorResponse:
    call = new_method_call(DBusAddress("/x", "x.y", "x.y"), "Z")
    call.header.serial = 1
    answer = new_error(call, "org.freedesktop.Secret.Error.NoSuchObject", "s", ("secret-in-it",))
    assert answer.header.message_type is MessageType.error
    assert HeaderFields.error_name in answer.header.fields
    return DBusErrorResponse(answer)


SERVICE: dict[str, tuple[Callable[[], BaseException], str]] = {
    "locked": (lambda: secretstorage.LockedException("x"), "E501.locked"),
    "dismissed": (lambda: secretstorage.PromptDismissedException("x"), "E501.locked"),
    "no collection": (lambda: secretstorage.ItemNotFoundException("x"), "E501.no-collection"),
    "not there": (lambda: secretstorage.SecretServiceNotAvailableException("x"), "E501.none"),
    "refused": (refused_by_bus, "E501.refused"),
    "not signed in": (lambda: AuthenticationError(b"x", "x"), "E501.none"),
    "no bus": (lambda: FileNotFoundError("x"), "E501.none"),
    "hung up": (EOFError, "E501.none"),
    "other": (lambda: secretstorage.SecretStorageException("x"), "E501.refused"),
    "no text": (lambda: UnicodeDecodeError("utf-8", b"x", 0, 1, "x"), "E501.refused"),
}


@pytest.mark.parametrize("case", SERVICE)
def test_what_the_secret_service_raises(case: str) -> None:
    make, code = SERVICE[case]

    def door() -> None:
        with secret_service._mapped():
            raise make()

    ours = at(door)

    assert code_of(ours) == code
    assert "secret-in-it" not in f"{ours}{ours.params}"


def test_no_exception_of_secretstorage_is_left_out() -> None:
    tried = {type(make()) for make, _ in SERVICE.values()}

    assert kinds(secretstorage.exceptions, secretstorage.SecretStorageException) <= tried


# ── watchfiles ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "theirs", [OSError(errno.ENOSPC, "x"), FileNotFoundError(), WatchfilesRustInternalError("x"), RuntimeError("x")]
)
def test_a_watch_that_breaks_rings_and_goes_on(theirs: Exception, tmp_path: Path, monkeypatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise theirs

    monkeypatch.setattr(bell, "RustNotify", broken)
    monkeypatch.setattr(bell, "_BLIND_S", 0.01)
    monkeypatch.setattr(bell, "_AWAY_S", 0.01)
    stop = threading.Event()
    rings = bell.ring(tmp_path, stop, bell.CALENDARS)

    heard = [next(rings), next(rings)]

    stop.set()
    assert heard == [None, None]
    assert list(rings) in ([], [None])


# ── tomllib ──────────────────────────────────────────────────────────────────────────────────────────────────────

TOML = {
    "syntax": (b"a = [", "E004.syntax"),
    "twice": (b"a = 1\na = 2\n", "E004.syntax"),
    "encoding": (b"a = '\xff'\n", "E004.encoding"),
    "deep": (b"a = " + b"[" * 5000, "E004.syntax"),
    "a huge number": (b"a = " + b"9" * 5000, "E004.syntax"),
    "size": (b"#" * (1 << 19), "E004.size"),
    "nul": (b"a = 1\x00", "E004.syntax"),
}


@pytest.mark.parametrize("case", TOML)
def test_what_tomllib_cannot_read(case: str, tmp_path: Path) -> None:
    content, code = TOML[case]
    (tmp_path / "config.toml").write_bytes(content)

    assert code_of(at(lambda: read_document(tmp_path / "config.toml"))) == code
