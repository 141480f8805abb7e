"""From what a user types to the homes of an account, and where the password goes on the way."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.http import Limits, Login
from calsync_cli.providers.caldav.discovery import Found, discover
from calsync_cli.providers.quirks import GENERIC, KERIO, Quirks
from tests.caldav.fake import Fake, Raw, Says, hrefs, multi, props, running

LOGIN = Login("alice", lambda: "pw")
LIMITS = Limits(connect=2.0, read=0.5, total=2.0)
PRINCIPAL, HOME = "/p/alice/", "/home/alice/"
CALENDAR = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"


def found(fake: Fake, given: str = "", quirks: Quirks = GENERIC, **more: object) -> Found:
    return discover(given or fake.url, LOGIN, quirks=quirks, limits=LIMITS, **more)


def failure(act: Callable[[], object]) -> CalsyncError:
    with pytest.raises(CalsyncError) as raised:
        act()
    return raised.value


def account(fake: Fake, home: str = HOME) -> None:
    """A principal and a home with one calendar, as far as discovery asks."""
    addresses = hrefs("c:calendar-user-address-set", "mailto:alice@x.example", "/p/alice/")
    fake.on("PROPFIND", PRINCIPAL, multi(props(PRINCIPAL, hrefs("c:calendar-home-set", home), addresses)))
    fake.on("PROPFIND", HOME, multi(props(HOME), props(HOME + "work/", CALENDAR)))
    fake.on("OPTIONS", HOME + "work/", Says(200, headers={"DAV": "1, calendar-access", "Allow": "PUT, MOVE"}))


def points_to(fake: Fake, path: str) -> None:
    fake.on("PROPFIND", path, multi(props(path, hrefs("d:current-user-principal", PRINCIPAL))))


def test_a_bare_host_is_asked_at_its_well_known_place(fake: Fake) -> None:
    account(fake)
    fake.on("PROPFIND", "/.well-known/caldav", Says(301, headers={"Location": "/dav/"}))
    points_to(fake, "/dav/")

    assert found(fake) == Found(
        origin=fake.url,
        principal=PRINCIPAL,
        homes=(HOME,),
        auto_schedule=False,
        moves=True,
        addresses=("mailto:alice@x.example", "/p/alice/"),
    )
    assert fake.asked[0].path == "/.well-known/caldav"


def test_a_url_with_a_path_is_asked_itself_first(fake: Fake) -> None:
    account(fake)
    points_to(fake, "/remote.php/dav/")

    assert found(fake, fake.url + "/remote.php/dav/").homes == (HOME,)
    assert fake.asked[0].path == "/remote.php/dav/"


def test_a_server_without_a_well_known_place_is_asked_at_its_root(fake: Fake) -> None:
    account(fake)
    fake.on("PROPFIND", "/.well-known/caldav", Says(405))
    points_to(fake, "/")

    assert found(fake).homes == (HOME,)


def test_kerio_is_asked_at_its_own_place_and_its_relative_redirects_are_followed(fake: Fake) -> None:
    account(fake)
    fake.on("PROPFIND", "/caldav/", Says(302, headers={"Location": "users/x.example/alice/"}))
    points_to(fake, "/caldav/users/x.example/alice/")

    assert found(fake, quirks=KERIO).homes == (HOME,)
    assert fake.asked[0].path == "/caldav/"


def test_a_url_that_is_the_principal_needs_no_further_question(fake: Fake) -> None:
    account(fake)

    assert found(fake, fake.url + PRINCIPAL).principal == PRINCIPAL


def test_several_homes_are_all_found(fake: Fake) -> None:
    account(fake)
    homes = hrefs("c:calendar-home-set", HOME, "/home/shared")
    fake.on("PROPFIND", PRINCIPAL, multi(props(PRINCIPAL, homes)))

    assert found(fake, fake.url + PRINCIPAL).homes == (HOME, "/home/shared/")


def test_a_server_that_mails_on_its_own_is_known(fake: Fake) -> None:
    account(fake)
    fake.on("OPTIONS", HOME + "work/", Says(200, headers={"DAV": "1, calendar-access, calendar-auto-schedule"}))

    answer = found(fake, fake.url + PRINCIPAL)

    assert (answer.auto_schedule, answer.moves) == (True, False)


# ── what is no CalDAV account ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "said",
    [
        Says(200, "<!DOCTYPE html><html>Log in</html>"),
        Says(404),
        Says(405),
        Says(207, "not xml"),
        multi(props("/", "<d:resourcetype/>")),
        multi(props("/", "<d:current-user-principal><d:unauthenticated/></d:current-user-principal>")),
    ],
)
def test_a_place_without_calendars_is_not_caldav(fake: Fake, said: Says) -> None:
    fake.on("PROPFIND", "*", said)

    error = failure(lambda: found(fake))

    assert (error.code, error.variant) == ("E404", "not-caldav")


def test_a_principal_without_a_home_is_not_caldav(fake: Fake) -> None:
    points_to(fake, "/")
    fake.on("PROPFIND", PRINCIPAL, multi(props(PRINCIPAL)))

    error = failure(lambda: found(fake))

    assert (error.code, error.variant) == ("E404", "not-caldav")


def test_a_wrong_password_is_e108_at_once(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Says(401))

    assert failure(lambda: found(fake)).code == "E108"
    assert len(fake.asked) == 1, "no second guess that could lock the account"


def test_a_busy_server_is_e401(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Says(503, headers={"Retry-After": "5"}))

    assert failure(lambda: found(fake)).retry_after == 5.0


def test_nobody_there_is_e402(fake: Fake) -> None:
    fake.on("PROPFIND", "*", Raw())

    assert failure(lambda: found(fake)).code == "E402"


# ── where the password may go ────────────────────────────────────────────────────────────────────────────────────


def test_a_redirect_elsewhere_is_told_and_not_followed(fake: Fake) -> None:
    with running() as other:
        fake.on("PROPFIND", "*", Says(301, headers={"Location": other.url + "/dav/"}))

        error = failure(lambda: found(fake))

        assert (error.variant, error.params["to"]) == ("redirect", other.url)
        assert other.asked == []


def test_a_home_elsewhere_is_told_and_not_visited(fake: Fake) -> None:
    with running() as other:
        account(fake, home=other.url + HOME)

        error = failure(lambda: found(fake, fake.url + PRINCIPAL))

        assert (error.variant, error.params["to"]) == ("redirect", other.url)
        assert other.asked == []


def test_a_home_elsewhere_that_the_user_confirms_is_the_account(fake: Fake) -> None:
    with running() as other:
        account(fake, home=other.url + HOME)
        account(other)

        answer = found(fake, fake.url + PRINCIPAL, confirmed=frozenset({other.url}))

        assert (answer.origin, answer.homes) == (other.url, (HOME,))


# ── by DNS ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a name server."""
    import socket

    real = socket.getaddrinfo

    def local(host: object, *rest: object, **more: object) -> object:
        if host not in {"127.0.0.1", "localhost"}:
            raise socket.gaierror(-2, "unknown")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("given", ["example.org", "alice@example.org"])
