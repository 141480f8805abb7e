"""`map-folders`: which local folder is in step with which remote one (R46 to R51); unmapping deletes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

from calsync_cli.app.backup import backup
from calsync_cli.app.mail.keys import BIN, NONE, SEEN
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.reports.folders import FolderRow, FoldersReport, RemoteRow
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.mail.roles import matching, nearest, suggest
from calsync_cli.core.model import CollectionId

ASKED = (Role.INBOX, Role.ARCHIVE, Role.DELETED)
"""The set-up is complete when each of these is mapped, or none (R46)."""

Answers = Mapping[str, str | None]
"""Local folder → what the user said of it; None: none."""


def incomplete(session: Session) -> tuple[Role, ...]:
    """The roles that nothing is said of yet."""
    mapped = {row.name.casefold() for row in session.folders.rows()}
    none = nothing(session)
    return tuple(role for role in ASKED if role not in mapped and role not in none)


def nothing(session: Session) -> frozenset[str]:
    """The roles that are answered with none."""
    return frozenset(session.settings.get(NONE).split())


def offer(desk: Desk) -> FoldersReport:
    """The account's folders as the server lists them now, what is mapped, and what would be usual."""
    with reading(desk) as session:
        return _report(session, _listed(session))


def map_folders(desk: Desk, answers: Answers, *, auto: bool, dry_run: bool) -> FoldersReport:
    """Map what was said; `auto`: what would be usual, for roles of which nothing is said. Raises E209, E003, E201."""
    with working(desk) as session:
        listed = _listed(session)
        wanted = {local: _meant(text, listed) for local, text in _told(session, answers).items()}
        if auto:
            usual = suggest(listed, guesses=False)  # what is only guessed is offered, not done
            wanted = {**{str(role): usual[role] for role in incomplete(session) if role in usual}, **wanted}
        _one_each(session, wanted)
        if not dry_run:
            _save(session, wanted, listed)
        return _report(session, listed, changed=tuple(wanted))


def due(session: Session) -> bool:
    """Whether the first folder is still to be mapped: a `connect` that was killed did not come to it."""
    return not session.folders.rows() and Role.INBOX in incomplete(session)


def begin(session: Session, listed: Sequence[Folder]) -> None:
    """The first folder, without being asked (R43); what was said of the inbox before stands."""
    MailRoots(session).begin()
    inbox = next((one.id for one in listed if one.role is Role.INBOX), CollectionId("INBOX"))
    _save(session, {Role.INBOX: inbox} if due(session) else {}, listed)


def _listed(session: Session) -> Sequence[Folder]:
    session.desk.tell.phase(Phase.LOOK)
    with closing(session.post()) as far:
        return far.folders()


def _told(session: Session, answers: Answers) -> Answers:
    """The answers by the names that folders have here: as they are listed, or as they were typed when they were linked.

    A folder of one's own that is not linked cannot be let go: the name is mistyped.
    """
    roots, told = MailRoots(session), dict[str, str | None]()
    linked = {row.name.casefold(): row.name for row in session.folders.rows()}
    for local, far in answers.items():
        named = next((one for one in (local, roots.directory(local)) if one.casefold() in linked), local)
        name = named.casefold() if named.casefold() in set(Role) else linked.get(named.casefold(), named)
        if name in told:
            raise CalsyncError("E001", "folder-again", folder=local)
        if far is None and name.casefold() not in {*linked, *Role}:
            raise CalsyncError(
                "E003", "folder", name=local, names=", ".join(linked.values()), fix="calsync map-folders --list"
            )
        told[name] = far
    return told


def _meant(text: str | None, listed: Sequence[Folder]) -> CollectionId | None:
    if text is None:
        return None
    found = matching(text, [one for one in listed if one.selectable])
    if found is None:
        near = nearest(text, listed)
        raise CalsyncError(
            "E209",
            "no-folder-near" if near else "no-folder",
            name=text,
            near=", ".join(near),
            fix="calsync map-folders --list",
        )
    return found


def _one_each(session: Session, wanted: Mapping[str, CollectionId | None]) -> None:
    """Two local folders on one remote one would be the same mail twice, and a deletion in one of them a riddle."""
    after: dict[str, CollectionId | None] = {row.name: row.far_id for row in session.folders.rows()}
    names = {name.casefold(): name for name in after}
    after |= {names.get(local.casefold(), local): far for local, far in wanted.items()}
    owners: dict[CollectionId, str] = {}
    for local, far in after.items():
        if far is not None and far in owners:
            raise CalsyncError("E001", "folder-twice", folder=far, first=owners[far], second=local)
        if far is not None:
            owners[far] = local


def _save(session: Session, wanted: Mapping[str, CollectionId | None], listed: Sequence[Folder]) -> None:
    """First what is said, then what is let go, so that a remote folder may change hands in one go."""
    roots = MailRoots(session)
    if not roots.begun:
        roots.begin()
    _say(session, wanted, listed)
    names = {row.name.casefold(): row.name for row in session.folders.rows()}
    kept = {row.name: row.far_id for row in session.folders.rows()}
    for local, far in wanted.items():
        name = names.get(local.casefold())
        if name is not None and kept[name] != far:
            session.folders.unmap(name)
    for local, far in wanted.items():
        if far is not None:
            name = names.get(local.casefold()) or roots.directory(local)
            session.folders.map(name, far)
            roots.make([name])
    backup(session)


def _say(session: Session, wanted: Mapping[str, CollectionId | None], listed: Sequence[Folder]) -> None:
    none = {role for role, far in wanted.items() if far is None} | {
        role for role in nothing(session) if role not in wanted
    }
    bin_ = suggest(listed, guesses=False).get(Role.DELETED, CollectionId(""))
    seen = "\n".join(one.id for one in listed if one.selectable)
    session.settings.put(**{NONE: " ".join(sorted(none & set(Role))), BIN: bin_, SEEN: seen})


def _report(session: Session, listed: Sequence[Folder], changed: Sequence[str] = ()) -> FoldersReport:
    usual, none, roots = suggest(listed), nothing(session), MailRoots(session)
    there = {one.id for one in listed}
    rows = {row.name.casefold(): row for row in session.folders.rows()}
    locals_ = [*Role, *(name for name in rows if name not in set(Role))]
    return FoldersReport(
        account=session.account,
        folders=tuple(
            FolderRow(
                local=rows[name].name if name in rows else name,
                role=name if name in set(Role) else "",
                remote=rows[name].far_id if name in rows else None,
                path=roots.path(rows[name].name).absolute() if name in rows else None,
                messages=rows[name].letters if name in rows else None,
                none=name in none,
                gone=name in rows and rows[name].far_id not in there,
                suggested=usual.get(Role(name)) if name in set(Role) else None,
            )
            for name in locals_
        ),
        remote=tuple(
            RemoteRow(name=one.id, role=one.role or "", messages=one.messages)
            for one in listed
            if one.selectable and not one.view
        ),
        changed=tuple(changed),
        missing=tuple(incomplete(session)),
        next="calsync map-folders" if incomplete(session) else "calsync sync",
    )
