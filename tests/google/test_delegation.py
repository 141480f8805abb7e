"""A service account that acts for a domain's users, judged by google-auth's own verifier."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from google.auth import jwt

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.google.delegation import (
    Delegated,
    ServiceAccount,
    delegating,
    read_service_account,
    seen_by_others,
)
from calsync_cli.providers.google.scopes import CALENDAR, DELEGATED, MAIL

ROBOT = "robot@calsync-tests.iam.gserviceaccount.com"
BOTH = (CALENDAR, MAIL)


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(other: ec.EllipticCurvePrivateKey | None = None) -> str:
    return (
        (other or key())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def certificate() -> str:
    """As Google publishes them for each key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ROBOT)])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    made = made.serial_number(1).not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    return made.sign(key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


class TokenEndpoint(BaseHTTPRequestHandler):
    """Verifies an assertion as Google does: signature, audience, times."""

    refusal: dict[str, str] | None = None
    claims: dict[str, Any]
    head: dict[str, Any]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        here = f"http://127.0.0.1:{self.server.server_port}/token"  # type: ignore[attr-defined]
        kind = type(self)
        kind.head = jwt.decode_header(form["assertion"][0])
        kind.claims = jwt.decode(form["assertion"][0], certs={"k1": certificate()}, audience=here)
        said = kind.refusal or {"access_token": "delegated", "expires_in": 3599, "token_type": "Bearer"}
        body = json.dumps(said).encode()
        self.send_response(400 if kind.refusal else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


class Place:
    """The endpoint, and the account whose tokens come from there."""

    def __init__(self) -> None:
        self.kind = type("Own", (TokenEndpoint,), {})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.kind)
        self.url = f"http://127.0.0.1:{self.server.server_port}/token"
        self.account = ServiceAccount(ROBOT, "1234567890", "k1", self.url, pem())
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.server.shutdown()
    made.server.server_close()


def document(**more: object) -> dict[str, object]:
    return {
        "type": "service_account",
        "project_id": "calsync-tests",
        "private_key_id": "k1",
        "private_key": pem(),
        "client_email": ROBOT,
        "client_id": "1234567890",
        "token_uri": "https://oauth2.googleapis.com/token",
        **more,
    }


def failure(deed: Callable[[], object]) -> CalsyncError:
    with pytest.raises(CalsyncError) as caught:
        deed()
    return caught.value


def test_an_assertion_says_who_acts_for_whom_and_with_which_scopes(place: Place) -> None:
    token = delegating(place.account, "anna@example.org", BOTH).token()

    claims = place.kind.claims
    assert token == "delegated"
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == (ROBOT, "anna@example.org", 3600)
    assert claims["scope"].split() == [*DELEGATED[CALENDAR], *DELEGATED[MAIL]]
    assert (place.kind.head["alg"], place.kind.head["kid"]) == ("RS256", "k1")


def test_one_half_asks_for_its_own_scopes_alone(place: Place) -> None:
    Delegated(place.account, "anna@example.org", (MAIL,))()

    assert place.kind.claims["scope"].split() == list(DELEGATED[MAIL])


def test_a_domain_that_was_not_asked_is_told_the_number_and_the_scopes_to_enter(place: Place) -> None:
    place.kind.refusal = {"error": "unauthorized_client", "error_description": "Client is unauthorized to retrieve"}

    error = failure(lambda: delegating(place.account, "anna@example.org", BOTH).token())

    assert (error.code, error.variant, error.params["client"]) == ("E103", "delegation", "1234567890")
    assert error.params["scopes"].split(",") == [*DELEGATED[CALENDAR], *DELEGATED[MAIL]]


@pytest.mark.parametrize(
    ("about", "code", "variant"),
    [
        ("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.", "E106", "clock"),
        ("Invalid email or User ID", "E108", "no-user"),
        ("Invalid JWT Signature.", "E109", "key-revoked"),
        ("Invalid grant: account not found", "E109", "key-revoked"),
    ],
)
def test_what_google_tells_by_words_alone_has_its_own_errors(place: Place, about: str, code: str, variant: str) -> None:
    place.kind.refusal = {"error": "invalid_grant", "error_description": about}

    error = failure(lambda: delegating(place.account, "anna@example.org", BOTH).token())

    assert (error.code, error.variant) == (code, variant)


def test_a_client_that_is_gone_is_told_as_in_a_browser(place: Place) -> None:
    place.kind.refusal = {"error": "deleted_client"}

    error = failure(lambda: delegating(place.account, "anna@example.org", BOTH).token())

    assert (error.code, error.variant) == ("E109", "deleted")


def test_a_key_file_is_read_and_kept_and_shows_its_key_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(document()))

    found = read_service_account(path)

    assert ServiceAccount.read(found.text(), "anna@example.org") == found
    assert "PRIVATE KEY" not in repr(found)


@pytest.mark.parametrize(
    ("written", "variant"),
    [
        ({"private_key_id": None}, "fields"),
        ({"type": "authorized_user"}, "no-service-account"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, "key"),
        ({"private_key": pem(ec.generate_private_key(ec.SECP256R1()))}, "key"),
        ({"client_id": 1234567890}, "fields"),
        ({"token_uri": "http://oauth2.example/token"}, "address"),
    ],
)
def test_each_mistake_in_a_key_file_is_told_by_its_name(
    tmp_path: Path, written: dict[str, object], variant: str
) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(document(**written)))

    error = failure(lambda: read_service_account(path))

    assert (error.code, error.variant) == ("E109", variant)
    assert "PRIVATE" not in str(error)


def test_what_is_kept_and_no_service_account_means_to_sign_in_again() -> None:
    error = failure(lambda: ServiceAccount.read('{"refresh_token": "x"}', "anna@example.org"))

    assert (error.code, error.variant) == ("E106", "no-secret")


@pytest.mark.parametrize(("mode", "seen"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_key_that_others_may_read_is_noticed(tmp_path: Path, mode: int, seen: bool) -> None:
    path = tmp_path / "key.json"
    path.touch()
    path.chmod(mode)

    assert seen_by_others(path) is seen
