"""One write at a time to a calendar, guarded by the revision it is based on, and what the server's answer means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from calsync_cli.core.model import NOBODY, Held, Missing, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Done, Edit, Mark, Move, Op, Remove, Stale, Unknown, Wrote, item_of
from calsync_cli.net.failures import LostError
from calsync_cli.net.http import Response
from calsync_cli.providers.caldav.dav import NOT_THERE, Dav
from calsync_cli.providers.caldav.etags import as_sent, bare, crlf, fingerprint, guards
from calsync_cli.providers.caldav.fetching import Fetching
from calsync_cli.providers.caldav.multistatus import explanation, preconditions
from calsync_cli.providers.caldav.wire import RESOURCE_TYPE, propfind

_STALE = 412
_SERVER_ERROR = 500
_NO_ROOM = 507
_CALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}
_NEXTCLOUD_UID = re.compile(rb"with uid\b.{0,80}already exists", re.IGNORECASE | re.DOTALL)
"""Nextcloud's own words, for items in its trash bin as well (nextcloud/server#30096): 400, no precondition."""


@dataclass(frozen=True, slots=True)
class Locked:
    """423: another write was under way there; nothing was done."""

    op: Op


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes to one collection."""

    dav: Dav
    fetching: Fetching
    auto_schedule: bool

    def write(self, op: Op) -> Done | Locked:
        """One op done and answered; what was put has still to be read back. Raises where nothing more can be done."""
        try:
            match op:
                case Create():
                    return self._create(op)
                case Edit():
                    return self._edit(op)
                case Remove():
                    return self._remove(op)
                case Move():
                    return self._move(op)
                case Mark():
                    return Denied(op.ref, "E403", "flags")
                case _:
                    assert_never(op)
        except LostError as error:
            return Unknown(item_of(op), error.variant)

    def confirm_collection(self) -> None:
        """Raises E209 where the collection itself is gone, which explains a refusal better than the item does."""
        self.dav.propfind(self.fetching.collection, propfind((RESOURCE_TYPE,)), depth=0)

    def _create(self, op: Create) -> Done | Locked:
        response = self._put(op.ref, op.content, {"If-None-Match": "*"})
        if response.ok:
            return Wrote(op.ref, Rev(response.etag))
        return _refused(op, op.ref, response)

    def _edit(self, op: Edit) -> Done | Locked:
        ref = op.base.ref
        response = self._guarded("PUT", op.base, _CALENDAR, as_sent(op.content))
        if response is None or response.status in NOT_THERE:
            return Stale(ref)
        if response.ok:
            return Wrote(ref, Rev(response.etag))
        return _refused(op, ref, response)

    def _remove(self, op: Remove) -> Done | Locked:
        ref = op.base.ref
        # RFC 6638 section 8.1: without this an attendee's deletion mails a refusal to the organiser.
        quietly = {"Schedule-Reply": "F"} if self.auto_schedule and op.mail == NOBODY else {}
        response = self._guarded("DELETE", op.base, quietly, b"")
        if response is None:
            return Stale(ref)
        if response.status in NOT_THERE:
            self.confirm_collection()
        if response.ok or response.status in NOT_THERE:
            return Wrote(ref, Rev(""))
        return _refused(op, ref, response)

    def _move(self, op: Move) -> Done | Locked:
        guard = {"If-Match": op.rev} if guards(op.rev) else {}
        to = {"Destination": self.dav.url(op.new_ref), "Overwrite": "F"}
        response = self.dav.send("MOVE", self.fetching.spelling(op.ref), {**to, **guard})
        if response.ok:
            # Its etag there is not always told, nor always the old one; one GET settles it.
            held = self.fetching.single(op.new_ref)
            return Wrote(op.new_ref, held.rev, held) if isinstance(held, Held) else Unknown(op.ref, "moved")
        return Stale(op.ref) if response.status in NOT_THERE else _refused(op, op.ref, response)

    def _put(self, ref: Ref, content: bytes, headers: dict[str, str]) -> Response:
        return self.dav.send("PUT", self.fetching.spelling(ref), {**_CALENDAR, **headers}, as_sent(content))

    def _guarded(self, method: str, base: Held, headers: dict[str, str], body: bytes) -> Response | None:
        """Over the base alone; None where the server holds something else.

        An etag without quotes is sent as it came, and once more with quotes, for Kerio lists it without.
        """
        href = self.fetching.spelling(base.ref)
        if not guards(base.rev):
            return self._compared(method, base, headers, body)
        response = self.dav.send(method, href, {**headers, "If-Match": base.rev}, body)
        if response.status == _STALE and bare(base.rev) and not preconditions(response.body):
            return self.dav.send(method, href, {**headers, "If-Match": f'"{base.rev}"'}, body)
        return response

    def _compared(self, method: str, base: Held, headers: dict[str, str], body: bytes) -> Response | None:
        """Without an etag that guards: read, compare, write. What comes between is lost; no server offers better."""
        now = self.fetching.single(base.ref)
        if isinstance(now, Held) and fingerprint(now.content) != fingerprint(crlf(base.content)):
            return None
        if isinstance(now, Missing):
            return Response(404, {}, b"")
        return self.dav.send(method, self.fetching.spelling(base.ref), headers, body)


def _refused(op: Op, ref: Ref, response: Response) -> Done | Locked:
    """What a status other than success means for one item."""
    named = preconditions(response.body)
    detail = " ".join([*sorted(named & _TELLING), explanation(response.body)]).strip() or str(response.status)
    if named & _SAME_UID or _NEXTCLOUD_UID.search(response.body):
        return Denied(ref, "E403", detail, uid_conflict=True)
    match response.status:
        case 412 if not named & _TELLING:
            return Stale(ref)
        case 423:
            return Locked(op)
        case status if status >= _SERVER_ERROR and status != _NO_ROOM:
            return Unknown(ref, str(status))
        case _:
            return Denied(ref, "E403", detail)


_SAME_UID = frozenset({"no-uid-conflict", "unique-scheduling-object-resource"})
"""RFC 4791 section 5.3.2.1; RFC 6638 section 3.2.4.1, which Cyrus names for any event of an account that schedules."""

_TELLING = frozenset(
    {
        "no-uid-conflict",
        "valid-calendar-data",
        "valid-calendar-object-resource",
        "supported-calendar-component",
        "supported-calendar-data",
        "calendar-collection-location-ok",
        "max-resource-size",
        "min-date-time",
        "max-date-time",
        "max-instances",
        "max-attendees-per-instance",
        "need-privileges",
        "quota-not-exceeded",
        "sufficient-disk-space",
        "unique-scheduling-object-resource",
        "same-organizer-in-all-components",
        "allowed-organizer-scheduling-object-change",
        "allowed-attendee-scheduling-object-change",
    }
)
"""Preconditions of RFC 4791, 4331, 3744 and 6638 that speak of the item; Xandikos gives some of them with 412."""
