"""What an event cannot be made to be: why an edit is refused, in values; the sentence is for others to find."""

from __future__ import annotations

from calsync_cli.core.times import Moment


class NoSuchOccurrence(ValueError):  # noqa: N818 (an answer more than a fault)
    """The series has no occurrence then; or the file holds single occurrences only, and none was named."""

    def __init__(self, at: Moment | None) -> None:
        super().__init__("" if at is None else at.wall.isoformat())
        self.at = at


class NotInvited(ValueError):  # noqa: N818
    """Nobody of one's own is among the attendees."""


class EndsTooEarly(ValueError):  # noqa: N818
    """The end is not after the start, or one is a date and the other a time."""


class RuleError(ValueError):
    """A recurrence that cannot be. `why` is a word, `part` the part of the rule it is about, or ""."""

    def __init__(self, why: str, part: str = "") -> None:
        super().__init__(f"{why} {part}".strip())
        self.why = why
        self.part = part


EMPTY = "empty"
TWICE = "twice"
UNKNOWN = "unknown"
BAD_VALUE = "bad-value"
NO_FREQUENCY = "no-frequency"
TOO_OFTEN = "too-often"
BOTH_ENDS = "both-ends"
"""COUNT and UNTIL."""
MISPLACED = "misplaced"
"""A part that means nothing with this FREQ, or on whole days."""
UNFIT = "unfit"
"""The start is no day of the rule."""
ENDS_BEFORE = "ends-before"
"""UNTIL is before the start."""
NOT_FOR_ONE = "not-for-one"
"""A single occurrence cannot repeat."""
TOO_ODD = "too-odd"
"""The file's own recurrence is of a kind that is not split or moved here (several rules, EXRULE, RSCALE)."""
