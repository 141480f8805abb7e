"""What can stand at a place of the command line, for completion: read from policy and state files alone.

Asked at every press of a key, so it takes no lock, writes nothing, and knows no network and no keyring. What it cannot
read it does not offer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from calsync_cli.app.policy import allowed
from calsync_cli.app.wiring import Desk, agenda_root
from calsync_cli.state.peek import Row, peek

MOST = 500
"""More than these nobody chooses from; of what has a number the newest are taken."""

EVENTS = 100
"""Of each the file is read for its title."""

LARGEST = 1 << 16
"""Bytes of a file in which its title is looked for."""

SHORT = 6
"""Digits of a waiting item's ID, as in app/disputes.py, which costs too much to import here; a test compares."""


class Kind(StrEnum):
    """What is asked for."""

    ACCOUNTS = "accounts"
    CALENDARS = "calendars"
    SHOWN = "shown"
    """Calendars that can be hidden."""
    HIDDEN = "hidden"
    """Calendars that can be shown again."""
    FOLDERS = "folders"
    """Mail folders at the provider, as they were listed last; or none."""
    PROVIDERS = "providers"
    """Those that the policy allows (R39)."""
    BARRED = "barred"
    """Commands that the policy takes away (R56)."""
    CONFLICTS = "conflicts"
    EVENTS = "events"
    """Those nearest to now, what is over after what is not."""
    ITEMS = "items"
    """What can be brought back."""
    RUNS = "runs"
    UNDOABLE = "undoable"
    """Runs of which something can be brought back."""
    VISIBLE = "visible"
    """Calendars whose events `agenda` shows."""
    ZONES = "zones"


@dataclass(frozen=True, slots=True)
class Offer:
    """A word, what the account calls the thing, and another name to take where the word cannot be typed."""

    word: str
    about: str = ""
    otherwise: str = ""


def offers(desk: Desk, kind: Kind) -> Iterator[Offer]:
    """Everything of a kind. Raises CalsyncError where the account that was named cannot be one."""
    return _OFFERS[kind](desk)


def _accounts(desk: Desk) -> Iterator[Offer]:
    return (Offer(name) for name in desk.places.accounts())


def _barred(desk: Desk) -> Iterator[Offer]:
    """Where no provider is allowed there is nothing to connect."""
    if not allowed(desk.places):
        yield Offer("connect")


def _calendars(desk: Desk, kind: Kind = Kind.CALENDARS) -> Iterator[Offer]:
    """By the name that is shown, unless two calendars have it; else by the directory's."""
    what = "name, display, shown, is_primary"
    rows = _rows(desk, f"SELECT {what} FROM link WHERE half='calendar' ORDER BY is_primary DESC, id")  # noqa: S608
    names = [str(row[1] or row[0]) for row in rows]
    for name, (directory, _, shown, primary) in zip(names, rows, strict=True):
        if _meant(kind, shown=bool(shown), primary=bool(primary)):
            yield Offer(name if names.count(name) == 1 else str(directory), str(directory), str(directory))


def _visible(desk: Desk) -> Iterator[Offer]:
    """What is linked and shown, then directories that are in step with nothing; see app/homes.py."""
    yield from _calendars(desk, Kind.VISIBLE)
    linked = {str(row[0]) for row in _rows(desk, "SELECT name FROM link WHERE half='calendar'")}
    root = agenda_root(desk, desk.owner())
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.is_dir() and folder.name not in linked and not folder.name.startswith("."):
            shown = _beginning(folder / "displayname").decode("utf-8", "replace").strip()
            yield Offer(shown or folder.name, folder.name, folder.name)


def _meant(kind: Kind, *, shown: bool, primary: bool) -> bool:
    """The primary calendar cannot be hidden, nor lose its two-way mode."""
    match kind:
        case Kind.SHOWN:
            return shown and not primary
        case Kind.HIDDEN:
            return not shown
        case Kind.VISIBLE:
            return shown
        case _:
            return True


def _folders(desk: Desk) -> Iterator[Offer]:
    rows = _rows(desk, "SELECT value FROM setting WHERE name='mail_folders'")
    names = [name for row in rows for name in str(row[0]).splitlines()]
    return (Offer(name) for name in (*names, "none"))


def _providers(desk: Desk) -> Iterator[Offer]:
    return (Offer(name) for name in allowed(desk.places))


