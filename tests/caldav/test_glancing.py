"""All calendars at a glance: which count, what may be done there, and when the list is not to be believed."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Cursor, End, Glance, Rights
from calsync_cli.providers.caldav.account import CalDavAccount, open_account
from calsync_cli.providers.caldav.discovery import Found
from calsync_cli.providers.quirks import KERIO, Quirks
from tests.caldav.fake import Fake, Says, hrefs, multi, props, status

HOME = "/home/alice/"
WORK = HOME + "work/"
KIND = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
REPORTS = "<d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report></d:supported-report-set>"


@pytest.fixture
def account(fake: Fake) -> Iterator[CalDavAccount]:
    made = opened(fake)
    yield made
    made.close()


def opened(fake: Fake, quirks: Quirks | None = None, every: float = 300.0) -> CalDavAccount:
    where = Found(fake.url, "/p/alice/", (HOME,), auto_schedule=True, moves=False)
    return open_account(where, None, quirks=quirks, every=every) if quirks else open_account(where, None, every=every)


def calendar(*inner: str, href: str = WORK, kind: str = KIND, token: str = "t1") -> str:
    return props(href, kind, f"<d:sync-token>{token}</d:sync-token>", *inner)


def privileges(*names: str) -> str:
    inner = "".join(f"<d:privilege><{name}/></d:privilege>" for name in names)
    return f"<d:current-user-privilege-set>{inner}</d:current-user-privilege-set>"


def shown(fake: Fake, account: CalDavAccount, *lines: str) -> list[Glance]:
    fake.on("PROPFIND", HOME, multi(props(HOME, "<d:resourcetype><d:collection/></d:resourcetype>"), *lines))
    return list(account.glance())


def failure(fake: Fake, account: CalDavAccount, said: Says) -> CalsyncError:
    fake.on("PROPFIND", HOME, said)
    with pytest.raises(CalsyncError) as raised:
        account.glance()
    return raised.value


def test_a_calendar_with_everything(fake: Fake, account: CalDavAccount) -> None:
    inbox = props(
        HOME + "inbox/",
        "<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype>",
        hrefs("c:schedule-default-calendar-URL", WORK),
    )
    line = calendar("<d:displayname>Work</d:displayname>", "<a:calendar-color>#1e90ffff</a:calendar-color>", REPORTS)

    seen = shown(fake, account, line, inbox)

    assert seen == [Glance(CollectionId(WORK), "Work", Rights.OWNER, "t1", "#1E90FF", default=True)]
    assert len(fake.asked) == 1


def test_a_calendar_with_nothing_is_named_by_its_href_and_its_own(fake: Fake, account: CalDavAccount) -> None:
    seen = shown(fake, account, calendar(href=HOME + "caf%C3%A9"))

    assert seen == [Glance(CollectionId(HOME + "caf%C3%A9/"), "café", Rights.OWNER, "t1")]


@pytest.mark.parametrize(
    "kind",
    [
        "<d:resourcetype><d:collection/></d:resourcetype>",
        "<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype>",
        "<d:resourcetype><d:collection/><c:calendar/><s:subscribed/></d:resourcetype>",
        "<d:resourcetype><d:collection/><s:notification/></d:resourcetype>",
        '<d:resourcetype><d:collection/><c:calendar/><n:deleted-calendar xmlns:n="http://nextcloud.com/ns"/></d:resourcetype>',
    ],
)
def test_what_is_no_calendar_is_left_alone(fake: Fake, account: CalDavAccount, kind: str) -> None:
    assert shown(fake, account, calendar(kind=kind)) == []


@pytest.mark.parametrize(
    ("components", "counts"),
    [
        ('<c:comp name="VEVENT"/>', True),
        ('<c:comp name="VTODO"/><c:comp name="VEVENT"/>', True),
        ('<c:comp name="vevent"/>', True),
        ('<c:comp name="VTODO"/>', False),
        ('<c:comp name="VJOURNAL"/>', False),
    ],
)
def test_collections_for_tasks_alone_are_left_alone(
    fake: Fake, account: CalDavAccount, components: str, counts: bool
) -> None:
    told = f"<c:supported-calendar-component-set>{components}</c:supported-calendar-component-set>"

    assert bool(shown(fake, account, calendar(told))) is counts


@pytest.mark.parametrize(
    ("told", "rights"),
    [
        (privileges("d:all"), Rights.OWNER),
        (privileges("d:read", "d:write"), Rights.OWNER),
        (privileges("d:read", "d:write-content", "d:bind", "d:unbind"), Rights.OWNER),
        (privileges("d:read", "d:write-content"), Rights.READ),
        (privileges("d:read", "d:write-properties"), Rights.READ),
        (privileges("d:read"), Rights.READ),
        (privileges(), Rights.READ),
        (privileges("d:all") + hrefs("d:owner", "/p/bob/"), Rights.WRITE),
        (privileges("d:all") + hrefs("d:owner", "/p/alice"), Rights.OWNER),
        (privileges("d:read") + hrefs("d:owner", "/p/bob/"), Rights.READ),
        (hrefs("d:owner", "/p/bob/"), Rights.WRITE),
        ("", Rights.OWNER),
    ],
)
def test_rights_by_privileges(fake: Fake, account: CalDavAccount, told: str, rights: Rights) -> None:
    assert [seen.rights for seen in shown(fake, account, calendar(told))] == [rights]


def test_a_calendar_that_shows_free_and_busy_alone_is_left_alone(fake: Fake, account: CalDavAccount) -> None:
    assert shown(fake, account, calendar(privileges("c:read-free-busy"))) == []


def test_a_calendar_shared_by_somebody_is_not_ones_own(fake: Fake, account: CalDavAccount) -> None:
    kind = "<d:resourcetype><d:collection/><c:calendar/><s:shared/></d:resourcetype>"

    assert [seen.rights for seen in shown(fake, account, calendar(kind=kind))] == [Rights.WRITE]


# ── revisions ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ctags_are_asked_for_where_there_are_no_tokens_and_from_then_on_at_once(
    fake: Fake, account: CalDavAccount
) -> None:
    fake.on("PROPFIND", HOME, multi(calendar(token="")), multi(calendar("<s:getctag>c1</s:getctag>", token="")))

    first, second = account.glance(), account.glance()

    assert [seen.rev for seen in (*first, *second)] == ["c1", "c1"]
    assert [b"getctag" in asked.body for asked in fake.asked] == [False, True, True]


def test_kerio_is_asked_for_ctags_at_once(fake: Fake) -> None:
    fake.on("PROPFIND", HOME, multi(calendar("<s:getctag>c1</s:getctag>", token="")))

    seen = opened(fake, KERIO).glance()

    assert ([one.rev for one in seen], len(fake.asked)) == (["c1"], 1)


def test_a_calendar_without_token_and_ctag_has_no_revision(fake: Fake, account: CalDavAccount) -> None:
    assert [seen.rev for seen in shown(fake, account, calendar(token=""))] == [""]


# ── lists that are not to be believed ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [401, 403, 423, 500, 507])
def test_a_calendar_in_distress_stops_the_glance(fake: Fake, account: CalDavAccount, code: int) -> None:
    error = failure(fake, account, multi(calendar(), status(HOME + "other/", code)))

    assert (error.code, error.variant) == ("E404", "incomplete")


def test_a_collection_whose_kind_is_not_told_stops_the_glance(fake: Fake, account: CalDavAccount) -> None:
    hidden = props(HOME + "x/", "<d:resourcetype/>", status="HTTP/1.1 500 Internal")

    error = failure(fake, account, multi(calendar(), hidden))

    assert (error.code, error.variant) == ("E404", "incomplete")


def test_a_collection_that_went_during_the_glance_is_gone(fake: Fake, account: CalDavAccount) -> None:
    assert [seen.id for seen in shown(fake, account, calendar(), status(HOME + "x/", 404))] == [WORK]


def test_an_answer_without_a_single_collection_is_not_believed(fake: Fake, account: CalDavAccount) -> None:
    assert failure(fake, account, multi()).variant == "incomplete"


@pytest.mark.parametrize("said", [Says(404), Says(403), multi(status(HOME, 404))])
def test_a_home_that_is_gone_is_not_an_account_without_calendars(
    fake: Fake, account: CalDavAccount, said: Says
) -> None:
    error = failure(fake, account, said)

    assert (error.code, error.variant) == ("E404", "no-home")


def test_a_login_page_is_not_an_account_without_calendars(fake: Fake, account: CalDavAccount) -> None:
    error = failure(fake, account, Says(200, "<html>Log in</html>"))

    assert (error.code, error.variant) == ("E404", "not-caldav")


def test_a_name_with_a_control_character_does_not_hide_the_calendars(fake: Fake, account: CalDavAccount) -> None:
    assert [seen.name for seen in shown(fake, account, calendar("<d:displayname>Wo\x0brk</d:displayname>"))] == ["Work"]


# ── stores and bells ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_knows_what_the_glance_told(fake: Fake, account: CalDavAccount) -> None:
    shown(fake, account, calendar(REPORTS), calendar(privileges("d:read"), href=HOME + "ro/"))

    work, readonly = account.open(CollectionId(WORK)).traits, account.open(CollectionId(HOME + "ro/")).traits

    assert (work.writable, work.deltas, work.quiet) == (True, True, False)
    assert (readonly.writable, readonly.deltas) == (False, False)
    assert len(fake.asked) == 1, "opening sends nothing"


def test_the_bell_rings_at_intervals_and_ends_when_told(fake: Fake) -> None:
    stop = Event()
    rings = opened(fake, every=0.01).bell(stop)

    heard = [next(rings), next(rings)]
    stop.set()

    assert (heard, list(rings)) == ([None, None], [])


def test_a_waiting_bell_is_woken_by_the_end(fake: Fake) -> None:
    stop = Event()
    waiting = Thread(target=lambda: list(opened(fake).bell(stop)))
    waiting.start()

    stop.set()
    waiting.join(timeout=5)

    assert not waiting.is_alive()


def test_a_calendar_that_is_spelled_otherwise_now_is_asked_by_its_spelling_of_now(
    fake: Fake, account: CalDavAccount
) -> None:
    shown(fake, account, calendar(REPORTS, href="/home/alice/w%C3%B6rk/"))
    fake.on("REPORT", "/home/alice/w%C3%B6rk/", multi(token="t2"))

    pages = list(account.open(CollectionId("/home/alice/wörk")).look(None, frozenset()))

    assert [page.end for page in pages] == [End(Cursor("t2"), frozenset())]
    assert {asked.path for asked in fake.asked} == {HOME, "/home/alice/w%C3%B6rk/"}
