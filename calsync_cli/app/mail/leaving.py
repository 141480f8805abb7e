"""What `disconnect` does with mail on this disk: counts what was not sent, copies it out, and deletes what is ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.backup import saved
from calsync_cli.app.mail.keys import IDENTITY
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.record import MailLink
from calsync_cli.core.model import CollectionId, Mode

PARTS = ("cur", "new", "tmp")
"""Of a Maildir."""


def unsent(session: Session) -> int:
    """Messages and flags that the account has not got as they are here: a look at this disk alone."""
    return sum(_unsent(session, link) for link in session.letters.links() if link.mode is Mode.TWO_WAY)


def _unsent(session: Session, link: MailLink) -> int:
    near = wiring.maildirs(session.desk, session.account).open(CollectionId(link.name))
    known = {one.near: one for one in session.letters.known(link.id) if one.near}
    try:
        pages = list(near.look(None, known.keys()))
    except CalsyncError:  # the directory is gone: nothing of it is unsent
        return 0
    plain = near.traits.flags
    seen = {one.ref: one for page in pages for one in page.seen}
    doubtful = {one.ref for page in pages for one in page.unreadable}
    new = sum(ref not in known or known[ref].flags & plain != one.flags & plain for ref, one in seen.items())
    return new + sum(ref not in seen and ref not in doubtful for ref in known)


def export(root: Path, target: Path) -> None:
    """Each message gets a second name there; where that cannot be (another disk), a copy. Raises OSError."""
    if root.is_dir():
        shutil.copytree(root, target, symlinks=True, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    """What a message says never changes, so both names may be of one file; flags are in the names."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def ours(session: Session) -> tuple[str, ...]:
    """The Maildirs that were ever in step: mapped now, or of our mark (unmapped since, or forgotten by a state)."""
    root = wiring.mail_root(session.desk, session.account)
    identity = wiring.marker(root) or session.settings.get(IDENTITY)
    if not identity.endswith(f" {session.account}") or not root.is_dir():
        return ()  # another account's, or never ours
    copy = saved(session.desk, session.account)
    known = {row.name for row in session.folders.rows()}
    known |= {box.local for box in copy.post.boxes} if copy is not None else set()
    maildirs = wiring.maildirs(session.desk, session.account)
    there = {str(folder.id): wiring.marker(maildirs.path(folder.id)) for folder in maildirs.folders()}
    return tuple(name for name, mark in there.items() if name in known or mark == f"{identity} {name}")


def unmark(session: Session) -> None:
    """The root is no account's any more. Raises OSError."""
    root = wiring.mail_root(session.desk, session.account)
    if (wiring.marker(root) or "").endswith(f" {session.account}"):
        wiring.unmark(root)


def delete(session: Session, names: Sequence[str]) -> None:
    """These Maildirs, and nothing else that lies below the root. Raises OSError."""
    root = wiring.mail_root(session.desk, session.account)
    maildirs = wiring.maildirs(session.desk, session.account)
    for name in sorted(names, key=lambda name: (-name.count("/"), name)):  # what lies within goes first
        _delete(maildirs.path(CollectionId(name)))
        _empty(maildirs.path(CollectionId(name)).parent, root)
    if names:
        _empty(root, root.parent)


def _delete(path: Path) -> None:
    """Its messages, and its mark last, by which it is known again; what else another program put there stays."""
    if path.is_symlink():
        path.unlink()  # what it points to is somebody else's
        return
    for part in PARTS:
        if (path / part).is_symlink():
            (path / part).unlink()
        elif (path / part).is_dir():
            shutil.rmtree(path / part)
    wiring.unmark(path)
    _empty(path, path.parent)


def _empty(path: Path, stop: Path) -> None:
    """Directories in which nothing is left go, below `stop`."""
    while path != stop and path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        path = path.parent
