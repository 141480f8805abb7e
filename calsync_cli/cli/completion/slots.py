"""What can stand after each flag and in each place of a command line: told by its metavar, or by its name."""

from __future__ import annotations

import re

from calsync_cli.app.offers import Kind
from calsync_cli.cli.words.errors import TOPICS
from calsync_cli.config.keys import KEYS

NOTHING = ""
FILES = "@files"
DIRECTORIES = "@directories"
SETTING = "@setting"
"""A value of the setting that stands before it."""

_CHOICES = re.compile(r"[a-z0-9-]+(\|[a-z0-9-]+)+")

METAVARS = {
    "ADDR": NOTHING,
    "CALENDAR": f"@{Kind.CALENDARS}",
    "DIR": DIRECTORIES,
    "FILE": FILES,
    "FILE|-": FILES,
    "HOST": NOTHING,
    "I/N": NOTHING,
    "KEY": ",".join(KEYS),
    "N": NOTHING,
    "N|P%": NOTHING,
    "PROVIDER": f"@{Kind.PROVIDERS}",
    "S": NOTHING,
    "5m": NOTHING,
    "TOPIC": ",".join(TOPICS),
    "URL": NOTHING,
    "VALUE": SETTING,
    "ZONE": f"@{Kind.ZONES}",
}
"""What the word in capitals stands for, wherever it stands."""

PLACES = {
    ("*", "account"): f"@{Kind.ACCOUNTS}",
    ("account use", "name"): f"@{Kind.ACCOUNTS}",
    ("calendars hide", "name"): f"@{Kind.SHOWN}",
    ("calendars set", "name"): f"@{Kind.CALENDARS}",
    ("calendars show", "name"): f"@{Kind.HIDDEN}",
    ("conflicts resolve", "number"): f"@{Kind.CONFLICTS}",
    ("conflicts show", "number"): f"@{Kind.CONFLICTS}",
    ("connect", "email"): f"@{Kind.ACCOUNTS}",
    ("connect", "user"): NOTHING,
    ("log", "run"): f"@{Kind.RUNS}",
    ("undo", "item"): f"@{Kind.ITEMS}",
    ("undo", "run"): f"@{Kind.UNDOABLE}",
}
"""The command and its parameter (`*`: any command), where the word in capitals could stand for several things."""


def slot(path: str, name: str, metavar: str) -> str:
    """`@kind`, or words with commas between them, or nothing. KeyError: nobody has decided yet what stands there."""
    for place in ((path, name), ("*", name)):
        if place in PLACES:
            return PLACES[place]
    if _CHOICES.fullmatch(metavar):
        return metavar.replace("|", ",")
    return METAVARS[metavar]


def values() -> dict[str, str]:
    """The settings that have few values, and these."""
    return {name: ",".join(key.choices) for name, key in KEYS.items() if key.choices}
