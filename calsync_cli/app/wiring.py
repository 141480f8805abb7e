"""Where the rooms are joined: from what was asked to the places, the settings, the state, the stores and the vault."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.app.reports.told import Note, Phase, Tell
from calsync_cli.config import keys
from calsync_cli.config.load import Config, load_config
from calsync_cli.config.places import PERSONAL, AccountName, Places, account_name, find_places, make_private
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.core.model import Cursor
    from calsync_cli.local.agenda import Agenda
    from calsync_cli.local.attic import Attic
    from calsync_cli.local.fingers import Fingers
    from calsync_cli.local.maildir.echo import Echo
    from calsync_cli.local.maildir.folders import Maildirs
    from calsync_cli.vault.port import Vault


class Silence:
    """Nobody listens."""

    def phase(self, name: Phase, total: int | None = None) -> None:
        """Unheard."""

    def advance(self, n: int = 1) -> None:
        """Unheard."""

    def note(self, what: Note, **params: str | int) -> None:
        """Unheard."""


@dataclass(slots=True)
class Desk:
    """What a use-case works at: who is meant, where things lie, what is set, and who listens."""

    asked: str | None
    config_file: Path | None
    env: Mapping[str, str]
    interactive: bool
    tell: Tell
    now: Callable[[], float] = time.time
    places: Places = field(init=False)
    _config: Config | None = None
    echo: Echo | None = None
    """What rounds wrote into Maildirs, for the bell of the same watch."""

    def __post_init__(self) -> None:
        self.places = find_places(self.env, config_file=self.config_file)

    @property
    def config(self) -> Config:
        """Read when first needed: whoever only wants help or a path is not stopped by a mistake in a file."""
        if self._config is None:
            self._config = load_config(self.places, env=self.env)
        return self._config

    def reload(self) -> None:
        """The next question reads the files again."""
        self._config = None

    def account(self) -> AccountName:
        """The account that is meant: named, else the one in use, else the only one. Raises E201, E003."""
        if self.asked:
            return account_name(self.asked)
        there = self.places.accounts()
        chosen = current(self.places)
        if chosen in there:
            return chosen
        if len(there) == 1:
            return there[0]
        if not there:
            raise CalsyncError("E201")
        raise CalsyncError("E003", "account", names=", ".join(there), fix="calsync account use NAME")

    def owner(self) -> AccountName:
        """Whose agenda is meant: the account's; as long as it has none here, the one from before it (R35)."""
        name = self.account() if self.asked or self.places.accounts() else PERSONAL
        if self.asked or agenda_root(self, name).is_dir() or not agenda_root(self, PERSONAL).is_dir():
            return name
        return PERSONAL


def desk(
    *, account: str | None, config_file: Path | None, env: Mapping[str, str], interactive: bool, tell: Tell | None
) -> Desk:
    """A desk for one command."""
    return Desk(account, config_file, env, interactive, tell or Silence())


