"""The account of a watch: kept open from round to round, opened anew where the connection is another one."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.app.bells import Bell, Line, Ring
from calsync_cli.app.reach import CALENDAR, MAIL, Reach, due, reach
from calsync_cli.app.session import Session
from calsync_cli.core.errors import CalsyncError


@dataclass(slots=True)
class _Open:
    far: Reach
    bells: tuple[Bell, ...]
    made_of: object
    """The connection that it was opened with, and the token that binds its password."""
    worked: bool = False


class Standing:
    """At most one open account, and the bells of its halves."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._open: _Open | None = None

    def opened(self, session: Session, every: float, only: str | None, wanted: frozenset[str]) -> Reach:
        """The halves that are wanted; all that there are where it is opened anew, for nobody listened until then.

        Raises E201, E202, E203, E205, which can come about at any time; E106, E501 at the opening.
        """
        halves = due(session, only)
        if not halves:
            raise CalsyncError("E205", account=session.account)
        made_of = (session.connection, session.settings.get("secret_token"), halves)
        if self._open is None or self._open.made_of != made_of:
            self.close()
            far = reach(session, halves, every=every)
            self._open = _Open(far, self._bells(far), made_of)
            return far
        return self._open.far.only(wanted)

    def _bells(self, far: Reach) -> tuple[Bell, ...]:
        rings = {CALENDAR: far.agenda, MAIL: far.post}
        return tuple(
            Bell(self._line, Ring.FAR, half, account.bell) for half, account in rings.items() if account is not None
        )

    def worked(self) -> None:
        """A round went well with it."""
        if self._open is not None:
            self._open.worked = True

    @property
    def worked_before(self) -> bool:
        """A round went well with what is open now."""
        return self._open is not None and self._open.worked

    def cut(self) -> None:
        """From another thread: end what it is waiting for."""
        held = self._open
        if held is not None:
            held.far.close()

    def close(self) -> None:
        """Let go."""
        if self._open is not None:
            for bell in self._open.bells:
                bell.silence()
            self._open.far.close()
            self._open = None
