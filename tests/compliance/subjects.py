"""The stores under the suite, each with a way for somebody else to write behind its back, and what they are excused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from calsync_cli.core.model import CollectionId, Ref
from calsync_cli.core.ports import Account, Store
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir
from calsync_cli.net.http import Login
from calsync_cli.providers.caldav.account import CalDavAccount, open_account
from calsync_cli.providers.caldav.discovery import discover
from calsync_cli.providers.google import account as google_account
from calsync_cli.providers.quirks import GENERIC, KERIO
from tests.doubles.events import event
from tests.doubles.memory import MemoryAccount
from tests.servers.google.control import User
from tests.servers.plain import Plain
from tests.servers.served import Served


class Others(Protocol):
    """Somebody else at the same collection, without a line of the code under test."""

    def put(self, name: str, content: bytes) -> Ref:
        """Write an item under that name; the ref by which the store will know it."""

    def drop(self, ref: Ref) -> None:
        """Delete an item."""

    def names(self) -> set[Ref]:
        """What is there."""


@dataclass(slots=True)
class Subject:
    """A store with an empty collection, and its surroundings."""

    name: str
    account: Account
    id: CollectionId
    open: Callable[[], Store]
    """The store anew, as a later run opens it."""
    others: Others
    vanish: Callable[[], None]
    """The collection goes."""
    settle: Callable[[], None] = lambda: None
    """Time passes, for stores that distrust what is seconds old."""
    second: tuple[CollectionId, Store] | None = None
    """Another collection of the account."""
    readonly: Callable[[], Store] | None = None
    mails: Callable[[], int] = lambda: 0
    readonly_id: CollectionId | None = None


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────


def memory() -> Subject:
    """The stand-in of the engine's tests must be held to the same."""
    account = MemoryAccount()
    store, second = account.make("work"), account.make("home")
    locked = account.make("holidays")
    locked.change_traits(writable=False)
    locked.put("day.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    class Behind:
        def put(self, name: str, content: bytes) -> Ref:
            store.put(name, content)
            return Ref(name)

        def drop(self, ref: Ref) -> None:
            store.drop(ref)

        def names(self) -> set[Ref]:
            return set(store.contents())

    return Subject(
        name="memory",
        account=account,
        id=CollectionId("work"),
        readonly_id=CollectionId("holidays"),
        open=lambda: account.open(CollectionId("work")),
        others=Behind(),
        vanish=lambda: account.forget("work"),
        second=(CollectionId("home"), second),
        readonly=lambda: locked,
        mails=lambda: len(store.mails),
    )


# ── vdir ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def vdir(tmp: Path) -> Subject:
    """A directory of .ics files, with other programs at it."""
    place = tmp / "agenda" / "work"
    place.mkdir(parents=True)
    attic = Attic(tmp / "attic")
    late = [0.0]

    def put(name: str, content: bytes) -> Ref:
        (place / name).write_bytes(content)
        return Ref(name)

    class Behind:
        def put(self, name: str, content: bytes) -> Ref:
            return put(name, content)

        def drop(self, ref: Ref) -> None:
            (place / ref).unlink()

        def names(self) -> set[Ref]:
            return {Ref(one.name) for one in place.iterdir() if one.name.endswith(".ics")}

    def vanish() -> None:
        place.rename(tmp / "elsewhere")

    def settle() -> None:
        late[0] += 10

    return Subject(
        name="vdir",
        account=Agenda(tmp / "agenda", attic),
        id=CollectionId("work"),
        open=lambda: Vdir(place, attic, clock=lambda: time.time() + late[0], durable=False),
        others=Behind(),
        vanish=vanish,
        settle=settle,
    )


# ── caldav ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Behind:
    """Another client, in plain HTTP."""

    plain: Plain
    suffix: str

    def put(self, name: str, content: bytes) -> Ref:
        """Names are quoted as most clients quote; the listing says how the server spells it."""
        stem = name.removesuffix(".ics") + self.suffix
        self.plain.put(stem, content)
        return Ref(next(href for href in self.plain.list() if unquote(href).endswith("/" + stem)))

    def drop(self, ref: Ref) -> None:
        """Delete by href."""
        self.plain.delete(ref)

    def names(self) -> set[Ref]:
        """All hrefs."""
        return {Ref(href) for href in self.plain.list()}


def caldav(served: Served, mails: Callable[[], int]) -> Subject:
    """A new calendar of a user of that server, reached by discovery and the account as in real life."""
    one, two = served.fresh_calendar(), served.fresh_calendar()
    account = sign_in(served)
    path, second_path = _path(one.calendar_url), _path(two.calendar_url)

    def at(path: str) -> Store:
        ids = {urlsplit(glance.id).path: glance.id for glance in account.glance()}
        return account.open(ids[path])

    def readonly() -> Store:
        return at(_path(served.readonly_url))

    return Subject(
        name=served.name,
        account=account,
        id=CollectionId(path),
        readonly_id=CollectionId(_path(served.readonly_url)) if served.readonly_url else None,
        open=lambda: at(path),
        others=Behind(one.plain(), served.suffix),
        vanish=lambda: one.plain().remove(),
        second=(CollectionId(second_path), at(second_path)),
        readonly=readonly if served.readonly_url else None,
        mails=mails,
    )


def sign_in(served: Served) -> CalDavAccount:
    """Discovery, then the account."""
    login = Login(served.user, lambda: served.password)
    quirks = KERIO if served.name == "kerio" else GENERIC
    return open_account(discover(served.url, login, quirks=quirks), login, quirks=quirks)


def _path(url: str) -> str:
    return urlsplit(url).path


# ── google ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Token:
    """An access token that needs no renewing."""

    user: str
    text: str

    def token(self) -> str:
        """The token."""
        return self.text

    def renew(self, refused: str) -> str:
        """There is no other."""
        return self.text


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another of the user's devices, which speaks the API in plain JSON."""

    user: User
    calendar: str
    ids: dict[str, str]

    def put(self, name: str, content: bytes) -> Ref:
        """Insert under that id where it can be one, or change what is there."""
        stem, lines = name.removesuffix(".ics"), dict(_LINE.findall(content.decode()))
        body = {"summary": lines["SUMMARY"]}
        known = self.ids.get(stem, stem)
        if known in self._all():
            return Ref(self.user.patch(known, body, self.calendar)["id"])
        if re.fullmatch("[a-v0-9]{5,}", stem):
            body["id"] = stem
        times = {key: {"dateTime": _rfc3339(lines[f"DT{key.upper()}"])} for key in ("start", "end")}
        self.ids[stem] = self.user.insert({**body, **times}, self.calendar)["id"]
        return Ref(self.ids[stem])

    def drop(self, ref: Ref) -> None:
        """Delete by id."""
        self.user.delete(ref, self.calendar)

    def names(self) -> set[Ref]:
        """All that is not cancelled."""
        return {Ref(name) for name in self._all()}

    def _all(self) -> set[str]:
        return {one["id"] for one in self.user.listed(self.calendar)}


_LINE = re.compile(r"^([A-Z]+):(.*?)\r?$", re.MULTILINE)


def _rfc3339(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}"


def google_account_of(user: User) -> google_account.GoogleAccount:
    """The user's calendars as in real life, but for the sign-in."""
    return google_account.open_account(user.google.base, Token(user.address, user.token), user.address)


def google(user: User) -> Subject:
    """Two new calendars of a new user of the stand-in, and one that somebody shares."""
    somebody = user.google.new_user("somebody")
    one, two, theirs = user.new_calendar("One"), user.new_calendar("Two"), somebody.new_calendar("Theirs")
    somebody.share(theirs, user, "reader")
    Elsewhere(somebody, theirs, {}).put("holiday", event("holiday", "Holiday"))
    account = google_account_of(user)
    account.glance()
    return Subject(
        name="google",
        account=account,
        id=CollectionId(one),
        readonly_id=CollectionId(theirs),
        open=lambda: account.open(CollectionId(one)),
        others=Elsewhere(user, one, {}),
        vanish=lambda: user.vanish(one),
        second=(CollectionId(two), account.open(CollectionId(two))),
        readonly=lambda: account.open(CollectionId(theirs)),
        mails=lambda: len(user.mails()),
    )


# ── what is excused ──────────────────────────────────────────────────────────────────────────────────────────────

NAMES = ("memory", "vdir", "radicale", "xandikos", "cyrus", "kerio", "google")

WAIVERS: dict[tuple[str, str], str] = {
    ("google", "test_a_move_onto_something_is_stale_and_both_stay"): "an event keeps its id, so nothing is in its way",
}
"""(subject, test) → why it cannot be otherwise. Each is a strict xfail: a waiver that is no longer needed fails."""
