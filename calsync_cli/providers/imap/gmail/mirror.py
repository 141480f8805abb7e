"""Which messages a folder shows under which UIDs: kept from round to round, brought up to date by what changed.

Gmail has CONDSTORE and no QRESYNC: FETCH CHANGEDSINCE tells what changed, new UIDs what came, and where the number of
messages is not what it should be then, one SEARCH tells what went.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.gmail.naming import cut
from calsync_cli.providers.imap.looking import searched
from calsync_cli.providers.imap.opening import check_open, reopened
from calsync_cli.providers.imap.parse import Status
from calsync_cli.providers.imap.rows import Row, merged, row_of
from calsync_cli.providers.imap.selected import Selected
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.wire import select, uid_fetch, uid_sets

_ITEMS = b"UID FLAGS RFC822.SIZE MODSEQ X-GM-MSGID"


@dataclass(frozen=True, slots=True)
class Point:
    """How far a folder is known."""

    uidvalidity: int = 0
    uidnext: int = 0
    modseq: int = 0
    glance: str = ""
    """The folder at a glance, when it was brought up to date."""

    @classmethod
    def read(cls, text: str) -> Point:
        """As it was kept; what is none of ours is nothing known."""
        try:
            return cls(**json.loads(text or "{}"))
        except (ValueError, TypeError):
            return cls()

    def written(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self), separators=(",", ":"))


@dataclass(slots=True)
class Mirror:
    """A folder. In `shown` 0 stands for a UID where the folder does not show the message, and nothing says why."""

    name: str
    labels: bool
    """Labels are asked for: All Mail's tell what belongs elsewhere."""
    point: Point
    shown: dict[int, int]
    rows: dict[int, Row] = field(default_factory=dict)
    """By message: all that came or changed after `since`."""
    since: int | None = None
    """A MODSEQ; None: nobody looked yet."""
    exists: int = 0
    came: dict[int, int] = field(default_factory=dict)
    """What is to be written down of `shown`."""
    went: set[int] = field(default_factory=set)
    afresh: bool = False

    @property
    def items(self) -> bytes:
        """What is asked of each message."""
        return b"(%s%s)" % (_ITEMS, b" X-GM-LABELS" if self.labels else b"")

    def put(self, message: int, uid: int) -> None:
        """It shows here, or did."""
        if self.shown.get(message) != uid:
            self.shown[message] = self.came[message] = uid
        self.went.discard(message)

    def drop(self, message: int) -> None:
        """It does not show here, and that is right."""
        if self.shown.pop(message, None) is not None:
            self.came.pop(message, None)
            self.went.add(message)

    def count(self) -> int:
        """How many it shows."""
        return sum(map(bool, self.shown.values()))


def freshen(mirror: Mirror, session: Session, glance: str) -> None:
    """Bring it up to date."""
    was = mirror.point
    if not (was.uidvalidity and _changes(mirror, session)):
        everything(mirror, session)
    mirror.point = _point(_selected(session), mirror, glance)


def everything(mirror: Mirror, session: Session) -> None:
    """All messages, in one round trip."""
    session.opening(mirror.name)
    rows: dict[int, Row] = {}
    statuses: list[Status] = []
    for said in session.flow((select(mirror.name, b"CONDSTORE"), uid_fetch(b"1:*", mirror.items)), depth=2):
        if isinstance(said, Status):
            statuses.append(said)
        elif len(statuses) == 1 and statuses[0].ok and (row := row_of(said)) is not None and row.message:
            rows[row.uid] = row
    check_open(session, mirror.name, statuses[0])
    selected = _selected(session)
    if not statuses[1].ok and selected.exists:
        raise border.refused(statuses[1], session.host, mirror.name)
    held = {message: 0 for message, uid in mirror.shown.items() if not uid}
    mirror.rows, mirror.since, mirror.afresh, mirror.exists = {}, 0, True, selected.exists
    mirror.shown, mirror.came, mirror.went = {}, {}, set()
    if len(rows) != selected.exists:
        rows |= asked(mirror, session, searched(session, mirror.name, b"ALL") - rows.keys())
    _take(mirror, rows)
    for message, uid in held.items():
        if message not in mirror.shown:
            mirror.put(message, uid)


def _changes(mirror: Mirror, session: Session) -> bool:
    """Whether a delta did."""
    was = mirror.point
    along = [
        uid_fetch(b"1:*", mirror.items, b"CHANGEDSINCE %d" % was.modseq),
        uid_fetch(b"%d:*" % was.uidnext, mirror.items),
    ]
    answers = reopened(session, mirror.name, along=along)
    selected = _selected(session)
    alive = selected.uidvalidity == was.uidvalidity and 0 < was.modseq <= selected.modseq
    if not alive or not all(answer.status.ok for answer in answers[1:]):
        return False
    rows = merged(line for answer in answers for line in answer.lines)
    found = {uid: row for uid, row in rows.items() if row.message and (uid >= was.uidnext or row.modseq > was.modseq)}
    mirror.since = was.modseq if mirror.since is None else mirror.since
    mirror.exists = selected.exists
    _take(mirror, found)
    if mirror.count() != selected.exists or cut(selected.exists):  # there one goes and an older one comes, unseen
        there = searched(session, mirror.name, b"ALL")
        for message in [message for message, uid in mirror.shown.items() if uid and uid not in there]:
            mirror.drop(message)
        _take(mirror, asked(mirror, session, there - set(mirror.shown.values())))
    return True


def since(mirror: Mirror, session: Session, modseq: int) -> dict[int, Row]:
    """By message: what came or changed after a MODSEQ that lies before what was looked at."""
    answer = reopened(session, mirror.name, along=[uid_fetch(b"1:*", mirror.items, b"CHANGEDSINCE %d" % modseq)])[1]
    if not answer.status.ok:
        raise border.refused(answer.status, session.host, mirror.name)
    return {row.message: row for row in merged(answer.lines).values() if row.message}


def asked(mirror: Mirror, session: Session, uids: set[int]) -> dict[int, Row]:
    """By UID: rows of these, as far as they are there. The folder is open."""
    if not uids:
        return {}
    answers = session.ask(*(uid_fetch(one, mirror.items) for one in uid_sets(uids)))
    for answer in answers:
        if not answer.status.ok:
            raise border.refused(answer.status, session.host, mirror.name)
    rows = merged(line for answer in answers for line in answer.lines)
    return {uid: row for uid, row in rows.items() if uid in uids and row.message}


def _take(mirror: Mirror, rows: dict[int, Row]) -> None:
    for uid, row in rows.items():
        mirror.put(row.message, uid)
        mirror.rows[row.message] = row


def _selected(session: Session) -> Selected:
    assert session.selected is not None
    return session.selected


def _point(selected: Selected, mirror: Mirror, glance: str) -> Point:
    newest = max((row.uid for row in mirror.rows.values()), default=0)
    return Point(selected.uidvalidity, max(selected.uidnext, newest + 1), selected.modseq, glance)
