"""The border where what went wrong with an IMAP server becomes an error with a code."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.why import Why, because
from calsync_cli.providers.imap.parse import BrokenError, Status

_BACKOFF = re.compile(r"suggested backoff time:? (\d+) milliseconds", re.IGNORECASE)
_SLOWLY = re.compile(
    r"throttl|too many (simultaneous|concurrent|connections|requests|login)|maximum number of connections"
    r"|connection limit|bandwidth limit|exceeded .*(bandwidth|limit|quota)|server (is )?(busy|unavailable)"
    r"|temporarily unavailable|try again later",
    re.IGNORECASE,
)
_LONG = re.compile(r"bandwidth limit|exceeded command", re.IGNORECASE)
"""Gmail's lock-out, which lasts hours, and longer for whoever goes on asking."""
_HOUR = 3600.0
_SLOW_CODES = frozenset({"THROTTLED", "LIMIT", "UNAVAILABLE", "INUSE"})
_FULL = frozenset({"OVERQUOTA", "QUOTA"})
_EXPIRED = re.compile(r"token ?expired|session (is )?invalidated", re.IGNORECASE)
_GONE = re.compile(r"doesn'?t exist|does not exist|no such|not found|nonexistent|unknown mailbox", re.IGNORECASE)

_FORBIDDEN = re.compile(
    r"permission denied|access denied|not permitted|insufficient (rights|privileges)", re.IGNORECASE
)
"""Cyrus, Courier, Exchange, Zimbra: without the code of RFC 5530."""
_SAID = 500
"""How much of a server's words is kept: it is remembered for each message, and one may say a megabyte."""
_CLOSED = frozenset({"NOPERM", "READ-ONLY", "CANNOT"})
_REASONS = {
    # RFC 4469 and Gmail have a code; the others have words: Gmail's on NUL, Exchange's on lines of more than 10,000
    Why.TOO_BIG: re.compile(r"\[TOOBIG\]|too (big|large)|(message|maximum) size|size limit", re.IGNORECASE),
    Why.NUL: re.compile(r"\bNULs?\b|null (byte|char)|invalid character", re.IGNORECASE),
    Why.LONG_LINE: re.compile(r"line (is )?too long|long lines?|Command Argument Error\. 11", re.IGNORECASE),
    Why.FULL: re.compile(r"over ?quota|quota (was |is |has been )?exceeded|mailbox (is )?full", re.IGNORECASE),
}
"""What servers say of one message that they do not take (mail-peers 4, 10 and 11)."""


class LostError(CalsyncError):
    """The command may have reached the server, the answer did not reach us: a write may be done or not.

    `farewell` is what the server said before it left.
    """

    farewell: str = ""


_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})
"""What OpenSSL says of a greeting in the clear: its words changed with its versions."""


@contextmanager
def connecting(host: str) -> Iterator[None]:
    """Foreign exceptions while a connection is made."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CalsyncError("E504", "untrusted", host=host, reason=error.verify_message) from error
    except ssl.SSLError as error:
        if getattr(error, "reason", None) in _NO_TLS:
            raise CalsyncError("E504", "no-tls", host=host) from error
        raise CalsyncError("E504", "handshake", host=host, reason=getattr(error, "reason", None) or "") from error
    except socket.gaierror as error:
        raise CalsyncError("E402", "dns", host=host) from error
    except TimeoutError as error:
        raise CalsyncError("E402", "timeout", host=host) from error
    except UnicodeError as error:  # a host name that IDNA cannot spell
        raise CalsyncError("E402", "dns", host=host) from error
    except EOFError as error:
        raise LostError("E402", "lost", host=host) from error
    except OSError as error:
        raise CalsyncError("E402", "refused", host=host) from error


@contextmanager
def talking(host: str) -> Iterator[None]:
    """Foreign exceptions on a connection that stood."""
    try:
        yield
    except TimeoutError as error:
        raise LostError("E402", "timeout", host=host) from error
    except (OSError, EOFError) as error:  # ssl.SSLError is an OSError
        raise LostError("E402", "lost", host=host) from error
    except (BrokenError, OverflowError) as error:
        raise CalsyncError("E404", "imap", host=host) from error


def slowly(status: Status, host: str) -> CalsyncError | None:
    """The error of a server that asks to slow down; None where it says something else.

    A mailbox that is full is something else: messages can still be read and removed.
    """
    found = _BACKOFF.search(status.text)
    if found is not None:
        return CalsyncError("E401", host=host, retry_after=int(found[1]) / 1000)
    if status.code in _SLOW_CODES or _SLOWLY.search(status.text):
        return CalsyncError("E401", host=host, retry_after=_HOUR if _LONG.search(status.text) else None)
    return None


def farewell(status: Status, host: str) -> CalsyncError:
    """What a BYE means: a limit, or the end of a connection like any other (a token that ran out in the middle)."""
    error = slowly(status, host)
    if error is not None and not _EXPIRED.search(status.text):
        return error
    lost = LostError("E402", "lost", host=host)
    lost.farewell = status.text
    return lost


def sign_in_refused(status: Status, host: str, user: str) -> CalsyncError:
    """A sign-in answered by NO or BAD (RFC 5530)."""
    if status.code == "PRIVACYREQUIRED":
        return CalsyncError("E504", "plain", host=host)
    return slowly(status, host) or CalsyncError("E108", user=user, host=host)


def gone(status: Status) -> bool:
    """Whether a folder is said not to be there: the code of RFC 5530, or words, for many servers have no codes."""
    return status.code in {"NONEXISTENT", "TRYCREATE"} or bool(not status.code and _GONE.search(status.text))


def why(status: Status) -> str:
    """The code for one message that a server did not take."""
    return "E401" if reason(status).startswith(Why.FULL) else "E403"


def reason(status: Status) -> str:
    """Why one message was refused, in a word that a person can be told, and the server's own words."""
    said = (f"[{status.code}] {status.text}" if status.code else status.text)[:_SAID]
    if status.code in _FULL:
        return because(Why.FULL, said)
    if status.code in _CLOSED or (not status.code and _FORBIDDEN.search(said)):
        return because(Why.NOT_ALLOWED, said)
    found = (why for why, words in _REASONS.items() if words.search(said))
    return because(next(found, Why.REFUSED), said)


def refused(status: Status, host: str, folder: str) -> CalsyncError:
    """A command on a folder answered by NO or BAD, where the whole folder is meant."""
    error = slowly(status, host)
    if error is not None:
        return error
    if gone(status):
        return CalsyncError("E209", "folder", name=folder)
    if status.code in _FULL:
        return CalsyncError("E401", host=host)
    if status.code == "NOPERM" or (not status.code and _FORBIDDEN.search(status.text)):
        return CalsyncError("E403", "folder", host=host, name=folder)
    return CalsyncError("E404", "status", host=host, status=f"{status.kind} {status.code}".strip())
