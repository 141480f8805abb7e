"""Writes over the base alone, and what a server's answer to one means."""

from __future__ import annotations

import threading
import time

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NOBODY, CollectionId, Flags, Ref, Rev
from calsync_cli.core.ops import Denied, Mark, Move, Remove, Stale, Unknown, Wrote
from tests.caldav.fake import Asked, Raw, Says, etag, event, multi, props, status
from tests.caldav.scene import CAL, Scene, answering, asked_hrefs, create, denied, edit, held, ref, told


def sent(scene: Scene, method: str) -> list[Asked]:
    return [asked for asked in scene.fake.asked if asked.method == method]


def only(answers: list) -> object:
    assert len(answers) == 1
    return answers[0]


# ── guards ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_item_is_put_where_nothing_is(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(201)).on("REPORT", CAL, told("a.ics"))

    answer = only(scene.write(create("a.ics")))

    assert isinstance(answer, Wrote)
    put = sent(scene, "PUT")[0]
    assert put.headers["if-none-match"] == "*"
    assert put.headers["content-type"] == "text/calendar; charset=utf-8"
    assert put.body == event("a.ics").encode()


def test_an_edit_carries_the_etag_of_its_base(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(204)).on("REPORT", CAL, told("a.ics", rev='"8"'))

    answer = only(scene.write(edit("a.ics", '"7"')))

    assert isinstance(answer, Wrote)
    assert (sent(scene, "PUT")[0].headers["if-match"], answer.rev) == ('"7"', '"8"')


def test_lines_are_sent_with_cr_lf(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(204)).on("REPORT", CAL, told("a.ics"))

    scene.write(edit("a.ics", '"7"', content=event("a").replace("\r\n", "\n")))

    assert sent(scene, "PUT")[0].body == event("a").encode()


@pytest.mark.parametrize("named", [True, False])
def test_what_was_changed_meanwhile_is_stale(scene: Scene, named: bool) -> None:
    scene.fake.on("PUT", ref("a.ics"), denied(412, "d:if-match") if named else Says(412))

    assert only(scene.write(edit("a.ics", '"7"'))) == Stale(ref("a.ics"))


def test_an_edit_of_what_is_gone_is_stale(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(404))

    assert only(scene.write(edit("a.ics", '"7"'))) == Stale(ref("a.ics"))


def test_an_unquoted_etag_goes_as_it_came_and_then_once_more_with_quotes(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(412), Says(204)).on("REPORT", CAL, told("a.ics", rev="8"))

    answer = only(scene.write(edit("a.ics", "7")))

    assert isinstance(answer, Wrote)
    assert [put.headers["if-match"] for put in sent(scene, "PUT")] == ["7", '"7"']


def test_an_unquoted_etag_refused_in_both_spellings_is_stale(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Says(412))

    assert only(scene.write(edit("a.ics", "7"))) == Stale(ref("a.ics"))
    assert len(sent(scene, "PUT")) == 2


@pytest.mark.parametrize("rev", ['W/"7"', '"7-gzip"', "sha:abc", ""])
def test_where_no_etag_guards_the_bytes_are_compared_first(scene: Scene, rev: str) -> None:
    scene.fake.on("GET", ref("a.ics"), Says(200, event("a", "old"), {"ETag": rev}))
    scene.fake.on("PROPFIND", ref("a.ics"), multi(props(ref("a.ics"), etag(rev))))
    scene.fake.on("PUT", ref("a.ics"), Says(204)).on("REPORT", CAL, told("a.ics"))

    same = only(scene.write(edit("a.ics", rev, base=event("a", "old"))))
    other = only(scene.write(edit("a.ics", rev, base=event("a", "older"))))

    assert isinstance(same, Wrote)
    assert other == Stale(ref("a.ics"))
    assert ["if-match" in put.headers for put in sent(scene, "PUT")] == [False]


def test_removing_carries_the_etag_and_removing_what_is_gone_is_done(scene: Scene) -> None:
    scene.fake.on("DELETE", ref("a.ics"), Says(204)).on("DELETE", ref("b.ics"), Says(404))

    answers = list(scene.store().write([Remove(held("a.ics", '"7"'), NOBODY), Remove(held("b.ics", '"7"'), NOBODY)]))

    assert answers == [Wrote(ref("a.ics"), Rev("")), Wrote(ref("b.ics"), Rev(""))]
    assert all(asked.headers["if-match"] == '"7"' for asked in sent(scene, "DELETE"))


def test_removing_what_was_changed_is_stale(scene: Scene) -> None:
    scene.fake.on("DELETE", ref("a.ics"), Says(412))

    assert only(list(scene.store().write([Remove(held("a.ics", '"7"'), NOBODY)]))) == Stale(ref("a.ics"))


