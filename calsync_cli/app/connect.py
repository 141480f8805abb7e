"""`connect`: sign in once. Two phases, so that a process that died in between is picked up again (R45)."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from calsync_cli.app import wiring
from calsync_cli.app.backup import backup
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import Permitted, Provider, Wish
from calsync_cli.app.halves import Placed, host, placed, settled, unchanged
from calsync_cli.app.mail.beginning import due, fetched, settle
from calsync_cli.app.mail.limits import forget_limits, keep_limits
from calsync_cli.app.mail.mapping import incomplete
from calsync_cli.app.policy import permit
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.reports.accounts import ConnectReport
from calsync_cli.app.reports.told import Phase
from calsync_cli.app.reports.wanted import Answers, Browsing, ConnectWish, Question
from calsync_cli.app.session import PASSWORD, READ_ONLY, Session, clear_away, probe_vault, working
from calsync_cli.app.signing import application, asked_by, asked_halves, nameless
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys
from calsync_cli.config.places import AccountName, account_name
from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.login import Login
from calsync_cli.state.settings import Connection, Stage

NEXT = "calsync choose-primary"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is settled before anybody signs in."""

    provider: Provider
    wish: Wish
    stored: Connection | None
    again: bool
    halves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever signs in."""

    answers: Answers
    browsing: Browsing
    early: Permitted | None
    """Permission that was given before it was known whose account it is."""


def connect(desk: Desk, wish: ConnectWish, answers: Answers, browsing: Browsing) -> ConnectReport:
    """Sign in, or sign in again; where the mail is new, its inbox is fetched at once (R43).

    Whoever signs in in a browser says there who it is. Raises E001, E002, E101 to E105, E107 to E109, E201, E208, E211,
    E402, E404, E501, E504.
    """
    permit(desk, wish.provider, address=wish.email)
    if not wish.email and not wish.resume:
        probe_vault(desk, None)
    early = nameless(desk, wish, browsing)
    account = account_at(early.email, flag="--email") if early else _whose(desk, wish, answers)
    known = desk.places.database(account).exists()
    try:
        with working(desk, account, make=True) as session:
            report = _connect(session, wish, Person(answers, browsing, early))
            inbox = due(session)
    except BaseException:
        if not known:
            clear_away(desk, account)
        raise
    return replace(report, inbox=fetched(desk, account)) if inbox else report


def _connect(session: Session, wish: ConnectWish, person: Person) -> ConnectReport:
    desk = session.desk
    probe_vault(desk, session.account)
    known = _known(session, wish, person.answers)
    with _pending(session, known, wish):
        permitted = _permitted(session, known, wish, person)
        desk.tell.phase(Phase.SIGN_IN)
        connection = _discovered(known, permitted, desk)
    _store(session, connection, permitted.secret, known)
    session.open_to = permitted.access
    desk.tell.phase(Phase.LOOK)
    calendars = _count(session) if CALENDAR in known.halves else 0
    if MAIL in known.halves:
        settle(session, since=wish.since, max_size=wish.max_size)
    return ConnectReport(
        account=session.account,
        provider=connection.provider,
        signed_in_as=connection.user,
        server=_shown(known.provider, connection),
        halves=connection.halves,
        calendars=calendars,
        secrets=wiring.vault(desk, session.account).describe(),
        password=known.provider.oauth is None,
        again=known.again,
        next=_next(session),
    )


@contextlib.contextmanager
def _pending(session: Session, known: _Known, wish: ConnectWish) -> Iterator[None]:
    """A sign-in in a browser takes a person's time: killed meanwhile it is resumed, ended otherwise it is forgotten.

    What was typed is remembered, so that `connect --resume` asks for the sign-in alone (R45).
    """
    fresh = known.provider.oauth is not None and session.settings.stage is None
    if fresh:
        typed = _bare(known, asked_by(wish))
        halves = tuple(half for half in (CALENDAR, MAIL) if half in known.halves)
        session.settings.pend(replace(typed, endpoint=known.wish.where, mail=known.wish.post, halves=halves))
        keep_limits(session, since=wish.since, max_size=wish.max_size)
    try:
        yield
    except BaseException:
        if fresh:
            session.settings.put(stage="", connection="", fingerprint="")
            forget_limits(session)
        raise


def _shown(provider: Provider, connection: Connection) -> str:
    """What was filled in, as a person knows it."""
    if provider.oauth is None:
        return connection.server
    parts = {MAIL: host(connection.mail), CALENDAR: provider.oauth.said}
    return " · ".join(said for half, said in parts.items() if half in connection.halves)


def _next(session: Session) -> str:
    """The calendar's step before the mail's."""
    halves = session.connection.halves
    if CALENDAR in halves and not any(link.primary for link in session.settings.links()):
        return NEXT
    return "calsync map-folders" if MAIL in halves and incomplete(session) else "calsync sync"


def _whose(desk: Desk, wish: ConnectWish, answers: Answers) -> AccountName:
    if wish.email:
        return account_at(wish.email, flag="--email")
    if wish.resume:
        return desk.account()
    return account_at(answers(Question.EMAIL), flag="--email")


def account_at(text: str, *, flag: str) -> AccountName:
    """An account named by its address. Raises E001."""
    name = account_name(text)
    local, _, domain = name.partition("@")
    if not local or not domain:
        raise CalsyncError("E001", "flag-value", flag=flag, value=text[:100], example="me@example.org")
    return name


def _known(session: Session, wish: ConnectWish, answers: Answers) -> _Known:
    stage = session.settings.stage
    stored = session.settings.connection() if stage else None
    if wish.resume and stored is None:
        raise CalsyncError("E201", account=session.account)
    name = wish.provider or (stored.provider if stored else "")
    if stored is not None and stage is Stage.CONNECTED and stored.provider != name:
        raise CalsyncError("E211", account=session.account, provider=stored.provider)
    provider = PROVIDERS[name]
    permit(session.desk, name, address=session.account)
    again = stage is Stage.CONNECTED
    keep = stored if stored is not None and stored.provider == name else None
    if again and keep is not None:
        session.unchanged(keep)
        unchanged(keep, wish, session.account)
    place = _placed(session.desk, provider, wish, keep if again or wish.resume else None, answers)
    user = wish.user or (keep.user if keep else session.account)
    ca_file = wish.ca_file or (Path(keep.ca_file) if keep and keep.ca_file else None)
    return _Known(provider, Wish(session.account, user, place.agenda, ca_file, place.post), keep, again, place.halves)


def _placed(desk: Desk, provider: Provider, wish: ConnectWish, keep: Connection | None, answers: Answers) -> Placed:
    if provider.oauth is not None:
        return settled(provider.oauth, desk.config, wish, keep)
    return placed(provider, wish, keep, answers)


def _permitted(session: Session, known: _Known, wish: ConnectWish, person: Person) -> Permitted:
    """By a password, or by a permission that covers all halves."""
    oauth = known.provider.oauth
    if oauth is None:
        password = _password(session, known, wish, person.answers)
        return Permitted(session.account, password, Login(known.wish.user, lambda: password), {})
    if person.early is not None and known.halves <= asked_halves(wish):
        return person.early
    return oauth.permission(application(session, wish, known.halves, known.stored, person.browsing))


def _password(session: Session, known: _Known, wish: ConnectWish, answers: Answers) -> str:
    """Asked for, unless it is kept by somebody else's program."""
    if session.desk.config[keys.SECRETS_BACKEND] == READ_ONLY and not wish.password_given:
        found = wiring.vault(session.desk, session.account).get(PASSWORD)
        if found is not None:
            return found.reveal()
    return answers(Question.PASSWORD, user=known.wish.user, host=host(known.wish.where or known.wish.post))


