"""What became of messages that a folder does not show any more: deleted, put elsewhere, or only hidden from IMAP.

A folder may show no more than its newest 1000 to 10000 messages, and any folder may be kept from IMAP altogether: not
to be shown proves nothing (Users.settings.updateImap maxFolderSize; "Show in IMAP").
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from calsync_cli.providers.imap.gmail.account import Gmail, searched
from calsync_cli.providers.imap.gmail.mirror import Mirror
from calsync_cli.providers.imap.gmail.naming import cut, folded
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.rows import merged
from calsync_cli.providers.imap.wire import uid_fetch, uid_sets


def hidden(gmail: Gmail, mirror: Mirror, lost: AbstractSet[int]) -> set[int]:
    """Of the messages that the folder had and does not show those that are held: nothing says that they left it."""
    if not lost:
        return set()
    special = gmail.special()
    bins = (special.bin, special.junk)
    if mirror.name == special.all:
        return _unfound(gmail, lost, bins) if not gmail.whole(mirror) else set()
    count = gmail.messages(special.all)
    if special.final(mirror.name):
        return _unfound(gmail, lost, (special.all, *bins)) if not gmail.whole(mirror) else set()
    complete = count is not None and not cut(count)
    if complete and gmail.whole(mirror):
        return set()
    labelled = _labelled(gmail, mirror, lost) if count is not None else {}
    held = {message for message, still in labelled.items() if still} if not gmail.whole(mirror) else set[int]()
    return held | (_unfound(gmail, lost - labelled.keys(), bins) if not complete else set())


def recheck(gmail: Gmail, mirror: Mirror) -> None:
    """Once a day: what it hides, and what has left it meanwhile."""
    unseen = {message for message, uid in mirror.shown.items() if not uid}
    if unseen and not gmail.checked(mirror.name):
        for message in unseen - hidden(gmail, mirror, unseen):
            mirror.drop(message)
        gmail.check(mirror.name)
        gmail.keep(mirror)


def _labelled(gmail: Gmail, mirror: Mirror, lost: AbstractSet[int]) -> dict[int, bool]:
    """Of those that All Mail has whether they still have the folder's label."""
    label = gmail.special().label(mirror.name)
    name = gmail.special().all
    with gmail.pool.lend(name) as session:
        opened(session, name)
        uids = gmail.uids(session, name, sorted(lost))
        answers = session.ask(*(uid_fetch(one, b"(UID X-GM-MSGID X-GM-LABELS)") for one in uid_sets(uids.values())))
    rows = merged(line for answer in answers for line in answer.lines)
    told = {row.message: row.labels or frozenset[bytes]() for row in rows.values()}
    return {message: label in folded(labels) for message, labels in told.items() if message in lost}


def _unfound(gmail: Gmail, lost: AbstractSet[int], names: Iterable[str]) -> set[int]:
    """Those that are in none of these folders."""
    left = set(lost)
    for name in names:
        if left and gmail.messages(name) is not None:
            with gmail.pool.lend(name) as session:
                opened(session, name)
                left -= searched(session, name, sorted(left)).keys()
    return left
