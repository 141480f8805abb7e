"""What sockets, TLS and IMAP servers raise and say, and the code that a user sees for it."""

from __future__ import annotations

import socket
import ssl

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.parse import BrokenError, Status
from tests.errors.test_borders import code_of

HOST = "mail.example.org"


@pytest.mark.parametrize(
    ("theirs", "wanted"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "E504.untrusted"),
        (ssl.SSLError(1, "wrong version number"), "E504.handshake"),
        (socket.gaierror(-2, "unknown"), "E402.dns"),
        (UnicodeError("label too long"), "E402.dns"),
        (TimeoutError(), "E402.timeout"),
        (ConnectionRefusedError(), "E402.refused"),
        (OSError(113, "no route"), "E402.refused"),
        (EOFError(), "E402.lost"),
    ],
)
def test_what_goes_wrong_while_connecting(theirs: Exception, wanted: str) -> None:
    if isinstance(theirs, ssl.SSLCertVerificationError):
        theirs.verify_message = "self-signed certificate"

    with pytest.raises(CalsyncError) as caught, border.connecting(HOST):
        raise theirs

    assert code_of(caught.value) == wanted
    assert caught.value.__cause__ is theirs


@pytest.mark.parametrize(
    ("theirs", "wanted"),
    [
        (TimeoutError(), "E402.timeout"),
        (ConnectionResetError(), "E402.lost"),
        (BrokenPipeError(), "E402.lost"),
        (ssl.SSLEOFError(), "E402.lost"),
        (EOFError(), "E402.lost"),
        (BrokenError("no token"), "E404.imap"),
    ],
)
def test_what_goes_wrong_while_talking(theirs: Exception, wanted: str) -> None:
    with pytest.raises(CalsyncError) as caught, border.talking(HOST):
        raise theirs

    assert code_of(caught.value) == wanted
    assert caught.value.__cause__ is theirs


@pytest.mark.parametrize(
    ("kind", "code", "text", "wanted"),
    [
        ("NO", "NONEXISTENT", "", "E209.folder"),
        ("NO", "TRYCREATE", "", "E209.folder"),
        ("NO", "", "Mailbox doesn't exist: x", "E209.folder"),
        ("NO", "NOPERM", "no", "E403.folder"),
        ("NO", "", "Permission denied", "E403.folder"),
        ("NO", "OVERQUOTA", "full", "E401."),
        ("NO", "LIMIT", "no", "E401."),
        ("BAD", "", "Request is throttled. Suggested Backoff Time: 100 milliseconds", "E401."),
        ("BAD", "", "Command Argument Error. 11", "E404.status"),
        ("NO", "SERVERBUG", "Internal error", "E404.status"),
    ],
)
def test_what_a_refusal_means(kind: str, code: str, text: str, wanted: str) -> None:
    error = border.refused(Status("C1", kind, code, b"", text), HOST, "Projects")

    assert code_of(error) == wanted


@pytest.mark.parametrize(
    ("code", "text", "wanted"),
    [
        ("AUTHENTICATIONFAILED", "no", "E108."),
        ("", "User is authenticated but not connected.", "E108."),
        ("", "Too many simultaneous connections", "E401."),
        ("UNAVAILABLE", "try later", "E401."),
    ],
)
def test_what_a_refused_sign_in_means(code: str, text: str, wanted: str) -> None:
    error = border.sign_in_refused(Status("C1", "NO", code, b"", text), HOST, "me@example.org")

    assert code_of(error) == wanted


def test_a_token_that_ran_out_is_a_lost_connection_and_no_limit() -> None:
    error = border.farewell(Status("*", "BYE", "", b"", "Session invalidated - AccessTokenExpired"), HOST)

    assert code_of(error) == "E402.lost"
