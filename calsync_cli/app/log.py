"""`log`: what was done, run by run, from the books; `--follow` waits for more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from threading import Event

from calsync_cli.app.lines import DETAILED, Lines
from calsync_cli.app.mail.history import posted
from calsync_cli.app.reports.items import LogReport, LogRow
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import RunId
from calsync_cli.state.chronicle import Logged, Run

PAUSE = 0.5
"""Seconds between two looks for more: SQLite rings no bell."""


def log(desk: Desk, *, run: int | None = None) -> LogReport:
    """The last thousand lines, oldest first. Raises E201, E003."""
    only = None if run is None else RunId(run)
    with reading(desk, _whose(desk)) as session:
        runs = session.chronicle.runs(last=1000, only=only)
        if only is not None and not runs:
            raise CalsyncError("E003", "run", name=str(only), fix="calsync log")
        lines = session.chronicle.logged(run=only)
        told = _rows(session, runs, lines)
        return LogReport(account=session.account, rows=tuple(told))


def follow(desk: Desk, *, run: int | None, stop: Event) -> Iterator[LogRow]:
    """What is done from now on, until `stop` is set."""
    only = None if run is None else RunId(run)
    with reading(desk, _whose(desk)) as session:
        after = max((line.id for line in session.chronicle.logged(last=1)), default=0)
        known = {one.id for one in session.chronicle.runs(last=1000) if one.ended is not None}
        while not stop.wait(PAUSE):
            lines = session.chronicle.logged(after=after, run=only)
            runs = [one for one in session.chronicle.runs(only=only) if one.ended is not None and one.id not in known]
            yield from _rows(session, runs, lines)
            after = max((line.id for line in lines), default=after)
            known.update(one.id for one in runs)


def _whose(desk: Desk) -> AccountName:
    """The account's; where there is none, of what was done to the agenda before there is one."""
    return desk.account() if desk.asked or desk.places.accounts() else PERSONAL


def _rows(session: Session, runs: Sequence[Run], lines: Sequence[Logged]) -> list[LogRow]:
    """Each run's heading before its lines."""
    names = {link.id: link.display or link.name for link in session.settings.links()}
    teller = Lines(session, names)
    ended = [run for run in runs if run.ended is not None]
    rows = [*map(_heading, ended), *posted(session, {run.id for run in ended})]
    first = len(lines) - DETAILED
    rows += [_row(teller, one, detailed=number >= first) for number, one in enumerate(lines)]
    return sorted(rows, key=lambda row: (row.run, row.what != "run"))


def _heading(run: Run) -> LogRow:
    return LogRow(id=f"r{run.id}", when=_moment(run.began), what="run", title="", run=run.id, code=run.code)


def _row(teller: Lines, one: Logged, *, detailed: bool) -> LogRow:
    line = teller.line(one.happened, detailed=detailed)
    return LogRow(
        id=str(one.id),
        when=_moment(one.at),
        what=line.verb,
        title=line.title,
        run=one.run,
        direction=line.direction,
        calendar=line.where,
        code=one.happened.code,
        detail=line.detail,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
