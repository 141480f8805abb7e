"""What two calendars of an account have in common, told by the books alone."""

from __future__ import annotations

from collections.abc import Sequence

from calsync_cli.core.model import LinkId, Sha
from calsync_cli.state.database import Database

_COMMON = (
    "SELECT theirs.far_sha, min(ours.near_sha) FROM pair theirs JOIN pair ours ON ours.key=theirs.key"
    " JOIN link own ON own.id=ours.link AND own.id<>theirs.link AND own.mode='two-way'"
    " WHERE theirs.link=? GROUP BY theirs.id ORDER BY theirs.key"
)


def common(database: Database, link: LinkId) -> Sequence[tuple[Sha, Sha]]:
    """Of a link's items those whose UID lives in a two-way link too: what is there, and what is here of ours."""
    with database.reading() as sql:
        return [(Sha(theirs.hex()), Sha(ours.hex())) for theirs, ours in sql.execute(_COMMON, (link,))]
