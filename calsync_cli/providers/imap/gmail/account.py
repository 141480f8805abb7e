"""A Gmail account in one round: its folders as they are known, and what All Mail has that no other of them shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder
from calsync_cli.core.mail.ports import Ledger
from calsync_cli.core.model import CollectionId, Glance
from calsync_cli.providers.imap import border, folders, ladder
from calsync_cli.providers.imap.gmail import mirror as mirroring
from calsync_cli.providers.imap.gmail.mirror import Mirror, Point
from calsync_cli.providers.imap.gmail.naming import Special, cut
from calsync_cli.providers.imap.gmail.spending import Spending
from calsync_cli.providers.imap.looking import found_in
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.rows import merged
from calsync_cli.providers.imap.session import Answer, Session
from calsync_cli.providers.imap.store import ImapMailbox
from calsync_cli.providers.imap.wire import Command, command, uid_fetch

_SPECIAL, _POINT, _UNTIL, _CHECKED = "gmail_special", "gmail_at:", "gmail_until", "gmail_checked:"
_AGAIN, _HELD = "gmail_again", "gmail_held:"
MANY = 100
"""Messages for which a folder is listed rather than searched: Gmail counts commands."""
LONG = 600.0
"""Seconds from which on a wait that a server asked for is kept in mind for later runs."""


@dataclass(slots=True)
class Forgetful:
    """core.mail.ports.Ledger for whoever asks outside of a round."""

    words: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What was put."""
        return self.words.get(name, "")

    def put(self, **words: str) -> None:
        """Until it closes."""
        self.words |= words

    def shown(self, _folder: str) -> dict[int, int]:
        """Nothing."""
        return {}

    def show(self, folder: str, shown: Mapping[int, int], gone: Sequence[int], *, afresh: bool) -> None:
        """Nobody asks for it again."""


