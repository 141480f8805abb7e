"""A new event's bytes, from what a person wants it to be."""

from __future__ import annotations

from datetime import datetime

from calsync_cli.core.draft import Draft


def new_event(draft: Draft, *, uid: str, stamp: datetime, organizer: str) -> bytes:
    """A calendar with one event. `organizer` is the user's address; it goes in only where somebody is invited.

    Raises EndsTooEarly, RuleError.
    """
    raise NotImplementedError
