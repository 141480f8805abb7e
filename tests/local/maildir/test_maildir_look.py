"""Looking and reading: every message once, by its base name, whatever mail programs do to the rest of it meanwhile."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.message import canonical
from calsync_cli.core.mail.nouns import ANSWERED, DELETED, DRAFT, FLAGGED, FORWARDED, SEEN, Sketch
from calsync_cli.core.model import NO_FLAGS, Held, Missing, Ref, Unreadable
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from tests.local.maildir.conftest import INBOX
from tests.local.maildir.letters import calm, deliver, doubts, held, letter, lines, listing, seen
from tests.local.near_doubles import mere_mortal


def test_an_empty_maildir_is_a_complete_inventory(inbox: Maildir) -> None:
    assert seen(inbox) == {}


def test_messages_of_new_and_cur_are_shown_with_their_flags(inbox: Maildir) -> None:
    deliver(inbox, "new/a")
    deliver(inbox, "cur/b:2,")
    deliver(inbox, "cur/c:2,DFPRST")
    deliver(inbox, "cur/d;2,S")
    deliver(inbox, "cur/e!2,S")
    deliver(inbox, "cur/f")
    deliver(inbox, "cur/g:2,Sab")

    assert seen(inbox) == {
        "a": NO_FLAGS,
        "b": NO_FLAGS,
        "c": {DRAFT, FLAGGED, FORWARDED, ANSWERED, SEEN, DELETED},
        "d": {SEEN},
        "e": {SEEN},
        "f": NO_FLAGS,
        "g": {SEEN},
    }


def test_sizes_and_revs_stay_the_same_through_flags_and_moves(inbox: Maildir) -> None:
    path = deliver(inbox, "new/a")
    (before,) = lines(inbox)

    path.rename(inbox.path / "cur" / "a:2,S")
    (after,) = lines(inbox)

    assert (after.ref, after.rev, after.size) == (before.ref, before.rev, len(letter("a")))


def test_a_draft_that_was_edited_is_another_revision(inbox: Maildir) -> None:
    path = deliver(inbox, "cur/a:2,D")
    (before,) = lines(inbox)

    path.write_bytes(letter("a", "more words"))
    (after,) = lines(inbox)

    assert after.rev != before.rev


def test_what_lies_in_tmp_and_what_is_hidden_is_nobodys(inbox: Maildir) -> None:
    (inbox.path / "tmp" / "a").write_bytes(b"half a mess")
    (inbox.path / "cur" / ".nfs0001").write_bytes(b"x")
    (inbox.path / ".calsync").write_bytes(b"x")

    assert seen(inbox) == {}


def test_what_is_no_message_is_unreadable_and_never_absent(inbox: Maildir) -> None:
    (inbox.path / "cur" / "folder").mkdir()
    (inbox.path / "cur" / "dangling:2,S").symlink_to("nowhere")
    os.mkfifo(inbox.path / "new" / "fifo")
    (inbox.path / "cur" / os.fsdecode(b"\xff:2,")).write_bytes(b"x")
    (inbox.path / "cur" / ":2,S").write_bytes(b"x")

    assert doubts(inbox) == {
        "folder": "not-a-file",
        "dangling": "ENOENT",
        "fifo": "not-a-file",
        "\\xff": "name",
        ":2,S": "name",
    }
    assert seen(inbox) == {}


def test_a_look_comes_in_pages(inbox: Maildir) -> None:
    for n in range(2500):
        (inbox.path / "cur" / f"{n}:2,S").touch()

    pages = list(inbox.look(None, frozenset()))

    assert [len(page.seen) for page in pages] == [1000, 1000, 500, 0]
    assert [page.end is None for page in pages] == [True, True, True, False]


@pytest.mark.parametrize("gone", ["", "new", "cur"])
def test_a_maildir_that_is_not_there_is_no_empty_one(inbox: Maildir, gone: str) -> None:
    (inbox.path / gone).rename(inbox.path.parent / "elsewhere")

    with pytest.raises(CalsyncError) as told:
        list(inbox.look(None, frozenset()))

    assert told.value.code == "E303"


def test_without_tmp_it_can_be_read(inbox: Maildir) -> None:
    deliver(inbox, "new/a")
    (inbox.path / "tmp").rmdir()

    assert seen(inbox) == {"a": NO_FLAGS}


def test_a_maildir_that_may_not_be_read_is_an_error(inbox: Maildir) -> None:
    (inbox.path / "cur").chmod(0)

    with mere_mortal(), pytest.raises(CalsyncError) as told:
        list(inbox.look(None, frozenset()))

    assert (told.value.code, told.value.variant) == ("E505", "denied")


# ── two files of one base name ───────────────────────────────────────────────────────────────────────────────────


def test_a_second_name_of_the_same_file_is_no_second_message(inbox: Maildir) -> None:
    path = deliver(inbox, "new/a")
    (inbox.path / "cur" / "a:2,S").hardlink_to(path)

    assert seen(inbox) == {"a": {SEEN}}


def test_a_copy_under_the_same_base_name_is_no_second_message(inbox: Maildir) -> None:
    deliver(inbox, "new/a")
    deliver(inbox, "cur/a:2,S", canonical(letter("a")))

    assert seen(inbox) == {"a": {SEEN}}


def test_two_messages_under_one_base_name_are_told_and_held(inbox: Maildir) -> None:
    deliver(inbox, "new/a", letter("one"))
    deliver(inbox, "cur/a:2,S", letter("two"))

    assert doubts(inbox) == {"a": "duplicate"}
    assert seen(inbox) == {}


# ── mail programs at work while we look ──────────────────────────────────────────────────────────────────────────


def test_opened_between_new_and_cur_as_mutt_does_it_is_seen_once(
    inbox: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(inbox, "new/a")
    calm(inbox)

    def after_new(number: int, entries: list[os.DirEntry[str]]) -> None:
        if number == 0:
            [entry.stat() for entry in entries]
            path.rename(inbox.path / "cur" / "a:2,S")

    with listing(monkeypatch, after_new):
        assert seen(inbox, "a") == {"a": {SEEN}}


def test_made_new_again_after_new_was_read_it_is_not_missed(inbox: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    path = deliver(inbox, "cur/a:2,S")
    deliver(inbox, "cur/b:2,S")
    calm(inbox)

    def before_cur(number: int, entries: list[os.DirEntry[str]]) -> list[os.DirEntry[str]] | None:
        if number == 1:
            path.rename(inbox.path / "new" / "a")
            return [entry for entry in entries if not entry.name.startswith("a")]
        return None

    with listing(monkeypatch, before_cur) as calls:
        assert seen(inbox, "a", "b") == {"a": NO_FLAGS, "b": {SEEN}}

    assert len(calls) == 4


def test_renamed_between_the_listing_and_the_question_it_is_found_again(
    inbox: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(inbox, "cur/a:2,")
    calm(inbox)

    def in_cur(number: int, entries: list[os.DirEntry[str]]) -> None:
        if number == 1:
            path.rename(inbox.path / "cur" / "a:2,FS")

    with listing(monkeypatch, in_cur):
        assert seen(inbox) == {"a": {SEEN, FLAGGED}}


def test_a_known_message_that_readdir_missed_is_looked_for_again(
    inbox: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(inbox, "cur/a:2,S")

    with listing(monkeypatch, lambda number, entries: [] if number < 4 else None) as calls:
        assert seen(inbox, "a") == {"a": {SEEN}}

    assert len(calls) == 6


def test_a_message_is_gone_when_a_quiet_count_says_so(inbox: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(inbox, "cur/a:2,S")
    calm(inbox)

    with listing(monkeypatch, lambda number, entries: None) as calls:
        assert seen(inbox, "a", "b") == {"a": {SEEN}}

    assert len(calls) == 2


def test_while_everything_moves_a_message_is_gone_when_three_counts_say_so(
    inbox: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(inbox, "cur/a:2,S")

    with listing(monkeypatch, lambda number, entries: None) as calls:
        assert seen(inbox, "a", "b") == {"a": {SEEN}}

    assert len(calls) == 6


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

CORPUS = {
    "bare": b"A: b\n\nbody",
    "crlf": b"A: b\r\n\r\nbody\r\n",
    "returns": b"A: b\n\nx\ry\r\r\nz",
    "eight": b"Subject: caf\xe9\n\n\xff\xfe",
    "nul": b"A: b\n\n\0\0",
    "empty": b"",
    "line": b"A: b\n\n" + b"x" * 100_000,
    "mbox": b"From a@b Fri Nov 20 10:00:00 2026\nA: b\n\nFrom x\n",
    "large": b"Message-ID: <large@x>\r\n\r\n" + b"x\r\ny\n" * 500_000,
}


@pytest.mark.parametrize("name", CORPUS)
def test_bytes_stay_bytes_and_the_sketch_counts_them_as_imap_would(inbox: Maildir, name: str) -> None:
    deliver(inbox, f"new/{name}", CORPUS[name])

    (sketch,) = inbox.sketch([Ref(name)])

    assert held(inbox, name).content == CORPUS[name]
    assert isinstance(sketch, Sketch)
    assert sketch.size == len(canonical(CORPUS[name]))


@pytest.mark.parametrize("offset", [-2, -1, 0, 1])
def test_a_line_end_that_lies_across_two_pieces_counts_once(inbox: Maildir, offset: int) -> None:
    content = b"x" * (1_000_000 + offset) + b"\r\n" + b"y\n" * 600_000
    deliver(inbox, "new/a", content)

    (sketch,) = inbox.sketch([Ref("a")])

    assert isinstance(sketch, Sketch)
    assert sketch.size == len(canonical(content))


def test_a_sketch_tells_who_the_message_is(inbox: Maildir) -> None:
    deliver(inbox, "cur/a:2,S")

    assert list(inbox.sketch([Ref("a")])) == [
        Sketch(Ref("a"), len(canonical(letter("a"))), "a@example.org", 1795179600.0)
    ]


def test_answers_come_in_the_order_asked(inbox: Maildir) -> None:
    for name in ("a", "b", "c"):
        deliver(inbox, f"new/{name}")

    found = list(inbox.fetch([Ref("c"), Ref("x"), Ref("a"), Ref("../../etc/passwd"), Ref("b")]))

    assert [type(one) for one in found] == [Held, Missing, Held, Missing, Held]
    assert [one.ref for one in found] == ["c", "x", "a", "../../etc/passwd", "b"]


def test_a_message_renamed_after_the_look_is_read_with_its_new_flags(inbox: Maildir) -> None:
    path = deliver(inbox, "new/a")
    seen(inbox)
    path.rename(inbox.path / "cur" / "a:2,RS")

    assert held(inbox, "a").flags == {ANSWERED, SEEN}
    assert held(inbox, "a").content == letter("a")


def test_a_message_delivered_after_the_look_can_be_read(inbox: Maildir) -> None:
    seen(inbox)
    deliver(inbox, "new/a")

    assert held(inbox, "a").content == letter("a")


def test_a_message_that_somebody_renames_all_the_time_is_unreadable_and_never_missing(
    inbox: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(inbox, "cur/a:2,")
    seen(inbox)

    def restless(number: int, entries: list[os.DirEntry[str]]) -> None:
        for path in (inbox.path / "cur").iterdir():
            path.rename(path.with_name("a:2," if path.name == "a:2,S" else "a:2,S"))

    restless(0, [])
    with listing(monkeypatch, restless):
        assert list(inbox.fetch([Ref("a")])) == [Unreadable(Ref("a"), "", "moving")]


def test_nothing_is_missing_from_a_maildir_that_is_gone(inbox: Maildir, tmp_path: Path) -> None:
    deliver(inbox, "cur/a:2,")
    seen(inbox)
    reading = inbox.fetch([Ref("a"), Ref("b")])
    next(reading)
    inbox.path.rename(tmp_path / "elsewhere")

    with pytest.raises(CalsyncError) as told:
        next(reading)

    assert told.value.code == "E303"


def test_a_file_without_permission_is_unreadable_and_the_next_is_read(inbox: Maildir) -> None:
    deliver(inbox, "new/a").chmod(0)
    deliver(inbox, "new/b")

    with mere_mortal():
        found = list(inbox.fetch([Ref("a"), Ref("b")]))

    assert found[0] == Unreadable(Ref("a"), "E505", "EACCES")
    assert isinstance(found[1], Held)


def test_of_many_large_messages_one_is_in_memory_at_a_time(inbox: Maildir) -> None:
    for n in range(8):
        deliver(inbox, f"new/{n}", b"A: b\n\n" + b"x" * 4_000_000)
    refs = [Ref(str(n)) for n in range(8)]
    seen(inbox)
    tracemalloc.start()

    total = sum(len(found.content) for found in inbox.fetch(refs) if isinstance(found, Held))
    sketched = sum(1 for _ in inbox.sketch(refs))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (total, sketched) == (32_000_048, 8)
    assert peak < 13_000_000


# ── leftovers ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_our_own_old_leftovers_in_tmp_are_cleared_away(mail: Maildirs, inbox: Maildir, attic: Attic) -> None:
    import time

    later = Maildir(mail.root, INBOX, attic, clock=lambda: time.time() + 3600)
    for name in (".calsync-0a0a-1", "1795000000.a.host"):
        (inbox.path / "tmp" / name).write_bytes(b"half")

    seen(inbox)
    kept = sorted(path.name for path in (inbox.path / "tmp").iterdir())
    seen(later)

    assert kept == [".calsync-0a0a-1", "1795000000.a.host"]
    assert [path.name for path in (inbox.path / "tmp").iterdir()] == ["1795000000.a.host"]