def current(places: Places) -> AccountName:
    """The account that `account use` named; empty where none was."""
    try:
        return AccountName((places.states / "current").read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return AccountName("")


def agenda_root(desk: Desk, account: str) -> Path:
    """Where the account's calendars lie."""
    return desk.places.agenda(account, desk.config[keys.AGENDA_PATH])


def attic(desk: Desk, account: str) -> Attic:
    """What was displaced."""
    from calsync_cli.local.attic import Attic

    return Attic(desk.places.attic(account), clock=desk.now)


LETTER = ".eml"
"""What a displaced message is called, so that none is taken for an event."""


def letter_attic(desk: Desk, account: str) -> Attic:
    """The same attic, for messages."""
    from calsync_cli.local.attic import Attic

    return Attic(desk.places.attic(account), clock=desk.now, suffix=LETTER)


def agenda(desk: Desk, account: str) -> Agenda:
    """The account's calendars on this disk."""
    from calsync_cli.local.agenda import Agenda

    return Agenda(agenda_root(desk, account), attic(desk, account), clock=desk.now)


def mail_root(desk: Desk, account: str) -> Path:
    """Where the account's Maildirs lie."""
    return desk.places.mail(account, desk.config[keys.MAIL_PATH])


def maildirs(desk: Desk, account: str) -> Maildirs:
    """The account's mail on this disk."""
    from calsync_cli.local.maildir.echo import Echo
    from calsync_cli.local.maildir.folders import Maildirs

    desk.echo = desk.echo or Echo()
    return Maildirs(mail_root(desk, account), letter_attic(desk, account), clock=desk.now, echo=desk.echo)


def standing(cursor: Cursor | None) -> Mapping[str, object]:
    """How a mail folder is looked at, and when it was looked at whole: numbers and our own words."""
    from dataclasses import asdict

    from calsync_cli.providers.imap.ladder import read

    state = read(cursor)
    return asdict(state) if state is not None else {}


def sound_maildir(path: Path) -> None:
    """Raises E303 where a part of a Maildir is gone, E505 where nothing may be written into it."""
    from calsync_cli.local.maildir.health import sound

    sound(path)


def try_out_mail(root: Path) -> None:
    """Whether messages can be stored there. Raises E505."""
    from calsync_cli.local.maildir.health import try_out

    try_out(root)


def verified(cursor: Cursor | None) -> float | None:
    """When all flags of a mail folder were last known at once, in seconds since 1970."""
    from calsync_cli.providers.imap.ladder import verified as read

    return read(cursor)


def vault(desk: Desk, account: str, *, backend: str = "") -> Vault:
    """The account's secrets, where the settings say; or in another `backend`, where they may lie still."""
    from calsync_cli.vault.open import Backend, Wanted, open_vault

    config = desk.config
    wanted = Wanted(
        Backend(backend if backend in set(Backend) else config[keys.SECRETS_BACKEND]),
        _home(config[keys.SECRETS_KEY_FILE]),
        tuple(config[keys.SECRETS_COMMAND]),
    )
    return open_vault(
        wanted,
        account=account,
        directory=desk.places.state(account),
        interactive=desk.interactive,
        env=desk.env,
    )


def _home(path: str) -> str:
    """Empty stays empty: then systemd's credential is meant."""
    return str(Path(path).expanduser()) if path else ""


def keep_secret(desk: Desk, account: str, name: str, text: str) -> None:
    """Into the vault, under a name."""
    from calsync_cli.vault.secret import Secret

    vault(desk, account).put(name, Secret(text))


def fingers(desk: Desk, folder: Path) -> Fingers:
    """Which version of each file a calendar's directory has. Raises E303, E505."""
    from calsync_cli.local.fingers import fingers as look

    return look(folder, clock=desk.now)


def marker(folder: Path) -> str | None:
    """The identity that a directory has."""
    from calsync_cli.local.meta import marker as read

    return read(folder)


def set_marker(folder: Path, identity: str) -> None:
    """Give a directory an identity."""
    from calsync_cli.local.meta import set_marker as write

    write(folder, identity)


def dress(folder: Path, *, display: str, color: str) -> None:
    """Say a calendar's name and colour, as khal reads them."""
    from calsync_cli.local.meta import Meta, write_meta

    write_meta(folder, Meta(display, color))


def unretire(desk: Desk, account: str, entry: str, calendar: str) -> Path:
    """Copy a calendar's directory out of the attic, beside the others; it is linked with nothing there."""
    import shutil

    from calsync_cli.local.meta import MARKER

    here = agenda(desk, account)
    to = here.path(here.slug(calendar))
    try:
        shutil.copytree(attic(desk, account).path(entry), to, symlinks=True, ignore=shutil.ignore_patterns(MARKER))
    except (OSError, shutil.Error) as refused:
        raise CalsyncError("E505", "directory", path=str(to), reason=str(refused)[:200]) from refused
    return to


def carry_attic(desk: Desk, source: str, target: str, entries: Sequence[str]) -> None:
    """Move entries to another account's attic, under the names that they have. Raises E505."""
    import shutil

    here, there = attic(desk, source), attic(desk, target)
    for entry in entries:
        if not here.path(entry).exists():  # pruned, or carried by a run that was killed after it
            continue
        make_private(there.root)
        make_private(there.path(entry).parent)
        try:
            shutil.move(here.path(entry), there.path(entry))
        except (OSError, shutil.Error) as refused:
            raise CalsyncError("E505", "directory", path=str(there.root), reason=str(refused)[:200]) from refused


def unmark(folder: Path) -> None:
    """Take a directory's identity away. Raises OSError."""
    from calsync_cli.local.meta import MARKER

    (folder / MARKER).unlink(missing_ok=True)
