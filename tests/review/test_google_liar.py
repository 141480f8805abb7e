"""A server that says whatever it likes to whatever it is asked: an outcome or an error with a code, and no more."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Cursor, Ref, Rev
from calsync_cli.core.ops import Create, Denied, Edit, Move, Op, Partial, Remove, Stale, Unknown, Wrote
from calsync_cli.net.http import READS, Request, Response
from calsync_cli.providers.google.account import GoogleAccount
from calsync_cli.providers.google.fields import Frame
from calsync_cli.providers.google.members import gathered
from tests.google.calendars.bodies import INVITATION, SERIES, SINGLE

Lies = list[Any]

HOUR = {"dateTime": "2026-12-01T12:00:00+01:00", "timeZone": "Europe/Zurich"}
TIMES: Lies = [HOUR, HOUR, {"date": "2026-12-01"}, {}, None, "soon", {"dateTime": "2026-12-01T09:00:00Z"}]
IDS: Lies = ["x", "x", "x", "x_20261203T090000Z", "y", "..", "a/b", "", None, 5, "n\nl", "\ud800", "z" * 1000]
WORDS: Lies = ["", "x", 5, None, [], {}, "\ud800", "é" * 50, '"1"', True]
RULES: Lies = [["RRULE:FREQ=DAILY;COUNT=6"], ["EXDATE:20261202T090000Z"], [], 5, ["X"], None, [None]]
GUESTS: Lies = [[{"email": "a@example.org"}], [{"email": "me@example.org", "self": True}], [{"email": 5}], [5], {}, 5]
HIDDEN: Lies = [{"private": {name: "x"}} for name in ("calsync1", "calsyncUid", "calsyncHalf")] + [{"private": 5}, 5]
MAY: dict[str, Lies] = {
    "status": ["confirmed", "cancelled", 5],
    "recurringEventId": IDS,
    "originalStartTime": TIMES,
    "iCalUID": WORDS,
    "recurrence": RULES,
    "attendees": GUESTS,
    "organizer": [{"email": "a@example.org"}, {"self": True}, 5],
    "privateCopy": [True, False],
    "extendedProperties": HIDDEN,
    "reminders": WORDS,
    "summary": WORDS,
    "sequence": WORDS,
}
REASONS: Lies = ["duplicate", "forbiddenForNonOrganizer", "conditionNotMet", "rateLimitExceeded", "x", 5]
STATUSES = [*[200] * 12, 204, 302, 400, 403, 404, 409, 409, 410, 412, 500]
SEEDS = range(300)


def event(chance: Random) -> Any:
    told = {"id": IDS, "etag": WORDS, "start": TIMES, "end": TIMES}
    told |= {name: pool for name, pool in MAY.items() if chance.random() < 0.3}
    return {name: chance.choice(pool) for name, pool in told.items()}


def listing(chance: Random) -> Any:
    told = {name: chance.choice(WORDS) for name in ("nextPageToken", "nextSyncToken") if chance.random() < 0.4}
    return {"items": [event(chance) for _ in range(chance.randrange(5))], **told}


def refusal(chance: Random) -> Any:
    return {"error": {"errors": [{"reason": chance.choice(REASONS)}]}}


def word(chance: Random) -> Any:
    return chance.choice(WORDS)


def body(chance: Random) -> bytes:
    made = chance.choice([event, event, listing, listing, refusal, word])
    return json.dumps(made(chance)).encode() if chance.random() < 0.97 else b""


KNOWN: dict[str, Any] = {"id": "x", "etag": '"1"', "iCalUID": "u", "summary": "S", "start": HOUR, "end": HOUR}
CALENDAR = {"id": "c", "accessRole": "owner", "timeZone": "Europe/Zurich"}
OUTCOMES = Wrote | Stale | Partial | Denied | Unknown


@dataclass
class Liar:
    """net.http.Http as far as the API needs it."""

    chance: Random
    requests: int = 0
    ahead: float | None = None
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        """Anything, and no more than sixty times."""
        self.asked.append(request)
        if "calendarList" in request.url:
            return Response(200, {}, json.dumps({"items": [CALENDAR], **CALENDAR}).encode())
        if len(self.asked) > 60:
            raise CalsyncError("E402", "lost", host="h")
        return Response(self.chance.choice(STATUSES), {}, body(self.chance))

    def close(self) -> None:
        """Nothing is open."""


def _held(*events: dict[str, Any]) -> Any:
    (members,) = gathered(events).values()
    return members.item(Frame("me@example.org", "Europe/Zurich"))


ALONE = _held(KNOWN)
OFTEN = _held(
    {**KNOWN, "recurrence": ["RRULE:FREQ=DAILY;COUNT=6"]},
    {
        **KNOWN,
        "id": "x_20261203T110000Z",
        "recurringEventId": "x",
        "originalStartTime": {"dateTime": "2026-12-03T12:00:00+01:00"},
        "summary": "Late",
    },
)
OPS: list[Op] = [
    *(Create(Ref("x"), body, NOBODY) for body in (SINGLE, SERIES, INVITATION)),
    *(Edit(base, base.content.replace(b"SUMMARY:S\r", b"SUMMARY:T\r"), NOBODY) for base in (ALONE, OFTEN)),
    Edit(OFTEN, OFTEN.content.replace(b"SUMMARY:Late\r", b"SUMMARY:Later\r"), NOBODY),
    *(Remove(base, NOBODY) for base in (ALONE, OFTEN)),
    Move(Ref("x"), Rev('"1"'), CollectionId("d"), Ref("x"), NOBODY),
]


@pytest.mark.parametrize("op", OPS, ids=lambda op: type(op).__name__)
def test_a_write_has_an_outcome_or_an_error(op: Op) -> None:
    for seed in SEEDS:
        liar = Liar(Random(seed))
        store = GoogleAccount(liar, "https://h/v3", "me@example.org").open(CollectionId("c"))  # type: ignore[arg-type]

        try:
            done = list(store.write([op]))
        except CalsyncError:
            done = []

        assert all(isinstance(one, OUTCOMES) for one in done), seed
        writes = [one for one in liar.asked if one.method not in READS]
        assert all("sendUpdates=none" in one.url or "/import" in one.url for one in writes), seed
        changes = [one for one in writes if one.method == "PATCH" and isinstance(op, Edit)]
        assert all("If-Match" in one.headers for one in changes), seed


@pytest.mark.parametrize("since", [None, Cursor("1:token"), Cursor("rubbish")])
def test_a_look_shows_what_can_be_kept_or_is_an_error(since: Cursor | None) -> None:
    for seed in SEEDS:
        liar = Liar(Random(seed))
        store = GoogleAccount(liar, "https://h/v3", "me@example.org").open(CollectionId("c"))  # type: ignore[arg-type]

        try:
            pages = list(store.look(since, {Ref("x"), Ref("y")}))
        except CalsyncError:
            continue

        kept = [one.held for page in pages for one in page.seen]
        assert all(held is not None and held.ref and held.ref.isprintable() for held in kept), seed
        assert pages[-1].end is not None, seed
