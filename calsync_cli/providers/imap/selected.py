"""The folder that a connection has open, and how what is said meanwhile changes what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calsync_cli.core.model import NO_FLAGS, Flags
from calsync_cli.providers.imap.parse import Line, Status, number
from calsync_cli.providers.imap.rows import flags_in


@dataclass(slots=True)
class Selected:
    """The folder that is open, as SELECT told."""

    name: str
    exists: int = 0
    uidvalidity: int = 0
    uidnext: int = 0
    modseq: int = 0
    permanent: Flags = NO_FLAGS
    writable: bool = True
    keywords: bool = False
    """Any keyword may be made (PERMANENTFLAGS has \\*)."""


def count_on(selected: Selected, line: Line, words: Sequence[bytes]) -> None:
    """EXISTS, EXPUNGE and VANISHED change how many there are (RFC 7162 section 3.2.10)."""
    kind = words[2].upper() if len(words) > 2 else b""  # noqa: PLR2004
    if words[1].isdigit() and kind == b"EXISTS":
        selected.exists = number(words[1])
    elif words[1].isdigit() and kind == b"EXPUNGE":
        selected.exists -= 1
    elif words[1].upper() == b"VANISHED" and b"EARLIER" not in line.text[:24].upper():
        selected.exists -= sum(
            (int(high or low) - int(low) + 1)
            for low, _, high in (part.partition(b":") for part in words[2].split(b","))
            if low.isdigit()
        )


def settle(selected: Selected, status: Status) -> None:
    """The response codes of SELECT."""
    match status.code:
        case "UIDVALIDITY":
            selected.uidvalidity = number(status.argument)
        case "UIDNEXT":
            selected.uidnext = number(status.argument)
        case "HIGHESTMODSEQ":
            selected.modseq = number(status.argument)
        case "READ-ONLY":
            selected.writable = False
        case "PERMANENTFLAGS":
            flags = flags_in(status.argument.strip(b"()"))
            selected.keywords = "\\*" in flags
            selected.permanent = flags - {"\\*"}
        case _:
            pass