def _conflicts(desk: Desk) -> Iterator[Offer]:
    """Under the IDs that `calsync conflicts` shows: see app/disputes.py."""
    from calsync_cli.core.shelf import sha_of  # only here

    for number, title in _rows(desk, "SELECT id, title FROM conflict WHERE resolved IS NULL ORDER BY id DESC"):
        yield Offer(f"c{number}", str(title))
    for link, side, ref, title in _rows(
        desk, "SELECT link, side, ref, title FROM recheck WHERE loud ORDER BY since DESC"
    ):
        yield Offer("w" + sha_of(f"{link} {side} {ref}".encode())[:SHORT], str(title or ref))


def _events(desk: Desk) -> Iterator[Offer]:
    """From the index that `agenda` and `event` keep: what they have not seen yet is not offered."""
    from calsync_cli.core.scan import scan  # only here

    root = agenda_root(desk, desk.owner())
    for calendar, ref, one, before, after in _rows(desk, _NEAREST):
        content = _beginning(root / str(calendar) / str(ref).replace("/", ""))
        if content:
            yield Offer(_shortest(str(one), (str(before or ""), str(after or ""))), scan(content).title)


_NEAREST = f"""
    WITH clock(now) AS (SELECT CAST(strftime('%s', 'now') AS INTEGER)),
    known AS (SELECT calendar, ref, id, first, ifnull(last, 1e18) AS last, now FROM agenda, clock WHERE kind='event'),
    soon AS (SELECT * FROM known WHERE first>=now ORDER BY first LIMIT {EVENTS}),
    still AS (SELECT * FROM known WHERE first<now AND last>=now LIMIT {EVENTS}),
    over AS (SELECT * FROM known WHERE first<now AND last<now ORDER BY first DESC LIMIT {EVENTS}),
    all_three AS (SELECT * FROM still UNION ALL SELECT * FROM soon UNION ALL SELECT * FROM over),
    near AS (SELECT * FROM all_three ORDER BY last<now, max(first, now), first DESC LIMIT {EVENTS})
    SELECT calendar, ref, id, (SELECT max(id) FROM agenda AS a WHERE a.id<near.id),
        (SELECT min(id) FROM agenda AS a WHERE a.id>near.id) FROM near
"""  # noqa: S608 - a number of ours


def _shortest(one: str, near: tuple[str, str]) -> str:
    """As much of an ID as no other has; four digits at least. See app/almanac.py."""
    unlike = next((at for at in range(4, len(one)) if not any(other[:at] == one[:at] for other in near)), len(one))
    return one[:unlike]


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError:
        return b""


def _items(desk: Desk) -> Iterator[Offer]:
    return (Offer(str(number), str(title)) for number, title, _ in _kept(desk))


def _undoable(desk: Desk) -> Iterator[Offer]:
    """With the first of what would come back."""
    titles = {run: title for _, title, run in reversed(_kept(desk))}
    return (Offer(str(run), str(title)) for run, title in reversed(titles.items()))


def _kept(desk: Desk) -> list[Row]:
    """What lies in the attic and can come back: number, title, run; newest first. See app/undo.py."""
    attic = desk.places.attic(desk.owner())
    query = "SELECT id, title, run, name FROM attic WHERE undone IS NULL AND why<>'new-in-subcalendar' ORDER BY id DESC"
    rows = _rows(desk, query)
    return [row[:3] for row in rows if (attic / str(row[3])).exists()]


def _runs(desk: Desk) -> Iterator[Offer]:
    """With the time at which they began."""
    query = "SELECT id, CAST(began AS REAL) FROM run WHERE ended IS NOT NULL ORDER BY id DESC"
    for number, began in _rows(desk, query):
        yield Offer(str(number), time.strftime("%Y-%m-%d %H:%M", time.localtime(began)))


def _zones(_desk: Desk) -> Iterator[Offer]:
    from zoneinfo import available_timezones  # reads the directory of zones

    return (Offer(name) for name in sorted(available_timezones()))


def _rows(desk: Desk, query: str) -> list[Row]:
    return peek(desk.places.database(desk.owner()), query, most=MOST)


_OFFERS: Mapping[Kind, Callable[[Desk], Iterator[Offer]]] = {
    Kind.ACCOUNTS: _accounts,
    Kind.CALENDARS: _calendars,
    Kind.SHOWN: partial(_calendars, kind=Kind.SHOWN),
    Kind.HIDDEN: partial(_calendars, kind=Kind.HIDDEN),
    Kind.PROVIDERS: _providers,
    Kind.BARRED: _barred,
    Kind.CONFLICTS: _conflicts,
    Kind.EVENTS: _events,
    Kind.FOLDERS: _folders,
    Kind.ITEMS: _items,
    Kind.RUNS: _runs,
    Kind.UNDOABLE: _undoable,
    Kind.VISIBLE: _visible,
    Kind.ZONES: _zones,
}
