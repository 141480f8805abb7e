"""`undo` for mail: what went to the attic comes back as a file, what lies in the provider's bin moves out of it.

Both come as a change here, which the next round carries over; where nothing of the bin lies here, the round itself
moves the message (app.mail.returning). What a person moved is not undone: moving it back is as easy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.mail.keys import IDENTITY
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.reports.items import UndoRow
from calsync_cli.app.reports.told import Verb, Way
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.heading import title
from calsync_cli.core.mail.nouns import DELETED, NO_REV, Role
from calsync_cli.core.model import NO_FLAGS, NOBODY, CollectionId, Held, LinkId, Ref, RunId, Side
from calsync_cli.core.ops import Create, Denied, Mark, Move, Op, Wrote
from calsync_cli.state.folders import FolderRow
from calsync_cli.state.post import Post, WithdrawnRow

PREFIX = "m"
"""IDs of letters begin with it, so that none is taken for an event's."""
WHY = "undo"
WHO = {"deleted": Way.IN, "deleted-here": Way.OUT}
"""Why a letter can be brought back, and which way the deletion went."""
BATCH = 50
"""Letters whose bodies are held at a time."""


def undoable(session: Session, *, run: RunId | None = None, item: int | None = None) -> list[WithdrawnRow]:
    """What can be brought back, newest first."""
    rows = Post(session.database).withdrawn(run=run, item=item)
    folders = session.folders.rows()
    return [row for row in rows if row.why in WHO and _there(session, row, folders)]


def _there(session: Session, row: WithdrawnRow, folders: Sequence[FolderRow]) -> bool:
    if row.undone is not None or row.wanted is not None:
        return False
    if row.side is Side.NEAR:
        return wiring.attic(session.desk, session.account).path(row.name).exists()
    return bool(folders) and bool(row.bin or row.message_id)


def numbered(item: str) -> int | None:
    """The number behind a letter's ID; None for what is none."""
    number = item.lower().removeprefix(PREFIX)
    letters = item.lower().startswith(PREFIX) and number.isdecimal() and len(number) < 16  # noqa: PLR2004 - SQLite's have 19
    return int(number) if letters else None


def row_of(session: Session, row: WithdrawnRow) -> UndoRow:
    """The line in the list."""
    near = row.side is Side.NEAR
    attic = wiring.attic(session.desk, session.account)
    return UndoRow(
        id=f"{PREFIX}{row.id}",
        when=datetime.fromtimestamp(row.at, UTC),
        what=Verb.DELETED,
        title=_title(session, row) or row.message_id,
        calendar="",
        folder=row.folder,
        run=row.run,
        direction=WHO[row.why],
        path=attic.path(row.name).absolute() if near else None,
    )


def _title(session: Session, row: WithdrawnRow) -> str:
    if row.title:
        return row.title
    if row.side is Side.NEAR:
        return title(wiring.attic(session.desk, session.account).head(row.name))
    bin_ = bin_of(session.folders.rows())
    ref = _in_bin(session, row, bin_)
    if bin_ is None or not ref:
        return ""
    held = next(iter(wiring.maildirs(session.desk, session.account).open(CollectionId(bin_.name)).fetch([ref])), None)
    return title(held.content) if isinstance(held, Held) else ""


def bin_of(folders: Iterable[FolderRow]) -> FolderRow | None:
    """The mapped one."""
    return next((row for row in folders if row.name.casefold() == Role.DELETED), None)


def goal_of(folders: Sequence[FolderRow], row: WithdrawnRow) -> FolderRow | None:
    """The folder that it comes back to: its own, as long as that is mapped; else the inbox, where a person looks."""
    named = {one.name: one for one in folders}
    inbox = next((one for one in folders if one.name.casefold() == Role.INBOX), None)
    return named.get(row.folder) or inbox


def _in_bin(session: Session, row: WithdrawnRow, bin_: FolderRow | None) -> Ref:
    """The file of the mapped bin that is this letter."""
    if bin_ is None or row.folder == bin_.name:
        return Ref("")
    post = Post(session.database)
    if row.side is Side.NEAR:
        return Ref("") if post.claimed(row.message_id) else post.lying(bin_.id, message_id=row.message_id)
    return post.lying(bin_.id, far=Ref(row.name)) if row.bin in {"", bin_.far_id} else Ref("")


