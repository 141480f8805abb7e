"""Accounts, their calendars and their settings: connect, status, calendars, disconnect, account, config."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from calsync_cli.app.reports.told import ErrorReport


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxReport:
    """The first pull of the inbox."""

    messages: int
    path: Path
    left_out: int = 0
    """Beyond the limits of --since and --max-size."""
    error: ErrorReport | None = None
    """What broke it off; the next sync goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectReport:
    """What `connect` did."""

    ok: bool = True
    account: str
    provider: str
    signed_in_as: str
    server: str
    """Host (and port) as the user knows it."""
    halves: tuple[str, ...]
    calendars: int
    secrets: str
    """Where the password is: the vault's description of itself."""
    password: bool = True
    """A password is what it keeps; else what a sign-in in a browser left."""
    again: bool = False
    """Was connected already: signed in again, everything else stayed."""
    inbox: InboxReport | None = None
    """What was fetched at once, where the mail is new (R43)."""
    next: str


class State(StrEnum):
    """How far an account is."""

    LOCAL = "local"  # a local agenda only
    PENDING = "pending"  # connect did not finish
    CONNECTED = "connected"  # no primary calendar yet; of mail alone: nothing synced yet
    ACTIVE = "active"
    SIGN_IN = "sign-in"  # the password is not accepted any more
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"  # just now: the disk is full, or does not let us


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """A calendar in status, calendars and choose-primary."""

    id: str
    """The local directory's name, or before activation the collection's href."""
    name: str
    path: Path | None
    primary: bool = False
    writable: bool = True
    """New events can go there: a read-only calendar cannot be primary."""
    items: int | None = None
    rights: str = "owner"
    mode: str = "view"
    shown: bool = True
    color: str = ""
    usual: bool = False
    """The provider's default: the usual choice for primary."""
    feed: bool = False
    """Looks like a subscribed feed of our own events: left out (R23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarStatus:
    """The calendar half of an account."""

    primary: str | None
    calendars: tuple[CalendarRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFolder:
    """A local folder that is in step with a remote one."""

    role: str
    """inbox, archive, deleted, sent, drafts, junk; "" for a folder of the user's own."""
    local: str
    remote: str
    path: Path
    messages: int
    verified: datetime | None = None
    """When the flags of all its messages were last known at once."""
    gone: bool = False
    """Not there any more at the provider (E210)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStatus:
    """The mail half of an account."""

    server: str = ""
    folders: tuple[MailFolder, ...] = ()
    none: tuple[str, ...] = ()
    """Roles that are not mapped because the user said so."""
    missing: tuple[str, ...] = ()
    """Roles that nothing is said of yet: until then the mapping is incomplete (R46)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """One account on the page that R5 describes."""

    account: str
    provider: str
    state: State
    server: str = ""
    halves: tuple[str, ...] = ()
    """Which are connected."""
    calendar: CalendarStatus | None = None
    mail: MailStatus | None = None
    """None where it is not connected."""
    last_sync: datetime | None = None
    conflicts: int = 0
    skipped: int = 0
    error: ErrorReport | None = None
    """What the last round, or `--check`, met."""
    current: bool = False
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """All accounts that were asked for."""

    accounts: tuple[AccountStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account in `account list`."""

    account: str
    provider: str
    state: State
    current: bool
    path: Path | None = None
    mail: Path | None = None
    """Where its Maildirs lie."""
    halves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsReport:
    """`account list|use|add|export|import`; `changed` names the one that was meant."""

    accounts: tuple[AccountRow, ...]
    changed: str = ""
    file: Path | None = None
    """What was exported or imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRow:
    """One key: its value as TOML would have it, where it comes from, and whether it may be changed."""

    key: str
    value: str | int | bool | tuple[str, ...]
    origin: str
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport:
    """`config list|get|set|unset|path`."""

    rows: tuple[ConfigRow, ...] = ()
    paths: tuple[Path, ...] = ()
    """The files read, first the one written by hand."""
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReport:
    """The calendars to choose from, before the choice (`choose-primary --list`)."""

    account: str
    calendars: tuple[CalendarRow, ...]
    primary: str | None = None
    """Set where the choice was made already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarsReport:
    """The calendars of an account (`calendars list|hide|show|set`); `changed` names the one just changed."""

    account: str
    calendars: tuple[CalendarRow, ...]
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectReport:
    """What `disconnect` did, or with `dry_run` would do."""

    ok: bool = True
    account: str
    provider: str
    connected: bool
    """False: there was nothing to disconnect."""
    dry_run: bool = False
    data_deleted: bool = False
    exported: Path | None = None
    kept: tuple[Path, ...] = ()
    """Local directories that stay (or, with data_deleted, that went)."""
    unsent: int = 0
    """Local changes that the account has not got yet."""
    revokes: bool = False
    """Permission given in a browser is given back: it ends on other machines, too."""
    left: ErrorReport | None = None
    """Why the password could not be taken out of the place where it is kept."""
    standing: ErrorReport | None = None
    """Why the permission could not be given back at the provider."""
    next: str = "calsync connect"
