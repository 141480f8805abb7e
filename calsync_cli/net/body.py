"""Reading an answer's body: decoded, and given up where it is larger or slower than any honest one."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from calsync_cli.core.errors import CalsyncError

_AUTO = 47  # zlib's window bits for "gzip or zlib, look at the header"
_RAW = -15  # some servers send raw deflate under the name of deflate (RFC 9110 section 8.4.1.2)


def read_body(chunks: Iterable[bytes], *, encoding: str, limit: int, seconds: float, host: str) -> bytes:
    """All of a body, decoded; E404 beyond `limit` bytes, E402 where it is still dripping after `seconds`."""
    parts: list[bytes] = []
    left = limit
    for part in _decoded(_timely(chunks, seconds, host), encoding, limit, host):
        left -= len(part)
        if left < 0:
            raise CalsyncError("E404", "too-large", host=host)
        parts.append(part)
    return b"".join(parts)


def _timely(chunks: Iterable[bytes], seconds: float, host: str) -> Iterator[bytes]:
    end = time.monotonic() + seconds
    for chunk in chunks:
        yield chunk
        if time.monotonic() > end:
            raise CalsyncError("E402", "timeout", host=host)


def _decoded(chunks: Iterator[bytes], encoding: str, limit: int, host: str) -> Iterator[bytes]:
    match encoding:
        case "" | "identity":
            return chunks
        case "gzip" | "x-gzip" | "deflate":
            return _inflated(chunks, limit, lambda: CalsyncError("E404", "encoding", host=host))
        case _:
            raise CalsyncError("E404", "encoding", host=host)


def _inflated(chunks: Iterator[bytes], limit: int, broken: Callable[[], CalsyncError]) -> Iterator[bytes]:
    """At most limit + 1 bytes come out of any chunk, so that a bomb fills nothing."""
    first = next(chunks, b"")
    if not first:
        return
    inflate = zlib.decompressobj(_AUTO if _has_header(first) else _RAW)
    try:
        yield inflate.decompress(first, limit + 1)
        for chunk in chunks:
            yield inflate.decompress(chunk, limit + 1)
    except zlib.error as error:
        raise broken() from error
    if not inflate.eof:
        raise broken()


def _has_header(first: bytes) -> bool:
    """RFC 1952: a gzip stream opens with 1f 8b; RFC 1950: a zlib header is a multiple of 31."""
    return first[:1] == b"\x1f" or (len(first) > 1 and first[0] & 15 == 8 and (first[0] << 8 | first[1]) % 31 == 0)  # noqa: PLR2004  (the RFCs' numbers)
