"""The limits of the first pull, said once at connect and kept: how old, and how large, a message may be."""

from __future__ import annotations

from typing import TypedDict

from calsync_cli.app.mail.keys import MAX_SIZE, SINCE
from calsync_cli.app.session import Session


class Limits(TypedDict):
    """As core's order has them; None: no limit."""

    max_size: int | None
    since: float | None


def limits(session: Session) -> Limits:
    """What was said at connect."""
    size, since = session.settings.get(MAX_SIZE), session.settings.get(SINCE)
    return Limits(max_size=int(size) if size else None, since=float(since) if since else None)


def keep_limits(session: Session, *, since: float | None, max_size: int | None) -> None:
    """What is not said stays as it was. `since` in seconds before now, kept as a day that does not move."""
    if since is not None:
        session.settings.put(**{SINCE: str(session.desk.now() - since)})
    if max_size is not None:
        session.settings.put(**{MAX_SIZE: str(max_size)})


def forget_limits(session: Session) -> None:
    """Nothing came of that connect."""
    session.settings.put(**{SINCE: "", MAX_SIZE: ""})
