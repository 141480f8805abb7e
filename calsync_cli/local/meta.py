"""What a calendar's directory says about itself: displayname and color (vdir), and the marker that tells it apart.

The marker is a hidden file, `.calsync`, with an identity in it: in the agenda's root and in each calendar's directory.
A disk that is not mounted, a directory restored empty or two calendars whose directories changed places are noticed by
it before anything is believed to be deleted. khal and vdirsyncer look at *.ics, displayname and color alone.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.local.border import border, opened, refusing
from calsync_cli.local.disk import REAL, Disk, Written
from calsync_cli.local.names import TEMP

MARKER = ".calsync"
_NAME, _COLOR = "displayname", "color"
_MAX = 4096


@dataclass(frozen=True, slots=True)
class Meta:
    """Name and colour; empty where the directory says nothing."""

    display: str = ""
    color: str = ""


def read_meta(folder: Path) -> Meta:
    """What the directory says; a colour that is none is left out."""
    return Meta(_read(folder / _NAME), plain_color(_read(folder / _COLOR)))


def write_meta(folder: Path, meta: Meta, *, disk: Disk = REAL) -> bool:
    """Write what differs, whole or not at all; empty fields leave what is there. True if anything was written."""
    wanted = {_NAME: " ".join(meta.display.split()), _COLOR: plain_color(meta.color)}
    wrote = False
    for name, text in wanted.items():
        if text and text != _read(folder / name):
            _write(folder, name, text, disk)
            wrote = True
    return wrote


def plain_color(text: str) -> str:
    """Exactly #RRGGBB, all that khal and vdirsyncer take; Apple's and Google's alpha goes, short forms grow."""
    if re.fullmatch(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?", text):
        return text[:7]
    if re.fullmatch(r"#[0-9A-Fa-f]{3,4}", text):
        return "#" + "".join(digit * 2 for digit in text[1:4])
    return ""


def marker(folder: Path) -> str | None:
    """The identity of a directory; None where it has none, or is not there."""
    return _read(folder / MARKER) or None


def set_marker(folder: Path, identity: str, *, disk: Disk = REAL) -> None:
    """Give a directory its identity."""
    if marker(folder) != identity:
        _write(folder, MARKER, identity, disk)


def _read(path: Path) -> str:
    with refusing(path):
        try:
            with path.open("rb") as file:
                return file.read(_MAX).decode(errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return ""


def _write(folder: Path, name: str, text: str, disk: Disk) -> None:
    temp = f"{TEMP}{os.urandom(4).hex()}.tmp"
    with border(folder), opened(folder) as fd:
        mode = 0o600 | os.fstat(fd).st_mode & 0o066
        disk.create(fd, temp, text.encode(), mode=mode, mtime_ns=None)
        try:
            disk.settle([Written(fd, [temp])])
            disk.rename(fd, temp, name)
        except OSError:
            disk.unlink(fd, temp)
            raise
        disk.settle_folder(fd)
