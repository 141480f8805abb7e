"""The border where what went wrong on the wire becomes an error with a code."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from calsync_cli.core.errors import CalsyncError


class LostError(CalsyncError):
    """The request may have reached the server, the answer did not reach us: a write may be done or not."""


@contextmanager
def mapped(host: str) -> Iterator[None]:
    """Foreign exceptions of one request as CalsyncErrors."""
    try:
        yield
    except httpcore.ConnectTimeout as error:
        raise CalsyncError("E402", "timeout", host=host) from error
    except httpcore.ConnectError as error:
        raise _not_connected(error, host) from error
    except (httpcore.PoolTimeout, httpcore.ProxyError) as error:
        raise CalsyncError("E402", "proxy", host=host) from error
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
        raise CalsyncError("E404", "protocol", host=host) from error
    except httpcore.TimeoutException as error:
        raise LostError("E402", "timeout", host=host) from error
    except httpcore.RemoteProtocolError as error:
        raise LostError(*_broken(error), host=host) from error
    except httpcore.NetworkError as error:
        raise LostError("E402", "lost", host=host) from error


def _not_connected(error: httpcore.ConnectError, host: str) -> CalsyncError:
    # httpcore raises from within, and its pool cuts the cause off.
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return CalsyncError("E504", "untrusted", host=host, reason=cause.verify_message)
    if isinstance(cause, ssl.SSLError):
        return CalsyncError("E504", "handshake", host=host, reason=getattr(cause, "reason", None) or "")
    if isinstance(cause, socket.gaierror):
        return CalsyncError("E402", "dns", host=host)
    return CalsyncError("E402", "refused", host=host)


def _broken(error: httpcore.RemoteProtocolError) -> tuple[str, str]:
    """A connection closed early is the network's doing; anything else is a server that does not speak HTTP."""
    text = str(error)
    closed = "disconnected" in text or "closed connection" in text
    return ("E402", "lost") if closed else ("E404", "protocol")
