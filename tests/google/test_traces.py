"""Where a token could be left behind by the installed command: in no file, no output, no argument and no environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.doubles.events import event
from tests.google.person import Googler
from tests.google.signing import allows, browsed, signing
from tests.journeys.meddler import Said, meddling
from tests.security.test_traces import processes
from tests.servers.oidc.browser import Browser, FarBrowser

BUG = """
import sys
from calsync_cli.providers.google.account import GoogleAccount
from calsync_cli.cli.main import run
def broken(self):
    token = self.http._login.token()
    raise RuntimeError(f"{token} in {self!r}")
GoogleAccount.glance = broken
sys.exit(run(sys.argv[1:]))
"""
"""calsync with a mistake in it that holds an access token in its message and in its frame."""
KINDS = ("access_token", "refresh_token", "id_token")


@dataclass
class Watched:
    """Somebody whose every token is known to the test, for it came through its hands."""

    person: Googler
    tokens: list[str] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    """Arguments and environments of all of this person's processes, whenever a token was asked for."""

    def looks(self, said: Said) -> Said:
        self.seen += processes(self.person.home)
        if said.path.endswith("/token"):
            answer = json.loads(said.body)
            self.tokens += [answer[kind] for kind in KINDS if kind in answer]
        return said

    def leaks(self, *texts: str) -> list[str]:
        """Files and texts with a token in them."""
        files = [path for path in self.person.place.rglob("*") if path.is_file() and not path.is_symlink()]
        held = [(str(path), path.read_bytes()) for path in files]
        held += [(text, text.encode()) for text in texts]
        return [name for name, content in held for token in self.tokens if token.encode() in content]


@pytest.fixture
def watched(newcomer: Googler) -> Iterator[Watched]:
    """The token endpoint is asked through the test."""
    one = Watched(newcomer)
    with meddling(newcomer.world.oidc.port, one.looks) as between:
        client = newcomer.world.oidc.client()
        client["installed"]["token_uri"] = f"{between.url}token"
        (newcomer.place / "client.json").write_text(json.dumps(client))
        yield one


def test_no_token_is_in_a_file_an_output_or_a_process(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    person, log = watched.person, str(watched.person.place / "said.log")
    with monkeypatch.context() as cold:  # a forked process shows the arguments of the one that it came from
        cold.setenv("CALSYNC_TESTS_COLD", "1")
        said = [browsed(person, allows(person), "-vv", "--log-file", log), person.chooses("-vv")]
    person.writes("mine.ics", event("mine", "Mine"))
    lines = (
        ("sync", "-vv", "--log-file", log),
        ("status", "--check", "--json"),
        ("config", "list", "--json"),
        ("account", "export", str(person.place / "export")),
        ("doctor", "-vv", "--bundle", str(person.place / "bundle")),
        ("log", "--json"),
    )
    said += [person.types(*words) for words in lines]
    person.world.oidc.revoke(person.email)
    said += [person.types("sync", "-vv", "--log-file", log), person.types("disconnect", "--yes", "-vv")]

    texts = [ran.out + ran.err for ran in said]
    assert [ran.code for ran in said] == [0] * 8 + [4, 0]
    assert len(watched.tokens) >= 5
    assert watched.leaks(*texts) == []
    assert len(watched.seen) >= 2
    assert not [text for text in watched.seen for token in watched.tokens if token.encode() in text]


def test_a_mistake_of_ours_is_reported_without_it(watched: Watched) -> None:
    person = watched.person
    browsed(person, allows(person))
    person.chooses()

    ran = person.types("-c", BUG, "sync", "-vv", program=(sys.executable,))

    assert ran.code == 1
    (report,) = (person.home / "log").glob("report-*")
    assert "RuntimeError" in report.read_text()
    assert watched.leaks(ran.out, ran.err) == []


def test_a_pasted_address_is_kept_nowhere(watched: Watched) -> None:
    """The code in it is good for one use, and used; all the same nobody needs it afterwards."""
    person = watched.person
    with signing(person, "-vv", terminal=True) as waiting:
        pasted = FarBrowser().address(waiting.address, person.email)
        waiting.types(pasted + "\n")
        waiting.ends()

    code = pasted.partition("code=")[2].partition("&")[0].encode()
    files = [path for path in person.home.rglob("*") if path.is_file()]
    assert code
    assert not [path for path in files if code in path.read_bytes()]


def test_a_refused_exchange_repeats_neither_code_nor_secret(watched: Watched) -> None:
    person = watched.person
    person.world.oidc.fail(401, "invalid_client", description="client s3 with code abc is unknown")
    came: list[str] = []

    def act(browser: Browser, url: str) -> None:
        came.append(browser.allows(url, person.email).url)

    ran = browsed(person, act, "-vv", "--json")

    code = came[0].partition("code=")[2].partition("&")[0]
    assert code
    assert ran.error == "E109"
    assert code not in ran.out + ran.err
    assert "abc" not in ran.out + ran.err
