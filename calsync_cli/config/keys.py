"""The one table of everything that can be set: name, kind, default, and what being connected locks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeAlias, TypeVar

from calsync_cli.config.units import Amount, Unfit, amount, duration

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

Raw: TypeAlias = object
"""A value as TOML or JSON gives it, before a reader looked at it."""

LONGEST = 4096
_LOOPBACK = r"(127\.0\.0\.1|localhost|\[::1\])"


@dataclass(frozen=True, slots=True)
class Key(Generic[T_co]):
    """Something that can be set."""

    name: str
    """section.key, as in config.toml."""
    default: Raw
    read: Callable[[Raw], T_co]
    """Raises Unfit."""
    example: str
    """How a value is written, for the sentence that refuses one."""
    choices: tuple[str, ...] = ()
    many: bool = False
    """A list: JSON in the environment and on the command line."""
    locked: bool = False
    """Part of what a connection was made with, so read-only while there is one (R44)."""

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return "CALSYNC_LANG" if self.name == "language" else "CALSYNC_" + self.name.upper().replace(".", "_")


def line(raw: Raw) -> str:
    """One line of text without control or bidi characters, perhaps empty."""
    if not isinstance(raw, str) or len(raw) > LONGEST or not raw.isprintable():
        raise Unfit
    return raw


def lines(raw: Raw) -> tuple[str, ...]:
    """A list of texts, none of them empty."""
    if not isinstance(raw, list | tuple):
        raise Unfit
    texts = tuple(line(each) for each in raw)
    if not all(texts):
        raise Unfit
    return texts


def path(raw: Raw) -> str:
    """Nothing, or a path that means the same from wherever it is read."""
    text = line(raw)
    if text and not text.startswith(("/", "~/")) and not re.match(r"[A-Za-z]:[\\/]", text):
        raise Unfit
    return text


def members(raw: Raw) -> tuple[str, ...]:
    """Addresses, or @domain for everybody there."""
    texts = lines(raw)
    if not all(re.fullmatch(r"[^@\s]*@[^@\s]+", text) for text in texts):
        raise Unfit
    return texts


def _endpoint(scheme: str) -> Callable[[Raw], str]:
    """TLS everywhere, but on this very machine."""
    pattern = re.compile(rf"{scheme}s://[^\s/@]+(/\S*)?|{scheme}://{_LOOPBACK}(:\d+)?(/\S*)?")

    def endpoint(raw: Raw) -> str:
        text = line(raw)
        if not pattern.fullmatch(text):
            raise Unfit
        return text

    return endpoint


def _written(reader: Callable[[str], U]) -> Callable[[Raw], U]:
    return lambda raw: reader(line(raw))


def _amount(raw: Raw) -> Amount:
    """A bare number may stand without quotes; true and false are numbers to Python alone."""
    return amount(str(raw) if type(raw) is int else line(raw))


def _choice(name: str, *choices: str, default: str, locked: bool = False) -> Key[str]:
    def one_of(raw: Raw) -> str:
        if raw not in choices:
            raise Unfit
        return str(raw)

    return Key(name, default, one_of, f'"{choices[0]}"', choices=choices, locked=locked)


def _endpoint_key(name: str, default: str, scheme: str = "http") -> Key[str]:
    return Key(name, default, _endpoint(scheme), f'"{default}"', locked=True)


LANGUAGE: Final = _choice("language", "auto", "en", "nl", default="auto")
AGENDA_PATH: Final[Key[str]] = Key("agenda.path", "", path, '"~/Calendars/{account}"')
MAIL_PATH: Final[Key[str]] = Key("mail.path", "", path, '"~/Mail/{account}"')
SYNC_EVERY: Final[Key[timedelta]] = Key("sync.every", "5m", _written(duration), '"5m"')
SYNC_CONFLICT: Final = _choice("sync.conflict", "remote", "local", default="remote")
SYNC_MAX_DELETE: Final[Key[Amount]] = Key("sync.max_delete", "25%", _amount, '"25%"')
EVENT_INVITE: Final = _choice("event.invite", "ask", "all", "none", default="ask")
EVENT_UPDATES: Final = _choice("event.updates", "invited", "never", default="invited")
TEAM_MEMBERS: Final[Key[tuple[str, ...]]] = Key("team.members", (), members, '["@example.org"]', many=True)
HOOKS_POST_SYNC: Final[Key[tuple[str, ...]]] = Key("hooks.post_sync", (), lines, '["notmuch", "new"]', many=True)
ATTIC_KEEP: Final[Key[timedelta]] = Key("attic.keep", "30d", _written(duration), '"30d"')
SECRETS_BACKEND: Final = _choice("secrets.backend", "keyring", "file", "command", default="keyring", locked=True)
SECRETS_KEY_FILE: Final[Key[str]] = Key("secrets.key_file", "", path, '"~/.calsync-key"')
SECRETS_COMMAND: Final[Key[tuple[str, ...]]] = Key(
    "secrets.command", (), lines, '["pass", "show", "calsync/{account}"]', many=True
)
GOOGLE_CLIENT_FILE: Final[Key[str]] = Key("google.client_file", "", path, '"~/client.json"', locked=True)
GOOGLE_CALENDAR_API: Final = _endpoint_key("google.calendar_api", "https://www.googleapis.com/calendar/v3")
GOOGLE_IMAP: Final = _endpoint_key("google.imap", "imaps://imap.gmail.com", "imap")
MICROSOFT_CLIENT_ID: Final[Key[str]] = Key("microsoft.client_id", "", line, '"00000000-…"', locked=True)
MICROSOFT_TENANT: Final[Key[str]] = Key("microsoft.tenant", "organizations", line, '"organizations"', locked=True)
MICROSOFT_AUTHORITY: Final = _endpoint_key("microsoft.authority", "https://login.microsoftonline.com")
MICROSOFT_GRAPH: Final = _endpoint_key("microsoft.graph", "https://graph.microsoft.com/v1.0")
MICROSOFT_IMAP: Final = _endpoint_key("microsoft.imap", "imaps://outlook.office365.com", "imap")

KEYS: Final[Mapping[str, Key[object]]] = {
    key.name: key
    for key in (
        LANGUAGE,
        AGENDA_PATH,
        MAIL_PATH,
        SYNC_EVERY,
        SYNC_CONFLICT,
        SYNC_MAX_DELETE,
        EVENT_INVITE,
        EVENT_UPDATES,
        TEAM_MEMBERS,
        HOOKS_POST_SYNC,
        ATTIC_KEEP,
        SECRETS_BACKEND,
        SECRETS_KEY_FILE,
        SECRETS_COMMAND,
        GOOGLE_CLIENT_FILE,
        GOOGLE_CALENDAR_API,
        GOOGLE_IMAP,
        MICROSOFT_CLIENT_ID,
        MICROSOFT_TENANT,
        MICROSOFT_AUTHORITY,
        MICROSOFT_GRAPH,
        MICROSOFT_IMAP,
    )
}


def nearest(name: str, known: Iterable[str] = KEYS) -> str:
    """The name that was probably meant, or nothing."""
    import difflib  # only a mistake needs it

    return next(iter(difflib.get_close_matches(name[:80], list(known), n=1)), "")
