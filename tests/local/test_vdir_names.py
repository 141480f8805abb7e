"""Names for new items: chosen before anything is written, never one that is there."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.core.model import NOBODY
from calsync_cli.core.ops import Create, Wrote
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import event


def test_a_plain_uid_names_the_file(vdir: Vdir) -> None:
    assert vdir.new_ref("lunch@example.org") == "lunch@example.org.ics"


def test_the_same_uid_twice_gets_two_names_that_can_both_be_written(vdir: Vdir) -> None:
    refs = [vdir.new_ref("lunch"), vdir.new_ref("lunch"), vdir.new_ref("LUNCH")]

    done = list(vdir.write([Create(ref, event("lunch"), NOBODY) for ref in refs]))

    assert len({ref.casefold() for ref in refs}) == 3
    assert all(isinstance(answer, Wrote) for answer in done)


def test_a_file_of_another_spelling_is_in_the_way(vdir: Vdir, root: Path) -> None:
    (root / "Lunch.ics").write_bytes(event("x"))

    assert vdir.new_ref("lunch") != "lunch.ics"


def test_a_look_frees_the_names_that_were_not_used(vdir: Vdir) -> None:
    vdir.new_ref("lunch")

    list(vdir.look(None, frozenset()))

    assert vdir.new_ref("lunch") == "lunch.ics"


def test_names_can_be_chosen_before_the_directory_is_there(vdir: Vdir, root: Path) -> None:
    root.rmdir()

    assert vdir.new_ref("lunch") == "lunch.ics"
