"""Folders of other people, on a real Cyrus: what may be done there is told, and what may not is refused unharmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder
from calsync_cli.core.model import Held, Ref
from calsync_cli.core.ops import Denied, Wrote
from tests.imap.scene import Scene, create, look, mark, message, move, remove, scene, write
from tests.servers.cyrus import CyrusMail


@dataclass(slots=True)
class Shared:
    """A folder of the owner's that another one sees, with a message in it."""

    owner: Scene
    reader: Scene
    name: str
    ref: Ref

    def listed(self) -> Folder:
        """As the reader's list has it."""
        (found,) = (folder for folder in self.reader.account.folders() if folder.id == self.name)
        return found


@pytest.fixture
def shared(request: pytest.FixtureRequest, cyrus_mail: CyrusMail) -> Iterator[Shared]:
    owner, reader = scene(cyrus_mail), scene(cyrus_mail)
    ref = owner.put("one", folder="Archive")
    yield Shared(owner, reader, cyrus_mail.share(owner.user, "Archive", reader.user, request.param), ref)
    owner.close()
    reader.close()


@pytest.mark.parametrize("shared", ["lrs"], indirect=True)
def test_a_folder_that_may_only_be_read_is_read_and_left_alone(shared: Shared) -> None:
    box = shared.reader.open(shared.name)

    seen, (held,) = look(box).seen, list(box.fetch([shared.ref]))
    done = write(
        box,
        create(message("two")),
        mark(shared.ref, add={"\\Flagged"}),
        move(shared.ref, "Trash"),
        remove(shared.ref),
        remove(shared.ref, to_bin=False),
    )

    folder = shared.listed()
    assert (folder.shared, folder.selectable, folder.writable, box.traits.writable) == (True, True, False, False)
    assert isinstance(held, Held)
    assert (set(seen), held.content) == ({shared.ref}, message("one"))
    assert [type(one) for one in done] == [Denied] * 5
    assert shared.owner.there("Archive") == {shared.ref: set()}


@pytest.mark.parametrize("shared", ["lrswi"], indirect=True)
def test_a_folder_where_nothing_may_be_deleted_takes_the_rest(shared: Shared) -> None:
    box = shared.reader.open(shared.name)

    done = write(
        box,
        create(message("two")),
        mark(shared.ref, add={"\\Flagged"}),
        move(shared.ref, "Trash"),
        remove(shared.ref, to_bin=False),
    )

    assert shared.listed().writable
    assert [type(one) for one in done] == [Wrote, Wrote, Denied, Denied]
    assert shared.owner.there("Archive")[shared.ref] == {"\\Flagged"}
    assert len(shared.owner.there("Archive")) == 2
    assert shared.reader.there("Trash") == {}


@pytest.mark.parametrize("shared", ["l"], indirect=True)
def test_a_folder_that_may_not_be_read_is_told(shared: Shared) -> None:
    with pytest.raises(CalsyncError) as caught:
        look(shared.reader.open(shared.name))

    assert (caught.value.code, caught.value.variant) == ("E403", "folder")
    assert not shared.listed().selectable
