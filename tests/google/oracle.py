"""Two hands that do this and that by chance, here and at Google, while things go wrong; and what must hold afterwards.

Here alone the place is edited, there alone the notes: what each hand wrote last must be on both sides in the end, unless
somebody deleted the event, or took the occurrence out of its series.
"""

from __future__ import annotations

import os
import re
import select
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests import starting
from tests.doubles.events import event
from tests.google.agreement import agree, series_there
from tests.google.person import Googler
from tests.servers.google.control import RefusedError
from tests.starting import CALSYNC

MARK = re.compile(r"#(\d+)#")
ZONE = "Europe/Zurich"
GUEST = "guest@outside.test"
"""Invited there; hears of another place, and that it is off."""
SERIES = "RRULE:FREQ=WEEKLY;COUNT=6"

WRONG: tuple[dict[str, Any], ...] = (
    *({"kind": kind} for kind in ("cut-before", "cut-after", "cut-body", "html", "not-json")),
    {"kind": "error", "status": 500, "reason": "backendError"},
    {"kind": "error", "status": 403, "reason": "rateLimitExceeded", "retry_after": "0"},
    {"kind": "error", "status": 412, "reason": "conditionNotMet"},
    {"kind": "error", "status": 403, "reason": "quotaExceeded"},
)

Place = tuple[int, str]
"""An event by its mark, and an occurrence of it by its day ("" for the event itself)."""


