"""A folder that cannot be looked into or written to now: it waits as a whole, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.record import MailLink, Slip
from calsync_cli.core.mail.why import Why
from calsync_cli.core.model import LinkId, Side
from calsync_cli.core.record import Wait
from calsync_cli.engine.mail.order import WHOLE, MailWork

SHUT = frozenset({"E209", "E303", "E403", "E404"})
"""Errors that say something of that one folder."""


@contextmanager
def by_itself(link: MailLink, work: MailWork, *, beside: LinkId | None = None) -> Iterator[None]:
    """What goes wrong with this folder alone ends here. It is looked at again, and so is the one `beside` it."""
    try:
        yield
    except CalsyncError as error:
        if error.code not in SHUT:
            raise
        if beside is not None:
            work.open.add(beside)
        slip = Slip()
        work.wait(slip, Wait(link.id, Side.NEAR, WHOLE, error.code, Why.FOLDER, link.name))
        if not work.order.dry:
            work.record(slip)


@contextmanager
def postponed(link: MailLink, work: MailWork) -> Iterator[None]:
    """What has no room in today's traffic waits for another day; marks, moves and deletions need none of it."""
    try:
        yield
    except CalsyncError as error:
        if (error.code, error.variant) != ("E401", "daily"):
            raise
        work.open.add(link.id)
        work.late = error
