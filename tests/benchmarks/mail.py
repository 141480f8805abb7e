"""Realistic mail, seeded, and a fast way to lay it into a mailbox."""

from __future__ import annotations

import random
import re
import socket
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from tests.servers.dovecot import Dovecot

_LINES = 20_000
_SHARES = ((0.70, 2_000, 10_000), (0.25, 20_000, 60_000), (0.05, 120_000, 300_000))
"""Of so many messages the octets are from … to …: 24.8 kB on average, most of them short."""
_MEAN = 24_800


def messages(count: int, mean: int = _MEAN, *, seed: int = 7, prefix: str = "m") -> Iterator[bytes]:
    """So many messages of so many octets on average, with the headers that servers add on the way."""
    rng = random.Random(seed)
    pool = _pool(rng)
    for number in range(count):
        yield _message(f"{prefix}{number}", _size(rng) * mean // _MEAN, pool, rng)


def _pool(rng: random.Random) -> bytes:
    """A text of which every message has a piece; Base64's alphabet, in lines of 76."""
    letters = (string.ascii_letters + string.digits + "+/").encode()
    return b"\r\n".join(bytes(rng.choices(letters, k=76)) for _ in range(_LINES))


def _size(rng: random.Random) -> int:
    at = rng.random()
    for share, low, high in _SHARES:
        if at < share:
            return rng.randrange(low, high)
        at -= share
    return _MEAN


def _message(name: str, size: int, pool: bytes, rng: random.Random) -> bytes:
    head = (
        "Return-Path: <someone@example.org>\r\nDelivered-To: me@example.org\r\n"
        + "".join(
            f"Received: from mx{hop}.example.org (mx{hop}.example.org [192.0.2.{hop}])\r\n"
            f"\tby mail{hop}.example.org (Postfix) with ESMTPS id {rng.getrandbits(48):012X}\r\n"
            f"\tfor <me@example.org>; Fri, 20 Nov 2026 10:0{hop}:00 +0100 (CET)\r\n"
            for hop in range(1, 4)
        )
        + f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1;\r\n"
        f"\tb={pool[80:152].decode()}\r\n"
        f"Message-ID: <{name}.{rng.getrandbits(32):08x}@example.org>\r\n"
        f"Date: Fri, 20 Nov 2026 {rng.randrange(24):02d}:{rng.randrange(60):02d}:00 +0100\r\n"
        f"From: Someone <someone@example.org>\r\nTo: me@example.org\r\nSubject: {name} of many\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode()
    left = max(200, size - len(head))
    at = rng.randrange(len(pool) - left)
    body = pool[at : at + left].strip(b"\r\n")
    return head + body + b"\r\n"


def fill(dovecot: Dovecot, user: str, bodies: Iterator[bytes], folder: str = "INBOX", *, seen: bool = True) -> int:
    """Store them, many in one command (MULTIAPPEND, RFC 3502), most of them read already; how many octets it were."""
    octets = 0
    with _signed_in(dovecot, user) as line:
        while batch := list(islice(bodies, 500)):
            line.sendall(_append(folder, batch, seen=seen))
            _until(line, b"a")
            octets += sum(map(len, batch))
    return octets


def mark(dovecot: Dovecot, user: str, every: int, sign: str, folder: str = "INBOX") -> None:
    r"""Every so many-th message gets \Flagged, or loses it."""
    with _signed_in(dovecot, user) as line:
        line.sendall(f"s SELECT {folder}\r\n".encode())
        there = int(re.findall(rb"\* (\d+) EXISTS", _until(line, b"s"))[-1])
        for part in _parts([str(at) for at in range(1, there + 1, every)]):
            line.sendall(f"a STORE {','.join(part)} {sign}FLAGS.SILENT (\\Flagged)\r\n".encode())
            _until(line, b"a")


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(numbers), 500):
        yield numbers[at : at + 500]


def _append(folder: str, batch: Sequence[bytes], *, seen: bool) -> bytes:
    flags = "(\\Seen)" if seen else "()"
    parts = [f"a APPEND {folder}".encode()]
    for body in batch:
        parts += [f" {flags} {{{len(body)}+}}\r\n".encode(), body]
    return b"".join([*parts, b"\r\n"])


@contextmanager
def _signed_in(dovecot: Dovecot, user: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", dovecot.imap), timeout=120) as line:
        line.sendall(f"l LOGIN {user} pw\r\n".encode())
        _until(line, b"l")
        yield line


def _until(line: socket.socket, tag: bytes) -> bytes:
    """All that is said until the command is answered."""
    said = b""
    while not (found := re.search(rb"(?:\A|\n)" + tag + rb" (OK|NO|BAD)[^\n]*\n", said)):
        piece = line.recv(1 << 16)
        assert piece, said[-500:]
        said += piece
    assert found[1] == b"OK", found[0]
    return said
