"""A desk of an active account beside a server in memory that mails guests by itself: verbs, rounds and who was told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from calsync_cli.app.event.changing import edit
from calsync_cli.app.event.wishes import EditWish, Which
from calsync_cli.app.reach import Reach
from calsync_cli.app.reports.events import EventReport
from calsync_cli.app.reports.rounds import SyncReport
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.session import working
from calsync_cli.app.sync import run
from calsync_cli.app.undo import items, undo
from calsync_cli.core.draft import Changes
from calsync_cli.core.model import CollectionId
from calsync_cli.core.ops import Mark
from calsync_cli.core.scan import scan
from tests.app.desks import ME, Place
from tests.doubles.memory import HONEST, MemoryAccount, MemoryStore

LOUD = replace(HONEST, quiet=False)


@dataclass(slots=True)
class Office:
    """One person's calendar "work" here and there."""

    place: Place
    account: MemoryAccount = field(default_factory=MemoryAccount)

    def __post_init__(self) -> None:
        self.place.active(rounds=0)
        for name in ("work", "team", "holidays"):
            far = CollectionId(f"/{name}/")
            self.account.make(far, traits=replace(LOUD, writable=name != "holidays"))
            self.account.names[far] = name.title()
        self.syncs()

    @property
    def far(self) -> MemoryStore:
        return self.account.open(CollectionId("/work/"))

    def syncs(self, **env: str) -> SyncReport:
        """One round, as cron would have it."""
        with working(self.place.desk(ME, **env), ME) as session:
            return run(session, Reach(self.account), SyncWish())

    def told(self) -> list[str]:
        """Whom the server was allowed to mail since this was asked last, in order."""
        ops = [op for op in self.far.ops if not isinstance(op, Mark)]
        self.far.ops.clear()
        return [address for op in ops for address in sorted(op.mail)]

    def there(self) -> dict[str, bytes]:
        """UID → body."""
        return {scan(body).uid: body for body in self.far.contents().values()}

    def here(self) -> dict[str, bytes]:
        return self.place.files(ME, "work")

    def writes(self, content: bytes) -> str:
        """Another program does."""
        return self.place.writes(content, ME, "work")

    def edits(self, uid: str = "talk", **more: Any) -> EventReport:
        """`event edit`."""
        which = Which(id=uid, occurrence=more.pop("occurrence", None), following=more.pop("following", None))
        changes = Changes(**{name: more.pop(name) for name in list(more) if name in Changes.__dataclass_fields__})
        return edit(self.place.desk(ME), EditWish(which=which, changes=changes, **more))

    def undoes(self, *, title: str = "") -> str:
        """`undo` of the newest item (with this title)."""
        row = next(row for row in items(self.place.desk(ME)).items if title in row.title)
        undo(self.place.desk(ME), item=row.id, run=None, dry_run=False)
        return row.id
