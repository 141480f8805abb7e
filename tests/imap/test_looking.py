"""Looks on a real Dovecot: with QRESYNC, with CONDSTORE, and with neither."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import FLAGGED, SEEN
from calsync_cli.core.model import Cursor
from calsync_cli.providers.imap import ladder, looking
from tests.compliance.asking import after, look
from tests.imap.scene import Scene, message, scene, since


def test_a_first_look_shows_all_with_flags_and_sizes_and_no_bodies(mail: Scene) -> None:
    one, two = mail.put("one"), mail.put("two", "\\Seen", "work")

    view = look(mail.open())

    assert {ref: seen.flags for ref, seen in view.seen.items()} == {one: frozenset(), two: {SEEN, "work"}}
    assert view.end.inventory == {one, two}
    assert view.seen[one].size == len(message("one"))
    assert view.seen[one].held is None


def test_an_empty_folder_has_an_empty_inventory(mail: Scene) -> None:
    view = look(mail.open())

    assert (view.seen, view.end.inventory) == ({}, frozenset())


def test_what_came_changed_and_went_shows_from_the_cursor(mail: Scene) -> None:
    stays, changes, goes = (mail.put(name) for name in ("stays", "changes", "goes"))
    first = look(mail.open())
    mail.flag(changes, "+FLAGS", "\\Flagged")
    mail.drop(goes)
    comes = mail.put("comes", "\\Seen")

    second = since(mail.open(), first)

    assert after(set(first.seen), second) == {stays, changes, comes}
    assert second.seen[changes].flags == {FLAGGED}
    assert second.seen[comes].flags == {SEEN}
    assert second.seen[comes].size == len(message("comes"))


def test_a_look_with_nothing_new_is_one_round_trip_and_shows_nothing(best: Scene) -> None:
    best.put("one")
    first = look(best.open())
    before = best.account.requests

    second = since(best.open(), first)

    assert (second.seen, second.gone, second.end.inventory) == ({}, set(), None)
    assert best.account.requests - before == 2  # SELECT and UID FETCH, sent at once


def test_a_deletion_alone_is_noticed(mail: Scene) -> None:
    stays, goes = mail.put("stays"), mail.put("goes")
    first = look(mail.open())
    mail.drop(goes)

    second = since(mail.open(), first)

    assert after(set(first.seen), second) == {stays}


def test_one_that_came_and_went_between_two_looks_is_nobody(mail: Scene) -> None:
    stays = mail.put("stays")
    first = look(mail.open())
    mail.drop(mail.put("passes"))

    second = since(mail.open(), first)

    assert after(set(first.seen), second) == {stays}


def test_as_many_that_came_as_went_are_told_apart(mail: Scene) -> None:
    stays, goes = mail.put("stays"), mail.put("goes")
    first = look(mail.open())
    mail.drop(goes)
    comes = mail.put("comes")

    second = since(mail.open(), first)

    assert after(set(first.seen), second) == {stays, comes}


def test_deltas_go_on_from_deltas(mail: Scene) -> None:
    refs = {mail.put(f"m{number}") for number in range(3)}
    view, known = look(mail.open()), set(refs)
    for number in range(4):
        known.add(mail.put(f"later{number}"))
        gone = min(known)
        mail.drop(gone)
        known.discard(gone)
        view = look(mail.open(), view.end.cursor, known | {gone})
        assert after(known | {gone}, view) == known


@pytest.mark.parametrize("cursor", ["nonsense", "{}", '{"uidvalidity":1,"uidnext":1,"count":0}'])
def test_a_cursor_of_another_life_gives_everything(mail: Scene, cursor: str) -> None:
    one = mail.put("one")

    view = look(mail.open(), Cursor(cursor), {one})

    assert view.end.inventory == {one}


def test_a_folder_made_anew_is_all_gone_and_all_new(mail: Scene) -> None:
    mail.other.create("again")
    old = mail.put("one", folder="again")
    first = look(mail.open("again"))
    mail.other.delete("again")
    mail.other.create("again")
    new = mail.put("one", folder="again")

    second = since(mail.open("again"), first)

    assert (second.end.inventory, old == new) == ({new}, False)


def test_a_folder_that_is_gone_is_an_error_and_no_inventory(mail: Scene) -> None:
    mail.other.create("brief")
    ref = mail.put("one", folder="brief")
    box = mail.open("brief")
    first = look(box)
    mail.other.delete("brief")

    for deed in (lambda: look(box), lambda: since(box, first), lambda: list(box.fetch([ref]))):
        with pytest.raises(CalsyncError) as caught:
            deed()
        assert (caught.value.code, caught.value.variant) == ("E209", "folder")


def test_pages_are_bounded(best: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PAGE", 2)
    refs = [best.put(f"m{number}") for number in range(5)]

    pages = list(best.open().look(None, frozenset()))

    assert [len(page.seen) for page in pages] == [2, 2, 1]
    assert pages[-1].end is not None
    assert pages[-1].end.inventory == set(refs)


def test_flags_of_older_messages_are_looked_at_in_turn(dovecot_list, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without MODSEQ: the newest each time, the others window by window."""
    monkeypatch.setattr(looking, "NEWEST", 2)
    monkeypatch.setattr(looking, "WINDOW", 2)
    monkeypatch.setattr(ladder, "WINDOW", 2)
    mail = scene(dovecot_list)
    refs = [mail.put(f"m{number}") for number in range(8)]
    view, shown = look(mail.open()), []
    mail.flag(refs[0], "+FLAGS", "\\Flagged")

    for _ in range(3):
        view = look(mail.open(), view.end.cursor, set(refs))
        shown.append([refs.index(ref) for ref in sorted(view.seen, key=refs.index)])

    mail.close()
    assert shown == [[4, 5, 6, 7], [2, 3, 6, 7], [0, 1, 6, 7]]
    assert view.seen[refs[0]].flags == {FLAGGED}


