"""All Mail as an archive: what no other folder that is in step shows, and nobody wrote or said there (R52).

Which messages those are is told by the sets of numbers that the folders show, not by labels; labels only keep away what
is about to show elsewhere: a message that came while we looked, or one that a folder's limit hides.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from calsync_cli.providers.imap.gmail import mirror as mirroring
from calsync_cli.providers.imap.gmail.absence import recheck
from calsync_cli.providers.imap.gmail.account import Gmail
from calsync_cli.providers.imap.gmail.mirror import Mirror
from calsync_cli.providers.imap.gmail.naming import apart
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.rows import Row

_APART = "\\apart"
"""The ledger's name for what All Mail shows and belongs elsewhere. No folder can be called so."""
_FEW = 500
"""So many are asked for their labels at each look; more of them once a day."""


def archived(gmail: Gmail, mirror: Mirror, known: AbstractSet[int]) -> tuple[set[int], set[int]]:
    """What the archive has, and of what it had that which cannot be told now: it is about to show elsewhere."""
    for name in gmail.shown_others:
        recheck(gmail, gmail.fresh(name))
    elsewhere = gmail.elsewhere()
    there = {message for message, uid in mirror.shown.items() if uid}
    before = gmail.ledger.shown(_APART)
    left = there - elsewhere
    doubted = {message for message in left if message not in known and message not in before}
    doubted |= {message for message in left if message in mirror.rows}
    again = left & before.keys()
    if len(again) <= _FEW or not gmail.checked(_APART):
        doubted |= again
        gmail.check(_APART)
    aside = _aside(gmail, mirror, doubted)
    now = (again - doubted) | aside
    if now != before.keys():
        gone = sorted(before.keys() - now)
        gmail.ledger.show(_APART, dict.fromkeys(now - before.keys(), 0), gone, afresh=False)
    return left - now, now & known


def _aside(gmail: Gmail, mirror: Mirror, doubted: set[int]) -> set[int]:
    """By their labels."""
    special = gmail.special()
    mapped = {label for name in gmail.others if (label := special.label(name))}
    rows = {message: row for message in doubted if (row := mirror.rows.get(message)) and row.labels is not None}
    if left := doubted - rows.keys():
        found = labelled(gmail, mirror, left)
        rows |= found
        mirror.rows |= found
    return {message for message in doubted if (row := rows.get(message)) is None or apart(row.labels or (), mapped)}


def labelled(gmail: Gmail, mirror: Mirror, wanted: set[int]) -> dict[int, Row]:
    """By message: their rows as they are now."""
    with gmail.pool.lend(mirror.name) as session:
        opened(session, mirror.name)
        rows = mirroring.asked(mirror, session, {mirror.shown[message] for message in wanted})
    return {row.message: row for row in rows.values()}
