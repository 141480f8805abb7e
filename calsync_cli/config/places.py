"""Where things lie: every path calsync touches, derived from CALSYNC_HOME or from what the platform prescribes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NewType

from calsync_cli.core.errors import CalsyncError

AccountName = NewType("AccountName", str)
"""An account as the user knows it: its address in lower case, or a word of their own ("personal")."""

PERSONAL = AccountName("personal")
"""Whose events go before any account is connected (R35). It has an agenda, and what is remembered of that, and is no
account: nobody connects it, and it never stands beside one where it is asked which is meant."""

LONGEST = 200
"""In bytes of a directory's name, below the 255 that every file system allows (an address may have 254: RFC 5321)."""

# `%` begins an escape, the others no file system or shell can be trusted with; all of them may stand in an address
# (RFC 5322, 3.2.3), so they are spelled otherwise instead of being refused.
_SPELLED = re.compile(r'[%/\\:*?"<>|]')
_ESCAPE = re.compile("%([0-9A-F]{2})")


def account_name(text: str) -> AccountName:
    """The name as it is kept; E001 where it could lead out of its directory, hide in it, or fool a terminal."""
    name = text.strip().lower()
    directory_name(name)
    return AccountName(name)


def directory_name(account: str) -> str:
    """The one directory name that belongs to this account; `account_of` turns it back."""
    hostile = account[:1] in {"", ".", "-", "~"} or account[-1:] == "." or " " in account or not account.isprintable()
    name = _SPELLED.sub(lambda found: f"%{ord(found[0]):02X}", account)
    if hostile or len(name.encode(errors="replace")) > LONGEST:
        raise CalsyncError("E001", "account-name", account=account[:LONGEST])
    return name


def account_of(directory: str) -> AccountName:
    """The account whose directory this is."""
    return AccountName(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), directory))


@dataclass(frozen=True, slots=True)
class Places:
    """Every path. Nothing is created by asking for one."""

    config_file: Path
    """Written by hand; calsync never writes it."""
    cli_file: Path
    """What `config set` writes."""
    policies: tuple[Path, ...]
    """Where a policy may lie; the first one that is there counts."""
    agendas: Path
    mails: Path
    states: Path
    attics: Path
    logs: Path
    config_given: bool = False
    """The user named the file, so its absence is an error."""

    def agenda(self, account: str, template: str = "") -> Path:
        """The vdir of an account; `template` is the setting agenda.path."""
        return _filled(template, account) if template else self.agendas / directory_name(account)

    def mail(self, account: str, template: str = "") -> Path:
        """The Maildirs of an account; `template` is the setting mail.path."""
        return _filled(template, account) if template else self.mails / directory_name(account)

    def state(self, account: str) -> Path:
        """What is remembered of an account: books, settings, encrypted secrets."""
        return self.states / directory_name(account)

    def database(self, account: str) -> Path:
        """The account's one SQLite file."""
        return self.state(account) / "state.db"

    def lock(self, account: str) -> Path:
        """The file whose lock lets one round at a time through."""
        return self.state(account) / "lock"

    def attic(self, account: str) -> Path:
        """What was overwritten or deleted."""
        return self.attics / directory_name(account)

    def accounts(self) -> tuple[AccountName, ...]:
        """The accounts that have a state here, in order."""
        found = {account_of(path.parent.name) for path in self.states.glob("*/state.db")}
        return tuple(sorted(found - {PERSONAL}))


def find_places(env: Mapping[str, str], *, config_file: Path | None = None, etc: Path = Path("/etc/calsync")) -> Places:
    """All places; `config_file` is the file that --config names instead of config.toml."""
    home = env.get("CALSYNC_HOME", "")
    return _named(_below(_absolute(Path(home)), etc) if home else _of_platform(etc), config_file)


def make_private(directory: Path, *, ours: bool = True) -> Path:
    """Make a directory that only its owner may enter, and the parents it lacks; what is `ours` is closed again.

    A user's own directory (`ours=False`: an agenda, a Maildir) keeps the mode the user gave it.
    """
    try:
        for missing in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        if ours and directory.stat().st_mode & 0o077:
            directory.chmod(0o700)
    except OSError as refused:
        raise CalsyncError("E505", "directory", path=str(directory), reason=refused.strerror or "") from refused
    return directory


def _below(home: Path, etc: Path) -> Places:
    return _laid_out(config=home, data=home, state=home, logs=home / "log", etc=etc)


def _of_platform(etc: Path) -> Places:
    import platformdirs  # 13 ms that a run with CALSYNC_HOME need not pay

    dirs = platformdirs.PlatformDirs("calsync", appauthor=False)
    return _laid_out(
        config=_absolute(dirs.user_config_path),
        data=_absolute(dirs.user_data_path),
        state=_absolute(dirs.user_state_path),
        logs=_absolute(dirs.user_log_path),
        etc=etc,
    )


def _laid_out(*, config: Path, data: Path, state: Path, logs: Path, etc: Path) -> Places:
    return Places(
        config_file=config / "config.toml",
        cli_file=config / "config.d" / "90-cli.toml",
        policies=(etc / "policy.toml", config / "policy.toml"),
        agendas=data / "agenda",
        mails=data / "mail",
        states=state / "state",
        attics=data / "attic",
        logs=logs,
    )


def _named(places: Places, config_file: Path | None) -> Places:
    return places if config_file is None else replace(places, config_file=_absolute(config_file), config_given=True)


def _filled(template: str, account: str) -> Path:
    return _absolute(Path(template.replace("{account}", directory_name(account))))


def _absolute(path: Path) -> Path:
    """Without a home directory `~` stays, and files would land wherever the command was started."""
    try:
        path = path.expanduser()
    except RuntimeError as homeless:
        raise CalsyncError("E505", "home", path=str(path)) from homeless
    if path.parts[:1] == ("~",):
        raise CalsyncError("E505", "home", path=str(path))
    return path.absolute()
