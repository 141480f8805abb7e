"""Requests to Google's Calendar API v3, and what is made of its answers before anybody else sees them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from calsync_cli import __version__
from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.dates import seconds_until
from calsync_cli.net.failures import LostError
from calsync_cli.net.http import READS, Http, Request, Response
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.google.errors import about_everything, reasons_of
from calsync_cli.providers.google.fields import Json

FORBIDDEN = 403
NOT_FOUND = 404
NOT_THERE = frozenset({NOT_FOUND, 410})
STALE = 412
DUPLICATE = 409
_ELSEWHERE = range(300, 400)
_SERVER_ERROR = 500
_REFUSED = 400

_MOST_PAGES = 10_000

Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What Google said of one resource: a success, or a refusal that speaks of this resource alone."""

    status: int
    body: Json = field(default_factory=dict, repr=False)
    reason: str = ""

    @property
    def ok(self) -> bool:
        """A success."""
        return self.status < _REFUSED

    @property
    def missing(self) -> bool:
        """Gone, never there, or not to be seen."""
        return self.status in NOT_THERE


class GoogleApi:
    """One user's calendars; the token goes to the API's own origin only (see net.http.Http)."""

    def __init__(self, http: Http, base: str) -> None:
        self.http = http
        self.host = origin_of(base).host
        self._base = base.rstrip("/")

    def calendars(self, query: Query) -> Answer:
        """One page of the list of calendars."""
        return self._ask("GET", "users/me/calendarList", query)

    def calendar(self, calendar: str) -> Answer:
        """One entry of the list of calendars."""
        return self._ask("GET", f"users/me/calendarList/{_quoted(calendar)}")

    def events(self, calendar: str, query: Query) -> Answer:
        """One page of a list of events."""
        return self._ask("GET", _events(calendar), query)

    def event(self, calendar: str, event: str) -> Answer:
        """One event; one that was deleted is a success with the status "cancelled"."""
        return self._ask("GET", _events(calendar, event))

    def instances(self, calendar: str, event: str, query: Query) -> Answer:
        """Occurrences of a series."""
        return self._ask("GET", f"{_events(calendar, event)}/instances", query)

    def insert(self, calendar: str, body: Json, *, mail: bool) -> Answer:
        """A new event, under the id that stands in it."""
        return self._made(self._ask("POST", _events(calendar), _telling(mail=mail, attachments=True), body), body["id"])

    def take_in(self, calendar: str, body: Json) -> Answer:
        """A private copy of somebody else's event ("import"); nobody is ever told of one."""
        return self._made(self._ask("POST", _events(calendar, "import"), {"supportsAttachments": "true"}, body))

    def patch(self, calendar: str, event: str, body: Json, *, etag: str, mail: bool) -> Answer:
        """Some fields of an event; with an etag only of that version."""
        query = _telling(mail=mail, attachments=True)
        return self._made(self._ask("PATCH", _events(calendar, event), query, body, etag=etag), event)

    def delete(self, calendar: str, event: str, *, etag: str, mail: bool) -> Answer:
        """An event, or an occurrence of one, taken away; with an etag only in that version."""
        return self._ask("DELETE", _events(calendar, event), _telling(mail=mail), etag=etag)

    def move(self, calendar: str, event: str, to: str, *, mail: bool) -> Answer:
        """An event to another calendar; it keeps its id."""
        return self._ask("POST", f"{_events(calendar, event)}/move", {"destination": to, **_telling(mail=mail)})

    def _ask(
        self, method: str, path: str, query: Query | None = None, body: Json | None = None, *, etag: str = ""
    ) -> Answer:
        """Asked, and what concerns more than one resource raised: E401, E402, E404, E107, E109."""
        url = f"{self._base}/{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        headers = {**_HEADERS, **(_JSON if body is not None else {}), **({"If-Match": etag} if etag else {})}
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        response = self._sent(Request(method, url, headers, content))
        writes = method not in READS
        if response.status >= _SERVER_ERROR:
            raise (LostError if writes else CalsyncError)("E402", "gateway", host=self.host)
        if response.status in _ELSEWHERE:  # a portal or a proxy: nothing of Google's answers so
            raise CalsyncError("E404", "status", host=self.host, status=str(response.status))
        told = {} if method == "DELETE" and not response.body else _read(response.body)
        if told is None and writes and response.ok:
            raise LostError("E404", "json", host=self.host)  # somebody said "done", and perhaps it is
        if told is None:
            raise CalsyncError("E404", "json", host=self.host)  # neither yes nor no, and not from Google
        if response.ok:
            return Answer(response.status, told)
        return self._refused(response, told)

    def _made(self, answer: Answer, name: str = "") -> Answer:
        """A write is answered by the event as it is now; by anything else it may be done all the same."""
        found = answer.body.get("id")
        known = found == name if name else isinstance(found, str) and found and found.isprintable()
        if answer.ok and not known:
            raise LostError("E404", "json", host=self.host)
        return answer

    def _sent(self, request: Request) -> Response:
        try:
            return self.http.send(request)
        except CalsyncError as error:
            if error.code != "E401":
                raise
            raise CalsyncError("E401", "rate", retry_after=error.retry_after, host=self.host) from error

    def _refused(self, response: Response, told: Json) -> Answer:
        reasons, message = reasons_of(told)
        if response.status == FORBIDDEN:
            wait = seconds_until(response.headers.get("retry-after", ""), response.headers.get("date", ""))
            error = about_everything(reasons, message, host=self.host, retry_after=wait)
            if error is not None:
                raise error
        return Answer(response.status, {}, reasons[0] if reasons else str(response.status))


def paged(
    ask: Callable[[Query], Answer], query: Query, *, host: str, refusal: Callable[[Answer], CalsyncError]
) -> Iterator[Json]:
    """All pages of a list, each as it is; raises where one cannot be had, and where they lead round in a circle."""
    token: object = ""
    known: set[object] = set()
    while token not in known and len(known) < _MOST_PAGES:
        known.add(token)
        answer = ask({**query, "pageToken": str(token)} if token else query)
        if not answer.ok:
            raise refusal(answer)
        yield answer.body
        token = answer.body.get("nextPageToken")
        if not token:
            return
        if not (isinstance(token, str) and token.isprintable()):  # what cannot be asked for is no end either
            raise CalsyncError("E404", "listing", host=host)
    raise CalsyncError("E404", "endless-pages", host=host)


_HEADERS = {"User-Agent": f"calsync/{__version__} (gzip)"}
"""Google compresses where both Accept-Encoding and the agent's name say gzip (developers.google.com, "Performance")."""

_JSON = {"Content-Type": "application/json; charset=utf-8"}


def _telling(*, mail: bool, attachments: bool = False) -> dict[str, str]:
    """Who is mailed is always said. Without supportsAttachments a write takes attachments away."""
    told = {"sendUpdates": "all" if mail else "none"}
    return {**told, "supportsAttachments": "true"} if attachments else told


def _events(calendar: str, event: str | None = None) -> str:
    path = f"calendars/{_quoted(calendar)}/events"
    return path if event is None else f"{path}/{_quoted(event)}"


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _read(body: bytes) -> Json | None:
    """An object, None for anything else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
