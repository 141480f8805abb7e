"""One TOML file, read with suspicion: whatever its bytes are, it is a table or an E004 that names the line."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.core.errors import CalsyncError

LARGEST = 1 << 18
"""No hand writes more; a parser's time and depth are bounded by it."""

_SECTION = re.compile(r"""\s*\[+\s*["']?([\w-]+)""")
_ASSIGNED = re.compile(r"""\s*["']?([\w-]+)["']?(?:\s*\.\s*["']?([\w-]+)["']?)?\s*=""")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's table, and its text to find lines in."""

    path: Path
    table: Mapping[str, object]
    text: str = ""

    def line_of(self, name: str) -> int:
        """Where section.key is written, else its section (`sync = {every = ...}`); 0 where that cannot be told."""
        return self._first(name) or self._first(name.partition(".")[0])

    def _first(self, name: str) -> int:
        section = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if opened := _SECTION.match(line):
                section = opened[1]
            if name == section or name in _names(section, line):
                return number
        return 0


def wrong(variant: str, path: Path | str, line: int = 0, **params: str) -> CalsyncError:
    """An E004 that names the place as editors understand it."""
    place = f"{path}:{line}" if line else str(path)
    return CalsyncError("E004", variant, retry_after=None, path=str(path), line=str(line or ""), place=place, **params)


def unknown(path: Path | str, line: int, name: str, meant: str) -> CalsyncError:
    """An E004 for a name that means nothing, with the one that was probably meant."""
    if meant:
        return wrong("unknown-near", path, line, key=name[:80], nearest=meant)
    return wrong("unknown", path, line, key=name[:80])


def read_document(path: Path) -> Document | None:
    """The file's content, None where there is no file; E004 for anything that is not readable TOML."""
    try:
        raw = _bytes_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as refused:
        raise wrong("unreadable", path, reason=refused.strerror or "") from refused
    return _parsed(path, raw)


def _bytes_of(path: Path) -> bytes:
    """Opened without waiting, for a fifo in this place would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        _refuse_foreign(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    if len(raw) > LARGEST:
        raise wrong("size", path)
    return raw


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    """The file names programs to run, so nobody else may write it. Group-writable is what many umasks make."""
    if not stat.S_ISREG(found.st_mode):
        raise wrong("no-file", path)
    if os.name == "posix" and (found.st_mode & stat.S_IWOTH or not _trusted(found.st_uid)):
        raise wrong("unsafe", path)


def _trusted(uid: int) -> bool:
    """Ours, or root's: a service with PrivateUsers= sees root's files as nobody's (user_namespaces(7))."""
    if uid in {0, os.getuid()}:
        return True
    try:
        nobody = int(Path("/proc/sys/kernel/overflowuid").read_text(encoding="ascii"))
        mapped = {line.split()[0] for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()}
    except (OSError, ValueError):
        return False
    return uid == nobody and "0" not in mapped


def _parsed(path: Path, raw: bytes) -> Document:
    import tomllib  # most runs have no file to parse

    text = _decoded(path, raw)
    try:
        return Document(path, tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as bad:
        raise wrong("syntax", path, _line_in(str(bad), text), reason=_reason(str(bad))) from None
    except (ValueError, RecursionError) as bad:  # a number of 5000 digits, brackets 1000 deep: not told as TOML errors
        raise wrong("syntax", path, reason=type(bad).__name__) from None


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise wrong("encoding", path, raw.count(b"\n", 0, bad.start) + 1) from None


def _line_in(told: str, text: str) -> int:
    found = re.search(r"at line (\d+)", told)
    return int(found[1]) if found else text.count("\n") + 1


def _reason(told: str) -> str:
    """What tomllib says, without the place that is told anyway."""
    return told.partition(" (at ")[0]


def _names(section: str, line: str) -> tuple[str, ...]:
    found = _ASSIGNED.match(line)
    if found is None:
        return ()
    first, second = found[1], found[2]
    if section:
        return (f"{section}.{first}",)
    return (first, f"{first}.{second}") if second else (first,)
