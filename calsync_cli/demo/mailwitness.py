"""The mail server asked with Python's own IMAP client, without a line of calsync: the judge of what is shown."""

from __future__ import annotations

import base64
import hashlib
import imaplib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calsync_cli.demo.mailserver import PostOffice
from calsync_cli.demo.server import USER
from calsync_cli.demo.witness import WentWrong

Print = str
"""Of a message's every byte."""
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailWitness:
    """Somebody with the password and another mail program."""

    post: PostOffice

    def prints(self, folders: Iterable[str]) -> Mapping[str, list[Print]]:
        """What lies in each of these folders."""
        with self._signed_in() as line:
            return {folder: sorted(map(print_of, _messages(line, folder))) for folder in folders}

    def holds(self, folder: str, name: str) -> bool:
        """Whether a message is there, by its Message-ID."""
        with self._signed_in() as line:
            return _uid(line, folder, name) is not None

    def flags(self, folder: str, name: str) -> frozenset[str]:
        """How a message is marked."""
        with self._signed_in() as line:
            said = _sure(line.uid("FETCH", _known(_uid(line, folder, name)), "(FLAGS)"))
        found = re.search(rb"FLAGS \(([^)]*)\)", said[0] if isinstance(said[0], bytes) else b"")
        return frozenset(found[1].decode().split()) - {"\\Recent"} if found else frozenset()

    def receives(self, folder: str, content: bytes) -> None:
        """A message arrives."""
        with self._signed_in() as line:
            _sure(line.append(_quoted(folder), "", "", content))

    def moves(self, name: str, source: str, target: str) -> None:
        """Another program moves a message."""
        with self._signed_in() as line:
            _sure(line.uid("MOVE", _known(_uid(line, source, name)), _quoted(target)))

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        try:
            with imaplib.IMAP4("127.0.0.1", self.post.port, timeout=SECONDS) as line:
                line.login(USER, self.post.password)
                yield line
        except (OSError, imaplib.IMAP4.error) as error:
            raise WentWrong(f"IMAP: {error}") from error


def here(folder: Path) -> list[Print]:
    """What lies in a Maildir."""
    return sorted(print_of(path.read_bytes()) for path in files(folder))


def files(folder: Path) -> Iterator[Path]:
    """Its messages, read and new."""
    for part in ("cur", "new"):
        yield from sorted((folder / part).iterdir())


def file_of(folder: Path, name: str) -> Path | None:
    """The message with this Message-ID."""
    wanted = f"<{name}@example.org>".encode()
    return next((path for path in files(folder) if wanted in _read(path)), None)


def _read(path: Path) -> bytes:
    """Nothing where it was renamed meanwhile."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def print_of(content: bytes) -> Print:
    """A message's fingerprint; Maildirs may have the line ends of this machine."""
    return hashlib.sha256(re.sub(rb"\r?\n", b"\r\n", content)).hexdigest()


def _messages(line: imaplib.IMAP4, folder: str) -> Iterator[bytes]:
    (count,) = _sure(line.select(_quoted(folder), readonly=True))
    if count == b"0":
        return
    for row in _sure(line.uid("FETCH", "1:*", "(BODY.PEEK[])")):
        if isinstance(row, tuple):
            yield row[1]


def _uid(line: imaplib.IMAP4, folder: str, name: str) -> str | None:
    _sure(line.select(_quoted(folder)))
    (found,) = _sure(line.uid("SEARCH", "HEADER", "Message-ID", f"<{name}@example.org>"))
    return found.decode() or None


def _known(uid: str | None) -> str:
    if uid is None:
        raise WentWrong("a message is missing")
    return uid


def _sure(answer: tuple[str, Sequence[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise WentWrong(f"IMAP: {answer}")
    return list(answer[1])


def _quoted(folder: str) -> str:
    """A folder's name in the alphabet of RFC 3501 section 5.1.3, which imaplib leaves to its caller."""
    return f'"{re.sub(r"[^ -~]+", _shifted, folder.replace("&", "&-"))}"'


def _shifted(found: re.Match[str]) -> str:
    return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
