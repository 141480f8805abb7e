"""A report for whoever helps: what doctor found and how large things are, without secrets, content or names.

Accounts, calendars and directories are told as numbers; addresses, hosts and paths are left out. What remains are
codes, counts, times, and settings whose values are choices.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from calsync_cli import __version__
from calsync_cli.app import wiring
from calsync_cli.app.files import place_private
from calsync_cli.app.mail.keys import GONE
from calsync_cli.app.mail.limits import limits
from calsync_cli.app.mail.mapping import incomplete, nothing
from calsync_cli.app.reports.checks import CheckRow
from calsync_cli.app.session import Session, reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.layers import Origin
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Side
from calsync_cli.core.record import Wait

PLAIN = frozenset({
    "language", "sync.every", "sync.conflict", "sync.max_delete", "event.invite", "event.updates", "attic.keep",
    "secrets.backend",
})  # fmt: skip
"""Settings whose values say nothing about a person or a place."""

PLAIN_PARAMS = ("can", "lacks")
"""Of checks: words out of our own list."""

RUNS = 50


def write_bundle(desk: Desk, names: Sequence[AccountName], checks: Sequence[CheckRow], file: Path) -> None:
    """To a file that is made new. Raises E001, E505."""
    said = {
        "calsync": __version__,
        "python": sys.version.split()[0],
        "system": [platform.system(), platform.release(), platform.machine()],
        "when": datetime.fromtimestamp(desk.now(), UTC).isoformat(timespec="seconds"),
        "checks": [_check(check, names) for check in checks],
        "settings": _settings(desk),
        "accounts": [_account(desk, name) for name in names],
    }
    place_private(file, (json.dumps(said, indent=1) + "\n").encode(), new=True)


def _check(check: CheckRow, names: Sequence[AccountName]) -> dict[str, object]:
    whose = check.params.get("account", "")
    return {
        "check": check.id,
        "what": check.what,
        "account": names.index(AccountName(whose)) if whose in names else None,
        "code": check.error.code if check.error else "",
        "variant": check.error.variant if check.error else "",
        **{name: check.params[name] for name in PLAIN_PARAMS if name in check.params},
    }


def _settings(desk: Desk) -> dict[str, object]:
    try:
        return {
            one.key.name: {"origin": one.origin, "value": str(one.raw) if one.key.name in PLAIN else "…"}
            for one in desk.config
            if one.origin is not Origin.DEFAULT
        }
    except CalsyncError as error:
        return {"error": error.code, "variant": error.variant}


def _account(desk: Desk, name: AccountName) -> dict[str, object]:
    try:
        with reading(desk, name) as session:
            return _told(session)
    except CalsyncError as error:
        return {"error": error.code, "variant": error.variant}


def _told(session: Session) -> dict[str, object]:
    return {
        "stage": session.settings.stage,
        "provider": _provider(session),
        "calendars": [
            {
                "primary": link.primary,
                "mode": link.mode,
                "rights": link.rights,
                "shown": link.shown,
                "rounds": link.rounds,
                "missing": link.missing,
                "items": link.items,
            }
            for link in session.settings.links()
        ],
        "waiting": [_wait(wait) for _, wait in session.chronicle.waiting()],
        "mail": _mail(session),
        "conflicts": len(session.chronicle.conflicts()),
        "attic": len(session.chronicle.attic()),
        "runs": [
            {"began": run.began, "seconds": round(run.ended - run.began, 3) if run.ended else None, "code": run.code}
            for run in session.chronicle.runs(last=RUNS)
        ],
    }


def _mail(session: Session) -> dict[str, object]:
    """Folders by what they are for; a person's own have no name here."""
    gone = session.settings.get(GONE).splitlines()
    return {
        "folders": [
            {
                "role": link.role or "",
                "mode": link.mode,
                "rounds": link.rounds,
                "letters": session.letters.count(link.id),
                "parcels": len(session.letters.parcels(link.id)),
                "gone": link.name in gone,
                "cursor": wiring.standing(link.cursor),
                "waiting": [_wait(wait) for wait in session.letters.waits(link.id)],
            }
            for link in session.letters.links()
        ],
        "none": sorted(nothing(session)),
        "missing": incomplete(session),
        "limits": limits(session),
    }


def _wait(wait: Wait) -> dict[str, object]:
    return {"code": wait.code, "why": _code_word(wait.why), "side": Side(wait.side), "tries": wait.tries}


def _provider(session: Session) -> str:
    try:
        connection = session.settings.connection()
    except CalsyncError as error:
        return error.code
    return connection.provider if connection else ""


def _code_word(why: str) -> str:
    """Our own code words; a server's words might hold anything."""
    return why if why.replace("-", "").isalpha() and why.islower() and len(why) < 30 else "…"  # noqa: PLR2004
