"""The whole way in one go, in both languages: connect, choose, sync, edit, clash, undo, leave, come back (R1, R8-R13, R62)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.person import DOCUMENTED, Person, agree, silent
from tests.servers.served import Served

SYNC = {"in": 0, "out": 0, "deleted_in": 0, "deleted_out": 0, "conflicts": 0, "skipped": 0}


def shape(said: Any) -> Any:
    """The keys all the way down, and whether a value is a text, a number or nothing."""
    if isinstance(said, dict):
        return {name: shape(one) for name, one in said.items()}
    if isinstance(said, list):
        return [shape(one) for one in said[:1]]
    return type(said).__name__


def test_from_connect_to_disconnect_and_back(newcomer: Person) -> None:
    me = newcomer
    me.connects()
    first = me.chooses("--json").json["sync"]
    assert first["match"] == {"equal": 0, "near": 0, "only_here": 0, "only_there": 2}

    me.writes("mine.ics", event("mine", "Mine"))
    me.edits("talk", "Intake talk", "Edited here")
    me.served.plain().put("theirs.ics", event("theirs", "Theirs"))
    me.edits_there("lunch", "Lunch", "Edited there")
    report = me.syncs()
    assert report["calendar"] == SYNC | {"in": 2, "out": 2}
    assert set(agree(me)) == {"talk", "lunch", "mine", "theirs"}

    me.edits("talk", "Edited here", "Clash here")
    me.edits_there("talk", "Edited here", "Clash there")
    assert me.syncs(codes=(3,))["calendar"]["conflicts"] == 1
    me.sure("conflicts", "resolve", "1", "--keep", "local")
    me.syncs()

    me.file("mine").unlink()
    me.served.plain().delete("theirs.ics")
    report = me.syncs()
    assert (report["calendar"]["deleted_in"], report["calendar"]["deleted_out"]) == (1, 1)
    me.sure("undo", "--run", str(report["run"]))
    me.syncs()
    told = {uid: " ".join(parts) for uid, parts in agree(me).items()}
    assert set(told) == {"talk", "lunch", "mine", "theirs"}
    assert "Clash here" in told["talk"]
    silent(me)

    me.sure("disconnect", "--yes")
    me.starts()
    assert {uid: " ".join(parts) for uid, parts in agree(me).items()} == told
    silent(me)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, radicale: Served) -> Person:
    """A conflict, a skipped file, something to undo. Only looked at from here on, so that one is enough for all."""
    someone = Person(tmp_path_factory.mktemp("busy"), radicale.new_user())
    someone.served.plain().put("talk.ics", event("talk", "Intake talk"))
    someone.starts()
    someone.edits("talk", "Intake talk", "Mine")
    someone.edits_there("talk", "Intake talk", "Theirs")
    someone.writes("broken.ics", b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n")
    someone.syncs(codes=(3,))
    return someone


READING = (
    ("status", "--check"), ("calendars",), ("conflicts",), ("conflicts", "show", "1"), ("undo", "--list"), ("log",),
    ("doctor",), ("config", "list"), ("config", "list", "--origin"), ("account", "list"), ("choose-primary", "--list"),
    ("sync", "--dry-run"), ("sync",), ("disconnect", "--dry-run"), ("undo", "1", "--dry-run"),
)  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_r62_every_verb_speaks_dutch_and_its_json_does_not(busy: Person, words: tuple[str, ...]) -> None:
    english, dutch = (busy.types(*words, CALSYNC_LANG=lang) for lang in ("en", "nl"))
    said = [json.loads(busy.types(*words, "--json", LC_ALL=locale).out) for locale in ("C", "nl_NL.UTF-8")]

    assert {english.code, dutch.code} <= DOCUMENTED
    if words[0] != "config":
        assert english.out + english.err != dutch.out + dutch.err
    assert shape(said[0]) == shape(said[1])
    assert [one["schema"] for one in said] == [1, 1]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (
            ("sync",),
            {"schema", "ok", "account", "run", "calendar", "mail", "invitations_sent", "requests", "next_try", "error"},
        ),
        (("status",), {"schema", "accounts"}),
        (("conflicts",), {"schema", "account", "conflicts"}),
        (("undo", "--list"), {"schema", "account", "items"}),
        (("log",), {"schema", "account", "rows"}),
        (("doctor",), {"schema", "ok", "checks"}),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_machines_get_at_least_what_was_promised(busy: Person, words: tuple[str, ...], keys: set[str]) -> None:
    said = busy.types(*words, "--json").json

    assert keys <= said.keys()
    for rows in (said.get(name) for name in ("conflicts", "items", "rows", "checks")):
        for row in rows or ():
            assert {"id", "when", "what", "title"} <= row.keys()


def test_a_hostile_title_cannot_speak_to_the_terminal(settled: Person) -> None:
    settled.served.plain().put("x.ics", event("x", "Lunch\x1b[2J\u202egnp"))
    settled.syncs()
    settled.served.plain().delete("x.ics")
    settled.syncs()

    shown = "".join(ran.out + ran.err for ran in (settled.types("log"), settled.types("undo", "--list")))

    assert "\x1b" not in shown
    assert "\u202e" not in shown