def test_an_attendee_who_deletes_mails_nobody(scene: Scene) -> None:
    scene.fake.on("DELETE", "*", Says(204))

    list(scene.store(quiet=False).write([Remove(held("a.ics", '"7"'), NOBODY)]))
    list(scene.store(quiet=False).write([Remove(held("b.ics", '"7"'), frozenset({"bob@x.example"}))]))
    list(scene.store(quiet=True).write([Remove(held("c.ics", '"7"'), NOBODY)]))

    assert [asked.headers.get("schedule-reply") for asked in sent(scene, "DELETE")] == ["F", None, None]


# ── what was refused ─────────────────────────────────────────────────────────────────────────────────────────────

TRASHED = (
    '<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>X</s:exception><s:message>'
    "Deleted calendar object with uid already exists in this calendar collection.</s:message></d:error>"
)


@pytest.mark.parametrize(
    "refusal",
    [
        denied(403, "c:no-uid-conflict"),
        denied(409, "c:no-uid-conflict"),
        denied(412, "c:no-uid-conflict"),
        denied(403, "c:unique-scheduling-object-resource"),
        Says(400, TRASHED),
        Says(409, TRASHED),
    ],
)
def test_a_uid_that_the_server_holds_elsewhere_is_a_uid_conflict(scene: Scene, refusal: Says) -> None:
    scene.fake.on("PUT", ref("a.ics"), refusal)

    answer = only(scene.write(create("a.ics")))

    assert isinstance(answer, Denied)
    assert answer.uid_conflict


@pytest.mark.parametrize(
    "refusal",
    [
        denied(403, "c:valid-calendar-object-resource"),
        denied(412, "c:valid-calendar-data"),
        denied(403, "d:need-privileges"),
        *(Says(code) for code in (400, 403, 405, 409, 413, 415, 422, 507)),
    ],
    ids=lambda said: str(said.status),
)
def test_a_refusal_of_the_item_is_denied(scene: Scene, refusal: Says) -> None:
    scene.fake.on("PUT", ref("a.ics"), refusal)

    answer = only(scene.write(create("a.ics")))

    assert isinstance(answer, Denied)
    assert (answer.why, answer.uid_conflict) == ("E403", False)


def test_the_reason_is_told_in_the_words_of_the_server(scene: Scene) -> None:
    words = '<d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><c:valid-calendar-data/><d:responsedescription>DTEND must occur after DTSTART</d:responsedescription></d:error>'
    scene.fake.on("PUT", ref("a.ics"), Says(403, words))

    answer = only(scene.write(create("a.ics")))

    assert isinstance(answer, Denied)
    assert answer.detail == "valid-calendar-data DTEND must occur after DTSTART"


def test_a_server_error_on_one_item_does_not_stop_the_others(scene: Scene) -> None:
    scene.fake.on("PUT", ref("b.ics"), Says(500)).on("PUT", "*", Says(201)).on("REPORT", CAL, answering)

    answers = scene.write(create("a.ics"), create("b.ics"), create("c.ics"))

    assert [type(answer) for answer in answers] == [Wrote, Unknown, Wrote]


def test_a_write_to_a_collection_that_is_gone_is_e209_and_no_refusal(scene: Scene) -> None:
    scene.fake.on("PUT", "*", Says(403)).on("PROPFIND", CAL, Says(404))

    with pytest.raises(CalsyncError) as raised:
        scene.write(create("a.ics"), create("b.ics"))

    assert raised.value.code == "E209"


def test_removing_from_a_collection_that_is_gone_is_e209(scene: Scene) -> None:
    scene.fake.on("DELETE", "*", Says(404)).on("PROPFIND", CAL, Says(404))

    with pytest.raises(CalsyncError) as raised:
        list(scene.store().write([Remove(held("a.ics", '"7"'), NOBODY)]))

    assert raised.value.code == "E209"


# ── answers that do not come ─────────────────────────────────────────────────────────────────────────────────────


def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(scene: Scene) -> None:
    scene.fake.on("PUT", ref("a.ics"), Raw()).on("PUT", "*", Says(201)).on("REPORT", CAL, answering)

    answers = scene.write(create("a.ics"), create("b.ics"))

    assert [type(answer) for answer in answers] == [Unknown, Wrote]
    assert len([asked for asked in sent(scene, "PUT") if asked.path == ref("a.ics")]) == 1


def test_a_busy_server_stops_the_batch_once_what_was_done_is_told(scene: Scene) -> None:
    scene.fake.on("PUT", ref("b.ics"), Says(429, headers={"Retry-After": "9"})).on("PUT", "*", Says(201))
    scene.fake.on("REPORT", CAL, answering)
    with pytest.raises(CalsyncError) as raised:
        list(scene.store(writers=1).write([create(f"{letter}.ics") for letter in "abc"]))

    assert (raised.value.code, raised.value.retry_after) == ("E401", 9.0)
    assert [asked.path for asked in sent(scene, "PUT")] == [ref("a.ics"), ref("b.ics")]