def _discovered(known: _Known, permitted: Permitted, desk: Desk) -> Connection:
    wish, access = replace(known.wish, traits=permitted.traits), permitted.access
    try:
        found = known.provider.discover(wish, access) if CALENDAR in known.halves else _bare(known, permitted.traits)
        post = known.provider.find_mail(wish, access) if MAIL in known.halves else ""
    except CalsyncError as error:
        raise _told(error, known) from error
    connection = replace(
        found,
        secret=desk.config[keys.SECRETS_BACKEND],
        halves=tuple(half for half in (CALENDAR, MAIL) if half in known.halves),
        server=found.server or host(post),
        mail=post,
        traits={**found.traits, **_frozen(known.provider, desk)},
    )
    before = known.stored.principal if known.stored is not None and known.again else ""
    if before and before != connection.principal:
        raise CalsyncError("E105", account=known.wish.email, provider=known.provider.name)
    return connection


def _frozen(provider: Provider, desk: Desk) -> dict[str, str]:
    """What the settings said: another word there, later, is E203 (R55)."""
    oauth = provider.oauth
    return {} if oauth is None else {"agenda": desk.config[oauth.agenda], "mail": desk.config[oauth.mail]}


def _bare(known: _Known, traits: Mapping[str, str] | None = None) -> Connection:
    """An account without calendars."""
    wish = known.wish
    return Connection(
        provider=known.provider.name,
        email=wish.email,
        user=wish.user,
        server="",
        endpoint="",
        principal="",
        homes=(),
        addresses=(),
        traits=traits or {},
        ca_file=str(wish.ca_file or ""),
    )


def _told(error: CalsyncError, known: _Known) -> CalsyncError:
    """The same error, with what its mend needs to know."""
    about = {"account": known.wish.email, "provider": known.provider.name, "user": known.wish.user}
    return CalsyncError(error.code, error.variant, retry_after=error.retry_after, **{**about, **error.params})


def _store(session: Session, connection: Connection, password: str, known: _Known) -> None:
    """Pending, then the secret, then connected. Signing in again keeps the token that binds secret and connection."""
    token = session.settings.get("secret_token") if known.again else ""
    token = token or secrets.token_hex(16)
    if not known.again:  # afresh: without what an import of another provider's set-up left
        session.settings.pend(connection, afresh=known.stored is None)
    session.settings.put(secret_token=token)
    text = password if connection.secret == READ_ONLY else f"{token}\n{password}"
    wiring.keep_secret(session.desk, session.account, PASSWORD, text)
    session.settings.connect(connection)
    if known.again:
        _forget_elsewhere(session, known.stored, connection)
    session.settings.put(signed_in=str(session.desk.now()))
    backup(session)


def _forget_elsewhere(session: Session, before: Connection | None, now: Connection) -> None:
    """The password's last place, where it has another one now; a vault that is shut keeps it."""
    if before is not None and before.secret not in {"", now.secret}:
        with contextlib.suppress(CalsyncError):
            wiring.vault(session.desk, session.account, backend=before.secret).forget(PASSWORD)


def _count(session: Session) -> int:
    far = session.far()
    try:
        return len(far.glance())
    finally:
        far.close()
