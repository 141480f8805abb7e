"""calsync with Google's stand-in against whoever fetches the same pages and keeps nothing: 10,000 events, on tmpfs.

The raw fetcher is http.client with json, the second rival Google's own client. Prints ratios and requests, asserts no
times. COUNT and RUNS are taken from the environment where they are set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.timing import Contender, contest, wipe
from tests.google.person import Googler, World
from tests.servers.fixtures import or_skip
from tests.servers.google.control import Google, start_google
from tests.servers.line import Line
from tests.servers.oidc.server import Oidc, start_oidc

COUNT = int(os.environ.get("COUNT", "10000"))
RUNS = int(os.environ.get("RUNS", "5"))
AWAY = 0.04
"""Seconds for a round trip."""
SLOW = 1.0
"""Seconds for an answer: the stand-in has its pages ready in memory, which no real server has."""
BIN = Path(sys.executable).parent
MEMORY = Path("/dev/shm")

_RAW = """
import http.client, json, sys
port, token = sys.argv[1:]
line, more = http.client.HTTPConnection("127.0.0.1", int(port)), ""
line.request("GET", "/calendar/v3/users/me/calendarList", headers={"Authorization": "Bearer " + token})
json.loads(line.getresponse().read())
while True:
    where = "/calendar/v3/calendars/primary/events?singleEvents=false&maxResults=2500" + more
    line.request("GET", where, headers={"Authorization": "Bearer " + token})
    page = json.loads(line.getresponse().read())
    if "nextPageToken" not in page:
        break
    more = "&pageToken=" + page["nextPageToken"]
"""

_CLIENT = """
import sys
from pathlib import Path
import googleapiclient
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
port, token = sys.argv[1:]
where = Path(googleapiclient.__file__).parent / "discovery_cache/documents/calendar.v3.json"
document = where.read_text().replace("https://www.googleapis.com/", f"http://127.0.0.1:{port}/")
service = build_from_document(document, credentials=Credentials(token))
service.calendarList().list().execute()
more = None
while True:
    page = service.events().list(
        calendarId="primary", singleEvents=False, maxResults=2500, pageToken=more
    ).execute()
    more = page.get("nextPageToken")
    if not more:
        break
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A person with a full calendar, signed in and activated, nothing fetched yet; and a way to go back to that."""

    me: Googler
    google: Google
    port: int

    def anew(self) -> None:
        """As it was before the first sync."""
        home, kept = self.me.home, self.me.place / "kept"
        if not kept.exists():
            subprocess.run(["cp", "-a", str(home), str(kept)], check=True)
        wipe(home)
        subprocess.run(["cp", "-a", f"{kept}/.", str(home)], check=True)

    def ours(self, prepare: Callable[[], object]) -> Contender:
        return Contender("calsync", [str(BIN / "calsync"), "sync", "-q"], self.me.env, prepare)

    def rival(self, name: str, program: str) -> Contender:
        argv = [sys.executable, "-c", program, str(self.port), self.me.user.token]
        return Contender(name, argv, {"PATH": os.environ["PATH"], "HOME": str(self.me.place)})


def event(number: int) -> dict[str, object]:
    """A believable meeting; every tenth has a reminder of its own, every twentieth guests."""
    day, hour = f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}", 8 + number % 9
    more: dict[str, object] = {}
    if number % 10 == 0:
        more["reminders"] = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}
    if number % 20 == 0:
        more["attendees"] = [{"email": f"guest{number % 7}@example.org", "responseStatus": "accepted"}]
    return {
        "summary": f"Meeting {number}",
        "location": "Room 1",
        "description": "What there is to talk about, and who brings what. " * 3,
        "start": {"dateTime": f"{day}T{hour:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": f"{day}T{hour + 1:02d}:00:00+01:00", "timeZone": "Europe/Zurich"},
        **more,
    }


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Google, Oidc]]:
    oidc = or_skip(lambda: start_oidc(tmp_path_factory.mktemp("oidc")))
    google = or_skip(lambda: start_google(tmp_path_factory.mktemp("google"), introspect=oidc.introspection))
    yield google, oidc
    google.stop()
    oidc.stop()


@pytest.fixture(params=[0.0, AWAY, SLOW], ids=["loopback", "40 ms away", "a second for each answer"])
def scene(servers: tuple[Google, Oidc], request: pytest.FixtureRequest) -> Iterator[Scene]:
    google, oidc = servers
    place = MEMORY / f"calsync-bench-google-{os.getpid()}"
    wipe(place)
    line = Line(google.port, rtt=request.param).start() if request.param else None
    port = line.port if line else google.port
    me = Googler(place, email=oidc.new_user(), world=World(google, oidc))
    me.env["CALSYNC_GOOGLE_CALENDAR_API"] = f"http://127.0.0.1:{port}/calendar/v3"
    for at in range(0, COUNT, 2000):
        me.user.seed([event(number) for number in range(at, min(at + 2000, COUNT))])
    me.connects()
    me.chooses("--no-sync")
    yield Scene(me, google, port)
    if line:
        line.stop()
    subprocess.run(["rm", "-rf", str(place)], check=True)


def test_first_sync(scene: Scene, request: pytest.FixtureRequest) -> None:
    raw, client = scene.rival("raw pages", _RAW), scene.rival("its client", _CLIENT)

    contest(f"first sync, {request.node.callspec.id}", scene.ours(scene.anew), [(raw, 1.5), (client, 1.5)], runs=RUNS)

    assert len(list(scene.me.folder().glob("*.ics"))) == COUNT


def test_small_rounds(scene: Scene, request: pytest.FixtureRequest) -> None:
    where = request.node.callspec.id
    scene.anew()
    scene.me.sure("sync", "-q")
    ids = [one["id"] for one in scene.me.user.listed()][: max(1, COUNT // 100)]
    turn = iter(range(10**6))

    def there() -> None:
        number = next(turn)
        for one in ids:
            scene.me.user.patch(one, {"summary": f"Changed {number}"})

    def here() -> None:
        number = next(turn)
        for path in sorted(scene.me.folder().glob("*.ics"))[: len(ids)]:
            path.write_bytes(path.read_bytes().replace(b"LOCATION:", f"LOCATION:{number} ".encode(), 1))

    for title, prepare in (("nothing to do", _nothing), ("1 % changed there", there), ("1 % changed here", here)):
        contest(f"{title}, {where}", scene.ours(prepare), [(scene.rival("raw pages", _RAW), 1.5)], runs=RUNS)
        prepare()
        scene.me.requests()
        scene.me.sure("sync", "-q")
        print(f"  {len(scene.me.requests())} requests")


def _nothing() -> None:
    """Nobody does anything."""
