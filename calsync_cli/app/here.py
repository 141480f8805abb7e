"""Where and when this is: the zone of this machine by its name, because an event needs one that has rules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from calsync_cli.app.wiring import Desk

LOCALTIME = Path("/etc/localtime")


def zone_here(env: Mapping[str, str], localtime: Path = LOCALTIME) -> str:
    """The IANA name of the zone: of TZ, else of what /etc/localtime points to, else the hours off UTC as they are."""
    candidates = (env.get("TZ", "").removeprefix(":"), os.path.realpath(localtime))
    for text in candidates:
        name = text.rpartition("zoneinfo/")[2]
        if name and _known(name):
            return name
    offset = datetime.now().astimezone().utcoffset() or timedelta()
    hours = round(offset / timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def zone(desk: Desk) -> ZoneInfo:
    """The zone itself."""
    return ZoneInfo(zone_here(desk.env))


def now(desk: Desk) -> datetime:
    """The time on the clock here."""
    return datetime.fromtimestamp(desk.now(), zone(desk))


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; "../x" or an absolute path; a directory such as "Europe"
        return False
    return True
