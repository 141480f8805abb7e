"""A server that means harm, met by the installed command: bombs, endless answers, other hosts, paths that lead out."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.meddler import Meddler, Said, instead, meddling
from tests.journeys.person import Person, agree, uid_of
from tests.servers.line import Line
from tests.servers.tls import make_certificate

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">%s]>
<D:multistatus xmlns:D="DAV:"><D:response><D:href>&j;</D:href></D:response></D:multistatus>""" % b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), ord("k"))
)
PASSWD = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<D:multistatus xmlns:D="DAV:"><D:response><D:href>&f;</D:href></D:response></D:multistatus>"""


@pytest.fixture
def person(radicale, tmp_path: Path) -> Person:
    return Person(tmp_path, radicale.new_user())


@pytest.fixture
def hostile(radicale) -> Iterator[Meddler]:
    with meddling(radicale.port) as meddler:
        yield meddler


@pytest.fixture
def elsewhere(radicale) -> Iterator[Meddler]:
    """Another host, as far as credentials go: what arrives here has left the server that was trusted."""
    with meddling(radicale.port) as meddler:
        yield meddler


def xml(body: bytes) -> Callable[[Said], Said]:
    return lambda said: instead(said, 207, body, Content_Type="application/xml")


def endless(said: Said) -> Said:
    def chunks() -> Iterator[bytes]:
        yield b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">'
        while True:
            yield b"<D:response><D:href>/x</D:href></D:response>" * 20000

    return replace(said, status=207, headers={"Content-Type": "application/xml"}, stream=chunks)


@cache
def packed(megabytes: int) -> bytes:
    return gzip.compress(b"<a/>" + b" " * (megabytes << 20), 6)


def gzip_bomb(said: Said) -> Said:
    return instead(said, 207, packed(300), Content_Type="application/xml", Content_Encoding="gzip")


def gzip_members(said: Said) -> Said:
    """Several bombs one after another (RFC 1952 section 2.2)."""
    return instead(said, 207, packed(40) * 8, Content_Type="application/xml", Content_Encoding="gzip")


BOMBS = {
    "billion laughs": xml(LAUGHS),
    "a file of this machine": xml(PASSWD),
    "endless": endless,
    "gzip": gzip_bomb,
    "gzip members": gzip_members,
    "deep": xml(b"<a>" * 100_000),
    "a login page": lambda said: instead(said, 200, b"<!DOCTYPE html><html>Log in</html>", Content_Type="text/html"),
    "nothing": lambda said: instead(said, 207, b""),
    "half": lambda said: replace(said, body=said.body[: len(said.body) // 2]),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_at_connect_is_refused(person: Person, hostile: Meddler, bomb: str) -> None:
    hostile.spoil = lambda said: BOMBS[bomb](said) if said.method == "PROPFIND" else said

    refused = person.types(*person.connecting(url=hostile.url), "--json")

    assert (refused.code, refused.error) == (8, "E404")
    assert hostile.spoiled


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_at_a_later_sync_changes_nothing(person: Person, hostile: Meddler, bomb: str) -> None:
    person.served.plain().put("stays.ics", event(uuid.uuid4().hex, "Stays"))
    person.connects(url=hostile.url)
    person.chooses()
    before = person.mtimes()
    hostile.spoil = lambda said: BOMBS[bomb](said) if said.method in {"PROPFIND", "REPORT"} else said

    refused = person.types("sync", "--full", "--json")

    assert (refused.code, refused.error) == (8, "E404")
    assert person.mtimes() == before
    hostile.spoil = lambda said: said
    agree(person)


def redirecting(to: Meddler, status: int) -> Callable[[Said], Said]:
    return lambda said: instead(said, status, Location=to.url.rstrip("/") + said.path)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_password_does_not_follow_a_redirect_at_connect(
    person: Person, hostile: Meddler, elsewhere: Meddler, status: int
) -> None:
    hostile.spoil = redirecting(elsewhere, status)

    refused = person.types(*person.connecting(url=hostile.url), "--json")

    assert (refused.code, refused.error) == (8, "E404")
    assert elsewhere.seen == []


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "PUT", "GET", "DELETE"])
def test_the_password_does_not_follow_a_redirect_in_a_round(
    person: Person, hostile: Meddler, elsewhere: Meddler, method: str
) -> None:
    there = uuid.uuid4().hex
    person.served.plain().put("goes.ics", event(there, "Goes"))
    person.connects(url=hostile.url)
    person.chooses()
    person.file(there).unlink()
    person.writes("new.ics", event(uuid.uuid4().hex, "New here"))
    away = redirecting(elsewhere, 307)
    hostile.spoil = lambda said: away(said) if said.method == method else said

    ran = person.types("sync", "--full", "--json")

    assert ran.code in (0, 3, 8)
    assert elsewhere.seen == []
    assert hostile.spoiled or method == "GET"


@pytest.mark.parametrize("what", [b"current-user-principal", b"calendar-home-set"])
def test_the_password_does_not_follow_an_href_to_another_host(
    person: Person, hostile: Meddler, elsewhere: Meddler, what: bytes
) -> None:
    def spoil(said: Said) -> Said:
        at = said.body.find(what)
        href = said.body.find(b"href>", at)
        if at < 0 or href < 0:
            return said
        moved = said.body[: href + 5] + elsewhere.url.rstrip("/").encode() + said.body[href + 5 :]
        return replace(said, body=moved)

    hostile.spoil = spoil

    refused = person.types(*person.connecting(url=hostile.url), "--json")

    assert (refused.code, refused.error) == (8, "E404")
    assert elsewhere.seen == []
    assert hostile.spoiled


WAYS_OUT = (
    "../../../../etc/cron.d/evil.ics",
    "%2e%2e/%2e%2e/evil.ics",
    "..%2f..%2fevil.ics",
    "%2e%2e",
    "..",
    "sub/evil.ics",
    "/etc/passwd",
    "//evil.invalid/evil.ics",
    "http://evil.invalid/evil.ics",
    "file:///etc/passwd",
    "",
)


def test_hrefs_that_lead_out_are_not_followed(person: Person, hostile: Meddler) -> None:
    uid = uuid.uuid4().hex
    person.served.plain().put("fine.ics", event(uid, "Fine"))
    cal = person.primary_id
    evil = "".join(
        f"<D:response xmlns:D='DAV:'><D:href>{way if way[:1] == '/' or '://' in way else cal + way}</D:href><D:propstat><D:prop>"
        '<D:getetag>"x"</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>'
        for way in WAYS_OUT
    ).encode()

    def spoil(said: Said) -> Said:
        if said.path != cal or said.method not in {"PROPFIND", "REPORT"} or b"multiget" in said.asked:
            return said
        at = said.body.find(b"<response>")
        return replace(said, body=said.body[:at] + evil + said.body[at:]) if at > 0 else said

    person.connects(url=hostile.url)
    hostile.spoil = spoil

    person.chooses(codes=(0, 3))

    assert hostile.spoiled
    assert {uid_of(body) for body in person.near()} == {uid}
    home = cal.rsplit("/", 2)[0] + "/"
    outside = [
        path for _, path, _ in hostile.seen if not (path.startswith(home) or path in {"/", "/.well-known/caldav"})
    ]
    assert outside == []
    assert not [path for _, path, _ in hostile.seen if {"..", "%2e%2e"} & set(path.lower().split("/"))]
    assert not [body for _, _, body in hostile.seen if "evil.invalid" in body.get("Host", "")]


UIDS = (
    "../x",
    "../../../../tmp/x",
    "/etc/passwd",
    ".hidden",
    "-rf",
    "a\\\\b",
    "x" * 300,
    "CON",
    "a:b*c?",
    "x.ics/..",
    "\u202ecod.exe",
    "~root",
    "$(id)",
    "a b",
)


def test_uids_name_no_file_outside(person: Person) -> None:
    uids = [f"{uid}{uuid.uuid4().hex}" if uid != ".hidden" else f".{uuid.uuid4().hex}" for uid in UIDS]
    for number, uid in enumerate(uids):
        person.served.plain().put(f"n{number}.ics", event(uid, "Named by a stranger"))
    person.connects()

    person.chooses()

    files = [path for path in person.place.rglob("*") if path.is_file() and b"Named by a stranger" in path.read_bytes()]
    assert {path.parent for path in files if path.suffix == ".ics"} == {person.folder()}
    assert {uid_of(body) for body in person.near()} == set(uids)
    assert all(
        path.name[0] not in ".-~$" and path.name.isascii() and len(path.name) < 110
        for path in files
        if path.suffix == ".ics"
    )


def test_a_uid_with_a_nul_or_a_line_break_names_no_file_outside(person: Person, hostile: Meddler) -> None:
    """No server stores these; one that lies can send them."""
    uid = uuid.uuid4().hex
    person.served.plain().put("fine.ics", event(uid, "Fine"))
    hostile.spoil = lambda said: replace(said, body=said.body.replace(uid.encode(), b"../a&#0;\\n../b%00"))
    person.connects(url=hostile.url)

    person.chooses(codes=(0, 3))

    assert all(path.parent == person.folder() and "%" not in path.name for path in person.agenda.rglob("*.ics"))


NAMES = ("../../etc", "..", ".", "/", ".calsync", "a\u202eb", "-x", "x" * 5000, "   ", "con\u0000"[:3], "~")


def test_names_of_calendars_are_no_paths(person: Person) -> None:
    dress = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>{}</D:displayname></D:prop></D:set></D:propertyupdate>'
    for name in NAMES:
        url = person.served.fresh_calendar().calendar_url
        body = dress.format(name).encode()
        person.served.plain(url).sure("PROPPATCH", "", body, Content_Type="application/xml")

    person.starts()

    folders = [path for path in person.agenda.rglob("*") if path.is_dir()]
    assert len(folders) == len(NAMES) + 3
    assert all(path.parent == person.agenda and path.name.isascii() and path.name[0].isalnum() for path in folders)
    assert {path.name for path in person.place.iterdir()} == {"home", "key", "password"}


# ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "http://cal.example.org/", "http://127.0.0.1.example.org/"])
def test_plain_http_goes_to_this_machine_alone(person: Person, url: str) -> None:
    refused = person.types(*person.connecting(url=url), "--json")

    assert (refused.code, refused.error) == (5, "E504")


@pytest.fixture
def by_tls(radicale, tmp_path: Path) -> Iterator[Callable[[str], tuple[Line, Path]]]:
    lines: list[Line] = []

    def start(host: str) -> tuple[Line, Path]:
        shown, context = make_certificate(tmp_path, host)
        lines.append(Line(radicale.port, tls=context).start())
        return lines[-1], shown

    yield start
    for line in lines:
        line.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(person: Person, by_tls) -> None:
    line, _ = by_tls("localhost")

    refused = person.types(*person.connecting(url=line.url), "--json")

    assert (refused.code, refused.error) == (5, "E504")
    assert not line.requests


def test_it_is_taken_where_the_user_names_its_file(person: Person, by_tls) -> None:
    line, shown = by_tls("localhost")

    person.connects("--ca-file", str(shown), url=line.url)

    assert line.requests["PROPFIND"] > 0


def test_a_certificate_of_another_host_is_refused_even_then(person: Person, by_tls) -> None:
    line, shown = by_tls("other.example")
    url = line.url.replace("127.0.0.1", "localhost")

    refused = person.types(*person.connecting("--ca-file", str(shown), url=url), "--json")

    assert (refused.code, refused.error) == (5, "E504")
    assert not line.requests


def test_a_later_certificate_that_is_not_trusted_stops_the_round_unasked(person: Person, by_tls) -> None:
    line, shown = by_tls("localhost")
    person.connects("--ca-file", str(shown), url=line.url)
    person.chooses()
    line.clear()
    shown.rename(shown.with_suffix(".old"))
    make_certificate(person.place, "localhost")

    refused = person.types("sync", "--json")

    assert (refused.code, refused.error) == (5, "E504")
    assert not line.requests
