"""How people write durations, sizes and amounts, and what is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_DURATION = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_SIZE = re.compile(r"(\d{1,9})([KMG]?)", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,9})(%?)", re.ASCII)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
BYTES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
WHOLE = 100


class Unfit(ValueError):  # noqa: N818 - a verdict on a value, which callers turn into an error with a place
    """A value that is not written as its kind is."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So many, or so many of a hundred."""

    number: int
    percent: bool = False

    def of(self, total: int) -> int:
        """How many that is where there are `total`."""
        return total * self.number // WHOLE if self.percent else self.number


def duration(text: str) -> timedelta:
    """`45s`, `5m`, `1h`, `30d`, `2w`; nothing is never meant."""
    number, unit = _parts(_DURATION, text)
    if number == "0" * len(number):
        raise Unfit
    return timedelta(seconds=int(number) * SECONDS[unit])


def size(text: str) -> int:
    """`800`, `64K`, `25M`, `1G`, in bytes."""
    number, unit = _parts(_SIZE, text)
    return int(number) * BYTES[unit]


def amount(text: str) -> Amount:
    """`50`, or `25%` and at most `100%`."""
    number, sign = _parts(_AMOUNT, text)
    if sign and int(number) > WHOLE:
        raise Unfit
    return Amount(int(number), percent=bool(sign))


def _parts(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.fullmatch(text.strip())
    if found is None:
        raise Unfit
    return found[1], found[2]
