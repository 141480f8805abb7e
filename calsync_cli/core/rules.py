"""A recurrence rule (RFC 5545 3.3.10) as a value: read, judged, changed in one part, and written."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.times import Moment
from calsync_cli.core.zones import Zones


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE's value: its parts in their order, in capitals."""

    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.parts)


def read(text: str) -> Rule:
    """What a file says, however odd."""
    raise NotImplementedError


def checked(text: str) -> Rule:
    """A rule that a person typed ("RRULE:" may go before it), in the usual order. Raises RuleError."""
    raise NotImplementedError


def fits(rule: Rule, start: Moment) -> bool:
    """Whether a series that starts then begins with an occurrence of its rule."""
    raise NotImplementedError


def first_fit(rule: Rule, start: Moment) -> Moment:
    """The first occurrence at or after a start. Raises RuleError where there is none."""
    raise NotImplementedError


def ended(rule: Rule, start: Moment, zones: Zones | None = None) -> Rule:
    """The rule with UNTIL in the start's type: a date, a local time, or UTC. Raises RuleError."""
    raise NotImplementedError
