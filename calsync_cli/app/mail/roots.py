"""The directories of an account's mail: made, marked as ours, and told from a disk that is not mounted.

The same care as the agenda's (see directories): an identity lies in the root and in each Maildir, and a round begins
only where all of them are what they were.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.mail.keys import IDENTITY
from calsync_cli.app.session import Session
from calsync_cli.config.places import make_private
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId
from calsync_cli.state.folders import FolderRow

SUBS = ("tmp", "new", "cur")


class MailRoots:
    """The Maildirs of one account."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._root = wiring.mail_root(session.desk, session.account)
        self._maildirs = wiring.maildirs(session.desk, session.account)

    def begin(self) -> None:
        """Make the root and give it an identity; one that was ours before keeps its own. Raises E303, E505."""
        make_private(self._root, ours=False)
        found = wiring.marker(self._root)
        self._refuse_foreign(found)
        identity = found or self._session.settings.get(IDENTITY) or f"{uuid.uuid4().hex}{self._owner}"
        if found != identity:
            wiring.set_marker(self._root, identity)
        self._session.settings.put(**{IDENTITY: identity})  # killed before this, it is begun again

    @property
    def begun(self) -> bool:
        """Whether the root has its identity: until then nothing was synced that could be missing."""
        return bool(self._identity)

    def check(self) -> None:
        """Raises E303 where the root, or a Maildir that was synced, is not what it was."""
        if not self.begun:
            return
        if wiring.marker(self._root) != self._identity:
            raise CalsyncError("E303", "root" if self._root.is_dir() else "mail-gone", path=str(self._root))
        for row in self._session.folders.rows():
            if row.rounds and not self._marked(row):
                raise CalsyncError("E303", "folder", path=str(self.path(row.name)), folder=row.name)
            if row.rounds and (part := self._lost(row)) is not None:
                raise CalsyncError("E303", "directory", path=str(part))

    def make(self, names: Iterable[str]) -> None:
        """Each of these folders has its Maildir, with our mark. Raises E505."""
        for name in names:
            path = self.path(name)
            ours = wiring.marker(path) == self._mark(name)
            if not ours or not all((path / sub).is_dir() for sub in SUBS):  # making one waits for the disk
                self._maildirs.create(CollectionId(name))
            if not ours:
                wiring.set_marker(path, self._mark(name))

    def accept(self) -> None:
        """What is there now is meant to be so: folders that are not as they were are matched anew, deleting nothing."""
        make_private(self._root, ours=False)
        found = wiring.marker(self._root)
        self._refuse_foreign(found)
        changed = [row.name for row in self._session.folders.rows() if found != self._identity or not self._ours(row)]
        # In this order: killed in between, it is asked for again. A mark alone would make what is missing deleted.
        self._session.folders.begin_again(changed or None)
        wiring.set_marker(self._root, self._identity)
        self.make(row.name for row in self._session.folders.rows())

    def path(self, name: str) -> Path:
        """A folder's Maildir."""
        return self._maildirs.path(CollectionId(name))

    def directory(self, local: str) -> str:
        """The Maildir for a folder's name: one that is there already by that name in any case, else a new one."""
        there = [str(folder.id) for folder in self._maildirs.folders()] if self._root.is_dir() else []
        same = [name for name in there if name.casefold() == local.casefold()]
        if local in same or not same:
            return local if local in same else str(self._maildirs.directory(local))
        return same[0]

    def _ours(self, row: FolderRow) -> bool:
        return self._marked(row) and self._lost(row) is None

    def _lost(self, row: FolderRow) -> Path | None:
        """Without its cur a Maildir looks as if somebody had deleted what he read."""
        return self._maildirs.lost(CollectionId(row.name))

    def _marked(self, row: FolderRow) -> bool:
        return wiring.marker(self.path(row.name)) == self._mark(row.name)

    def _mark(self, name: str) -> str:
        return f"{self._identity} {name}"

    @property
    def _identity(self) -> str:
        return self._session.settings.get(IDENTITY)

    @property
    def _owner(self) -> str:
        return f" {self._session.account}"

    def _refuse_foreign(self, found: str | None) -> None:
        if found and not found.endswith(self._owner):
            raise CalsyncError("E303", "another", path=str(self._root))
