"""One account at work: its state opened and locked, its connection checked, its far side reached when needed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import Provider, Secret
from calsync_cli.app.reports.told import Note
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import PERSONAL, AccountName, make_private
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.ports import MailAccount
from calsync_cli.core.ports import Account
from calsync_cli.net.login import Access
from calsync_cli.state.books import SqliteBooks
from calsync_cli.state.chronicle import Chronicle
from calsync_cli.state.consents import Consents
from calsync_cli.state.database import Database
from calsync_cli.state.folders import Folders
from calsync_cli.state.letters import SqliteLetters
from calsync_cli.state.lock import held
from calsync_cli.state.settings import Connection, Settings, Stage

WAIT = 10.0
"""Seconds that a verb waits for another one to end."""

PASSWORD = "password"  # noqa: S105 - the entry's name in the vault
READ_ONLY = "command"
"""The vault whose entries are made elsewhere: nothing of ours can be bound to them."""


@dataclass(slots=True)
class Session:
    """The account's state, open. Belongs to one thread."""

    desk: Desk
    account: AccountName
    database: Database
    settings: Settings
    books: SqliteBooks
    chronicle: Chronicle
    consents: Consents
    letters: SqliteLetters
    folders: Folders
    open_to: Access | None = None
    """Who signs in: one for both halves, for what is minted for one serves the other."""

    @property
    def agenda_root(self) -> Path:
        """Where the account's calendars lie."""
        return wiring.agenda_root(self.desk, self.account)

    @property
    def connection(self) -> Connection:
        """Raises E201, E202, and E203 where something was changed after the sign-in."""
        match self.settings.stage:
            case None:
                raise CalsyncError("E201", account=self.account)
            case Stage.PENDING:
                raise CalsyncError("E202", account=self.account)
            case Stage.CONNECTED:
                pass
        connection = self.settings.connection()
        if connection is None:
            raise CalsyncError("E203", "stored", account=self.account)
        if connection.secret != self.desk.config[keys.SECRETS_BACKEND]:
            raise CalsyncError("E203", "backend", account=self.account)
        self.unchanged(connection)
        return connection

    @property
    def provider(self) -> Provider:
        """The connection's line in the catalogue."""
        return PROVIDERS[self.connection.provider]

    def with_half(self, half: str) -> Connection:
        """The connection, where this half is in it. Raises E201 besides what `connection` does."""
        connection = self.connection
        if half not in connection.halves:
            raise without(self.account, connection, half)
        return connection

    def far(self, *, every: float = 300.0) -> Account:
        """The account's calendars at the provider; nothing is sent yet. Raises E201, E501, E106, E203."""
        connection = self.with_half("calendar")
        return self.provider.agenda(connection, self.access(connection), every)

    def post(self, *, every: float = 300.0) -> MailAccount:
        """The account's mail at the provider; meanwhile it signs in. Raises E201, E501, E106, E203."""
        connection = self.with_half("mail")
        return self.provider.mail(connection, self.access(connection), every)

    def access(self, connection: Connection) -> Access:
        """How to sign in. Raises E501, E106, E203."""
        if self.open_to is None:
            bound = self.bound_secret(connection)
            since = self.settings.get("signed_in")
            secret = Secret(lambda: bound, self._renewed(connection), float(since) if since else None, self.desk.now)
            self.open_to = PROVIDERS[connection.provider].access(connection, secret)
        return self.open_to

    def _renewed(self, connection: Connection) -> Callable[[str], None]:
        """Keeps what the provider renewed; called from any thread, which the state is not for."""
        desk, account, token = self.desk, self.account, self.settings.get("secret_token")

        def keep(secret: str) -> None:
            if connection.secret != READ_ONLY:
                wiring.keep_secret(desk, account, PASSWORD, f"{token}\n{secret}")

        return keep

    def unchanged(self, connection: Connection) -> None:
        """What the settings said at connect they say still, where a provider is found by them. Raises E203."""
        oauth = PROVIDERS[connection.provider].oauth
        if oauth is None:
            return
        for key, trait in ((oauth.agenda, "agenda"), (oauth.mail, "mail")):
            if self.desk.config[key] != connection.traits.get(trait):
                raise CalsyncError("E203", "setting", account=self.account, key=key.name)

    def bound_secret(self, connection: Connection) -> str:
        """The password, if it is the one that this connection stored (R55)."""
        found = wiring.vault(self.desk, self.account).get(PASSWORD)
        if found is None:
            raise CalsyncError("E106", "no-secret", account=self.account, provider=connection.provider)
        text = found.reveal()
        if connection.secret == READ_ONLY:
            return text
        token, _, password = text.partition("\n")
        if not secrets.compare_digest(token.encode(), self.settings.get("secret_token").encode()):
            raise CalsyncError("E203", "secret", account=self.account)
        return password


