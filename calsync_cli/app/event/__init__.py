"""`event`: one event at a time, as a person words it: added, changed, deleted, shown; who is invited; one's own answer.

Every change is written on this disk alone, by the pen that `undo` and `log` know; the next sync carries it over.
"""

from __future__ import annotations

from calsync_cli.app.event.adding import add
from calsync_cli.app.event.answering import respond
from calsync_cli.app.event.changing import edit
from calsync_cli.app.event.deleting import delete
from calsync_cli.app.event.inviting import invite
from calsync_cli.app.event.showing import before, show

__all__ = ["add", "before", "delete", "edit", "invite", "respond", "show"]
