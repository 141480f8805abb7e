"""Moments as a person reads them: local time, no more precise than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def moment(when: datetime | None) -> str:
    """Date and time on this machine's clock, the same in every language."""
    return "-" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def clock(when: datetime) -> str:
    """The time alone, to the second."""
    return when.astimezone().strftime("%H:%M:%S")
