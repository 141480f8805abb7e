"""The stand-in as tests see it: its users, what it is made to do, and what it saw."""

from __future__ import annotations

import http.client
import json
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.servers.google.errors import Json
from tests.servers.process import CannotRunError, free_port, spawn

ROOT = Path(__file__).parents[3]


class RefusedError(AssertionError):
    """The stand-in said no to a test's own hand."""


@dataclass(frozen=True, slots=True)
class Google:
    """The running stand-in."""

    port: int
    stop: Callable[[], None]

    @property
    def root(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        """Where the Calendar API is: what a connection's `api` says."""
        return f"{self.root}/calendar/v3"

    def lab(self, word: str, **given: Any) -> Any:
        """One word of the lab (lab.py)."""
        status, _, told = exchange(self.port, "POST", f"/_lab/{word}", given, {})
        if status != 200:
            raise RefusedError(f"{word}: {told}")
        return told

    def new_user(self, name: str = "me", *, zone: str = "Europe/Zurich") -> User:
        """Somebody who has nothing yet but a primary calendar and a token."""
        address = f"{name}.{uuid.uuid4().hex[:10]}@example.org"
        return self.user(address, zone=zone)

    def user(self, address: str, *, zone: str = "Europe/Zurich") -> User:
        """Somebody by address."""
        return User(self, address, self.lab("user", address=address, zone=zone)["token"])

    def forget(self, address: str) -> None:
        """Somebody has nothing any more, not even a primary calendar."""
        self.lab("forget", user=address)

    @contextmanager
    def behaving(self, **settings: Any) -> Iterator[None]:
        """Behave in another way (state.Settings) for a while."""
        self.lab("settings", **settings)
        try:
            yield
        finally:
            self.lab("settings")

    def expire_sync_tokens(self) -> None:
        """All sync tokens get 410 from now on."""
        self.lab("expire")

    def tokens(self, token: str, user: str = "", scopes: Sequence[str] | None = None) -> None:
        """A token counts for a user; without one, no more."""
        self.lab("token", token=token, user=user, scopes=scopes)


@dataclass(frozen=True, slots=True)
class User:
    """One user of it, as a hand behind a client's back: what this does is neither counted nor held against anybody."""

    google: Google
    address: str
    token: str = field(repr=False)

    @property
    def primary(self) -> str:
        """The primary calendar's id."""
        return self.address

    def api(self, verb: str, path: str, body: Json | None = None, *, if_match: str = "", **query: Any) -> Any:
        """A request to the API that must succeed; its JSON."""
        status, _, told = self.ask(verb, path, body, if_match=if_match, **query)
        if status >= 300:
            raise RefusedError(f"{verb} {path}: {status} {told}")
        return told

    def ask(self, verb: str, path: str, body: Json | None = None, *, if_match: str = "", **query: Any) -> Asked:
        """A request to the API: status, headers, JSON."""
        headers = {"Authorization": f"Bearer {self.token}", "X-Lab-Other": "1"}
        if if_match:
            headers["If-Match"] = if_match
        text = urlencode({"sendUpdates": "none", **query} if _tells(verb, path) else query, doseq=True)
        return exchange(self.google.port, verb, f"/calendar/v3/{path}?{text}", body, headers)

    def client(self, verb: str, path: str, body: Json | None = None, **query: Any) -> Asked:
        """A request as a client's: counted, held against the document, and met by faults."""
        target = f"/calendar/v3/{path}?{urlencode(query, doseq=True)}"
        return exchange(self.google.port, verb, target, body, {"Authorization": f"Bearer {self.token}"})

    def insert(self, body: Json, calendar: str = "primary", **query: Any) -> Json:
        """A new event."""
        told: Json = self.api("POST", events(calendar), body, **query)
        return told

    def get(self, event: str, calendar: str = "primary") -> Json:
        """An event."""
        told: Json = self.api("GET", events(calendar, event))
        return told

    def patch(self, event: str, change: Json, calendar: str = "primary", **query: Any) -> Json:
        """A change of an event or of an instance."""
        told: Json = self.api("PATCH", events(calendar, event), change, **query)
        return told

    def delete(self, event: str, calendar: str = "primary", **query: Any) -> None:
        """An event or an instance goes."""
        self.api("DELETE", events(calendar, event), **query)

    def listed(self, calendar: str = "primary", **query: Any) -> list[Json]:
        """All that events.list tells, page by page."""
        found: list[Json] = []
        more: Json = {}
        while True:
            page = self.api("GET", events(calendar), maxResults=2500, **query, **more)
            found += page["items"]
            if "nextPageToken" not in page:
                return found
            more = {"pageToken": page["nextPageToken"]}

    def instances(self, event: str, calendar: str = "primary", **query: Any) -> list[Json]:
        """The first occurrences of a series."""
        told: list[Json] = self.api("GET", f"{events(calendar, event)}/instances", **query)["items"]
        return told

    def split(self, instance: str, change: Json | None = None, calendar: str = "") -> str:
        """This and following, as Google's web does it: the new series' id."""
        told = self.google.lab("split", calendar=calendar or self.address, instance=instance, change=change or {})
        return str(told["id"])

    def seed(self, bodies: Sequence[Json], calendar: str = "") -> list[str]:
        """Many new events at once."""
        told: list[str] = self.google.lab("seed", calendar=calendar or self.address, events=list(bodies))
        return told

    def put(self, data: Json, calendar: str = "") -> Json:
        """An event as it is given, past all rules."""
        told: Json = self.google.lab("put", calendar=calendar or self.address, data=data)
        return told

    def raw(self, event: str, calendar: str = "") -> Json | None:
        """What is stored of an event."""
        told: Json | None = self.google.lab("raw", calendar=calendar or self.address, event=event)
        return told

    def new_calendar(self, summary: str = "Work", *, zone: str = "Europe/Zurich") -> str:
        """Another calendar of his own."""
        return str(self.google.lab("calendar", owner=self.address, summary=summary, zone=zone)["id"])

    def share(self, calendar: str, user: User, role: str) -> None:
        """Somebody else's role in a calendar; `none` takes it away."""
        self.google.lab("share", calendar=calendar, user=user.address, role=role)

    def entry(self, calendar: str, **fields: Any) -> None:
        """Change his calendarList entry."""
        self.google.lab("entry", calendar=calendar, user=self.address, fields=fields)

    def vanish(self, calendar: str) -> None:
        """A calendar is deleted."""
        self.google.lab("vanish", calendar=calendar)

    def fault(
        self, kind: str, *, method: str = "", path: str = "", times: int | None = 1, after: int = 0, **given: Any
    ) -> Fault:
        """Misbehave for this user's clients (faults.KINDS); `times` None is until told otherwise."""
        match = {"method": method, "path": path, "user": self.address}
        return Fault(self.google, self.google.lab("fault", kind=kind, match=match, times=times, after=after, **given))

    def refuse(self, status: int, reason: str, *, retry_after: str = "", **match: Any) -> Fault:
        """Answer with an error instead of doing it."""
        return self.fault("error", status=status, reason=reason, retry_after=retry_after, **match)

    def behave(self) -> None:
        """No more faults for this user."""
        self.google.lab("behave", user=self.address)

    def requests(self, *, forget: bool = False) -> list[Json]:
        """What this user's clients asked: method, path, query, if_match, body, status."""
        told: list[Json] = self.google.lab("requests", user=self.address, forget=forget)
        return told

    def mails(self, *, forget: bool = False) -> list[Json]:
        """The mails that Google would have sent for this user: kind, method, to, event, subject, by, sendUpdates."""
        told: list[Json] = self.google.lab("mails", user=self.address, forget=forget)
        return told

    def violations(self, *, forget: bool = False) -> list[Json]:
        """Where this user's clients or the stand-in itself were outside Google's discovery document."""
        told: list[Json] = self.google.lab("violations", user=self.address, forget=forget)
        return told


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in force."""

    google: Google
    number: int

    def met(self, least: int = 1, *, seconds: float = 20) -> int:
        """How often it was met, once that is so often."""
        return int(self.google.lab("met", fault=self.number, least=least, seconds=seconds))

    def release(self) -> None:
        """Let go what it holds, and end it."""
        self.google.lab("release", fault=self.number)


Asked = tuple[int, dict[str, str], Any]


def events(calendar: str, event: str = "") -> str:
    """The path of a calendar's events, or of one."""
    place = f"calendars/{quote(calendar, safe='')}/events"
    return f"{place}/{quote(event, safe='')}" if event else place


def exchange(port: int, verb: str, target: str, body: Any, headers: dict[str, str]) -> Asked:
    """One request on a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        content = None if body is None else json.dumps(body).encode()
        line.request(verb, target, content, {"Content-Type": "application/json", **headers})
        reply = line.getresponse()
        text = reply.read()
        told = {name.lower(): value for name, value in reply.headers.items()}
        return reply.status, told, json.loads(text) if text else None
    finally:
        line.close()


def start_google(directory: Path, *, introspect: str = "") -> Google:
    """The stand-in as a process of its own."""
    port = free_port()
    asks = ["--introspect", introspect] if introspect else []
    argv = [sys.executable, "-m", "tests.servers.google", "--port", str(port), *asks]
    running = spawn(argv, log=directory / "google.log", cwd=ROOT)
    try:
        running.await_port(port)
    except CannotRunError as error:
        raise CannotRunError(f"the Google stand-in (google-api-python-client is needed): {error}") from error
    return Google(port, running.stop)


def _tells(verb: str, path: str) -> bool:
    return verb in ("POST", "PATCH", "PUT", "DELETE") and "/events" in path and not path.endswith("/import")