def restore(session: Session, rows: Sequence[WithdrawnRow]) -> None:
    """Bring them back. Raises E303 where the mail is not where it was, E505."""
    if not rows:
        return
    if session.settings.get(IDENTITY):
        MailRoots(session).check()
    done = _Restoring(session)
    try:
        done.all(rows)
    finally:
        done.told()


class _Restoring:
    """One command's work; what came back is in the log also where the rest failed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._post = Post(session.database)
        self._folders = session.folders.rows()
        self._bin = bin_of(self._folders)
        self._maildirs = wiring.maildirs(session.desk, session.account)
        self._tally: Counter[tuple[LinkId, str]] = Counter()

    def all(self, rows: Sequence[WithdrawnRow]) -> None:
        """What is in the bin here moves out of it, what is in the attic is written, the rest is the next round's."""
        moves: dict[str, list[tuple[WithdrawnRow, Op]]] = defaultdict(list)
        made: dict[str, list[WithdrawnRow]] = defaultdict(list)
        for row in rows:
            folder = self._folder(row)
            if ref := _in_bin(self._session, row, self._bin):
                moves[folder].append((row, Move(ref, NO_REV, CollectionId(folder), ref, NOBODY)))
            elif row.side is Side.NEAR:
                made[folder].append(row)
            else:
                self._post.want([row.id], self._session.desk.now())
        for folder, some in moves.items():
            self._move(folder, some)
        for folder, letters in made.items():
            for at in range(0, len(letters), BATCH):
                self._make(folder, letters[at : at + BATCH])

    def told(self) -> None:
        """To the log."""
        if self._tally:
            chronicle, now = self._session.chronicle, self._session.desk.now()
            number = chronicle.begin_run(now)
            self._post.restored(number, self._tally)
            chronicle.end_run(number, now, code="", report=WHY)

    def _folder(self, row: WithdrawnRow) -> str:
        """A file comes back to where it was, mapped or not; a message cannot where nothing is mapped."""
        goal = goal_of(self._folders, row)
        if row.side is Side.NEAR and row.folder:
            return row.folder
        return goal.name if goal else row.folder or Role.INBOX

    def _move(self, folder: str, some: Sequence[tuple[WithdrawnRow, Op]]) -> None:
        assert self._bin is not None
        self._maildirs.create(CollectionId(folder))
        self._write(CollectionId(self._bin.name), folder, some)
        # A mark of deletion that it got in the bin would have it deleted once more.
        there = [(row, op.ref) for row, op in some if isinstance(op, Move)]
        list(
            self._maildirs.open(CollectionId(folder)).write(
                [Mark(ref, NO_REV, NO_FLAGS, frozenset({DELETED})) for _, ref in there]
            )
        )

    def _make(self, folder: str, rows: Sequence[WithdrawnRow]) -> None:
        attic = wiring.attic(self._session.desk, self._session.account)
        store = self._maildirs.create(CollectionId(folder))
        ops: list[tuple[WithdrawnRow, Op]] = []
        for row in rows:
            arrived = attic.path(row.name).stat().st_mtime  # a displaced file keeps its own time
            ref, flags = row.ref or store.new_ref(), row.flags - {DELETED}
            ops.append((row, Create(ref, attic.read(row.name), NOBODY, flags, arrived)))
        self._write(CollectionId(folder), folder, ops)

    def _write(self, at: CollectionId, folder: str, some: Sequence[tuple[WithdrawnRow, Op]]) -> None:
        """Under the name that the file had: a second time it is there already, and that is as good."""
        link = next((one.id for one in self._folders if one.name == folder), LinkId(0))
        answers = self._maildirs.open(at).write([op for _, op in some])
        for (row, _), done in zip(some, answers, strict=True):
            if isinstance(done, Denied):
                path = str(self._maildirs.path(CollectionId(folder)) / done.ref)
                raise CalsyncError("E505", "file", path=path, reason=done.detail)
            if isinstance(done, Wrote):
                self._tally[link, folder] += 1
            self._post.undone([row.id], self._session.desk.now())