class Gmail:
    """Shared by all mailboxes of an account; a round's thread works with it."""

    def __init__(
        self,
        pool: Pool,
        host: str,
        inner: Callable[[CollectionId], ImapMailbox],
        clock: Callable[[], float],
        *,
        down: int,
        up: int,
    ) -> None:
        self.pool = pool
        self.inner = inner
        self.host = host
        self.clock = clock
        self.ledger: Ledger = Forgetful()
        self.mapped: tuple[str, ...] = ()
        self.spending = Spending(lambda: self.ledger, clock, down=down, up=up, host=host)
        self._special: Special | None = None
        self._mirrors: dict[str, Mirror] = {}
        self._glances: dict[str, str] = {}

    def attend(self, mapped: Sequence[CollectionId], ledger: Ledger) -> None:
        """A round begins. E401 where Gmail asked for a long wait, and it is not over."""
        self.ledger = ledger
        self.mapped = tuple(map(str, mapped))
        self._mirrors.clear()
        self._glances.clear()
        left = float(ledger.get(_UNTIL) or 0) - self.clock()
        if 0 < left <= ladder.DAY:
            raise CalsyncError("E401", "pause", host=self.host, minutes=str(int(left // 60) + 1), retry_after=left)

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Who is asked to wait for long keeps that in mind: asking again meanwhile makes the lock-out longer."""
        try:
            yield
        except CalsyncError as error:
            if (error.code, error.variant) == ("E401", "") and (error.retry_after or 0.0) >= LONG:
                self.ledger.put(**{_UNTIL: str(self.clock() + (error.retry_after or 0.0))})
            raise

    # ── folders ──────────────────────────────────────────────────────────────────────────────────────────────────

    def learn(self, found: Sequence[Folder]) -> None:
        """What LIST told."""
        self._special = Special.among(found)
        self.ledger.put(**{_SPECIAL: self._special.written()})
        self.check(_SPECIAL)

    def special(self) -> Special:
        """Gmail's own folders; LIST is asked where nobody knows yet, and once a day: a person may show others there."""
        if self._special is None and self.checked(_SPECIAL):
            self._special = Special.read(self.ledger.get(_SPECIAL))
        if self._special is None:
            with self.pool.lend() as session:
                self.learn(folders.folders(session)[0])
        assert self._special is not None
        return self._special

    @property
    def archive(self) -> str:
        """All Mail, where it is in step and IMAP is shown it; else ""."""
        name = self.special().all
        return name if name in self.mapped and name in self._glances else ""

    @property
    def others(self) -> tuple[str, ...]:
        """The folders in step whose messages All Mail does not show."""
        return tuple(name for name in self.mapped if name != self.special().all)

    @property
    def shown_others(self) -> tuple[str, ...]:
        """Those of them that IMAP is shown."""
        return tuple(name for name in self.others if self._glances.get(name))

    def glanced(self, found: Sequence[Glance]) -> list[Glance]:
        """All Mail changes, too, when any folder does whose messages it leaves out."""
        self._glances |= {str(one.id): one.rev for one in found}
        found = [replace(one, rev=one.rev + self._daily(str(one.id))) for one in found]
        archive = self.archive
        if not archive:
            return found
        beside = "/".join(
            [self.ledger.get(_AGAIN), *(self._glances.get(name, "") + self._daily(name) for name in self.others)]
        )
        return [replace(one, rev=f"{one.rev}/{beside}") if one.id == archive else one for one in found]

    def _daily(self, name: str) -> str:
        return f"/{self._today}" if self.ledger.get(_HELD + name) else ""

    # ── what they show ───────────────────────────────────────────────────────────────────────────────────────────

    def mirror(self, name: str) -> Mirror:
        """As it was seen last."""
        found = self._mirrors.get(name)
        if found is None:
            point = Point.read(self.ledger.get(_POINT + name))
            shown = self.ledger.shown(name) if point.uidvalidity else {}
            found = self._mirrors[name] = Mirror(name, name == self.special().all, point, shown)
        return found

    def known(self, name: str) -> Mirror | None:
        """Where this round has looked at it, or kept it from the last one."""
        return self.mirror(name) if name in self.mapped else None

    def fresh(self, name: str) -> Mirror:
        """As it is now, once in a round. All Mail first: a message that comes meanwhile is then in no archive."""
        archive = self.archive
        if archive and name != archive:
            self._fresh(archive)
        return self._fresh(name)

    def _fresh(self, name: str) -> Mirror:
        mirror = self.mirror(name)
        glance = self._glances.get(name, "")
        if mirror.since is not None:
            return mirror
        if glance and glance == mirror.point.glance:
            mirror.since, mirror.exists = mirror.point.modseq, mirror.count()
            return mirror
        with self.pool.lend(name) as session:
            mirroring.freshen(mirror, session, glance)
        self.keep(mirror)
        return mirror

    def again(self, mirror: Mirror) -> None:
        """Everything anew."""
        with self.pool.lend(mirror.name) as session:
            mirror.point = Point()
            mirroring.freshen(mirror, session, self._glances.get(mirror.name, ""))
        self.keep(mirror)

    def keep(self, mirror: Mirror) -> None:
        """For the next round. What a kill leaves of it is brought up to date like the rest: the point comes last."""
        if mirror.afresh:
            self.ledger.put(**{_POINT + mirror.name: ""})
        if mirror.came or mirror.went or mirror.afresh:
            shown = mirror.shown if mirror.afresh else mirror.came
            self.ledger.show(mirror.name, shown, sorted(mirror.went), afresh=mirror.afresh)
            mirror.came, mirror.went, mirror.afresh = {}, set(), False
        if mirror.point.uidvalidity:
            self.ledger.put(**{_POINT + mirror.name: mirror.point.written()})

    def keep_all(self) -> None:
        """What was changed in them."""
        for mirror in self._mirrors.values():
            if mirror.came or mirror.went:
                self.keep(mirror)

    def elsewhere(self) -> set[int]:
        """The messages that any folder in step shows, but All Mail. One that is gone counts as it was last."""
        there = self.shown_others
        gone = [name for name in self.others if name not in there]
        shown = [*(self._fresh(name).shown for name in there), *(self.mirror(name).shown for name in gone)]
        return set[int]().union(*shown)

    def again_soon(self) -> None:
        """What was stored in the archive shows in another folder, which no change there tells: the next round looks."""
        self.ledger.put(**{_AGAIN: str(int(self.ledger.get(_AGAIN) or 0) % 1000 + 1)})

    def messages(self, name: str) -> int | None:
        """How many messages a folder shows; None where IMAP is not shown the folder."""
        rev = self._glances.get(name, "")
        if not rev and name and name not in self.mapped:
            with self.pool.lend() as session:
                found = folders.glance(session, [name])
            rev = self._glances[name] = found[0].rev if found else ""
        return int(rev.split(".")[2]) if rev else None

    def whole(self, mirror: Mirror) -> bool:
        """Whether the folder shows all that it has, as far as its size tells."""
        return not cut(mirror.exists)

    def checked(self, name: str) -> bool:
        """Whether this was asked for today."""
        return self.ledger.get(_CHECKED + name) == self._today

    def check(self, name: str) -> None:
        """It was, just now."""
        self.ledger.put(**{_CHECKED + name: self._today})

    @property
    def _today(self) -> str:
        return str(int(self.clock() // ladder.DAY))

    def holds(self, name: str, *, some: bool) -> None:
        """The folder has messages that it does not show: it is looked at once a day, whatever its glance tells."""
        self.ledger.put(**{_HELD + name: "some" if some else ""})

    def uids(self, session: Session, name: str, messages: Sequence[int]) -> dict[int, int]:
        """Message → UID in the open folder: as far as it is known, else each is searched for."""
        mirror = self._mirrors.get(name)
        life = session.selected.uidvalidity if session.selected else 0
        known = mirror.shown if mirror is not None and mirror.point.uidvalidity == life else {}
        found = {message: uid for message in messages if (uid := known.get(message, 0))}
        left = [message for message in messages if message not in found] if not known or name not in self.mapped else []
        return found | searched(session, name, left)

    def hidden(self) -> dict[CollectionId, int]:
        """Of folders that this round looked at."""
        counts = {name: sum(not uid for uid in mirror.shown.values()) for name, mirror in self._mirrors.items()}
        return {CollectionId(name): count for name, count in counts.items()}


def searched(session: Session, name: str, messages: Sequence[int]) -> dict[int, int]:
    """Message → UID in the open folder. A few are searched for, all at once; for many the folder is listed."""
    if len(messages) > MANY:
        wanted = set(messages)
        rows = merged(_asked(session, name, uid_fetch(b"1:*", b"(UID X-GM-MSGID)"))[0].lines)
        return {row.message: uid for uid, row in rows.items() if row.message in wanted}
    searches = (command("UID SEARCH", b"X-GM-MSGID", b"%d" % message) for message in messages)
    found = zip(messages, _asked(session, name, *searches), strict=True)
    return {message: uid for message, answer in found for uid in found_in(answer.lines)}


def _asked(session: Session, name: str, *commands: Command) -> list[Answer]:
    answers = session.ask(*commands)
    for answer in answers:
        if not answer.status.ok:
            raise border.refused(answer.status, session.host, name)
    return answers