@dataclass(slots=True)
class Oracle:
    """What is done, and what is known to have been done."""

    person: Googler
    random: Random
    marks: int = 0
    lasting: set[int] = field(default_factory=set)
    """Nobody deleted these."""
    wanted: dict[Place, dict[str, str]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    # ── here ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def makes_here(self) -> None:
        """Another program drops a file."""
        mark, extra = self._new(), "LOCATION:first\nCATEGORIES:Odd\nX-ODD;A=B:c\n"
        day = self._day()
        if self.random.random() < 0.5:
            extra += SERIES + "\n"
        body = event(f"mark-{mark}", f"Here #{mark}#", start=f"{day}T100000Z", end=f"{day}T110000Z", extra=extra)
        self.person.writes(f"{mark}.ics", body)
        self.wanted[mark, ""] = {"place": "first"}

    def edits_here(self) -> None:
        """Another program changes the place."""
        found = self._file()
        if found is not None:
            mark, path = found
            self.person.writes(path.name, _placed(path.read_bytes(), self._token(mark, "", "place")))

    def deletes_here(self) -> None:
        """A file goes."""
        found = self._file()
        if found is not None:
            self._doubt(found[0])
            found[1].unlink()

    def edits_one_here(self) -> None:
        """One occurrence gets a place of its own, by calsync's own verb."""
        found = self._occurrence_here()
        if found is not None:
            mark, name, day = found
            token = f"p{len(self.done)}"
            ran = self.person.types(
                "event", "edit", name, "--occurrence", day, "--where", token, "--no-input", "--json"
            )
            if ran.code == 0:
                self.wanted.setdefault((mark, day), {})["place"] = token

    def cancels_one_here(self) -> None:
        """One occurrence goes, and with the last the series."""
        found = self._occurrence_here()
        if found is not None:
            mark, name, day = found
            self.person.types("event", "delete", name, "--occurrence", day, "--no-input", "--json")
            self.wanted.pop((mark, day), None)
            if mark not in {_mark(body.decode()) for body in self.person.near()}:
                self._doubt(mark)  # it was the last one

    def _occurrence_here(self) -> tuple[int, str, str] | None:
        rows = self.person.sure("agenda", "2026-12-01..2027-03-01", "--json").json["events"]
        series = [row for row in rows if row["recurrence"] and MARK.search(row["title"])]
        if not series:
            return None
        row = self.random.choice(series)
        return _mark(row["title"]), row["id"], row["start"][:10]

    def _file(self) -> tuple[int, Any] | None:
        paths = sorted(self.person.folder().glob("*.ics"))
        if not paths:
            return None
        path = self.random.choice(paths)
        return _mark(path.read_text()), path

    # ── there ────────────────────────────────────────────────────────────────────────────────────────────────────

    def makes_there(self) -> None:
        """Google's own client makes something."""
        mark, day = self._new(), self._day()
        local = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        body: dict[str, Any] = {"summary": f"There #{mark}#", "description": "first"}
        if self.random.random() < 0.3:
            body |= {"start": {"date": local}, "end": {"date": f"{local[:8]}{int(local[8:]) + 1:02d}"}}
        else:
            for key, hour in (("start", 9), ("end", 10)):
                body[key] = {"dateTime": f"{local}T{hour:02d}:00:00", "timeZone": ZONE}
        if self.random.random() < 0.5:
            body["recurrence"] = [SERIES]
        if self.random.random() < 0.3:
            body["attendees"] = [{"email": GUEST, "responseStatus": "accepted"}]
        self.person.user.insert(body)
        self.wanted[mark, ""] = {"notes": "first"}

    def edits_there(self) -> None:
        """The notes of an event."""
        one = self._one(lambda each: "recurringEventId" not in each)
        if one:
            mark = _mark(one["summary"])
            self.person.user.patch(one["id"], {"description": self._token(mark, "", "notes")})

    def deletes_there(self) -> None:
        """An event, or a series."""
        one = self._one(lambda each: "recurringEventId" not in each)
        if one:
            self._doubt(_mark(one["summary"]))
            self.person.user.delete(one["id"])

    def edits_one_there(self) -> None:
        """The notes of one occurrence."""
        one = self._instance()
        if one and one["status"] != "cancelled":
            place = _mark(one["summary"]), _day(one)
            self.person.user.patch(one["id"], {"description": self._token(*place, "notes")})

    def cancels_one_there(self) -> None:
        """One occurrence goes, or comes back."""
        one = self._instance()
        if one and one["status"] != "cancelled":
            self.wanted.pop((_mark(one["summary"]), _day(one)), None)
            self.person.user.delete(one["id"])
        elif one:
            self.person.user.patch(one["id"], {"status": "confirmed"})

    def splits_there(self) -> None:
        """This and following: a new series begins, with all that is there, and what it overrode is gone."""
        one = self._instance()
        if one and one["status"] != "cancelled":
            mark = _mark(one["summary"])
            try:
                fresh = self._new()
                self.person.user.split(one["id"], {"summary": f"Split #{fresh}#"})
            except RefusedError:
                self.lasting.discard(fresh)
                return
            self.wanted = {place: told for place, told in self.wanted.items() if place[0] != mark or not place[1]}

    def _one(self, fit: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        found = [one for one in self.person.user.listed() if one["status"] != "cancelled" and fit(one)]
        return self.random.choice(found) if found else {}

    def _instance(self) -> dict[str, Any]:
        series = self._one(lambda each: "recurrence" in each)
        found = self.person.user.instances(series["id"], showDeleted="true") if series else []
        full = [one for one in found if "summary" in one]
        return self.random.choice(full) if full else {}

    # ── in between ───────────────────────────────────────────────────────────────────────────────────────────────

    def spoils(self) -> None:
        """Something goes wrong with one of the next requests."""
        method = self.random.choice(["GET", "POST", "PATCH", "DELETE", ""])
        wrong = self.random.choice(WRONG)
        if wrong.get("status") != 412 or method in ("PATCH", "DELETE"):
            self.person.user.fault(method=method, path="/events", after=self.random.randrange(3), **wrong)

    def expires(self) -> None:
        """All sync tokens die."""
        self.person.world.google.expire_sync_tokens()

    def syncs(self) -> None:
        """A round, however it ends."""
        self.person.sure("sync", "--max-delete", "100%", codes=(0, 3, 8))

    def dies(self) -> None:
        """A round that is killed while Google has a write, done or not, if there is one."""
        held = self.person.user.fault(
            self.random.choice(["hold", "hold-after"]), method="POST|PATCH|DELETE", path="/events"
        )
        streams = [os.open(os.devnull, os.O_RDWR) for _ in range(3)]
        words = [*CALSYNC, "sync", "--max-delete", "100%"]
        running = starting.begin(words, self.person.env, (streams[0], streams[1], streams[2]))
        while not held.met(0, seconds=0) and not select.select([running.answer], [], [], 0.01)[0]:
            pass
        if held.met(0, seconds=0):
            with suppress(ProcessLookupError):  # it was about to end
                os.kill(running.process, signal.SIGKILL)
        running.ended()
        self.person.user.behave()

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────

    def judged(self) -> None:
        """After some quiet rounds both sides are equal, and hold what they must."""
        self.person.user.behave()
        for _ in range(3):
            self.person.sure("sync", "--max-delete", "100%", codes=(0, 3))
        agree(self.person)
        seen = Counter(_mark(body.decode()) for body in self.person.near())
        assert seen.keys() >= self.lasting, ("lost", self.lasting - seen.keys())
        assert max(seen.values(), default=1) == 1, ("twice", seen)
        assert len(series_there(self.person, self.person.primary_id)) == len(seen)
        self._compared()
        heard = set(self.person.mails())
        assert heard <= {("update", (GUEST,)), ("cancellation", (GUEST,))}, heard
        self.person.quiet_round()

    def _compared(self) -> None:
        listed = [one for one in self.person.user.listed() if one["status"] != "cancelled"]
        there = {(_mark(one["summary"]), _day(one) if "recurringEventId" in one else ""): one for one in listed}
        names = {"place": "location", "notes": "description"}
        for place, told in self.wanted.items():
            said = {key: there.get(place, {}).get(names[key]) for key in told}
            assert said == told, (place, "wanted", told, "got", said)

    def steps(self, count: int) -> None:
        """So many, by chance."""
        deeds = list(self._deeds())
        for _ in range(count):
            deed = self.random.choice(deeds)
            self.done.append(deed.__name__)
            deed()

    def _deeds(self) -> Iterator[Callable[[], None]]:
        weights = {
            **dict.fromkeys((self.makes_here, self.edits_here, self.makes_there, self.edits_there), 3),
            **dict.fromkeys((self.edits_one_here, self.cancels_one_here), 2),
            **dict.fromkeys((self.edits_one_there, self.cancels_one_there), 2),
            **dict.fromkeys((self.deletes_here, self.deletes_there, self.splits_there, self.expires, self.dies), 1),
            self.spoils: 3,
            self.syncs: 8,
        }
        for deed, weight in weights.items():
            yield from [deed] * weight

    def _new(self) -> int:
        self.marks += 1
        self.lasting.add(self.marks)
        return self.marks

    def _doubt(self, mark: int) -> None:
        self.lasting.discard(mark)
        self.wanted = {place: told for place, told in self.wanted.items() if place[0] != mark}

    def _day(self) -> str:
        return f"202612{self.random.randrange(1, 28):02d}"

    def _token(self, mark: int, day: str, what: str) -> str:
        token = f"{what[0]}{len(self.done)}"
        if mark in self.lasting:
            self.wanted.setdefault((mark, day), {})[what] = token
        return token


def _mark(text: str) -> int:
    found = MARK.search(text)
    assert found, text
    return int(found[1])


def _day(one: dict[str, Any]) -> str:
    told = one["originalStartTime"]
    return str(told.get("date") or told["dateTime"][:10])


def _placed(body: bytes, place: str) -> bytes:
    """The first event of a file, which is the series itself, with another place."""
    head, event_, rest = body.partition(b"BEGIN:VEVENT\r\n")
    inner, end, tail = rest.partition(b"END:VEVENT")
    lines = [line for line in inner.split(b"\r\n") if not line.startswith(b"LOCATION:") and line]
    return head + event_ + b"\r\n".join([*lines, b"LOCATION:" + place.encode(), b""]) + end + tail
