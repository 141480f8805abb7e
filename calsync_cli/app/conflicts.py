"""`conflicts`: what both sides changed, and what could not be synced; and deciding it otherwise.

A conflict was decided by a setting when it was met, so that it never held anything up. Deciding it otherwise writes
the file here: what the other version had is merged into what the file says now, so that later edits survive.
An item that waits is shown with what can be done; its IDs begin with w, those of conflicts with c. A message that waits
is tried again at once, or left as it is until it changes.
"""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.app.disputes import Dispute, choices, disputes, row_of, with_fields
from calsync_cli.app.mail.waiting import decide
from calsync_cli.app.reports.items import ConflictsReport, ResolveReport
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.settling import settle
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError


def conflicts(desk: Desk) -> ConflictsReport:
    """Open ones, newest first. Raises E201."""
    with reading(desk) as session:
        found = [row_of(session, one) for one in disputes(session)]
        return ConflictsReport(account=session.account, conflicts=tuple(found))


def show(desk: Desk, *, id: str) -> ConflictsReport:  # noqa: A002 - what the user calls it
    """One of them, property by property; a conflict also after it was resolved. Raises E003."""
    with reading(desk) as session:
        one = _named(session, id)
        return ConflictsReport(account=session.account, conflicts=(with_fields(session, one),))


def resolve(desk: Desk, *, id: str, keep: str) -> ResolveReport:  # noqa: A002 - what the user calls it
    """Decide it; the next round carries it over. Raises E003, E001 where this choice is none, E502, E505."""
    with working(desk) as session:
        one = _named(session, id)
        possible = choices(session, one)
        if not possible:
            raise CalsyncError("E001", "nothing-to-choose", id=one.id)
        if keep not in possible:
            raise CalsyncError("E001", "no-choice", keep=keep, id=one.id, choices=", ".join(possible))
        row = with_fields(session, one)
        if one.folder and one.wait is not None:
            decide(session, one.wait, keep)
        else:
            settle(session, one, keep)
        return ResolveReport(account=session.account, conflict=replace(row, resolved=True), keep=keep)


def _named(session: Session, name: str) -> Dispute:
    """By ID, by its shortest unique beginning; a plain number is a conflict's."""
    said = name.strip().lower()
    wanted = f"c{said}" if said.isdecimal() else said
    there = disputes(session)
    exact = [one for one in there if one.id == wanted] or _resolved(session, wanted)
    found = exact or [one for one in there if wanted and one.id.startswith(wanted)]
    if len(found) != 1:
        raise CalsyncError("E003", "conflict", name=name[:40], fix="calsync conflicts")
    return found[0]


def _resolved(session: Session, wanted: str) -> list[Dispute]:
    number = wanted.removeprefix("c")
    if not (wanted.startswith("c") and number.isdecimal() and len(number) < 16):  # noqa: PLR2004 - SQLite's have 19
        return []
    return [Dispute.of_conflict(entry) for entry in session.chronicle.conflicts(item=int(number))]
