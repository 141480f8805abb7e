"""What doctor found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from calsync_cli.core.errors import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from calsync_cli.app.reports.told import ErrorReport


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(StrEnum):
    """What doctor looks at; the parameters each one has are in the comment."""

    POLICY = "policy"  # path
    CONFIG = "config"  # path
    HOME = "home"  # path: directories are there, ours alone (0700) and writable
    SPACE = "space"  # path free
    SECRETS = "secrets"  # backend
    STATE = "state"  # account path
    AGENDA = "agenda"  # account path: the root and its marker
    SERVER = "server"  # account host: reachable, TLS trusted
    SIGN_IN = "sign-in"  # account
    CLIENT = "client"  # account path: the OAuth client that the next sign-in needs
    PERMISSION = "permission"  # account when days: when somebody signed in
    PRIMARY = "primary"  # account calendar
    FEED = "feed"  # account calendar
    MAIL = "mail"  # account path: the Maildirs are ours, whole, and open to us
    MAIL_DISK = "mail-disk"  # account path: messages can be stored there
    MAIL_FILES = "mail-files"  # account count: what lies among messages and is none
    MAPPING = "mapping"  # account folders: roles that nothing is said of yet (R46)
    MAIL_SERVER = "mail-server"  # account host name: reachable, TLS trusted, and what it calls itself
    MAIL_SIGN_IN = "mail-sign-in"  # account
    MAIL_SKILLS = "mail-skills"  # account can lacks: what the mail server says that it can do
    MAIL_ROOM = "mail-room"  # account used room: the quota
    MAIL_HIDDEN = "mail-hidden"  # account count: messages that IMAP is not shown any more
    FOLDERS = "folders"  # account folders: what is mapped is there at the provider
    CONFLICTS = "conflicts"  # account count
    LAST_SYNC = "last-sync"  # account when
    CLOCK = "clock"  # account seconds: how far the server's clock is ahead
    SERVICE = "service"  # account path: the unit that keeps it in step
    HOOKS = "hooks"  # program
    LOCALE = "locale"  # locale
    ZONES = "zones"  # zone: the time zone database knows the local zone
    VERSION = "version"  # version python


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check. `error` says what is wrong; the view adds the `title` that scripts read, in English."""

    id: Check
    when: datetime
    what: Health
    params: Mapping[str, str] = field(default_factory=dict)
    error: ErrorReport | None = None
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport:
    """`doctor`: every check, what `--repair` adopted again, where `--bundle` was written."""

    ok: bool
    checks: tuple[CheckRow, ...]
    repaired: tuple[str, ...] = ()
    """Accounts whose books were rebuilt."""
    bundle: Path | None = None

    @property
    def exit_code(self) -> int:
        """The first failed check's exit code; warnings are no failure."""
        failed = [check for check in self.checks if check.what is Health.FAIL]
        if not failed:
            return 0
        error = failed[0].error
        return error.exit if error is not None else KINDS["E001"].exit
