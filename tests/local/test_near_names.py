"""Names on disk for what strangers name."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.core.model import NOBODY, Held, Ref
from calsync_cli.core.ops import Create, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.names import hint, is_folder, is_item, safe_name, slug
from calsync_cli.local.vdir import Vdir

SAFE = set(string.ascii_letters + string.digits + "_.+@-")
HOSTILE = [
    "x" * 300,
    "a/b",
    "../../etc/passwd",
    "..",
    ".",
    "",
    ".hidden",
    "-rf",
    "100%",
    "🎉party",
    "line\nbreak",
    "nul\0byte",
    "a..b",
    "0.",
    "con:aux",
    "\udce9",
    "\u202eabc",
]


def nothing(_: str) -> bool:
    return False


@pytest.mark.parametrize("uid", ["1", "040000008200E00074C5B7101A82E008", "a-b_c.d+e@example.org", "X" * 100])
def test_a_plain_uid_stays_readable(uid: str) -> None:
    assert safe_name(uid, nothing) == f"{uid}.ics"


@pytest.mark.parametrize("uid", HOSTILE)
def test_a_hostile_uid_becomes_a_plain_name_that_can_be_written_and_listed(vdir: Vdir, uid: str) -> None:
    ref = safe_name(uid, nothing)

    (done,) = vdir.write([Create(ref, b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", NOBODY)])

    assert isinstance(done, Wrote)
    (found,) = vdir.fetch([ref])
    assert isinstance(found, Held)
    assert len(ref) <= 104


@given(st.text() | st.text(alphabet="ab./-@%\0\n\udce9", max_size=120))
def test_every_uid_gets_a_safe_name_and_always_the_same(uid: str) -> None:
    name = safe_name(uid, nothing)

    assert set(name) <= SAFE
    assert name.endswith(".ics")
    assert name[0] not in ".-"
    assert ".." not in name
    assert len(name) <= 104
    assert is_item(name)
    assert name == safe_name(uid, nothing)


@given(st.lists(st.text(alphabet="aAbB.é", max_size=3), max_size=20))
def test_no_two_uids_share_a_name_even_where_case_does_not_count(uids: list[str]) -> None:
    taken: set[str] = set()

    for uid in uids:
        taken.add(safe_name(uid, taken.__contains__).casefold())

    assert len(taken) == len(uids)


def test_a_taken_name_is_asked_for_as_it_is_spelled_too() -> None:
    assert safe_name("Abc", {"Abc.ics"}.__contains__) != "Abc.ics"


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Work", "work"),
        ("Team Recruitment (EU)", "team-recruitment-eu"),
        ("Café Zürich", "cafe-zurich"),
        ("🎉", "calendar"),
        ("..", "calendar"),
        ("../../etc", "etc"),
        ("", "calendar"),
        ("-x-", "x"),
        ("日本", "calendar"),
    ],
)
def test_a_calendar_gets_a_plain_directory_name(display: str, name: str) -> None:
    assert slug(display, nothing) == name


def test_calendars_of_one_name_get_numbers() -> None:
    assert slug("Work", {"work", "work-2"}.__contains__) == "work-3"


@given(st.text())
def test_every_slug_is_a_directory_name(display: str) -> None:
    name = slug(display, nothing)

    assert set(name) <= set(string.ascii_lowercase + string.digits + "-")
    assert is_folder(name)
    assert name[0] != "-"
    assert len(name) <= 60


@given(st.lists(st.sampled_from(["Work", "work", "WORK", "", "é", "x" * 80]), max_size=8))
def test_no_two_calendars_share_a_slug(displays: list[str]) -> None:
    taken: set[str] = set()

    for display in displays:
        taken.add(slug(display, taken.__contains__))

    assert len(taken) == len(displays)


@given(st.text())
def test_a_hint_is_harmless(name: str) -> None:
    assert set(hint(name)) <= SAFE - {"."}
    assert 0 < len(hint(name)) <= 40


def test_an_attic_entry_of_a_hostile_name_can_be_read_back(tmp_path: Path) -> None:
    attic = Attic(tmp_path)

    names = {attic.keep(uid.encode(errors="surrogatepass"), name_hint=uid) for uid in HOSTILE}

    assert {attic.read(name) for name in names} == {uid.encode(errors="surrogatepass") for uid in HOSTILE}


def test_refs_are_told_from_other_names() -> None:
    assert [is_item(Ref(name)) for name in ("a.ics", "a", ".ics", "", "a/b.ics")] == [True, False, False, False, False]
