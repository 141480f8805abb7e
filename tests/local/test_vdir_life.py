"""The near store end to end: written, listed, read, replaced, removed."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref
from calsync_cli.core.ops import Create, Edit, Remove, Wrote
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.meta import Meta

ONE = b"BEGIN:VCALENDAR\nUID:1\nEND:VCALENDAR\n"
TWO = b"BEGIN:VCALENDAR\nUID:1\nSUMMARY:two\nEND:VCALENDAR\n"


def test_an_item_goes_through_its_whole_life(tmp_path: Path) -> None:
    attic = Attic(tmp_path / "attic")
    vdir = Agenda(tmp_path / "agenda", attic).create(CollectionId("work"), Meta("Work", "#00ff00"))
    ref = Ref("1.ics")

    (made,) = vdir.write([Create(ref, ONE, NOBODY)])
    (held,) = vdir.fetch([ref])
    assert isinstance(held, Held)
    (edited,) = vdir.write([Edit(held, TWO, NOBODY)])
    (now,) = vdir.fetch([ref])
    assert isinstance(now, Held)
    (removed,) = vdir.write([Remove(now, NOBODY)])

    assert isinstance(made, Wrote)
    assert made.rev == held.rev
    assert isinstance(edited, Wrote)
    assert attic.read(edited.kept) == ONE
    assert isinstance(removed, Wrote)
    assert attic.read(removed.kept) == TWO
    assert sorted(path.name for path in vdir.root.iterdir()) == ["color", "displayname"]
