"""A look at a folder: what is there, or what changed, on the best rung that the server does honestly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import NO_FLAGS, Cursor, End, Page, Ref, Rev, Seen, Unreadable
from calsync_cli.providers.imap import border, ladder
from calsync_cli.providers.imap.ladder import NEWEST, WINDOW, State
from calsync_cli.providers.imap.opening import check_open, reopened
from calsync_cli.providers.imap.parse import Line, Status, number
from calsync_cli.providers.imap.rows import Row, merged, row_of
from calsync_cli.providers.imap.selected import Selected
from calsync_cli.providers.imap.session import Answer, Session
from calsync_cli.providers.imap.wire import Command, command, select, uid_fetch, uid_sets, uids_in

PAGE = 1000


class Looking:
    """One look, on one session."""

    def __init__(
        self, session: Session, name: str, known: AbstractSet[Ref], *, trusted: str, clock: Callable[[], float]
    ) -> None:
        self._session = session
        self._name = name
        self._known = known
        self._trusted = trusted
        self._clock = clock
        self._items = b"(UID FLAGS RFC822.SIZE%s)" % (b" MODSEQ" if "CONDSTORE" in session.enabled else b"")

    def pages(self, since: State | None) -> Iterator[Page]:
        """The pages of the look; the first step decides whether a delta will do."""
        if since is None:
            yield from self._everything(self._trusted)
            return
        delta = self._delta(since)
        if isinstance(delta, str):
            yield from self._everything(delta)
        else:
            yield from delta

    # ── everything ───────────────────────────────────────────────────────────────────────────────────────────────

    def _everything(self, trusted: str) -> Iterator[Page]:
        """All messages, page by page as they come, in one round trip."""
        session = self._session
        parameters = (b"CONDSTORE",) if "CONDSTORE" in session.enabled else ()
        commands = (select(self._name, *parameters), uid_fetch(b"1:*", self._items))
        session.opening(self._name)
        inventory: set[int] = set()
        page: list[Seen] = []
        statuses: list[Status] = []
        for said in session.flow(commands, depth=2):
            if isinstance(said, Status):
                statuses.append(said)
                continue
            row = row_of(said) if len(statuses) == 1 and statuses[0].ok else None
            if row is not None and row.uid and row.flags is not None and row.uid not in inventory:
                inventory.add(row.uid)
                page.append(self._seen(row))
                if len(page) == PAGE:
                    yield Page(tuple(page))
                    page = []
        check_open(session, self._name, statuses[0])
        yield from self._rest(page, inventory, statuses[1], trusted)

    def _rest(self, page: list[Seen], inventory: set[int], status: Status, trusted: str) -> Iterator[Page]:
        """The last page. Where rows are missing (Yahoo leaves some out) they are asked for by name."""
        selected = self._selected
        if not status.ok and selected.exists:
            raise border.refused(status, self._session.host, self._name)
        unreadable: list[Unreadable] = []
        if len(inventory) != selected.exists:
            missing = self._listed() - inventory
            for row in self._asked(missing):
                inventory.add(row.uid)
                page.append(self._seen(row))
            lost = missing - inventory
            unreadable = [Unreadable(self._ref(uid), "") for uid in sorted(lost)]
            inventory |= lost
        refs = frozenset(map(self._ref, inventory))
        yield Page(
            tuple(page), unreadable=tuple(unreadable), end=End(self._cursor(inventory, trusted), refs, self._life)
        )

    def _cursor(self, inventory: AbstractSet[int], trusted: str) -> Cursor:
        selected = self._selected
        newest = sorted(inventory)[-NEWEST:]
        state = State(
            selected.uidvalidity,
            max(selected.uidnext, max(inventory, default=0) + 1),
            len(inventory),
            selected.modseq,
            trusted,
            newest[0] if newest else 1,
            verified=self._clock(),
        )
        return ladder.written(state)

    # ── what changed ─────────────────────────────────────────────────────────────────────────────────────────────

    def _delta(self, since: State) -> Iterator[Page] | str:
        """The pages of a delta, or how far the server is trusted where everything has to be listed."""
        session = self._session
        trusted = ladder.RUNGS[max(ladder.RUNGS.index(since.rung), ladder.RUNGS.index(self._trusted))]
        rung = ladder.rung(session.enabled, since.modseq, trusted)
        if rung == "list" and (since.count <= NEWEST + WINDOW or self._clock() - since.verified > ladder.DAY):
            return trusted
        try:
            answers = self._ask(since, rung)
        except CalsyncError as error:
            if rung == "list" or error.code != "E404":
                raise
            return ladder.lower(replace(since, rung=rung)).rung  # it advertises what it refuses
        selected = self._selected
        if any(not answer.status.ok for answer in answers[1:]):
            return ladder.lower(replace(since, rung=trusted)).rung
        if selected.uidvalidity != since.uidvalidity or selected.modseq < since.modseq:
            return trusted
        rows = {
            row.uid: row
            for row in merged(line for answer in answers for line in answer.lines).values()
            if row.uid >= since.uidnext or not 0 < row.modseq <= since.modseq  # n:* always has the last message
        }
        new = {uid for uid in rows if uid >= since.uidnext}
        gone = ladder.vanished(since, len(new), selected.exists)
        if gone < 0:
            return trusted
        told = _vanished(answers) if rung == "qresync" else set[int]()
        late = told if rung == "qresync" else set(self._uids_known(since.uidvalidity)) - rows.keys()
        late = {uid for uid in late if uid >= since.uidnext and self._ref(uid) in self._known}
        return self._told(since, rows, {uid for uid in told if uid < since.uidnext}, gone, late)

    def _ask(self, since: State, rung: str) -> list[Answer]:
        """SELECT and what tells of changes, in one round trip."""
        new = uid_fetch(b"%d:*" % since.uidnext, self._items)
        match rung:
            case "qresync":
                resync = b"QRESYNC (%d %d)" % (since.uidvalidity, since.modseq)
                return reopened(self._session, self._name, resync, along=[new])
            case "condstore":
                changed = uid_fetch(b"1:*", b"(UID FLAGS MODSEQ)", b"CHANGEDSINCE %d" % since.modseq)
                return reopened(self._session, self._name, along=[changed, new])
            case _:
                return reopened(self._session, self._name, along=self._newest(since))

    def _newest(self, since: State) -> list[Command]:
        """The newest messages with those that are new, and a window of older ones."""
        along = [uid_fetch(b"%d:*" % min(since.newest, since.uidnext), self._items)]
        older = ladder.window(self._uids_known(since.uidvalidity), since)
        if older is not None:
            along.append(uid_fetch(b"%d:%d" % older, self._items))
        return along

    def _told(self, since: State, rows: dict[int, Row], told: set[int], gone: int, late: set[int]) -> Iterator[Page]:
        """A delta's pages: changed and new messages, and what vanished, which is never taken on trust.

        `late`: what was new at the last look, is in the books, and went again before a look got as far as a new cursor.
        """
        state = self._onward(since, rows)
        doubted = {uid for uid in told if self._ref(uid) in self._known} | late
        if self._asked(doubted):  # it said of some that they are no more, and they are
            yield from self._everything(ladder.lower(state).rung)
            return
        inventory: frozenset[Ref] | None = None
        if gone > len(told):
            listed = self._listed()
            state = replace(state, count=len(listed), rung=self._distrusted(state))
            inventory = frozenset(map(self._ref, listed))
        yield from _paged([self._seen(row) for row in rows.values() if row.flags is not None])
        refs = () if inventory is not None else tuple(map(self._ref, sorted(doubted)))
        yield Page(gone=refs, end=End(ladder.written(state), inventory, self._life))

    def _distrusted(self, state: State) -> str:
        """A server that told of some that vanished and not of others does not do what QRESYNC is for."""
        on = ladder.rung(self._session.enabled, state.modseq, state.rung)
        return ladder.lower(state).rung if on == "qresync" else state.rung

    def _onward(self, since: State, rows: dict[int, Row]) -> State:
        selected = self._selected
        state = replace(
            since,
            uidnext=max(selected.uidnext, since.uidnext, max(rows, default=0) + 1),
            count=selected.exists,
            modseq=selected.modseq,
            rung=ladder.RUNGS[max(ladder.RUNGS.index(since.rung), ladder.RUNGS.index(self._trusted))],
        )
        if ladder.rung(self._session.enabled, selected.modseq, state.rung) != "list":
            return replace(state, verified=self._clock())
        older = ladder.window(self._uids_known(since.uidvalidity), since)
        return replace(state, turn=older[0] if older else 0)

    # ── small questions ──────────────────────────────────────────────────────────────────────────────────────────

    def _asked(self, uids: set[int]) -> list[Row]:
        """Rows of these messages, as far as they are there."""
        if not uids:
            return []
        answers = self._session.ask(*(uid_fetch(one, self._items) for one in uid_sets(uids)))
        for answer in answers:
            if not answer.status.ok:
                raise border.refused(answer.status, self._session.host, self._name)
        rows = merged(line for answer in answers for line in answer.lines)
        return [row for row in rows.values() if row.uid in uids and row.flags is not None]

    def _listed(self) -> set[int]:
        """All UIDs."""
        return searched(self._session, self._name, b"ALL")

    def _uids_known(self, uidvalidity: int) -> list[int]:
        uids = (ladder.uid_of(ref, uidvalidity) for ref in self._known)
        return sorted(uid for uid in uids if uid is not None)

    def _seen(self, row: Row) -> Seen:
        rev = Rev(str(row.modseq) if row.modseq else "")
        return Seen(self._ref(row.uid), rev, row.flags or NO_FLAGS, row.size)

    def _ref(self, uid: int) -> Ref:
        return ladder.ref(self._selected.uidvalidity, uid)

    @property
    def _life(self) -> str:
        return str(self._selected.uidvalidity)

    @property
    def _selected(self) -> Selected:
        assert self._session.selected is not None
        return self._session.selected


def searched(session: Session, name: str, *keys: bytes) -> set[int]:
    """The UIDs that a search finds in the open folder: ranges where the server can (RFC 4731), else one by one."""
    extended = bool(session.capabilities & {"ESEARCH", "IMAP4REV2"})
    answer = session.ask(command("UID SEARCH", *((b"RETURN (ALL)",) if extended else ()), *keys))[0]
    if not answer.status.ok:
        raise border.refused(answer.status, session.host, name)
    return found_in(answer.lines)


def _paged(seen: Sequence[Seen]) -> Iterator[Page]:
    for start in range(0, len(seen), PAGE):
        yield Page(tuple(seen[start : start + PAGE]))


def _vanished(answers: Sequence[Answer]) -> set[int]:
    """UIDs of `* VANISHED (EARLIER) set`, and of `* VANISHED set` once the folder is open (RFC 7162 section 3.2.10).

    Without EARLIER and before SELECT is answered it can speak of the folder that was open before.
    """
    found: set[int] = set()
    for at, answer in enumerate(answers):
        for line in answer.lines:
            words = line.text.upper().split(b" ")
            if words[1:2] == [b"VANISHED"] and (at or b"(EARLIER)" in words):
                found.update(uids_in(words[-1]))
    return found


def found_in(lines: Iterable[Line]) -> set[int]:
    """UIDs of SEARCH and ESEARCH answers."""
    found: set[int] = set()
    for line in lines:
        words = line.text.split()
        kind = words[1].upper() if len(words) > 1 else b""
        if kind == b"SEARCH":
            found.update(number(word) for word in words[2:] if word.isdigit())
        elif kind == b"ESEARCH" and b"ALL" in words:
            found.update(uids_in(words[words.index(b"ALL") + 1]))
    return found
