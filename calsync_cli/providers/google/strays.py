"""Exceptions of occurrences that the rule does not make: Google has them only where the series has such a date too."""

from __future__ import annotations

from dataclasses import replace

from calsync_cli.providers.google.fields import Frame, Json, Original
from calsync_cli.providers.google.fitting import fitting
from calsync_cli.providers.google.writing import Draft


def with_dates(draft: Draft, frame: Frame) -> Draft:
    """The draft with an RDATE for each of them (RFC 5545 3.8.5.2).

    Files have them: programs that shorten a series forget its exceptions, and a merge keeps what was edited.
    """
    if draft.master is None or not draft.overrides:
        return draft
    rules = draft.master.get("recurrence", [])
    made = fitting({"id": "draft", **draft.master}, map(_event, draft.overrides), frame) if rules else []
    strays = draft.overrides.keys() - {event["which"] for event in made}
    return replace(draft, master={**draft.master, "recurrence": [*rules, *map(_line, sorted(strays))]})


def _event(which: Original) -> Json:
    return {"which": which, "originalStartTime": {"dateTime" if "T" in which else "date": which}}


def _line(which: Original) -> str:
    return f"RDATE:{bare(which)}" if "T" in which else f"RDATE;VALUE=DATE:{bare(which)}"


def bare(which: Original) -> str:
    """An occurrence's original start as iCalendar writes it, and as Google's ids of occurrences end."""
    return which.replace("-", "").replace(":", "")
