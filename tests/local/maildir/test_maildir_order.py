"""What survives a power cut: messages and attic entries before the barrier, names after it, then the directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.mail.nouns import SEEN
from calsync_cli.core.model import NOBODY, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Remove, Wrote
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from tests.local.maildir.conftest import ARCHIVE, INBOX
from tests.local.maildir.letters import deliver, letter
from tests.local.near_doubles import TestDisk


def scene(tmp_path: Path, *, durable: bool) -> list[tuple[str, tuple[object, ...]]]:
    """One of each kind of write in a batch: every call that was made, with plain names."""
    disk = TestDisk()
    attic = Attic(tmp_path / "attic", disk=disk, suffix=".eml")
    mail = Maildirs(tmp_path / "mail", attic)
    mail.create(ARCHIVE)
    inbox = mail.create(INBOX)
    for name in ("new/b", "new/c", "cur/d:2,S"):
        deliver(inbox, name)
    ops = [
        Create(Ref("a"), letter("a"), NOBODY, frozenset({SEEN})),
        Create(Ref("e"), letter("e"), NOBODY),
        Mark(Ref("b"), Rev("1"), frozenset({SEEN}), frozenset()),
        Move(Ref("c"), Rev("1"), ARCHIVE, Ref("c"), NOBODY),
        Remove(Held(Ref("d"), Rev(""), b""), NOBODY),
    ]

    done = list(Maildirs(mail.root, attic, durable=durable, disk=disk).open(INBOX).write(ops))

    assert [type(one) for one in done] == [Wrote] * 5
    return [(verb, tuple(str(what).removeprefix(f"{mail.root}/") for what in told)) for verb, told in disk.calls]


def test_the_order_of_every_call(tmp_path: Path) -> None:
    calls = scene(tmp_path, durable=True)

    verbs = [verb for verb, _ in calls]
    first, second = calls[0][1][0], calls[1][1][0]
    assert verbs[:3] == ["create", "create", "link"] or verbs[:4] == ["create", "create", "settle_folder", "link"]
    barrier = verbs.index("settle")
    assert calls[barrier][1] == (first, second)
    assert verbs[barrier + 1] == "settle_folder"
    assert calls[barrier + 1][1][0].startswith(str(tmp_path / "attic"))
    assert calls[barrier + 2 :] == [
        ("claim", (first, "inbox/cur/a:2,S")),
        ("claim", (second, "inbox/new/e")),
        ("claim", ("inbox/new/b", "inbox/cur/b:2,S")),
        ("claim", ("inbox/new/c", "archive/new/c")),
        ("unlink", ("inbox/cur/d:2,S",)),
        ("settle_folder", ("archive/new",)),
        ("settle_folder", ("inbox/cur",)),
        ("settle_folder", ("inbox/new",)),
    ]


def test_where_a_message_moved_is_synced_before_where_it_left(tmp_path: Path, attic: Attic) -> None:
    disk = TestDisk()
    mail = Maildirs(tmp_path / "mail", attic)
    mail.create(ARCHIVE)
    deliver(mail.create(INBOX), "cur/c:2,S")

    list(Maildirs(mail.root, attic, disk=disk).open(INBOX).write([Move(Ref("c"), Rev("1"), ARCHIVE, Ref("c"), NOBODY)]))

    synced = [told[0] for verb, told in disk.calls if verb == "settle_folder"]
    assert synced == [str(mail.root / "archive" / "cur"), str(mail.root / "inbox" / "cur")]


def test_nothing_is_answered_before_it_is_durable(mail: Maildirs, attic: Attic) -> None:
    disk = TestDisk()
    answers = Maildirs(mail.root, attic, disk=disk).open(INBOX).write([Create(Ref("a"), letter("a"), NOBODY)])

    next(answers)

    assert disk.verbs == ["create", "settle", "claim", "settle_folder"]


def test_without_durability_nothing_is_synced_in_the_maildir(tmp_path: Path) -> None:
    calls = scene(tmp_path, durable=False)

    assert "settle" not in [verb for verb, _ in calls]
    assert not [told for verb, told in calls if verb == "settle_folder" and not str(told[0]).startswith("/")]


@pytest.mark.parametrize("count", [1, 500])
def test_a_batch_has_one_barrier_however_many_messages(mail: Maildirs, attic: Attic, count: int) -> None:
    disk = TestDisk()
    inbox = Maildirs(mail.root, attic, disk=disk).open(INBOX)

    list(inbox.write([Create(Ref(str(n)), letter(str(n)), NOBODY) for n in range(count)]))

    assert disk.verbs.count("settle") == 1
    assert disk.verbs.count("settle_folder") == 1
