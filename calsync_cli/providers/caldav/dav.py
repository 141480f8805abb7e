"""WebDAV's verbs over HTTP: what an account, a look, a fetch and a write ask of a server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urljoin

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.http import Http, Request, Response
from calsync_cli.net.origin import Origin, path_of
from calsync_cli.providers.caldav.hrefs import normal
from calsync_cli.providers.caldav.multistatus import Answer, Multistatus, looks_like_page, parse_multistatus

MULTI_STATUS = 207
NOT_THERE = frozenset({404, 410})
_SAFE = "/%:@!$&'()*+,;=~-._"
_XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Dav:
    """A server; every href is taken relative to its origin."""

    http: Http
    origin: Origin

    def url(self, href: str) -> str:
        """An href as an absolute URL."""
        if href.startswith("/") and not href.startswith("//"):
            return f"{self.origin}{quote(href, safe=_SAFE)}"
        return urljoin(f"{self.origin}/", href)

    def propfind(self, href: str, body: bytes, *, depth: int) -> Multistatus:
        """Properties of a collection, and of what it holds where depth is 1."""
        return self._multistatus(self.ask("PROPFIND", href, body, depth=depth), href, lenient=True)

    def located(self, url: str, body: bytes) -> tuple[str, tuple[Answer, ...]]:
        """Properties of one resource, and the URL that answered after redirects."""
        response = self.ask("PROPFIND", url, body, depth=0)
        return response.url, self._multistatus(response, path_of(url), lenient=True).answers

    def report(self, href: str, body: bytes, *, depth: int = 0, lenient: bool = False) -> Multistatus:
        """A REPORT on a collection."""
        return self._multistatus(self.ask("REPORT", href, body, depth=depth), href, lenient=lenient)

    def ask(self, method: str, href: str, body: bytes, *, depth: int) -> Response:
        """A question with an XML body, answered as it may be."""
        return self.http.send(Request(method, self.url(href), {"Depth": str(depth), **_XML}, body))

    def send(self, method: str, href: str, headers: dict[str, str], body: bytes = b"") -> Response:
        """Any other request, answered as it may be."""
        return self.http.send(Request(method, self.url(href), headers, body))

    def _multistatus(self, response: Response, href: str, *, lenient: bool) -> Multistatus:
        if response.status != MULTI_STATUS:
            raise self.refusal(response, href)
        status = parse_multistatus(response.body, host=self.origin.host, lenient=lenient)
        self.answers_itself(status, href)
        return status

    def answers_itself(self, status: Multistatus, href: str) -> None:
        """E209 where a 207 says that the very resource asked is not there, as Xandikos does."""
        own = normal(href).rstrip("/")
        if any(one.status in NOT_THERE and normal(one.href).rstrip("/") == own for one in status.answers):
            raise CalsyncError("E209", "gone", name=href, fix="calsync calendars")

    def refusal(self, response: Response, href: str) -> CalsyncError:
        """Why a collection was not shown."""
        host = self.origin.host
        if response.status in NOT_THERE:
            return CalsyncError("E209", "gone", name=href, fix="calsync calendars")
        if response.status == 403:  # noqa: PLR2004  (RFC 9110 section 15.5.4)
            return CalsyncError("E403", "collection", name=href, host=host)
        if response.ok and looks_like_page(response.body):
            return CalsyncError("E404", "not-caldav", host=host)
        return CalsyncError("E404", "status", host=host, status=str(response.status))
