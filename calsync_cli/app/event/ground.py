"""Where an `event` command stands: whose agenda it is, who one is oneself, and what the provider does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from calsync_cli.app import wiring
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.directories import UNCONNECTED, former_primary
from calsync_cli.app.pen import Spot, births
from calsync_cli.app.session import Session, reading, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId
from calsync_cli.state.settings import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is so for every event of the account."""

    account: AccountName
    active: bool
    """A primary calendar was chosen: what is written here is sent with the next sync."""
    own: frozenset[str]
    """The addresses of whoever this agenda belongs to, in lower case."""
    organizer: str
    """The address one invites with; "" before there is any account."""
    mails: bool
    """The server mails guests: on its own, where it cannot be told not to (RFC 6638), or where it is `asked` to."""
    asked: bool
    """It tells guests only when it is asked to."""
    updates: bool
    """Guests hear of changes without being asked about each time (event.updates)."""
    stamp: datetime
    provider: str = ""
    """As people call it."""


@contextmanager
def looking(desk: Desk) -> Iterator[Session | None]:
    """The state of whose agenda is meant, to look at; None where there is none: the agenda works without (R35)."""
    name = desk.owner()
    if not desk.places.database(name).exists():
        if name != PERSONAL:
            raise CalsyncError("E201", account=name)
        yield None
        return
    with reading(desk, name) as session:
        yield session


@contextmanager
def at_work(desk: Desk) -> Iterator[Session]:
    """The same for this process alone, and made where there is no account yet. Raises E502."""
    name = desk.owner()
    with working(desk, name, make=name == PERSONAL) as session:
        yield session


def ground(desk: Desk, session: Session | None) -> Ground:
    """How things are now."""
    name = session.account if session else desk.owner()
    connection = _connection(session)
    own = _own(name, connection)
    return Ground(
        account=name,
        active=session is not None and births(session) is not None,
        own=own,
        organizer=_organizer(name, connection),
        mails=connection is not None and any(connection.traits.get(trait) for trait in ("auto_schedule", "tells")),
        asked=connection is not None and bool(connection.traits.get("tells")),
        updates=desk.config[keys.EVENT_UPDATES] == "invited",
        stamp=datetime.fromtimestamp(int(desk.now()), UTC),
        provider=PROVIDERS[connection.provider].title if connection and connection.provider in PROVIDERS else "",
    )


def birthplace(session: Session | None) -> Spot:
    """The calendar that takes new events: the primary; before there is one, the agenda that a connection takes over."""
    primary = births(session) if session else None
    if primary is not None or session is None:
        return primary or Spot(UNCONNECTED)
    was = former_primary(session)
    there = wiring.agenda(session.desk, session.account)
    return Spot(CollectionId(was) if was and there.path(CollectionId(was)).is_dir() else UNCONNECTED)


def _connection(session: Session | None) -> Connection | None:
    """None too where it was changed after the sign-in: the agenda works on, and the next sync says so (E203)."""
    try:
        return session.settings.connection() if session else None
    except CalsyncError as changed:
        if changed.code != "E203":
            raise
        return None


def _addresses(connection: Connection) -> list[str]:
    """Those that mail can go to; servers list paths of the principal too (RFC 6638 2.4.1)."""
    listed = [address.strip().lower() for address in connection.addresses]
    return [plain for one in listed if "@" in (plain := one.removeprefix("mailto:")) and "/" not in plain]


def _own(name: AccountName, connection: Connection | None) -> frozenset[str]:
    known = [*_addresses(connection), connection.email.lower()] if connection else []
    return frozenset({*known, name}) - {PERSONAL}


def _organizer(name: AccountName, connection: Connection | None) -> str:
    """One that the server knows as the user's, else it would refuse to schedule (RFC 6638 3.2.4.1)."""
    listed = _addresses(connection) if connection else []
    wanted = connection.email.lower() if connection else name
    if listed:
        return wanted if wanted in listed else listed[0]
    return wanted if "@" in wanted else ""
