"""A mistake in a thread beside the one that answers: a report, as any other's, and never Python's traceback.

A traceback ends in the exception's message, and messages of exceptions hold passwords, addresses and mail.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)


@contextmanager
def discreet() -> Iterator[None]:
    """Within this block threads that break tell so in the log."""
    before = threading.excepthook
    threading.excepthook = _broken
    try:
        yield
    finally:
        threading.excepthook = before


def _broken(args: threading.ExceptHookArgs) -> None:
    from calsync_cli.cli.crash import as_bug  # only where something failed

    told = as_bug(args.exc_value or args.exc_type())
    log.error("%s %s in thread %s", told.code, told.params.get("report", ""), args.thread.name if args.thread else "?")
