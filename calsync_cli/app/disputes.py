"""What wants a look, as rows: conflicts with their fields, waiting items with their reason and what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from calsync_cli.app import wiring
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.reports.items import ConflictField, ConflictRow
from calsync_cli.app.reports.told import Verb
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, LinkId, Mode, Ref, Side
from calsync_cli.core.record import Wait
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.steps import ClashNote, Conflict
from calsync_cli.state.chronicle import ConflictEntry
from calsync_cli.state.post import Post
from calsync_cli.state.settings import LinkRow

SHORT = 6
"""Digits of a waiting item's ID: enough for thousands."""

STANDS = {Side.NEAR.value: "local", Side.FAR.value: "remote"}
MAIL, TWICE = "would-mail", "uid-twice"


RETRY, LEAVE = "retry", "leave"
LETTERS = (RETRY, LEAVE)
"""A message is sent or not; no version of it stands against another."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict or a waiting item, under one ID."""

    id: str
    at: float
    link: LinkId
    key: str
    title: str
    ref: Ref
    conflict: Conflict | None = None
    number: int = 0
    resolved: bool = False
    wait: Wait | None = None
    folder: str = ""
    """The local mail folder, where it is a message."""

    @classmethod
    def of_conflict(cls, entry: ConflictEntry) -> Self:
        """The ID is the row's number."""
        return cls(
            id=f"c{entry.id}",
            at=entry.at,
            link=entry.link,
            key=entry.key,
            title=entry.title,
            ref=entry.ref,
            conflict=entry.conflict,
            number=entry.id,
            resolved=entry.resolved is not None,
        )

    @classmethod
    def of_wait(cls, since: float, wait: Wait, folder: str = "") -> Self:
        """The ID stays the same as long as the item waits."""
        name = "w" + sha_of(f"{wait.link} {wait.side} {wait.ref}".encode())[:SHORT]
        return cls(
            id=name,
            at=since,
            link=wait.link,
            key=wait.key,
            title=wait.title,
            ref=wait.ref,
            wait=wait,
            folder=folder,
        )


def disputes(session: Session) -> list[Dispute]:
    """Open ones, newest first."""
    found = [Dispute.of_conflict(entry) for entry in session.chronicle.conflicts()]
    found += [Dispute.of_wait(since, wait) for since, wait in session.chronicle.waiting()]
    folders = {row.id: row.name for row in session.folders.rows()}
    letters = Post(session.database).waiting()
    found += [Dispute.of_wait(one.since, one.wait, folders[one.wait.link]) for one in letters if not one.left]
    return sorted(found, key=lambda one: -one.at)


def link_of(session: Session, one: Dispute) -> LinkRow | None:
    """None where the calendar is no longer there."""
    return next((link for link in session.settings.links() if link.id == one.link), None)


def choices(session: Session, one: Dispute) -> tuple[str, ...]:
    """Which versions can be kept; of a message, what is to become of it."""
    link = link_of(session, one)
    if link is None:
        return LETTERS if one.folder else ("remote",) if one.conflict else ()
    if one.conflict is not None:
        return ("local", "remote", "both") if link.mode is Mode.TWO_WAY else ("remote", "both")
    match one.wait:
        case Wait(why="would-mail"):
            return ("local", "remote")
        case Wait(why="uid-twice"):
            return ("remote", "both")
        case Wait(side=Side.NEAR, why=why) if why != "calendar":
            return ("remote",)
        case _:
            return ()


def row_of(session: Session, one: Dispute) -> ConflictRow:
    """The line in the list."""
    link = link_of(session, one)
    return ConflictRow(
        id=one.id,
        when=datetime.fromtimestamp(one.at, UTC),
        what=_verb(one),
        title=one.title or one.ref,
        calendar=(link.display or link.name) if link else "",
        folder=one.folder,
        event=one.key,
        provider=_provider(session),
        code=one.wait.code if one.wait and one.wait.why != MAIL else "",
        detail=_detail(session, one, link),
        resolved=one.resolved,
        fix=_fix(one, choices(session, one)),
    )


def with_fields(session: Session, one: Dispute) -> ConflictRow:
    """The line with its properties."""
    row = row_of(session, one)
    if one.conflict is None:
        return row
    clashing = tuple(_clash(note) for note in one.conflict.notes)
    return ConflictRow(
        id=row.id,
        when=row.when,
        what=row.what,
        title=row.title,
        calendar=row.calendar,
        event=row.event,
        provider=row.provider,
        resolved=row.resolved,
        fields=(*clashing, *_joined(session, one.conflict, {field.name for field in clashing})),
        fix=row.fix,
    )


def _verb(one: Dispute) -> Verb:
    if one.wait is None:
        return Verb.CONFLICT
    return Verb.HELD if one.wait.why == MAIL else Verb.SKIPPED


def _provider(session: Session) -> str:
    try:
        connection = session.settings.connection()
    except CalsyncError:  # changed after the sign-in: the list can be read all the same
        return ""
    known = PROVIDERS.get(connection.provider) if connection else None
    return known.title if known else ""


def _detail(session: Session, one: Dispute, link: LinkRow | None) -> str:
    """Data only: which properties clashed, or the reason's code word; for a file here, where it lies."""
    if one.conflict is not None:
        return ", ".join(dict.fromkeys(_name(note) for note in one.conflict.notes))
    if one.wait is None or link is None or one.wait.side is Side.FAR:  # of messages too: their names say nothing
        return one.wait.why if one.wait and one.wait.why != MAIL else ""
    agenda = wiring.agenda(session.desk, session.account)
    return f"{one.wait.why}: {agenda.path(CollectionId(link.name)) / one.ref}"


def _fix(one: Dispute, possible: tuple[str, ...]) -> str:
    if one.resolved:
        return "calsync sync"
    if one.folder:
        return f"calsync conflicts resolve {one.id} --{RETRY}"
    if not possible:
        return "calsync sync --full"
    return f"calsync conflicts resolve {one.id} --keep {'|'.join(possible)}"


def _name(note: ClashNote) -> str:
    return f"{note.name} {note.where}".strip()


def _clash(note: ClashNote) -> ConflictField:
    return ConflictField(
        name=_name(note), before=note.base, yours=note.mine, theirs=note.theirs, kept=STANDS.get(note.kept, note.kept)
    )


def _joined(session: Session, conflict: Conflict, clashing: set[str]) -> list[ConflictField]:
    """What merged by itself: changed on one side alone, or on both to the same."""
    from calsync_cli.core.faces import changes  # a full parse, for this one view

    body = session.books.body
    try:
        mine = changes(body(conflict.near_base), body(conflict.near))
        theirs = changes(body(conflict.far_base), body(conflict.far))
    except (ValueError, CalsyncError):  # pruned since, or no event
        return []
    fields: dict[str, ConflictField] = {}
    for change in (*mine, *theirs):
        name = f"{change.property} {change.occurrence}".strip()
        if name in clashing:
            continue
        other = fields.get(name)
        yours = change.after if change in mine else (other.yours if other else change.before)
        there = change.after if change in theirs else change.before
        fields[name] = ConflictField(
            name=name, before=change.before, yours=yours, theirs=there, kept="merged", clash=False
        )
    return list(fields.values())
