"""From what a user typed to the principal and the calendar homes (RFC 6764, RFC 5397, RFC 4791 section 6.2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.http import Http, Limits, Login
from calsync_cli.net.origin import Origin, origin_of, path_of, resolve
from calsync_cli.providers.caldav.dav import Dav
from calsync_cli.providers.caldav.hrefs import as_collection
from calsync_cli.providers.caldav.multistatus import Answer
from calsync_cli.providers.caldav.wire import ADDRESSES, CALENDAR, HOMES, PRINCIPAL, RESOURCE_TYPE, WHO, propfind
from calsync_cli.providers.quirks import GENERIC, Quirks, kin

_BARE = re.compile(r"(?:[^@/\s]+@)?(?P<domain>[^@/:\s]+\.[^@/:\s.]*[a-z][^@/:\s.]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What discovery found; plain strings, fit to be kept in the settings.

    auto_schedule: the server mails guests on its own (RFC 6638). moves: it knows MOVE. addresses: the account's own
    (`mailto:` and others, as the server gives them).
    """

    origin: str
    principal: str
    homes: tuple[str, ...]
    auto_schedule: bool
    moves: bool
    addresses: tuple[str, ...] = ()


def discover(
    given: str,
    login: Login | None,
    *,
    ca_file: Path | None = None,
    quirks: Quirks = GENERIC,
    confirmed: frozenset[str] = frozenset(),
    limits: Limits | None = None,
    by_dns: Callable[[str], str | None] | None = None,
) -> Found:
    """The account behind a URL, a host or a domain. `confirmed` are further origins that the user has agreed to.

    Raises E108 (wrong password), E402, E404 (`not-caldav`; `redirect`: another host, named in `to`), E504.
    """

    def at(url: str) -> Found:
        asked = origin_of(url)
        trust = _trust(asked, confirmed)
        with closing(Http(trust, login, ca_file=ca_file, limits=limits)) as http:
            return _ask(Dav(http, asked), url, quirks, trust)

    local, _, host = given.rpartition("@")
    if "://" not in given and ":" in local:  # a password, which would be kept and shown as an address
        raise CalsyncError("E001", "url", value=host)
    url = given if "://" in given else f"https://{host}"
    try:
        return at(url)
    except CalsyncError as error:
        domain = _BARE.fullmatch(given)
        named = (by_dns or _srv)(domain["domain"]) if domain and error.code in {"E402", "E404"} else None
        if named is None or not _below(domain["domain"] if domain else "", origin_of(named).host):
            raise
        return at(named)


def _trust(asked: Origin, confirmed: frozenset[str]) -> Callable[[Origin], bool]:
    """The origin asked, what the user confirmed, and hosts of the same service by TLS on their usual port."""

    def trusted(origin: Origin) -> bool:
        own = origin.scheme == "https" and origin.port == 443 and kin(asked.host, origin.host)  # noqa: PLR2004
        return origin == asked or str(origin) in confirmed or own

    return trusted


def _ask(dav: Dav, url: str, quirks: Quirks, trust: Callable[[Origin], bool]) -> Found:
    base, who = _first_answer(dav, url, quirks)
    principal = resolve(base, (who.hrefs(PRINCIPAL) or [base])[0])
    if not who.hrefs(HOMES):
        base, who = principal, _who(dav, principal)[1]
    homes = [resolve(base, href) for href in who.hrefs(HOMES)]
    if not homes:
        raise CalsyncError("E404", "not-caldav", host=dav.origin.host)
    origin = origin_of(homes[0])
    if not trust(origin):
        raise CalsyncError("E404", "redirect", host=dav.origin.host, to=str(origin))
    dav_header, allow = _offers(dav, homes[0])
    return Found(
        origin=str(origin),
        principal=path_of(principal),
        homes=tuple(as_collection(path_of(home)) for home in homes if origin_of(home) == origin),
        auto_schedule="calendar-auto-schedule" in dav_header,
        moves="MOVE" in allow,
        addresses=tuple(address for address in who.hrefs(ADDRESSES) if address),
    )


def _offers(dav: Dav, home: str) -> tuple[str, str]:
    """The DAV and Allow headers of a calendar: Cyrus allows MOVE there, and not in the home."""
    inside = dav.propfind(home, propfind((RESOURCE_TYPE,)), depth=1).answers
    calendars = [answer.href for answer in inside if CALENDAR in answer.names(RESOURCE_TYPE)]
    headers = dav.send("OPTIONS", resolve(home, calendars[0]) if calendars else home, {}).headers
    return headers.get("dav", ""), headers.get("allow", "").upper()


def _first_answer(dav: Dav, url: str, quirks: Quirks) -> tuple[str, Answer]:
    """The first candidate that names a principal; of several failures the most telling one is raised."""
    failure = CalsyncError("E404", "not-caldav", host=dav.origin.host)
    for candidate in _candidates(dav.origin, url, quirks):
        try:
            base, who = _who(dav, candidate)
        except CalsyncError as error:
            if error.code not in {"E404", "E209", "E403"}:
                raise
            failure = error if error.variant == "redirect" else failure
            continue
        if who.hrefs(PRINCIPAL) or who.hrefs(HOMES):
            return base, who
    raise failure


def _candidates(origin: Origin, url: str, quirks: Quirks) -> Iterator[str]:
    if path_of(url) not in {"", "/"}:
        yield url
    if quirks.start:
        yield f"{origin}{quirks.start}"
    yield f"{origin}/.well-known/caldav"
    yield f"{origin}/"


def _who(dav: Dav, url: str) -> tuple[str, Answer]:
    """One resource's answer and the URL it came from, to which its hrefs are relative."""
    at, answers = dav.located(url, propfind(WHO))
    return at, answers[0] if answers else Answer("", 0, {}, {})


def _below(domain: str, host: str) -> bool:
    """RFC 6764 section 8: a name from DNS counts only within the domain that was asked."""
    return host == domain.lower() or host.endswith("." + domain.lower())


def _srv(domain: str) -> str | None:
    """The service that DNS names for a domain (SRV and TXT)."""
    # The caldav library brings an HTTP stack that takes longer to import than a whole round; only this way needs it.
    from caldav.discovery import DiscoveryError, discover_caldav

    try:
        service = discover_caldav(domain, timeout=10, require_tls=True)
    except DiscoveryError:
        return None
    return service.url if service else None
