"""The calendars of a user, as the list of calendars tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.providers.google.api import Answer, GoogleApi, paged
from calsync_cli.providers.google.fields import Json, flag, word
from calsync_cli.providers.google.members import told

RIGHTS: Mapping[str, Rights] = {
    "owner": Rights.OWNER,
    "writer": Rights.WRITE,
    "writerWithoutPrivateAccess": Rights.WRITE,
    "reader": Rights.READ,
}
"""freeBusyReader is not among them: such a calendar shows nothing but that somebody is busy."""

_WITHOUT_PRIVATE = "writerWithoutPrivateAccess"
_PAGE = 250


@dataclass(frozen=True, slots=True)
class Facts:
    """A calendar, the zone in which its times are meant that name none, and whether private events are shown blank."""

    glance: Glance
    zone: str = ""
    redacts: bool = False


def calendars(api: GoogleApi) -> Iterator[Facts]:
    """Every calendar that is shown and can be read; raises rather than leave one out."""
    for page in paged(api.calendars, {"maxResults": _PAGE}, host=api.host, refusal=lambda it: _refusal(it, api.host)):
        items = page.get("items")
        if not isinstance(items, list) or not all(isinstance(entry, dict) and told(entry, "id") for entry in items):
            raise CalsyncError("E404", "incomplete", host=api.host)
        for entry in items:
            facts = facts_of(entry)
            if facts is not None and not flag(entry, "deleted") and not flag(entry, "hidden"):
                yield facts


def calendar(api: GoogleApi, collection: CollectionId) -> Facts:
    """One calendar by its id; raises E209 where there is none, or nothing of it can be read."""
    answer = api.calendar(collection)
    facts = facts_of(answer.body) if answer.ok else None
    if facts is None or flag(answer.body, "deleted"):
        raise CalsyncError("E209", "gone", name=collection, fix="calsync calendars")
    return facts


def facts_of(entry: Json) -> Facts | None:
    """One entry of the list; None where its events cannot be read."""
    rights = RIGHTS.get(told(entry, "accessRole"))
    if rights is None:
        return None
    name = word(entry, "summaryOverride") or word(entry, "summary") or told(entry, "id")
    return Facts(
        Glance(
            CollectionId(told(entry, "id")),
            name,
            rights,
            rev="",
            color=word(entry, "backgroundColor"),
            default=flag(entry, "primary"),
        ),
        zone=word(entry, "timeZone"),
        redacts=told(entry, "accessRole") == _WITHOUT_PRIVATE,
    )


def _refusal(answer: Answer, host: str) -> CalsyncError:
    """Said of the whole list: no item and no calendar is meant by it."""
    return CalsyncError("E404", "status", host=host, status=str(answer.status))
