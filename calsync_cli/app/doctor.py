"""`doctor`: look at everything that can be wrong, say what mends it, and mend what calsync remembers."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.app.bundle import write_bundle
from calsync_cli.app.checkup import of_account
from calsync_cli.app.damage import rebuild
from calsync_cli.app.machine import of_machine
from calsync_cli.app.reports.checks import Check, CheckRow, DoctorReport, Health
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError

SETTINGS = frozenset({Check.CONFIG, Check.POLICY})
"""Without them nothing is known of an account."""


def doctor(desk: Desk, *, repair: bool, bundle: Path | None) -> DoctorReport:
    """Raises only what keeps it from repairing or from writing the bundle: E003, E201, E502, E505, E001."""
    names = _meant(desk)
    repaired = tuple(_repaired(desk, names)) if repair else ()
    desk.tell.phase(Phase.CHECK)
    checks = [*of_machine(desk)]
    if all(check.id not in SETTINGS or check.what is not Health.FAIL for check in checks):
        checks += [check for name in names for check in of_account(desk, name)]
    if bundle is not None:
        write_bundle(desk, names, checks, bundle)
    well = all(check.what is not Health.FAIL for check in checks)
    return DoctorReport(ok=well, checks=tuple(checks), repaired=repaired, bundle=bundle)


def _meant(desk: Desk) -> tuple[AccountName, ...]:
    there = desk.places.accounts()
    if not there and desk.places.database(PERSONAL).exists():
        there = (PERSONAL,)
    if not desk.asked:
        return there
    name = desk.account()
    if name not in there:
        raise CalsyncError("E201", account=name)
    return (name,)


def _repaired(desk: Desk, names: tuple[AccountName, ...]) -> list[AccountName]:
    """Those that are damaged; where none is, the one that is meant, because that is what was asked for."""
    damaged = [name for name in names if _state_of(of_account(desk, name, asking=False)) is Health.FAIL]
    chosen = damaged or [desk.account()]
    for name in chosen:
        rebuild(desk, name)
    return chosen


def _state_of(checks: list[CheckRow]) -> Health:
    return next((check.what for check in checks if check.id is Check.STATE), Health.OK)