def test_what_was_done_before_the_stop_is_told(scene: Scene) -> None:
    scene.fake.on("PUT", ref("b.ics"), Says(429)).on("PUT", "*", Says(201)).on("REPORT", CAL, answering)
    answers = scene.store(writers=1).write([create(f"{letter}.ics") for letter in "abc"])

    first = next(answers)

    assert isinstance(first, Wrote)
    with pytest.raises(CalsyncError):
        next(answers)


def test_a_locked_calendar_is_written_by_one_at_a_time_from_then_on(scene: Scene) -> None:
    busy = threading.Lock()
    taken: list[str] = []

    def one_writer(asked: Asked) -> Says:
        if not busy.acquire(blocking=False):
            return Says(423)
        try:
            time.sleep(0.02)
            taken.append(asked.path)
            return Says(201)
        finally:
            busy.release()

    scene.fake.on("PUT", "*", one_writer).on("REPORT", CAL, answering)
    names = [f"{number}.ics" for number in range(12)]

    answers = scene.write(*(create(name) for name in names))

    assert [type(answer) for answer in answers] == [Wrote] * 12
    assert sorted(taken) == sorted(ref(name) for name in names)


def test_a_lock_that_stays_is_unknown(scene: Scene) -> None:
    scene.fake.on("PUT", "*", Says(423))

    assert isinstance(only(scene.write(create("a.ics"))), Unknown)


# ── what the server made of it ───────────────────────────────────────────────────────────────────────────────────


def test_all_that_was_written_is_read_back_in_one_request(scene: Scene) -> None:
    scene.fake.on("PUT", "*", Says(201, headers={"ETag": '"trust-me"'})).on("REPORT", CAL, answering)
    names = [f"{number}.ics" for number in range(9)]

    answers = scene.write(*(create(name) for name in names))

    assert [answer.ref for answer in answers] == [ref(name) for name in names], "in the order given"
    assert [answer.held.content for answer in answers if isinstance(answer, Wrote) and answer.held] == [
        event(ref(name)).encode() for name in names
    ]
    assert [sorted(asked_hrefs(asked)) for asked in sent(scene, "REPORT")] == [sorted(ref(name) for name in names)]


def test_what_cannot_be_read_back_is_unknown(scene: Scene) -> None:
    scene.fake.on("PUT", "*", Says(201)).on("REPORT", CAL, multi(status(ref("a.ics"), 404)))

    assert only(scene.write(create("a.ics"))) == Unknown(ref("a.ics"), "not-read-back")


def test_a_line_that_breaks_before_the_reading_back_is_told_after_the_answers(scene: Scene) -> None:
    scene.fake.on("PUT", "*", Says(201)).on("REPORT", CAL, Raw())
    answers = scene.store().write([create("a.ics")])

    first = next(answers)

    assert first == Unknown(ref("a.ics"), "not-read-back")
    with pytest.raises(CalsyncError) as raised:
        next(answers)
    assert raised.value.code == "E402"


# ── moves and flags ──────────────────────────────────────────────────────────────────────────────────────────────


def moving() -> Move:
    return Move(ref("a.ics"), Rev('"7"'), CollectionId("/other/"), Ref("/other/b.ics"), NOBODY)


def test_a_move_is_one_guarded_request_and_tells_the_new_etag(scene: Scene) -> None:
    scene.fake.on("MOVE", ref("a.ics"), Says(201)).on("GET", "/other/b.ics", Says(200, event("a"), {"ETag": '"9"'}))

    answer = only(list(scene.store().write([moving()])))

    assert isinstance(answer, Wrote)
    assert (answer.ref, answer.rev) == (Ref("/other/b.ics"), '"9"')
    asked = sent(scene, "MOVE")[0].headers
    assert (asked["destination"], asked["overwrite"]) == (scene.fake.url + "/other/b.ics", "F")
    assert asked["if-match"] == '"7"'


@pytest.mark.parametrize("code", [404, 412])
def test_a_move_of_what_changed_or_went_is_stale(scene: Scene, code: int) -> None:
    scene.fake.on("MOVE", ref("a.ics"), Says(code))

    assert only(list(scene.store().write([moving()]))) == Stale(ref("a.ics"))


def test_a_server_that_will_not_move_says_so(scene: Scene) -> None:
    scene.fake.on("MOVE", ref("a.ics"), Says(405))

    assert isinstance(only(list(scene.store().write([moving()]))), Denied)


def test_events_have_no_flags(scene: Scene) -> None:
    none: Flags = frozenset()

    answer = only(list(scene.store().write([Mark(ref("a.ics"), Rev('"7"'), frozenset({"x"}), none)])))

    assert answer == Denied(ref("a.ics"), "E403", "flags")
