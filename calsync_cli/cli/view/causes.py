"""Why an item waits: what is known of this very one, else what its code means in general."""

from __future__ import annotations

from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.words import _
from calsync_cli.cli.words.errors import briefly
from calsync_cli.cli.words.reasons import WHYS, reason


def known(why: str) -> bool:
    """Whether it is a reason that has words."""
    return why.partition(":")[0] in WHYS


def cause(code: str, why: str) -> str:
    """In a few words, with the code: of a file that is too large nobody is to hear that the disk is full."""
    return f"{safe(reason(why, _), 160)} ({code})" if known(why) else briefly(code, _)