def test_dns_is_asked_for_a_domain_that_does_not_answer(given: str) -> None:
    asked: list[str] = []

    error = failure(lambda: discover(given, LOGIN, limits=LIMITS, by_dns=asked.append))

    assert asked == ["example.org"]
    assert (error.code, error.variant) == ("E402", "dns")


@pytest.mark.usefixtures("silent")
def test_a_name_from_dns_within_the_domain_is_visited() -> None:
    visited = failure(
        lambda: discover("example.org", LOGIN, limits=LIMITS, by_dns=lambda _: "https://dav.example.org/x/")
    )

    assert visited.params["host"] == "dav.example.org"


@pytest.mark.usefixtures("silent")
def test_srv_records_are_read_by_the_caldav_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    def records(name: str, kind: str) -> list[SimpleNamespace]:
        if (name, kind) != ("_caldavs._tcp.example.org", "SRV"):
            raise dns.resolver.NoAnswer
        return [SimpleNamespace(target="dav.example.org.", port=8443, priority=1, weight=1)]

    monkeypatch.setattr(dns.resolver, "resolve", records)

    error = failure(lambda: discover("example.org", LOGIN, limits=LIMITS))

    assert error.params["host"] == "dav.example.org"


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("named", ["https://dav.evil.example/", "https://evilexample.org/", "http://127.0.0.1/"])
def test_a_name_from_dns_outside_the_domain_is_not_visited(named: str) -> None:
    error = failure(lambda: discover("example.org", LOGIN, limits=LIMITS, by_dns=lambda _: named))

    assert error.params["host"] == "example.org"


@pytest.mark.parametrize("given", ["127.0.0.1", "https://example.org/", "localhost"])
def test_dns_is_asked_for_domains_alone(given: str, silent: None) -> None:
    asked: list[str] = []

    failure(lambda: discover(given, LOGIN, limits=Limits(connect=0.5), by_dns=asked.append))

    assert asked == []
