"""What stands after a flag, read as what it means; a value that does not fit is E001 and shows one that does."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.config.units import Amount

_DURATION = re.compile(r"(\d{1,6})([smhdw]?)", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}|(\d{1,2}|100)%", re.ASCII)
_SHARD = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)
_SIZE = re.compile(r"(\d{1,9})([kKmMgG]?)[bB]?", re.ASCII)
_SHIFTS = {"": 0, "k": 10, "m": 20, "g": 30}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def seconds(flag: str, text: str | None, example: str) -> float | None:
    """`90`, `45s`, `5m`, `1h`."""
    if text is None:
        return None
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise unfit(flag, text, example)
    return float(int(found[1]) * SECONDS[found[2]])


def whole(flag: str, text: str | None, *, most: int = 10**9) -> int | None:
    """A whole number from 1 on."""
    if text is None:
        return None
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(most)) and 1 <= int(digits) <= most):
        raise unfit(flag, text, "1")
    return int(digits)


def amount(flag: str, text: str | None) -> Amount | None:
    """`500` or `25%`."""
    if text is None:
        return None
    if _AMOUNT.fullmatch(text.strip()) is None:
        raise unfit(flag, text, "500, 25%")
    from calsync_cli.config import units  # rarely given

    return units.amount(text)


def shard(flag: str, text: str | None) -> tuple[int, int] | None:
    """`2/4`: the second quarter of the accounts."""
    if text is None:
        return None
    found = _SHARD.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise unfit(flag, text, "1/4")
    return int(found[1]), int(found[2])


def readable(flag: str, text: str | None) -> Path | None:
    """A file that is there and can be read, if one was named."""
    return None if text is None else present(flag, text)


def present(flag: str, text: str) -> Path:
    """A file that is there and can be read; what is remembered of it holds in any directory."""
    path = absolute(text)
    if "\0" in text or not path.is_file() or not os.access(path, os.R_OK):
        raise CalsyncError("E001", "file", flag=flag, path=text)
    return path


def path(text: str | None) -> Path | None:
    """A file or directory that need not be there yet, if one was named."""
    return None if text is None else absolute(text)


def absolute(text: str) -> Path:
    """A file or directory that need not be there yet."""
    return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111  (Path.expanduser raises where there is no home)


def one_of(flag: str, text: str, choices: Sequence[str]) -> str:
    """One of a few words."""
    if text not in choices:
        raise CalsyncError("E001", "flag-choice", flag=flag, value=text, choices=", ".join(choices))
    return text


def unfit(flag: str, text: str, example: str) -> CalsyncError:
    """A value that is not written as it should be."""
    return CalsyncError("E001", "flag-value", flag=flag, value=text, example=example)


def apart(**flags: object) -> None:
    """At most one of these may be given."""
    given = [f"--{name.replace('_', '-')}" for name, value in flags.items() if value]
    if len(given) > 1:
        raise CalsyncError("E001", "both", flag=given[0], other=given[1])


def needs(other: str, *, there: bool, **flags: object) -> None:
    """None of these may be given where `other` is not."""
    given = [f"--{name.replace('_', '-')}" for name, value in flags.items() if value]
    if given and not there:
        raise CalsyncError("E001", "needs", flag=given[0], other=other)


def half(only: str | None, **others: str | None) -> None:
    """--only: one of the halves; an address for the other one contradicts it."""
    if only is None:
        return
    one_of("--only", only, ("calendar", "mail"))
    flags = {"calendar": "--caldav", "mail": "--imap"}
    other = next((name for name, given in others.items() if given and name != only), None)
    if other is not None:
        raise CalsyncError("E001", "both", flag=f"--only {only}", other=flags[other])


def octets(flag: str, text: str | None) -> int | None:
    """`500k`, `25M`, `1G`, or a number of bytes."""
    if text is None:
        return None
    found = _SIZE.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise unfit(flag, text, "25M")
    return int(found[1]) << _SHIFTS[found[2].lower()]
