"""Moments as a person reads them: local time, no more precise than needed."""

from __future__ import annotations

import re
from datetime import datetime

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?")


def moment(when: datetime | None) -> str:
    """Date and time on this machine's clock, the same in every language."""
    return "-" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def clock(when: datetime) -> str:
    """The time alone, to the second."""
    return when.astimezone().strftime("%H:%M:%S")


def spoken(*texts: str) -> tuple[str, ...]:
    """The texts with their ISO 8601 moments in local time; without the day where it is the same for all of them."""
    stamps = {stamp: _local(stamp) for text in texts for stamp in _STAMP.findall(text)}
    form = "%H:%M" if len({when.date() for when in stamps.values()}) == 1 and len(stamps) > 1 else "%Y-%m-%d %H:%M"
    return tuple(_STAMP.sub(lambda found: format(stamps[found[0]], form), text) for text in texts)


def _local(stamp: str) -> datetime:
    """A floating time stays what it says."""
    when = datetime.fromisoformat(stamp)
    return when.astimezone() if when.tzinfo else when
