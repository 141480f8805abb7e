"""What a look says is there and what it says is gone, on servers that do not keep to RFC 6578."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Cursor, End, Held
from tests.caldav.fake import Asked, Says, data, etag, event, multi, props, status
from tests.caldav.scene import CAL, Scene, absent, answering, asked_hrefs, denied, listed, ref

TRUNCATED = status(CAL, 507)


def revs(page) -> dict[str, str]:
    return {seen.ref: seen.rev for seen in page.seen}


def failure(act) -> CalsyncError:
    with pytest.raises(CalsyncError) as raised:
        act()
    return raised.value


# ── first looks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_look_lists_everything_and_proves_it(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(props(CAL, etag('"c"')), *listed("a.ics", "b.ics"), token="t1"))

    page = scene.look()

    assert revs(page) == {ref("a.ics"): '"1"', ref("b.ics"): '"1"'}
    assert page.end == End(Cursor("t1"), frozenset({ref("a.ics"), ref("b.ics")}))


def test_a_first_look_without_sync_collection_reads_all_etags(scene: Scene) -> None:
    scene.fake.on("PROPFIND", CAL, multi(props(CAL, etag('"c"')), *listed("a.ics")))

    page = scene.look(deltas=False)

    assert page.end == End(None, frozenset({ref("a.ics")}))
    assert scene.fake.methods() == ["PROPFIND"]


def test_a_server_that_advertises_what_it_cannot_do_is_listed_by_etags(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(501)).on("PROPFIND", CAL, multi(*listed("a.ics")))

    page = scene.look()

    assert page.end == End(None, frozenset({ref("a.ics")}))


def test_a_first_look_cut_short_takes_its_inventory_from_a_listing(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("a.ics"), TRUNCATED, token="t1"), multi(*listed("b.ics"), token="t2"))
    scene.fake.on("PROPFIND", CAL, multi(*listed("a.ics", "b.ics", "lost-between-pages.ics")))

    page = scene.look()

    assert page.end == End(Cursor("t2"), frozenset({ref("a.ics"), ref("b.ics"), ref("lost-between-pages.ics")}))


def test_what_is_known_but_not_listed_is_asked_for_by_name(scene: Scene) -> None:
    def multiget(asked: Asked) -> Says:
        return answering(asked) if ref("there.ics") in asked_hrefs(asked) else multi(*listed("a.ics"), token="t1")

    scene.fake.on("REPORT", CAL, multi(*listed("a.ics"), token="t1"), multiget)

    page = scene.look(None, ["a.ics", "there.ics"])

    assert page.end is not None
    assert page.end.inventory == {ref("a.ics"), ref("there.ics")}


def test_what_is_gone_is_left_out_of_the_inventory(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("a.ics"), token="t1"), absent)

    page = scene.look(None, ["a.ics", "gone.ics"])

    assert page.end is not None
    assert page.end.inventory == {ref("a.ics")}


def test_an_empty_listing_of_a_full_calendar_is_not_believed(scene: Scene) -> None:
    names = [f"{number}.ics" for number in range(30)]
    scene.fake.on("REPORT", CAL, multi(token="t1"), answering)

    page = scene.look(None, names)

    assert page.end is not None
    assert page.end.inventory == {ref(name) for name in names}


# ── deltas ───────────────────────────────────────────────────────────────────────────────────────────────────────

KNOWN = [f"{number}.ics" for number in range(9)]


def test_a_delta_tells_changes_and_deletions_and_proves_nothing_else(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("0.ics", rev='"2"'), status(ref("1.ics"), 404), token="t2"))

    page = scene.look("t1", KNOWN)

    assert (revs(page), page.gone) == ({ref("0.ics"): '"2"'}, (ref("1.ics"),))
    assert page.end == End(Cursor("t2"), None)


def test_nothing_changed_is_one_small_request(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(token="t1"))

    page = scene.look("t1", KNOWN)

    assert (page.seen, page.gone, page.end) == ((), (), End(Cursor("t1"), None))
    assert scene.fake.methods() == ["REPORT"]
    assert b"<d:sync-token>t1</d:sync-token>" in scene.fake.asked[0].body


def test_507_means_go_on_from_the_token_just_given(scene: Scene) -> None:
    scene.fake.on(
        "REPORT",
        CAL,
        multi(*listed("0.ics", rev='"2"'), TRUNCATED, token="t2"),
        multi(status(ref("1.ics"), 404), TRUNCATED, token="t3"),
        multi(*listed("2.ics", rev='"2"'), token="t4"),
    )

    page = scene.look("t1", KNOWN)

    assert (set(revs(page)), page.gone) == ({ref("0.ics"), ref("2.ics")}, (ref("1.ics"),))
    assert page.end == End(Cursor("t4"), None)
    assert [asked.body.partition(b"sync-token>")[2][:2] for asked in scene.fake.asked] == [b"t1", b"t2", b"t3"]


def test_507_for_ever_is_an_error(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("0.ics"), TRUNCATED, token="t2"))

    error = failure(lambda: scene.look("t1", KNOWN))

    assert (error.code, error.variant) == ("E404", "endless-pages")


def test_the_last_word_on_an_item_counts(scene: Scene) -> None:
    scene.fake.on(
        "REPORT",
        CAL,
        multi(*listed("0.ics"), status(ref("1.ics"), 404), TRUNCATED, token="t2"),
        multi(*listed("1.ics", rev='"3"'), status(ref("0.ics"), 404), token="t3"),
    )

    page = scene.look("t1", KNOWN)

    assert (revs(page), page.gone) == ({ref("1.ics"): '"3"'}, (ref("0.ics"),))


@pytest.mark.parametrize(
    "refusal",
    [
        denied(403, "d:valid-sync-token"),
        denied(409, "d:valid-sync-token"),
        denied(412, "d:valid-sync-token"),
        *(Says(code) for code in (400, 404, 410, 418, 500)),
    ],
    ids=lambda said: str(said.status),
)
def test_a_dead_token_leads_to_a_full_look(scene: Scene, refusal: Says) -> None:
    scene.fake.on("REPORT", CAL, refusal, multi(*listed("0.ics"), token="t9"), absent)

    page = scene.look("dead", ["0.ics", "1.ics"])

    assert page.end == End(Cursor("t9"), frozenset({ref("0.ics")}))


def test_a_token_that_is_answered_with_everything_is_a_forgotten_token(scene: Scene) -> None:
    """SOGo and DAViCal list all and no deletions: 8.ics went, and only the listing of etags tells."""
    scene.fake.on("REPORT", CAL, multi(*listed(*KNOWN[:8]), token="t9"), absent)
    scene.fake.on("PROPFIND", CAL, multi(*listed(*KNOWN[:8])))

    page = scene.look("forgotten", KNOWN)

    assert page.end == End(Cursor("t9"), frozenset(ref(name) for name in KNOWN[:8]))


def test_a_collection_that_is_gone_is_e209_and_no_empty_calendar(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(404)).on("PROPFIND", CAL, Says(404))

    assert failure(lambda: scene.look("t1", KNOWN)).code == "E209"
    assert failure(lambda: scene.look(None, KNOWN)).code == "E209"


def test_a_collection_gone_within_a_207_is_e209(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(status(CAL, 404)))

    assert failure(lambda: scene.look(None, KNOWN)).code == "E209"


def test_a_collection_that_may_not_be_read_is_e403(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(403)).on("PROPFIND", CAL, Says(403))

    error = failure(lambda: scene.look("t1", KNOWN))

    assert (error.code, error.variant) == ("E403", "collection")


def test_a_login_page_is_no_empty_calendar(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(200, "<html><body>Log in</body></html>"))

    error = failure(lambda: scene.look("t1", KNOWN))

    assert (error.code, error.variant) == ("E404", "not-caldav")


def test_half_an_answer_is_no_answer(scene: Scene) -> None:
    whole = multi(*listed(*KNOWN), token="t2").body
    scene.fake.on("REPORT", CAL, Says(207, str(whole)[: len(whole) // 2]))

    error = failure(lambda: scene.look("t1", KNOWN))

    assert (error.code, error.variant) == ("E404", "xml")


# ── odd lines ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_odd_lines_of_a_listing_are_dropped(scene: Scene) -> None:
    directory = "<d:resourcetype><d:collection/></d:resourcetype>"
    scene.fake.on(
        "PROPFIND",
        CAL,
        multi(
            props(CAL, etag('"own"')),
            props(CAL + "folder", etag('"dir"'), directory),
            props(CAL + "folder/", etag('"dir"')),
            props("/other/x.ics", etag('"1"')),
            props(CAL + "../x.ics", etag('"1"')),
            *listed("a.ics", "a.ics"),
        ),
    )

    page = scene.look(deltas=False)

    assert [seen.ref for seen in page.seen] == [ref("a.ics")]


def test_refs_keep_the_spelling_that_is_known_and_are_asked_for_in_that_of_the_server(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("b%40c.ics"), token="t1"), answering)
    store = scene.store()

    page = next(iter(store.look(None, {ref("b@c.ics")})))
    fetched = list(store.fetch([ref("b@c.ics")]))

    assert [seen.ref for seen in page.seen] == [ref("b@c.ics")]
    assert [answer.ref for answer in fetched if isinstance(answer, Held)] == [ref("b@c.ics")]
    assert asked_hrefs(scene.fake.asked[-1]) == [CAL + "b%40c.ics"]


def test_an_item_that_cannot_be_shown_is_unreadable_and_not_gone(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("a.ics"), status(ref("b.ics"), 403), token="t1"))

    page = scene.look(None, ["a.ics", "b.ics"])

    assert [(item.ref, item.why) for item in page.unreadable] == [(ref("b.ics"), "E403")]
    assert page.end is not None
    assert ref("b.ics") in (page.end.inventory or ())


@pytest.mark.parametrize("missing", [etag(""), ""])
def test_items_without_etag_are_known_by_their_bytes(scene: Scene, missing: str) -> None:
    bodies = {"a.ics": event("a"), "b.ics": event("b")}

    def multiget(asked: Asked) -> Says:
        return multi(*(props(CAL + name, missing, data(body)) for name, body in bodies.items()))

    scene.fake.on("PROPFIND", CAL, multi(*(props(CAL + name, missing) for name in bodies)))
    scene.fake.on("REPORT", CAL, multiget)

    first = scene.look(deltas=False)
    bodies["b.ics"] = event("b", "changed")
    second = scene.look(None, ["a.ics", "b.ics"], deltas=False)

    assert revs(first)[ref("a.ics")] == revs(second)[ref("a.ics")] != ""
    assert revs(first)[ref("b.ics")] != revs(second)[ref("b.ics")]
    assert all(seen.held is not None for seen in second.seen)


def test_etags_are_kept_as_they_came(scene: Scene) -> None:
    spelled = ['"quoted"', "unquoted", 'W/"weak"', '"with-gzip"']
    scene.fake.on("REPORT", CAL, multi(*(props(f"{CAL}{n}.ics", etag(e)) for n, e in enumerate(spelled)), token="t1"))

    page = scene.look()

    assert sorted(revs(page).values()) == sorted(spelled)


def test_new_items_are_called_as_the_server_calls_its_own(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed("a.eml", "b.eml", "c.ics"), token="t1"))
    store = scene.store()
    before = store.new_ref("x")

    list(store.look(None, frozenset()))

    assert (before[-4:], store.new_ref("x")[-4:]) == (".ics", ".eml")


@pytest.mark.parametrize("uid", ["../../etc/passwd", "a/b", "x" * 3000, "☃", "%2e%2e"])
def test_no_uid_finds_its_way_into_a_new_ref(scene: Scene, uid: str) -> None:
    first, second = scene.store().new_ref(uid), scene.store().new_ref(uid)

    assert first != second
    assert first.startswith(CAL)
    assert first.count("/") == 2
    assert len(first) < 60
