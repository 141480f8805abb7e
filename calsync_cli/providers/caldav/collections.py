"""Which of a home's collections are calendars, and what the account may do there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.providers.caldav import wire
from calsync_cli.providers.caldav.colors import as_rgb
from calsync_cli.providers.caldav.hrefs import as_collection, normal, spelled
from calsync_cli.providers.caldav.multistatus import Answer, Multistatus
from calsync_cli.providers.quirks import Quirks, recognised

_NOT_OURS = frozenset(
    {
        f"{{{wire.CALDAV}}}schedule-inbox",
        f"{{{wire.CALDAV}}}schedule-outbox",
        f"{{{wire.CALSERVER}}}subscribed",
        f"{{{wire.CALSERVER}}}notification",
        f"{{{wire.NEXTCLOUD}}}deleted-calendar",
        f"{{{wire.NEXTCLOUD}}}trash-bin",
    }
)
_SHARED = f"{{{wire.CALSERVER}}}shared"
_SYNC = f"{{{wire.DAV}}}sync-collection"
_READ = f"{{{wire.DAV}}}read"
_FREE_BUSY = f"{{{wire.CALDAV}}}read-free-busy"
_ALL = f"{{{wire.DAV}}}all"
_WRITE = f"{{{wire.DAV}}}write"
_PARTS = frozenset({f"{{{wire.DAV}}}write-content", f"{{{wire.DAV}}}bind", f"{{{wire.DAV}}}unbind"})
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a glance told of one calendar."""

    glance: Glance
    deltas: bool
    quirks: Quirks


def collections_in(answer: Multistatus, *, host: str, principal: str, otherwise: Quirks) -> tuple[Facts, ...]:
    """The calendars for events; E404 `incomplete` where the answer leaves a collection's nature open."""
    if not answer.answers:
        raise CalsyncError("E404", "incomplete", host=host)
    default = {normal(as_collection(href)) for line in answer.answers for href in line.hrefs(wire.DEFAULT)}
    found = (_facts(line, principal, default, otherwise) for line in answer.answers if _told(line, host))
    return tuple(facts for facts in found if facts is not None)


def _told(line: Answer, host: str) -> bool:
    """Whether the collection is there. A calendar in distress must stop the glance: its absence would look final."""
    status = line.status or line.refused.get(wire.RESOURCE_TYPE, 0)
    if status in _GONE:
        return False
    if status not in {0, 200}:
        raise CalsyncError("E404", "incomplete", host=host)
    return True


def _facts(line: Answer, principal: str, default: set[str], otherwise: Quirks) -> Facts | None:
    kinds = line.names(wire.RESOURCE_TYPE)
    rights = _rights(line, kinds, principal)
    if wire.CALENDAR not in kinds or kinds & _NOT_OURS or not _holds_events(line) or rights is None:
        return None
    path = as_collection(spelled(line.href))
    token = line.text(wire.SYNC_TOKEN)
    glance = Glance(
        id=CollectionId(path),
        name=line.text(wire.DISPLAY_NAME) or unquote(path.rstrip("/").rpartition("/")[2]),
        rights=rights,
        rev="\n".join(part for part in (line.text(wire.CTAG), token) if part),
        color=as_rgb(line.text(wire.COLOR)),
        default=normal(path) in default,
        coarse=not token,
    )
    return Facts(glance, _SYNC in line.names(wire.REPORTS), recognised(token, otherwise))


def _holds_events(line: Answer) -> bool:
    """RFC 4791 section 5.2.3: without the property everything may be stored."""
    components = line.inner(wire.COMPONENTS)
    return components is None or "VEVENT" in {str(child.get("name", "")).upper() for child in components}


def _rights(line: Answer, kinds: frozenset[str], principal: str) -> Rights | None:
    """RFC 3744; None where no more than free and busy may be seen. Without privileges a refusal (403) will teach us."""
    if wire.PRIVILEGES in line.found:
        held = line.names(wire.PRIVILEGES)
        if _FREE_BUSY in held and not held & {_READ, _ALL, _WRITE}:
            return None
        if not (held & {_ALL, _WRITE} or held >= _PARTS):
            return Rights.READ
    owners = {normal(as_collection(href)) for href in line.hrefs(wire.OWNER)}
    foreign = bool(owners) and normal(as_collection(principal)) not in owners
    return Rights.WRITE if foreign or _SHARED in kinds else Rights.OWNER
