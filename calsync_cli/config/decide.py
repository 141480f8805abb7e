"""Which providers a policy allows, changed in the policy's own file: comments survive, and it is whole or as it was."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from calsync_cli.config.amend import Unclear, with_list
from calsync_cli.config.document import read_document, wrong
from calsync_cli.config.places import make_private
from calsync_cli.config.policy import read_policy
from calsync_cli.config.write import alone
from calsync_cli.core.errors import CalsyncError

READABLE = 0o644
"""Of a new one: it binds everybody, and holds nothing to hide."""


def set_providers(path: Path, wanted: Sequence[str], *, everybody: bool, fix: str) -> None:
    """Allow these and no others. E004 where a person has to do it, E505 (`fix` is the way round it) not writable.

    `everybody`: a directory that has to be made is one that everybody on this machine may read.
    """
    real = path.resolve()
    try:
        if everybody:
            real.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        make_private(real.parent, ours=False)
        with alone(real.parent):
            _replace(real, _amended(real, wanted))
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise CalsyncError("E505", "policy", path=str(path), reason=reason, fix=fix) from refused


def _amended(path: Path, wanted: Sequence[str]) -> str:
    """The file's new text, which a parser reads as the old one but for this list."""
    document = read_document(path)
    before = document.text if document else ""
    try:
        after = with_list(before, "providers", wanted)
    except Unclear:
        after = ""
    if not _says(before, after, wanted):
        line = document.line_of("providers") if document else 0
        text = "providers = [" + ", ".join(f'"{one}"' for one in wanted) + "]"
        raise wrong("by-hand", path, line, text=text)
    return after


def _says(before: str, after: str, wanted: Sequence[str]) -> bool:
    import tomllib  # most runs have no policy to change

    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except ValueError:
        return False
    listed = new.pop("providers", [])
    old.pop("providers", None)
    return old == new and sorted(listed) == sorted(wanted)


def _replace(path: Path, text: str) -> None:
    """With the mode and the owner that the old one had."""
    there = path.stat() if path.exists() else None
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".policy.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            os.fchmod(descriptor, there.st_mode & 0o777 if there else READABLE)
            if there and (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(descriptor, there.st_uid, there.st_gid)
            file.flush()
            os.fsync(descriptor)
        read_policy((Path(name),))
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
