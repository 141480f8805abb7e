"""The decision table (mail-peers 2.6), cell by cell and both ways: what is written, and where the message is then.

tests/engine/mail/test_table.py tells the finer points of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from calsync_cli.core.mail.nouns import DELETED, SEEN
from calsync_cli.core.model import Ref
from calsync_cli.core.ops import Create
from tests.doubles.mailbox import FarBox, NearBox
from tests.engine.mail.world import World, bare, mail, settled

M0 = mail("m0", "text 0")
OTHER = mail("other")


@dataclass
class Table:
    """The inbox, the archive and the bin are mapped; `private` is on neither side."""

    world: World
    private: FarBox

    @property
    def near(self) -> dict[str, NearBox]:
        return self.world.near | self.world.unmapped

    @property
    def far(self) -> dict[str, FarBox]:
        return self.world.far | {"private": self.private}

    def here(self, name: str = "inbox", body: bytes = M0) -> Ref:
        return next(ref for ref, item in self.near[name].items.items() if bare(item.content) == bare(body))

    def there(self, name: str = "inbox", body: bytes = M0) -> Ref:
        box = self.far[name]
        return next(box.ref(uid) for uid, item in box.items.items() if bare(item.content) == bare(body))

    def places(self, body: bytes) -> tuple[list[str], list[str]]:
        return tuple(  # type: ignore[return-value]
            sorted(
                f"{name} {'T' if DELETED in item.flags else ''}".strip()
                for name, box in boxes.items()
                for item in box.items.values()
                if bare(item.content) == bare(body)
            )
            for boxes in (self.near, self.far)
        )

    def written(self) -> str:
        return " ".join(
            f"{side}.{name}.{type(op).__name__.lower()}"
            for side, boxes in (("near", self.near), ("far", self.far))
            for name, box in sorted(boxes.items())
            for op in box.ops
        )


def move_here(source: str, goal: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.near[source].carry(table.here(source, body), table.near[goal])


def move_there(source: str, goal: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.far[source].carry(table.there(source, body), table.far[goal])


def copy_here(goal: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.near[goal].put(bare(body))


def copy_there(goal: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.far[goal].put(body)


def drop_here(name: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.near[name].drop(table.here(name, body))


def drop_there(name: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.far[name].drop(table.there(name, body))


def mark_here(name: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.near[name].flag(table.here(name, body), DELETED)


def mark_there(name: str, body: bytes = M0) -> Callable[[Table], object]:
    return lambda table: table.far[name].flag(table.there(name, body), DELETED)


CELLS: dict[str, tuple[Callable[[Table], object], bytes, str, list[str], list[str]]] = {
    # what a person did, with which message, what is written, where it is here, where it is there
    "moved here, both mapped": (move_here("inbox", "archive"), M0, "far.inbox.move", ["archive"], ["archive"]),
    "moved here, target unmapped": (move_here("inbox", "private"), M0, "", ["private"], ["inbox"]),
    "moved here, source unmapped": (
        move_here("private", "archive", OTHER),
        OTHER,
        "far.archive.create",
        ["archive"],
        ["archive", "private"],
    ),
    "copied here, both mapped": (
        copy_here("archive"),
        M0,
        "far.archive.create",
        ["archive", "inbox"],
        ["archive", "inbox"],
    ),
    "copied here, target unmapped": (copy_here("private"), M0, "", ["inbox", "private"], ["inbox"]),
    "copied here, source unmapped": (
        copy_here("archive", OTHER),
        OTHER,
        "far.archive.create",
        ["archive", "private"],
        ["archive", "private"],
    ),
    "deleted here, both mapped": (
        drop_here("inbox"),
        M0,
        "far.inbox.remove near.deleted.create",
        ["deleted"],
        ["deleted"],
    ),
    "deleted here, source unmapped": (drop_here("private", OTHER), OTHER, "", [], ["private"]),
    "marked as deleted here, both mapped": (mark_here("inbox"), M0, "far.inbox.mark", ["inbox T"], ["inbox T"]),
    "marked as deleted here, unmapped": (mark_here("private", OTHER), OTHER, "", ["private T"], ["private"]),
    "deleted here from the bin": (drop_here("deleted", mail("binned")), mail("binned"), "far.deleted.remove", [], []),
    "moved there, both mapped": (move_there("inbox", "archive"), M0, "near.inbox.move", ["archive"], ["archive"]),
    "moved there, target unmapped": (move_there("inbox", "private"), M0, "near.inbox.remove", [], ["private"]),
    "moved there, source unmapped": (
        move_there("private", "archive", OTHER),
        OTHER,
        "near.archive.create",
        ["archive", "private"],
        ["archive"],
    ),
    "copied there, both mapped": (
        copy_there("archive"),
        M0,
        "near.archive.create",
        ["archive", "inbox"],
        ["archive", "inbox"],
    ),
    "copied there, target unmapped": (copy_there("private"), M0, "", ["inbox"], ["inbox", "private"]),
    "copied there, source unmapped": (
        copy_there("archive", OTHER),
        OTHER,
        "near.archive.create",
        ["archive", "private"],
        ["archive", "private"],
    ),
    "deleted there, both mapped": (drop_there("inbox"), M0, "near.inbox.remove", [], []),
    "deleted there, source unmapped": (drop_there("private", OTHER), OTHER, "", ["private"], []),
    "marked as deleted there, both mapped": (mark_there("inbox"), M0, "near.inbox.mark", ["inbox T"], ["inbox T"]),
    "marked as deleted there, unmapped": (mark_there("private", OTHER), OTHER, "", ["private"], ["private T"]),
    "deleted there from the bin": (
        drop_there("deleted", mail("binned")),
        mail("binned"),
        "near.deleted.remove",
        [],
        [],
    ),
}


@pytest.fixture
def table(tmp_path) -> Table:
    world = settled(tmp_path, unmapped=("private",))
    made = Table(world, world.server.make("There/private"))
    world.unmapped["private"].put(bare(OTHER))
    made.private.put(OTHER)
    world.far["deleted"].put(mail("binned"))
    world.sync()
    for box in (*made.near.values(), *made.far.values()):
        box.ops.clear()
    return made


@pytest.mark.parametrize("cell", CELLS)
def test_cell(table: Table, cell: str) -> None:
    act, body, written, here, there = CELLS[cell]
    act(table)

    table.world.sync()
    table.world.sync()

    assert sorted(table.written().split()) == sorted(written.split())
    assert table.places(body) == (here, there)


# ── a copy costs no upload ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("folder", ["archive", "inbox"])
@pytest.mark.parametrize("read", [True, False])
def test_a_copy_of_a_letter_is_copied_by_the_server(table: Table, folder: str, read: bool) -> None:
    if not read:
        with table.world.database.transaction() as sql:
            sql.execute("UPDATE letter SET digest=''")
    table.near[folder].put(bare(M0))

    table.world.sync()

    assert table.far[folder].calls["copied"] == 1
    (made,) = table.far[folder].ops
    assert isinstance(made, Create)
    assert made.twin == ("There/inbox", table.there())


@pytest.mark.parametrize("how", ["other text", "other flags", "no name", "no UIDPLUS", "first round"])
def test_what_is_not_the_very_same_is_uploaded(table: Table, how: str) -> None:
    body = {"other text": mail("m0", "text x"), "no name": mail("m0", ident=False)}.get(how, M0)
    table.near["archive"].put(bare(body), frozenset({SEEN}) if how == "other flags" else frozenset())
    table.world.server.uidplus = how != "no UIDPLUS"
    if how == "first round":
        with table.world.database.transaction() as sql:
            sql.execute("UPDATE link SET rounds=0")

    table.world.sync()

    assert table.far["archive"].calls["copied"] == 0
    assert bare(body) in {bare(item.content) for item in table.far["archive"].items.values()}


def test_a_letter_whose_file_was_edited_meanwhile_is_nobodys_twin(table: Table) -> None:
    table.near["archive"].put(bare(M0))
    table.world.sync()
    with table.world.database.transaction() as sql:
        sql.execute("UPDATE letter SET digest=''")
    draft = mail("m0", "text x")
    assert len(draft) == len(M0)
    table.near["archive"].edit(table.here("archive"), bare(draft))
    table.near["inbox"].put(bare(draft))

    table.world.sync()

    assert table.far["inbox"].calls["copied"] == 0
    assert table.places(draft)[1] == ["archive", "inbox"]
