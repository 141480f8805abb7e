"""`feed export`: the agenda as one calendar file to publish, the one-way feed for whoever has no calendar active (R23).

Every shown calendar of one's own goes into it; what others share with the account is not ours to publish. One that is
itself a feed of this agenda is not shown: nothing goes in circles.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, assert_never

from calsync_cli.app import wiring
from calsync_cli.app.directories import Directories
from calsync_cli.app.reports.feed import FeedReport
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.agenda import Agenda
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.feed import TAIL, Feed, head
from calsync_cli.core.lines import Broken
from calsync_cli.core.model import CollectionId, Held, Missing, Rights, Unreadable
from calsync_cli.core.ports import Store

NAME = "Agenda"
"""Of a feed whose calendar is called by an address, which need not be published."""

SMALL = 8 << 20
"""Bytes that wait in memory for the zones, which come before them; what is more waits in a file."""

_CHUNK = 1 << 20
_VARIANTS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "readonly",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
}


@dataclass(frozen=True, slots=True)
class _Source:
    """A calendar that is published."""

    id: CollectionId
    name: str


@dataclass(slots=True)
class _Gathered:
    """The agenda on its way into a feed."""

    feed: Feed
    skipped: int = 0


def export(desk: Desk, *, file: Path | None, out: IO[bytes], dry_run: bool) -> FeedReport:
    """Write the feed to a file, or to `out` where none is named.

    Raises E201, E303 where the agenda is not what it was (an empty feed would be believed), E001 where the file cannot
    be one, E505.
    """
    account = desk.owner()
    sources, active = _sources(desk, account)
    target = _target(desk, account, file) if file is not None else None
    got = _Gathered(Feed())
    with tempfile.SpooledTemporaryFile(SMALL) as body:
        _gather(desk, account, sources, got, body)
        before = head(_title(sources)) + got.feed.zones.written()
        written = True
        if not dry_run and target is not None:
            written = _replace(target, before, body)
        elif not dry_run:
            _pour(before, body, out)
            out.flush()
    return FeedReport(
        account=account,
        file=file,
        calendars=tuple(source.name for source in sources),
        events=got.feed.events,
        private=got.feed.private,
        doubled=got.feed.doubled,
        skipped=got.skipped,
        written=written and not dry_run,
        dry_run=dry_run,
        superfluous=active,
    )


# ── what is published ────────────────────────────────────────────────────────────────────────────────────────────


def _sources(desk: Desk, account: AccountName) -> tuple[list[_Source], bool]:
    """One's own shown calendars, the primary first; and whether the account is in step with a provider."""
    if desk.places.database(account).exists():
        with reading(desk, account) as session:
            if any(link.primary for link in session.settings.links()):
                return _linked(session), True
    agenda = wiring.agenda(desk, account)
    if not agenda.root.is_dir():
        raise CalsyncError("E201", account=account)
    return [_Source(found.id, found.name) for found in agenda.glance()], False


def _linked(session: Session) -> list[_Source]:
    directories = Directories(session)
    directories.check()
    own = [link for link in session.settings.links() if link.primary or link.rights is Rights.OWNER]
    shown = [link for link in own if link.shown and directories.path(link.name).is_dir()]
    return [_Source(CollectionId(link.name), link.display or link.name) for link in shown]


def _title(sources: Sequence[_Source]) -> str:
    """What subscribers see: no address, which is what some providers call a calendar by."""
    return next((source.name for source in sources[:1] if "@" not in source.name), NAME)


def _gather(desk: Desk, account: AccountName, sources: Sequence[_Source], got: _Gathered, body: IO[bytes]) -> None:
    desk.tell.phase(Phase.EXPORT)
    agenda = wiring.agenda(desk, account)
    for source in sources:
        for held in _events(agenda.open(source.id), got):
            with _counted(got):
                body.write(got.feed.take(held.content))
            desk.tell.advance()


def _events(store: Store, got: _Gathered) -> Iterator[Held]:
    """In the order of their names, so that an unchanged agenda gives the same bytes; tasks are no part of an agenda."""
    meaning = Agenda()
    refs = []
    for page in store.look(None, frozenset()):
        refs += [seen.ref for seen in page.seen]
        got.skipped += len(page.unreadable)
    for held in store.fetch(sorted(refs)):
        match held:
            case Held():
                face = meaning.face(held)
                if not isinstance(face, Unreadable):
                    yield held
                got.skipped += isinstance(face, Unreadable) and bool(face.why)
            case Unreadable():
                got.skipped += 1
            case Missing():  # gone since it was listed
                pass
            case _:
                assert_never(held)


@contextmanager
def _counted(got: _Gathered) -> Iterator[None]:
    try:
        yield
    except Broken:
        got.skipped += 1


# ── where it goes ────────────────────────────────────────────────────────────────────────────────────────────────


def _target(desk: Desk, account: AccountName, file: Path) -> Path:
    """The file behind a symbolic link; no device, pipe or directory, and nowhere where files are events, or ours."""
    with _refusing(file):
        target = Path(os.path.realpath(file))
        there = target.stat() if target.exists() else None
    taken = any(place in target.parents for place in _taken(desk, account))
    if (there is not None and not stat.S_ISREG(there.st_mode)) or taken:
        raise CalsyncError("E001", "no-place", path=str(file), flag="FILE")
    return target


def _taken(desk: Desk, account: AccountName) -> Iterator[Path]:
    """Where every file is somebody's already: each account's agenda, calendars that are links, state and attic."""
    yield desk.places.states.resolve()
    yield desk.places.attics.resolve()
    for name in {account, PERSONAL, *desk.places.accounts()}:
        agenda = wiring.agenda(desk, name)
        yield agenda.root.resolve()
        for found in agenda.glance() if agenda.root.is_dir() else ():
            yield agenda.path(found.id).resolve()


def _replace(target: Path, before: bytes, body: IO[bytes]) -> bool:
    """Whole or not at all. A file that holds the same already keeps its time, by which servers tell what is new."""
    aside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    with _refusing(target):
        try:
            with aside.open("xb") as file:  # by the umask, because it is to be published
                _pour(before, body, file)
                file.flush()
                os.fsync(file.fileno())
            if _same(aside, target):
                return False
            _dress(aside, target)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    return True


def _pour(before: bytes, body: IO[bytes], into: IO[bytes]) -> None:
    into.write(before)
    body.seek(0)
    shutil.copyfileobj(body, into, _CHUNK)
    into.write(TAIL)


def _dress(aside: Path, target: Path) -> None:
    """Mode and group as the file before it had them: a web server may read it by its group."""
    with suppress(FileNotFoundError):
        was = target.stat()
        with suppress(PermissionError):
            os.chown(aside, -1, was.st_gid)
        aside.chmod(stat.S_IMODE(was.st_mode))


def _same(one: Path, other: Path) -> bool:
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb") as left, other.open("rb") as right:
            while block := left.read(_CHUNK):
                if block != right.read(_CHUNK):
                    return False
    except (FileNotFoundError, PermissionError):  # what may not be read may still be replaced
        return False
    return True


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as refused:  # a slip of the pen, which no later try mends
        raise CalsyncError("E001", "no-place", path=str(path), flag="FILE") from refused
    except OSError as refused:
        variant = _VARIANTS.get(refused.errno or 0, "file")
        reason = errno.errorcode.get(refused.errno or 0, "EIO")
        raise CalsyncError("E505", variant, path=str(path), reason=reason) from refused
