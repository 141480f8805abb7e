"""Small files of calsync's own: whole or not at all, and for their owner's eyes only from the first byte on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from calsync_cli.config.places import make_private
from calsync_cli.core.errors import CalsyncError


def place_private(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write the file. `new`: raises E001 where something is there already. Raises E505."""
    make_private(path.parent, ours=False)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".calsync-", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            if new:
                os.link(name, path)  # unlike a rename, it replaces nothing
            else:
                Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError as taken:
        raise CalsyncError("E001", "file-there", path=str(path)) from taken
    except OSError as refused:
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused
