"""How Kerio Connect says what Cyrus says: pure rewriting of paths, etags and XML (vendor notes: GFI, vdirsyncer #1209).

| Cyrus | Kerio |
|---|---|
| /dav/principals/user/U/ | /principals/lab.test/U/ |
| /dav/calendars/user/U/ | /caldav/users/lab.test/U/ |
| /dav/calendars/user/U/C/x | /full-calendars/lab.test/U/C/x |
| /dav/calendars/user/U/OWNER.C/x (a share) | /full-calendars/lab.test/OWNER/C/x, shown as "C - OWNER" |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from urllib.parse import unquote

from tests.servers.cyrus import DOMAIN

DAV = (
    "1, access-control, calendar-access, calendar-schedule, calendar-auto-schedule, "
    "calendarserver-principal-property-search, calendarserver-sharing, calendarserver-sharing-no-scheduling, "
    "addressbook, calendar-default-alarms"
)
"""The DAV header of Kerio Connect 10: no sync-collection, no extended-mkcol."""

NO_REPORT = b'<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:"><D:supported-report/></D:error>'
MADE = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:"><D:response><D:href>%s</D:href><D:propstat>'
    b"<D:prop><D:displayname/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat></D:response>"
    b"</D:multistatus>"
)

_HREF = re.compile(rb"(<(?:\w+:)?href>)([^<]*)(?=</)")
_ETAG = re.compile(rb'(<(?:\w+:)?getetag>)(?:"|&quot;)?([^<]*?)(?:"|&quot;)?(?=</)')
_TOKEN = re.compile(rb"<(?:\w+:)?sync-token>[^<]*</(?:\w+:)?sync-token>|<(?:\w+:)?sync-token/>")
_SYNC = re.compile(
    rb"<(?:\w+:)?supported-report>\s*<(?:\w+:)?report>\s*<(?:\w+:)?sync-collection/>.*?</(?:\w+:)?supported-report>",
    re.DOTALL,
)
_RESPONSE = re.compile(rb"<(?:\w+:)?response>.*?</(?:\w+:)?response>", re.DOTALL)
_TITLE = re.compile(rb"(<(?:\w+:)?displayname>)(<!\[CDATA\[)?([^<\]]*)")


def to_cyrus(path: str, user: str) -> str:
    """A path of Kerio's, as that user, in Cyrus' words."""
    for kerio, cyrus in ((f"/principals/{DOMAIN}/", "/dav/principals/user/"), (f"/caldav/users/{DOMAIN}/", _HOME)):
        if path.startswith(kerio):
            return cyrus + path.removeprefix(kerio)
    objects = f"/full-calendars/{DOMAIN}/"
    if not path.startswith(objects):
        return path
    owner, _, rest = path.removeprefix(objects).partition("/")
    return f"{_HOME}{user}/{rest}" if owner == user else f"{_HOME}{user}/{owner}.{rest}"


def to_kerio(path: str, owners: Collection[str]) -> str:
    """A path of Cyrus', in Kerio's words; `owners` have shared calendars."""
    if path.startswith("/dav/principals/user/"):
        return f"/principals/{DOMAIN}/" + path.removeprefix("/dav/principals/user/")
    if not path.startswith(_HOME):
        return path
    user, _, rest = path.removeprefix(_HOME).partition("/")
    if not rest:
        return f"/caldav/users/{DOMAIN}/{user}/"
    owner, dot, shared = rest.partition(".")
    if dot and owner in owners:
        return f"/full-calendars/{DOMAIN}/{owner}/{shared}"
    return f"/full-calendars/{DOMAIN}/{user}/{rest}"


_HOME = "/dav/calendars/user/"


def hrefs(body: bytes, change: Callable[[str], str]) -> bytes:
    """Every href of an XML body changed."""
    return _HREF.sub(lambda found: found[1] + change(found[2].decode()).encode(), body)


def answer(body: bytes, user: str, owners: Collection[str], malformed: Collection[str]) -> bytes:
    """A multistatus of Cyrus' as Kerio would give it."""
    body = _SYNC.sub(b"", _TOKEN.sub(b"", body))
    body = hrefs(_ETAG.sub(rb"\1\2", body), lambda path: to_kerio(path, owners))
    return _RESPONSE.sub(lambda found: _response(found[0], user, malformed), body)


def _response(part: bytes, user: str, malformed: Collection[str]) -> bytes:
    found = _HREF.search(part)
    path = unquote(found[2].decode()) if found else ""
    if path.rpartition("/")[2] in malformed:
        part = broken(part)
    if not path.startswith(f"/full-calendars/{DOMAIN}/"):
        return part
    owner = path.split("/")[3]
    return part if owner == user else _TITLE.sub(rb"\1\2\3 - " + owner.encode(), part)


def broken(body: bytes) -> bytes:
    """As MineTime #139 and cal.com #956 met it: a component begins and does not end."""
    return re.sub(rb"END:VEVENT\r?\n", b"", body, count=1)


def bare(etag: str) -> str:
    """An etag without its quotes, as Kerio writes them."""
    return etag.strip('"')


def quoted(etag: str) -> str:
    """An etag as Cyrus wants it in If-Match."""
    return etag if etag == "*" or '"' in etag else f'"{etag}"'
