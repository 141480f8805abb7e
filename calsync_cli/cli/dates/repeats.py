"""What follows --repeat as the value of an RRULE: words of either language, or the RRULE itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.dates.anchor import Anchor
from calsync_cli.cli.dates.cadence import FREQUENCY, Cadence, cadence
from calsync_cli.cli.dates.moments import plainly, wall_of
from calsync_cli.cli.dates.reading import said
from calsync_cli.cli.dates.refusal import DoubtError, UnreadableError
from calsync_cli.cli.dates.resolve import resolved
from calsync_cli.cli.dates.tokens import Token, plain, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsync_cli.core.times import Moment

_RULE = ("rrule:", "freq=")
_MOST = 9_999


def repeat(text: str, *, start: Moment, flag: str = "--repeat") -> str:
    """The rule that the text says for a series that starts then; its end counts from the start."""
    with plainly(flag, text, otherwise="date-repeat"):
        shown = plain(text)
        rule = text.strip() if shown.startswith(_RULE) or "freq=" in shown else _in_words(tokens(text), start)
        return _fitting(rule, start)


def _in_words(pieces: Sequence[Token], start: Moment) -> str:
    rhythm, end = _split(pieces, start)
    return ";".join([*_parts(cadence(rhythm)), *end])


def _split(pieces: Sequence[Token], start: Moment) -> tuple[Sequence[Token], list[str]]:
    """How often, and until when."""
    for at, token in enumerate(pieces):
        if token.kind == "until" and not _between_days(pieces, at):
            return pieces[:at], [f"UNTIL={_until(pieces[at + 1 :], start)}"]
    match pieces:
        case [*rhythm, Token("number", count), Token("times")] if 1 <= count <= _MOST:
            return rhythm, [f"COUNT={count}"]
        case _:
            return pieces, []


def _between_days(pieces: Sequence[Token], at: int) -> bool:
    """Of “mon through fri”: days of the week on both sides, so not the end of the series."""
    return 0 < at < len(pieces) - 1 and pieces[at - 1].kind == pieces[at + 1].kind == "weekday"


def _until(pieces: Sequence[Token], start: Moment) -> str:
    """The last day; that it is in it is what both languages mean on paper, and what the echo says."""
    if not pieces:
        raise UnreadableError("until")
    found = said(pieces)
    if found.shift or found.timed or found.part:
        raise UnreadableError(" ".join(each.text for each in pieces))
    begin = wall_of(start)
    return resolved(found, Anchor(begin, begin)).strftime("%Y%m%d").rjust(8, "0")


def _parts(found: Cadence) -> list[str]:
    """The parts of the RRULE."""
    if found.unit is None:
        raise AssertionError(found)
    parts = [f"FREQ={FREQUENCY[found.unit]}"]
    if found.interval > 1:
        parts.append(f"INTERVAL={found.interval}")
    if found.months:
        parts.append(f"BYMONTH={_list(found.months)}")
    if found.dates:
        parts.append(f"BYMONTHDAY={_list(found.dates)}")
    if found.days and found.nths and not found.workday:
        return [*parts, "BYDAY=" + ",".join(f"{nth}{day}" for day in found.days for nth in found.nths)]
    if found.days:
        parts.append("BYDAY=" + ",".join(found.days))
    if found.days and found.nths:
        parts.append(f"BYSETPOS={_list(found.nths)}")
    return parts


def _list(numbers: Sequence[int]) -> str:
    return ",".join(str(number) for number in numbers)


def _fitting(text: str, start: Moment) -> str:
    """The rule, refused where the series would not begin with one of its own days (RFC 5545 3.8.5.3)."""
    from calsync_cli.core.course import first_fit, fits  # rarely typed
    from calsync_cli.core.refusals import ENDS_BEFORE, RuleError
    from calsync_cli.core.rules import checked, ended

    try:
        rule = ended(checked(text), start)
        if fits(rule, start):
            return str(rule)
        first = first_fit(rule, start).wall
    except RuleError as why:
        raise DoubtError("date-ends" if why.why == ENDS_BEFORE else "date-rule", part=why.part or "RRULE") from why
    raise DoubtError("date-start", day=start.wall.isoformat()[:10], first=first.isoformat()[:10])
