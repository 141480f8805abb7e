"""Every ref asked for is answered, whatever the server leaves out of a multiget."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Held, Missing, Unreadable
from tests.caldav.fake import Asked, Raw, Says, data, etag, event, multi, props, status
from tests.caldav.scene import CAL, Scene, absent, answering, asked_hrefs, listed, ref, told


def test_a_body_comes_with_cr_lf_and_its_etag(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, told("a.ics", rev='"7"'))

    answer = scene.fetch("a.ics")[ref("a.ics")]

    assert isinstance(answer, Held)
    assert (answer.rev, answer.content) == ('"7"', event("a.ics").encode())


def test_many_refs_are_asked_for_in_blocks(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, answering)

    answers = scene.fetch(*(f"{number}.ics" for number in range(450)))

    assert all(isinstance(answer, Held) for answer in answers.values())
    assert sorted(len(asked_hrefs(asked)) for asked in scene.fake.asked) == [50, 200, 200]


def test_what_is_gone_is_missing(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(*listed(), status(ref("a.ics"), 404)))

    assert scene.fetch("a.ics") == {ref("a.ics"): Missing(ref("a.ics"))}


def test_hrefs_left_out_of_an_answer_are_asked_for_singly(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, told("a.ics"))
    scene.fake.on("GET", ref("b.ics"), Says(200, event("b"), {"ETag": '"5"'}))

    answers = scene.fetch("a.ics", "b.ics", "c.ics")

    assert isinstance(answers[ref("a.ics")], Held)
    assert answers[ref("b.ics")] == Held(ref("b.ics"), '"5"', event("b").encode())
    assert answers[ref("c.ics")] == Missing(ref("c.ics"))


def test_a_href_spelled_otherwise_is_the_same_item(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(props(CAL + "a@b.ics", etag('"1"'), data(event("x")))))

    answer = scene.fetch("a%40b.ics")[ref("a%40b.ics")]

    assert isinstance(answer, Held)


def test_of_two_answers_for_one_href_the_one_with_a_body_counts(scene: Scene) -> None:
    twice = [status(ref("a.ics"), 404), props(ref("a.ics"), etag('"1"'), data(event("a")))]
    scene.fake.on("REPORT", CAL, multi(*twice, status(ref("a.ics"), 404), *listed("stranger.ics")))

    assert isinstance(scene.fetch("a.ics")[ref("a.ics")], Held)


def test_one_item_that_breaks_the_answer_does_not_take_the_others_with_it(scene: Scene) -> None:
    def multiget(asked: Asked) -> Says:
        if ref("bad.ics") in asked_hrefs(asked):
            return Says(207, str(answering(asked).body).replace("lunch", "lun\x0bch"))
        return answering(asked)

    scene.fake.on("REPORT", CAL, multiget)
    scene.fake.on("GET", ref("bad.ics"), Says(200, event("bad", "lun\x0bch"), {"ETag": '"1"'}))
    names = [f"{number}.ics" for number in range(20)]

    answers = scene.fetch(*names, "bad.ics")

    assert all(isinstance(answers[ref(name)], Held) for name in names)
    assert answers[ref("bad.ics")] == Held(ref("bad.ics"), '"1"', event("bad", "lun\x0bch").encode())
    assert len(scene.fake.asked) < 16


@pytest.mark.parametrize(("code", "why"), [(403, "E403"), (500, "E404")])
def test_an_item_that_cannot_be_read_is_unreadable(scene: Scene, code: int, why: str) -> None:
    scene.fake.on("REPORT", CAL, multi()).on("GET", ref("a.ics"), Says(code))

    assert scene.fetch("a.ics") == {ref("a.ics"): Unreadable(ref("a.ics"), why, str(code))}


@pytest.mark.parametrize("body", ["", "<html>Log in</html>"])
def test_an_item_without_a_body_is_unreadable(scene: Scene, body: str) -> None:
    scene.fake.on("REPORT", CAL, multi(props(ref("a.ics"), etag('"1"'), data("")))).on("GET", "*", Says(200, body))

    assert isinstance(scene.fetch("a.ics")[ref("a.ics")], Unreadable)


def test_an_item_too_large_for_an_answer_is_unreadable_alone(scene: Scene) -> None:
    def multiget(asked: Asked) -> Says:
        size = 3_000_000 if ref("big.ics") in asked_hrefs(asked) else 0
        return Says(207, str(answering(asked).body) + " " * size)

    scene.fake.on("REPORT", CAL, multiget).on("GET", "*", Says(200, "x" * 3_000_000))

    answers = scene.fetch("a.ics", "big.ics")

    assert isinstance(answers[ref("a.ics")], Held)
    assert answers[ref("big.ics")] == Unreadable(ref("big.ics"), "E404", "too-large")


def test_a_missing_item_of_a_missing_collection_is_no_evidence(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(500)).on("PROPFIND", CAL, Says(404)).on("GET", "*", Says(404))

    with pytest.raises(CalsyncError) as raised:
        scene.fetch("a.ics")

    assert raised.value.code == "E209"


def test_a_collection_that_is_gone_is_e209(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Says(404))

    with pytest.raises(CalsyncError) as raised:
        scene.fetch("a.ics")

    assert raised.value.code == "E209"


def test_a_body_without_etag_gets_its_fingerprint(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi(props(ref("a.ics"), data(event("a")))))

    answer = scene.fetch("a.ics")[ref("a.ics")]

    assert isinstance(answer, Held)
    assert answer.rev.startswith("sha:")


def test_a_compressed_forms_etag_is_not_taken_for_that_of_the_item(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, multi()).on("GET", "*", Says(200, event("a"), {"ETag": '"1-gzip"'}))
    scene.fake.on("PROPFIND", ref("a.ics"), multi(*listed("a.ics", rev='"1"')))

    answer = scene.fetch("a.ics")[ref("a.ics")]

    assert isinstance(answer, Held)
    assert answer.rev == '"1"'
    get = next(asked for asked in scene.fake.asked if asked.method == "GET")
    assert get.headers["accept-encoding"] == "identity"


def test_a_reader_who_leaves_early_leaves_nothing_behind(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, answering)
    answers = scene.store().fetch([ref(f"{number}.ics") for number in range(2000)])

    next(answers)
    answers.close()

    assert len(scene.fake.asked) <= 2 * 3 + 1, "a few blocks ahead, no more"


def test_a_line_that_breaks_during_a_fetch_is_e402(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, Raw())

    with pytest.raises(CalsyncError) as raised:
        scene.fetch("a.ics")

    assert raised.value.code == "E402"


def test_nothing_asked_is_nothing_sent(scene: Scene) -> None:
    scene.fake.on("REPORT", CAL, absent)

    assert scene.fetch() == {}
    assert scene.fake.asked == []
