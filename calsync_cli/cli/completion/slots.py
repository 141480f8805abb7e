"""What can stand after each flag and in each place of a command line: told by its metavar, or by its name."""

from __future__ import annotations

import re

from calsync_cli.app.offers import Kind
from calsync_cli.cli.words.errors import TOPICS
from calsync_cli.config.keys import KEYS
from calsync_cli.config.policy import PROVIDERS

NOTHING = ""
FILES = "@files"
DIRECTORIES = "@directories"
SETTING = "@setting"
"""A value of the setting that stands before it."""

_CHOICES = re.compile(r"[a-z0-9-]+(\|[a-z0-9-]+)+")

METAVARS = {
    "5m": NOTHING,
    "ADDR": NOTHING,
    "ADDR…": NOTHING,
    "BEFORE": NOTHING,
    "CALENDAR": f"@{Kind.CALENDARS}",
    "DATE": NOTHING,
    "DIR": DIRECTORIES,
    "25M": NOTHING,
    "30d": NOTHING,
    "F|none": f"@{Kind.FOLDERS}",
    "FILE": FILES,
    "FILE|-": FILES,
    "HOST": NOTHING,
    "I/N": NOTHING,
    "KEY": ",".join(KEYS),
    "LENGTH": NOTHING,
    "LOCAL=REMOTE": NOTHING,
    "N": NOTHING,
    "N|P%": NOTHING,
    "PLACE": NOTHING,
    "PROVIDER": f"@{Kind.PROVIDERS}",
    "RULE": "daily,weekly,monthly,yearly",
    "S": NOTHING,
    "TEXT": NOTHING,
    "TITLE": NOTHING,
    "TOPIC": ",".join(TOPICS),
    "URL": NOTHING,
    "VALUE": SETTING,
    "WHEN": NOTHING,
    "ZONE": f"@{Kind.ZONES}",
}
"""What the word in capitals stands for, wherever it stands."""

PLACES = {
    ("*", "account"): f"@{Kind.ACCOUNTS}",
    ("account use", "name"): f"@{Kind.ACCOUNTS}",
    ("admin disable", "provider"): f"@{Kind.PROVIDERS}",
    ("admin enable", "provider"): ",".join(PROVIDERS),
    ("admin trust", "provider"): f"@{Kind.PROVIDERS}",
    ("agenda", "calendar"): f"@{Kind.VISIBLE}",
    ("agenda", "when"): "today,tomorrow,week,month",
    ("calendars hide", "name"): f"@{Kind.SHOWN}",
    ("calendars set", "name"): f"@{Kind.CALENDARS}",
    ("calendars show", "name"): f"@{Kind.HIDDEN}",
    ("conflicts resolve", "number"): f"@{Kind.CONFLICTS}",
    ("conflicts show", "number"): f"@{Kind.CONFLICTS}",
    ("connect", "email"): f"@{Kind.ACCOUNTS}",
    ("connect", "user"): NOTHING,
    ("event delete", "name"): f"@{Kind.EVENTS}",
    ("event edit", "name"): f"@{Kind.EVENTS}",
    ("event invite", "name"): f"@{Kind.EVENTS}",
    ("event respond", "name"): f"@{Kind.EVENTS}",
    ("event show", "name"): f"@{Kind.EVENTS}",
    ("log", "run"): f"@{Kind.RUNS}",
    ("undo", "item"): f"@{Kind.ITEMS}",
    ("undo", "run"): f"@{Kind.UNDOABLE}",
}
"""The command and its parameter (`*`: any command), where the word in capitals could stand for several things."""


def slot(path: str, name: str, metavar: str) -> str:
    """`@kind`, or words with commas between them, or nothing."""
    for place in ((path, name), ("*", name)):
        if place in PLACES:
            return PLACES[place]
    if _CHOICES.fullmatch(metavar):
        return metavar.replace("|", ",")
    return METAVARS.get(metavar, NOTHING)


def decided(path: str, name: str, metavar: str) -> bool:
    """Whether somebody has thought of what stands there."""
    return bool({(path, name), ("*", name)} & PLACES.keys() or _CHOICES.fullmatch(metavar) or metavar in METAVARS)


def values() -> dict[str, str]:
    """The settings that have few values, and these."""
    return {name: ",".join(key.choices) for name, key in KEYS.items() if key.choices}