def without(account: str, connection: Connection, half: str) -> CalsyncError:
    """The half was not connected; the command that does."""
    fix = f"calsync connect {connection.provider} --email {account} --only {half}"
    return CalsyncError("E201", f"no-{half}", account=account, fix=fix)


def probe_vault(desk: Desk, account: AccountName | None) -> None:
    """Whether secrets can be kept here (R45). Raises E501.

    Before the account is known, a keyring can be tried under any name; a file only as far as its key, because trying
    more would leave a directory behind; and another program is not asked for what it has not got.
    """
    backend = desk.config[keys.SECRETS_BACKEND]
    vault = wiring.vault(desk, account or PERSONAL)
    if account is not None or backend == "keyring":
        vault.probe()
    elif backend == "file":
        vault.get(PASSWORD)


def opened(desk: Desk, account: AccountName) -> Session:
    """The account's state; made where it is missing. Raises E503, E505."""
    make_private(desk.places.states)
    make_private(desk.places.state(account))
    database = Database(desk.places.database(account))
    books, chronicle = SqliteBooks(database, desk.now), Chronicle(database)
    letters, folders = SqliteLetters(database, desk.now), Folders(database)
    return Session(desk, account, database, Settings(database), books, chronicle, Consents(database), letters, folders)


@contextmanager
def reading(desk: Desk, account: AccountName | None = None) -> Iterator[Session]:
    """The account's state, to look at. Raises E201 where there is no such account."""
    name = account or desk.account()
    if not desk.places.database(name).exists():
        raise CalsyncError("E201", account=name)
    session = opened(desk, name)
    try:
        yield session
    finally:
        session.database.close()


@contextmanager
def working(
    desk: Desk, account: AccountName | None = None, *, wait: float | None = None, make: bool = False
) -> Iterator[Session]:
    """The account's state, for this process alone. Raises E502 where another one holds it too long."""
    name = account or desk.account()
    if not make and not desk.places.database(name).exists():
        raise CalsyncError("E201", account=name)
    make_private(desk.places.states)
    make_private(desk.places.state(name))

    def queued() -> None:
        desk.tell.note(Note.WAITING, account=name)

    with held(desk.places.lock(name), account=name, wait=WAIT if wait is None else wait, waiting=queued):
        session = opened(desk, name)
        try:
            yield session
        except CalsyncError as error:
            _told_of(session, error)
            raise
        finally:
            session.database.close()


def _told_of(session: Session, error: CalsyncError) -> None:
    """An error of a server knows neither the account nor its provider, which the command that mends it names."""
    if "{provider}" not in error.kind.fix:
        return
    with suppress(CalsyncError):
        stored = session.settings.connection()
        if stored is not None:
            error.params.setdefault("provider", stored.provider)
            error.params.setdefault("account", session.account)


def clear_away(desk: Desk, account: AccountName) -> None:
    """Nothing came of a new account: a mistyped address is none. What got as far as pending stays, to be resumed."""
    with suppress(CalsyncError, OSError):
        with reading(desk, account) as session:
            pending = session.settings.stage is not None
        if not pending:
            for path in desk.places.state(account).glob("state.db*"):
                path.unlink()
