"""Undoing a cut: a series that comes back whole has in it what `event edit --following` made an event of its own."""

from __future__ import annotations

from calsync_cli.app.pen import Pen, Spot
from calsync_cli.app.session import Session
from calsync_cli.core.record import Happened
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.verdict import Verdict

EDITED = "edited"
"""What the log says of a command that edits; one that also makes something has cut a series in two."""


def rejoin(pen: Pen, spot: Spot, key: str, content: bytes) -> None:
    """Take away what was cut off since the series was as in `content`; it lies in the attic, and nobody is told."""
    session = pen.session
    for rest in _cut_off(session, key, content):
        held = pen.find(spot, rest)
        if held is None:
            continue
        session.consents.lower(rest)
        if session.books.pairs_with({rest}):
            session.books.quietly(rest)
        pen.drop(spot, held, key=rest, title=scan(held.content).title)


def _cut_off(session: Session, key: str, content: bytes) -> list[str]:
    """From the cut on before which it was like this: the UIDs of what was made then and at every later cut."""
    cuts = _cuts(session, key)
    if not cuts:
        return []
    rule = _rule(content)
    whole = next((at for at, (was, _) in enumerate(cuts) if sha_of(was) == sha_of(content) or _rule(was) == rule), None)
    if whole is None:
        return []
    made = [rest for _, rest in cuts[whole:]]
    return [*made, *(each for rest in made for _, each in _cuts(session, rest))]


def _cuts(session: Session, key: str) -> list[tuple[bytes, str]]:
    """What the series was before each cut, and the UID of the rest, in their order."""
    runs = sorted({row.run for row in session.chronicle.attic() if row.key == key and row.why == EDITED})
    found = []
    for run in runs:
        done = [one.happened for one in session.chronicle.logged(run=run)]
        was = next((one.before for one in done if one.key == key and one.verdict is Verdict.TO_NEAR), None)
        found += [(session.books.body(was), one.key) for one in done if was is not None and _made(one)]
    return found


def _made(one: Happened) -> bool:
    return one.why == EDITED and one.verdict is Verdict.BIRTH_NEAR


def _rule(content: bytes) -> str:
    from calsync_cli.core.details import details  # a full parse, where a series was cut
    from calsync_cli.core.lines import Broken

    try:
        return details(content).rule
    except Broken:
        return ""
