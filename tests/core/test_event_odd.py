"""Nothing that is found in the wild makes any function fail; what is no calendar is Broken, and only that."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from calsync_cli.core import event
from calsync_cli.core.merge import merge, merge_without_base
from calsync_cli.core.model import Prefer
from calsync_cli.core.scan import scan
from tests.core.icals import BROKEN, MENDABLE, ODD, ids

NOBODY: frozenset[str] = frozenset()
READERS = [
    event.parse,
    event.guests,
    event.organizer,
    lambda content: event.changes(content, content),
    lambda content: event.outgoing(content, there=b"", chosen={}, own=NOBODY) and event.with_uid(content, "x"),
    lambda content: merge(near_base=content, near=content, far_base=content, far=content, prefer=Prefer.REMOTE),
]


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_renders_to_its_own_bytes(path: Path) -> None:
    content = path.read_bytes()

    assert event.render(event.parse(content)) == content


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_is_the_same_as_itself_and_has_no_changes(path: Path) -> None:
    content = path.read_bytes()
    otherwise_written = content.replace(b"\r\n", b"\n") if b"\r\n" in content else content.replace(b"\n", b"\r\n")

    assert event.same_meaning(content, otherwise_written)
    assert event.same_after_rewriting(content, otherwise_written)
    assert event.changes(content, otherwise_written) == ()


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_is_shown_and_scanned(path: Path) -> None:
    content = path.read_bytes()

    assert event.title_and_time(content).title == scan(content).title
    assert scan(content).broken == ""


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_gets_another_uid_and_keeps_all_else(path: Path) -> None:
    content = path.read_bytes()

    renamed = event.with_uid(content, "new@example.org")

    assert [line for line in renamed.split(b"\n") if b"UID:" not in line] == [
        line for line in content.split(b"\n") if b"UID:" not in line
    ]
    assert scan(renamed).uids == (1 if scan(content).kinds else 0)


@pytest.mark.parametrize("path", ODD, ids=ids)
def test_an_odd_file_goes_out_without_anybody_on_it(path: Path) -> None:
    sent = event.outgoing(path.read_bytes(), there=b"", chosen={}, own=NOBODY)

    assert (event.guests(sent), event.organizer(sent), b"METHOD:" in sent) == (frozenset(), "", False)


@pytest.mark.parametrize("prefer", list(Prefer))
@pytest.mark.parametrize(("one", "other"), list(pairwise(ODD)), ids=lambda path: path.stem)
def test_even_two_odd_files_that_have_nothing_in_common_are_merged(one: Path, other: Path, prefer: Prefer) -> None:
    near, far = one.read_bytes(), other.read_bytes()

    merged = merge(near_base=far, near=near, far_base=far, far=far, prefer=prefer)
    joined = merge_without_base(near=near, far=far, prefer=prefer)

    assert event.parse(merged.content)
    assert joined.content in (near, far)


@pytest.mark.parametrize("path", BROKEN, ids=ids)
@pytest.mark.parametrize("read", READERS)
def test_what_is_no_calendar_is_broken(path: Path, read: object) -> None:
    content = path.read_bytes() + b"ATTENDEE ORGANIZER METHOD"

    assert callable(read)
    with pytest.raises(event.Broken):
        read(content)


@pytest.mark.parametrize("path", BROKEN, ids=ids)
def test_what_is_broken_says_why_as_the_scanner_does(path: Path) -> None:
    content = path.read_bytes()

    with pytest.raises(event.Broken) as caught:
        event.parse(content)

    assert caught.value.why == scan(content).broken


@pytest.mark.parametrize("path", BROKEN, ids=ids)
def test_what_is_broken_is_the_same_as_its_own_bytes_only(path: Path) -> None:
    content = path.read_bytes()

    assert event.same_meaning(content, content)
    assert not event.same_meaning(content, content + b"\r\n")
    assert event.fingerprint(content) == ""
    assert event.title_and_time(content).start is None


@pytest.mark.parametrize("path", MENDABLE, ids=ids)
def test_a_missing_end_is_read_but_never_written_back(path: Path) -> None:
    content = path.read_bytes()

    assert event.title_and_time(content).title == "Kerio"
    assert scan(content).broken == "unbalanced"
    with pytest.raises(event.Broken):
        event.with_uid(content, "x")
    with pytest.raises(event.Broken):
        merge(near_base=content, near=content, far_base=content, far=content, prefer=Prefer.LOCAL)
