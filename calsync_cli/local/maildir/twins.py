"""Files that share a base name: copies of one message are one, different messages under one name are held back."""

from __future__ import annotations

from collections.abc import Iterator

from calsync_cli.core.mail.message import same
from calsync_cli.core.model import Ref
from calsync_cli.local.maildir.census import Census
from calsync_cli.local.maildir.reading import whole
from calsync_cli.local.reading import Unsettled


def differing(folder: int, census: Census) -> Iterator[Ref]:
    """Base names under which two messages lie, or two files that cannot be compared now."""
    return (ref for ref in census.twins if not alike(folder, census, ref))


def alike(folder: int, census: Census, ref: Ref) -> bool:
    """Whether all files of that name are one message."""
    try:
        first, *others = (whole(folder, ref, spot).content for spot in census.twins[ref])
    except (OSError, Unsettled):
        return False
    return all(same(first, other) for other in others)
