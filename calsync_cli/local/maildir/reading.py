"""Reading one message of a Maildir: all of it, or no more than it takes to recognise it."""

from __future__ import annotations

import os
import stat

from calsync_cli.core.mail.heading import date
from calsync_cli.core.mail.message import canonical_size, marked, message_id
from calsync_cli.core.mail.nouns import Sketch
from calsync_cli.core.model import Held, Ref
from calsync_cli.local.maildir.apart import apart
from calsync_cli.local.maildir.census import Spot, rev_of
from calsync_cli.local.reading import Unsettled, read

MAX_BYTES = 500_000_000
"""No server takes or gives more; a file that large is a mistake, and it would have to fit into memory."""

_PIECE = 1_000_000
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


def whole(folder: int, ref: Ref, spot: Spot) -> Held:
    """The message as it is on disk. Raises Unsettled, FileNotFoundError and other OSErrors."""
    snapshot = read(folder, spot.name(ref), limit=MAX_BYTES)
    apart(len(snapshot.content))
    return Held(ref, rev_of(snapshot.st), snapshot.content, spot.flags, date=snapshot.st.st_mtime)


def sketched(folder: int, ref: Ref, spot: Spot) -> Sketch:
    """By its header and its line ends, of which a large message is read in pieces. Raises as `whole` does."""
    fd = os.open(spot.name(ref), _FLAGS, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Unsettled("not-a-file")
        head = os.read(fd, _PIECE)
        return Sketch(ref, canonical_size(head) - marked(head) + _rest(fd, head[-1:]), message_id(head), date(head))
    finally:
        os.close(fd)


def _rest(fd: int, last: bytes) -> int:
    """The canonical octets that follow; a CR LF may lie across two pieces."""
    size = 0
    while piece := os.read(fd, _PIECE):
        size += canonical_size(piece) - (last == b"\r" and piece[:1] == b"\n")
        last = piece[-1:]
    return size
