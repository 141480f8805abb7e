"""The bodies of CalDAV requests, and the names in them: pure text, no connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
CALSERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"
NEXTCLOUD = "http://nextcloud.com/ns"
_PREFIX = {DAV: "d", CALDAV: "c", CALSERVER: "s", APPLE: "a", NEXTCLOUD: "n"}
_SPACES = " ".join(f'xmlns:{prefix}="{space}"' for space, prefix in _PREFIX.items() if space != NEXTCLOUD)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'

ETAG = f"{{{DAV}}}getetag"
RESOURCE_TYPE = f"{{{DAV}}}resourcetype"
DISPLAY_NAME = f"{{{DAV}}}displayname"
SYNC_TOKEN = f"{{{DAV}}}sync-token"
OWNER = f"{{{DAV}}}owner"
PRIVILEGES = f"{{{DAV}}}current-user-privilege-set"
REPORTS = f"{{{DAV}}}supported-report-set"
PRINCIPAL = f"{{{DAV}}}current-user-principal"
CTAG = f"{{{CALSERVER}}}getctag"
COLOR = f"{{{APPLE}}}calendar-color"
COMPONENTS = f"{{{CALDAV}}}supported-calendar-component-set"
DATA = f"{{{CALDAV}}}calendar-data"
HOMES = f"{{{CALDAV}}}calendar-home-set"
ADDRESSES = f"{{{CALDAV}}}calendar-user-address-set"
DEFAULT = f"{{{CALDAV}}}schedule-default-calendar-URL"
CALENDAR = f"{{{CALDAV}}}calendar"

WHO = (PRINCIPAL, HOMES, ADDRESSES, RESOURCE_TYPE)
AT_A_GLANCE = (
    RESOURCE_TYPE,
    DISPLAY_NAME,
    COLOR,
    COMPONENTS,
    PRIVILEGES,
    OWNER,
    SYNC_TOKEN,
    REPORTS,
    DEFAULT,
)
LISTING = (ETAG, RESOURCE_TYPE)
BODIES = (ETAG, DATA)


def propfind(properties: Iterable[str]) -> bytes:
    """RFC 4918 section 9.1."""
    return f"{_HEAD}<d:propfind {_SPACES}>{_prop(properties)}</d:propfind>".encode()


def sync_collection(token: str) -> bytes:
    """RFC 6578 section 3.2, always without a limit: Xandikos drops what lies beyond one and says that all was seen."""
    return (
        f"{_HEAD}<d:sync-collection {_SPACES}><d:sync-token>{escape(token)}</d:sync-token>"
        f"<d:sync-level>1</d:sync-level>{_prop((ETAG,))}</d:sync-collection>"
    ).encode()


def multiget(hrefs: Sequence[str], properties: Iterable[str] = BODIES) -> bytes:
    """RFC 4791 section 7.9."""
    asked = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return f"{_HEAD}<c:calendar-multiget {_SPACES}>{_prop(properties)}{asked}</c:calendar-multiget>".encode()


def _prop(properties: Iterable[str]) -> str:
    return f"<d:prop>{''.join(f'<{_prefixed(name)}/>' for name in properties)}</d:prop>"


def _prefixed(name: str) -> str:
    space, _, local = name[1:].partition("}")
    return f"{_PREFIX[space]}:{local}"
