"""Why a text is not taken: each says the piece that was not understood, or the readings it could have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from datetime import date

_SHOWN = 60


class UnreadableError(Exception):
    """A piece of a text that is not understood; `piece` is how it was written."""

    def __init__(self, piece: str) -> None:
        super().__init__(piece)
        self.piece = piece


class DoubtError(Exception):
    """A text that is understood in more than one way, or in none that can be: the variant of E001 and what it needs."""

    def __init__(self, variant: str, **params: str) -> None:
        super().__init__(variant, params)
        self.variant = variant
        self.params = params


def two(one: str, other: str) -> DoubtError:
    """It can mean either of two."""
    return DoubtError("date-two", one=one, other=other)


def no_day(text: str) -> DoubtError:
    """The calendar has no such day."""
    return DoubtError("date-none", day=text)


def other_weekday(day: date) -> DoubtError:
    """The name of the day and the date do not belong together; the variant says which weekday it is."""
    return DoubtError(f"date-weekday-{day.weekday()}", day=day.isoformat())


def refused(flag: str, text: str, why: UnreadableError | DoubtError, *, otherwise: str) -> CalsyncError:
    """The error that a user gets. `otherwise` is the variant with the examples that fit this flag."""
    value = shown(text)
    if not value.strip():
        return CalsyncError("E001", "empty", flag=flag)
    if isinstance(why, DoubtError):
        return CalsyncError("E001", why.variant, flag=flag, value=value, **why.params)  # type: ignore[arg-type]  # texts
    return CalsyncError("E001", otherwise, flag=flag, value=value, piece=shown(why.piece) or value)


def shown(text: str) -> str:
    """A text that is short enough to be shown."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
