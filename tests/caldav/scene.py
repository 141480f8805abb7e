"""A calendar at /cal/ of a fake server, opened as the account opens it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from calsync_cli.core.model import NOBODY, CollectionId, Fetched, Glance, Held, Page, Ref, Rev, Rights
from calsync_cli.core.ops import Create, Done, Edit
from calsync_cli.net.http import Http, Limits
from calsync_cli.net.origin import origin_of
from calsync_cli.providers.caldav.collections import Facts
from calsync_cli.providers.caldav.dav import Dav
from calsync_cli.providers.caldav.store import CalDavStore
from calsync_cli.providers.quirks import GENERIC
from tests.caldav.fake import Asked, Fake, Says, data, error, etag, event, multi, props, status

LIMITS = Limits(connect=2.0, read=0.5, total=2.0, size=2_000_000, connections=3)
CAL = "/cal/"


def ref(name: str) -> Ref:
    return Ref(CAL + name)


def held(name: str, rev: str, content: str = "") -> Held:
    return Held(ref(name), Rev(rev), (content or event(name)).encode())


def create(name: str) -> Create:
    return Create(ref(name), event(name).encode(), NOBODY)


def edit(name: str, rev: str, content: str = "", base: str = "") -> Edit:
    return Edit(held(name, rev, base), (content or event(name, "new")).encode(), NOBODY)


class Scene:
    """The fake and a store over it."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        origin = origin_of(fake.url)
        self.http = Http(lambda other: other == origin, None, limits=LIMITS)
        self.dav = Dav(self.http, origin)

    def __enter__(self) -> Self:
        # The collection answers, unless a test says otherwise.
        self.fake.on(
            "PROPFIND", CAL, multi(props(CAL, "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"))
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def store(self, *, deltas: bool = True, quiet: bool = True, writers: int = 3) -> CalDavStore:
        quirks = type(GENERIC)("fake", writers=writers)
        facts = Facts(Glance(CollectionId(CAL), "cal", Rights.OWNER, ""), deltas, quirks)
        return CalDavStore(self.dav, facts, quiet=quiet, moves=True)

    def look(self, since: str | None = None, known: Sequence[str] = (), *, deltas: bool = True) -> Page:
        from calsync_cli.core.model import Cursor

        cursor = Cursor(since) if since is not None else None
        pages = list(self.store(deltas=deltas).look(cursor, {ref(name) for name in known}))
        assert len(pages) == 1
        return pages[0]

    def fetch(self, *names: str) -> dict[Ref, Fetched]:
        answers = list(self.store().fetch([ref(name) for name in names]))
        assert len(answers) == len(names), "an answer for each ref, once"
        return {answer.ref: answer for answer in answers}

    def write(self, *ops: Create | Edit, quiet: bool = True) -> list[Done]:
        return list(self.store(quiet=quiet).write(ops))


def listed(*names: str, rev: str = '"1"') -> list[str]:
    return [props(CAL + name, etag(rev)) for name in names]


def told(*names: str, rev: str = '"1"') -> Says:
    """A multiget's answer."""
    return multi(*(props(CAL + name, etag(rev), data(event(name))) for name in names))


def asked_hrefs(asked: Asked) -> list[str]:
    from lxml import etree

    return [str(href.text) for href in etree.fromstring(asked.body).iter("{DAV:}href")]


def answering(asked: Asked) -> Says:
    """A multiget answered in full: every href asked for is there."""
    return multi(*(props(href, etag('"1"'), data(event(href))) for href in asked_hrefs(asked)))


def absent(asked: Asked) -> Says:
    """A multiget answered with 404 for each."""
    return multi(*(status(href, 404) for href in asked_hrefs(asked)))


def denied(code: int, name: str) -> Says:
    return Says(code, error(name), {"Content-Type": "application/xml"})
