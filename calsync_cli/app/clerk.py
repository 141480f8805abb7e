"""Writes down how each of doctor's checks ended: ok, warn or fail, with the command that mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from calsync_cli.app.condition import about
from calsync_cli.app.reports.checks import Check, CheckRow, Health
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError

Told = Mapping[str, str]
NOTHING: Told = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Clerk:
    """Writes check rows for one machine or account."""

    desk: Desk
    account: str = ""

    def row(self, check: Check, what: Health = Health.OK, *, fix: str = "", told: Told = NOTHING) -> CheckRow:
        """How a check ended."""
        return CheckRow(id=check, when=self._now, what=what, params=self._all(told), fix=fix)

    def wrong(self, check: Check, error: CalsyncError, what: Health = Health.FAIL, *, told: Told = NOTHING) -> CheckRow:
        """A check that met an error, with the error's own remedy."""
        known = self._all(told)
        report = ErrorReport.of(about(error, **known))
        fix = _mend(error.kind.fix, report.params)
        return CheckRow(id=check, when=self._now, what=what, params=known, error=report, fix=fix)

    def tried(self, check: Check, trial: Callable[[], object], *, told: Told = NOTHING) -> CheckRow:
        """Well, if nothing is raised."""
        try:
            trial()
        except CalsyncError as error:
            return self.wrong(check, error, told=told)
        return self.row(check, told=told)

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.desk.now(), UTC)

    def _all(self, told: Told) -> dict[str, str]:
        return {"account": self.account, **told} if self.account else dict(told)


def _mend(fix: str, params: Told) -> str:
    """The error's own remedy, where its parameters are known; never doctor itself."""
    try:
        fix = fix.format_map(params)
    except KeyError:
        return ""
    return "" if fix == "calsync doctor" else fix