def test_without_modseq_everything_is_looked_at_once_a_day(dovecot_list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "NEWEST", 1)
    monkeypatch.setattr(looking, "WINDOW", 1)
    mail = scene(dovecot_list)
    refs = {mail.put(f"m{number}") for number in range(4)}
    now = [1e9]
    mail.account._clock = lambda: now[0]
    first = look(mail.open())

    soon = since(mail.open(), first)
    now[0] += 2 * ladder.DAY
    late = look(mail.open(), soon.end.cursor, refs)

    mail.close()
    assert (soon.end.inventory, late.end.inventory) == (None, refs)
    assert [ladder.verified(view.end.cursor) for view in (first, soon, late)] == [1e9, 1e9, now[0]]


def test_traits_are_those_of_the_folder(mail: Scene) -> None:
    traits = mail.open().traits

    assert {"\\Seen", "\\*"} <= traits.flags
    assert (traits.writable, traits.moves, traits.deltas) == (True, True, True)


def test_whoever_looks_knows_what_the_folder_can_do_by_the_first_page(mail: Scene) -> None:
    mail.put("one")
    box = mail.open()
    pages = box.look(None, frozenset())
    next(pages)
    before = mail.account.requests

    writable = box.traits.writable

    assert writable
    assert mail.account.requests == before
    list(pages)


def test_what_was_new_after_the_cursor_and_is_known_is_told_when_it_goes(mail: Scene) -> None:
    """A round that had to leave something undone keeps its old cursor, and the books have what it fetched."""
    mail.put("first")
    box = mail.open()
    cursor = look(box, None, set()).end.cursor
    late = mail.put("late")
    known = set(look(box, cursor, set()).seen) | {late}
    mail.drop(late)

    again = look(box, cursor, known)

    assert late in again.gone or (again.end.inventory is not None and late not in again.end.inventory)
