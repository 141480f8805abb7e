"""What a page of help names of this very installation: paths, the account, and how khal calls the primary calendar."""

from __future__ import annotations

import glob
import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from calsync_cli.app import supervisor, wiring
from calsync_cli.app.mail.programs import neomutt
from calsync_cli.app.policy import in_force
from calsync_cli.app.program import program
from calsync_cli.app.units import name_of
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import Glance
from calsync_cli.state.peek import peek

SOMEBODY = AccountName("you@example.org")
SOMEWHERE = "mail.example.org"
FIRST = "agenda"
"""Where events go before there is a primary calendar (R35)."""
MOST = 200
"""Mail folders that a page of help names."""
SECTION = "calsync"
"""Of khal's configuration, as the page has it: a name that no calendar gets beside it."""


def mine(desk: Desk) -> Mapping[str, str]:
    """By the names that pages have for them. Never raises: what is not known is an example."""
    account = _account(desk)
    root = _agenda(desk, account)
    primary = _primary(desk, account)
    known = SOMEBODY if account == PERSONAL else account
    return {
        "ACCOUNT": known,
        "SERVER": _server(desk, account),
        "CALSYNC": shlex.join(program()),
        "AGENDA": str(root),
        "PRIMARY": str(root / primary),
        "KHAL_PATH": quoted(f"{glob.escape(str(root))}/*"),
        "KHAL_DEFAULT": quoted(_called_by_khal(desk, account, primary)),
        "CONFIG": str(desk.places.config_file),
        "MAIL": str(_mail(desk, account)),
        "NEOMUTT": neomutt(_mail(desk, account), _folders(desk, account)),
        "POLICY": str(in_force(desk)),
        "STATE": str(desk.places.states),
        "LOG": str(desk.places.logs),
        "ATTIC": str(desk.places.attic(known)),
        "UNIT": name_of(known),
        "UNITS": _units(desk),
    }


def quoted(text: str) -> str:
    """A value of ConfigObj's, which khal reads: commas make lists and # a comment where there are no quotes."""
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else f'"""{text}"""'


def khal_names(calendars: list[tuple[str, str]], taken: str = SECTION) -> dict[str, str]:
    """Directory → what khal calls it: its displayname, with a 1 for each time that it is taken (khal 0.14)."""
    found: dict[str, str] = {}
    for folder, display in calendars:
        name = display
        while name == taken or name in found.values():
            name += "1"
        found[folder] = name
    return found


def _account(desk: Desk) -> AccountName:
    try:
        return desk.owner()
    except CalsyncError:  # several, or a configuration that cannot be read
        there = desk.places.accounts()
        return there[0] if there else PERSONAL


def _agenda(desk: Desk, account: AccountName) -> Path:
    try:
        return wiring.agenda_root(desk, account)
    except CalsyncError:
        return desk.places.agenda(account)


def _mail(desk: Desk, account: AccountName) -> Path:
    named = SOMEBODY if account == PERSONAL else account
    try:
        return wiring.mail_root(desk, named)
    except CalsyncError:
        return desk.places.mail(named)


def _folders(desk: Desk, account: AccountName) -> list[str]:
    """Local mail folders, in the order in which they were mapped."""
    rows = peek(desk.places.database(account), "SELECT name FROM link WHERE half='mail' ORDER BY id", most=MOST)
    return [str(row[0]) for row in rows]


def _primary(desk: Desk, account: AccountName) -> str:
    """The primary's directory; before there is one, where events go until then."""
    rows = peek(desk.places.database(account), "SELECT name FROM link WHERE is_primary", most=1)
    if rows:
        return str(rows[0][0])
    there = [one.id for one in _calendars(desk, account)]
    return FIRST if FIRST in there or not there else there[0]


def _called_by_khal(desk: Desk, account: AccountName, primary: str) -> str:
    names = khal_names([(one.id, one.name) for one in _calendars(desk, account)])
    return names.get(primary, primary)


def _calendars(desk: Desk, account: AccountName) -> list[Glance]:
    try:
        return list(wiring.agenda(desk, account).glance())
    except CalsyncError:  # there is none yet, or the configuration cannot be read
        return []


def _server(desk: Desk, account: AccountName) -> str:
    rows = peek(desk.places.database(account), "SELECT value FROM setting WHERE name='connection'", most=1)
    try:
        return str(json.loads(rows[0][0])["server"]) if rows else SOMEWHERE
    except (ValueError, KeyError, TypeError):
        return SOMEWHERE


def _units(desk: Desk) -> str:
    try:
        return str(supervisor.directory(desk.env))
    except CalsyncError:
        return "~/.config/systemd/user"
