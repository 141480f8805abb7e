"""The words for what doctor looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.checks import Check, Health
from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsync_cli.app.reports.checks import CheckRow

CHECKS: Mapping[Check, str] = {
    Check.POLICY: mark("Policy: {path}"),
    Check.CONFIG: mark("Configuration: {path}"),
    Check.HOME: mark("Directories: {path}"),
    Check.SPACE: mark("Free disk space: {free} at {path}"),
    Check.SECRETS: mark("Place for passwords: {backend}"),
    Check.STATE: mark("What calsync remembers of {account}: {path}"),
    Check.AGENDA: mark("Agenda of {account}: {path}"),
    Check.SERVER: mark("Server of {account}: {host}"),
    Check.SIGN_IN: mark("Sign-in of {account}"),
    Check.CLIENT: mark("Client for the sign-in of {account}: {path}"),
    Check.PERMISSION: mark("Permission of {account}: given {when}, {days} days ago"),
    Check.PRIMARY: mark("Primary calendar of {account}: {calendar}"),
    Check.FEED: mark("Feeds of the own agenda of {account}: {calendar}"),
    Check.MAIL: mark("Mail of {account}: {path}"),
    Check.MAIL_DISK: mark("Messages can be stored at {path}"),
    Check.MAIL_FILES: mark("In the Maildirs of {account}, and no message: {count}"),
    Check.MAPPING: mark("Mail folders of {account} of which nothing is said yet: {folders}"),
    Check.MAIL_SERVER: mark("Mail server of {account}: {host} ({name})"),
    Check.MAIL_SIGN_IN: mark("Sign-in of {account} to the mail"),
    Check.MAIL_SKILLS: mark("What the mail server of {account} can do: {can}; what it lacks: {lacks}"),
    Check.MAIL_ROOM: mark("Room in the mailbox of {account}: {used} of {room} used"),
    Check.MAIL_HIDDEN: mark("Messages of {account} that are here and kept from IMAP there: {count}"),
    Check.FOLDERS: mark("Linked mail folders of {account}: {folders}"),
    Check.CONFLICTS: mark("To look at for {account}: {count}"),
    Check.LAST_SYNC: mark("Last sync of {account}: {when}"),
    Check.CLOCK: mark("Clock of the server of {account} against this one: {seconds} s"),
    Check.SERVICE: mark("Service of {account}: {path}"),
    Check.HOOKS: mark("Program after a sync: {program}"),
    Check.LOCALE: mark("Locale: {locale}"),
    Check.ZONES: mark("Time zone: {zone}"),
    Check.VERSION: mark("calsync {version}, Python {python}"),
}

HEALTH: Mapping[Health, str] = {Health.OK: mark("ok"), Health.WARN: mark("look"), Health.FAIL: mark("wrong")}


def title(row: CheckRow, translate: Callable[[str], str]) -> str:
    """What was looked at."""
    return translate(CHECKS[row.id]).format_map(_Known(row.params))


def in_english(row: CheckRow) -> str:
    """The same for scripts."""
    return title(row, str)


class _Known(dict[str, str]):
    """Parameters; one that is missing shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"
