"""An account's set-up as a document without secrets: to take along to another machine, and beside the state for repair.

It holds the connection, the calendars with their directories and modes, the mapped mail folders, and the settings that
mean the same on every machine. What a stranger could do harm with (programs to run, paths, endpoints, where passwords
are) is neither written nor believed; reading checks every value, and what does not fit is E001.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.app.mail import papers
from calsync_cli.app.mail.papers import Post, post_of
from calsync_cli.app.session import Session
from calsync_cli.config.places import AccountName, account_name
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights
from calsync_cli.state.settings import Connection, LinkRow

FORMATS = PLAIN, WITH_MAIL = 1, 2
"""Mail came later: a program that knows nothing of it refuses the second one, instead of forgetting half the set-up."""
CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's general categories of what ends lines, rings bells, or is no text at all."""
LARGEST = 1 << 20
LONGEST = 4096

PORTABLE = ("language", "sync.every", "sync.conflict", "sync.max_delete", "event.invite", "event.updates", "attic.keep")
"""Settings that travel."""


@dataclass(frozen=True, slots=True)
class Place:
    """A calendar and its directory."""

    glance: Glance
    name: str
    mode: Mode
    primary: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """What there is to know of an account's set-up."""

    account: AccountName
    connection: Connection
    places: tuple[Place, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of config.toml."""
    bound: Mapping[str, str] = field(default_factory=dict)
    """What binds it to this machine: only in the copy beside the state."""
    post: Post = field(default_factory=Post)
    """The mail half."""


def dossier_of(
    session: Session, connection: Connection, config: Mapping[str, str], bound: Mapping[str, str]
) -> Dossier:
    """As it is set up now."""
    places = tuple(_place(link) for link in session.settings.links())
    return Dossier(session.account, connection, places, config, bound, post_of(session))


def _place(link: LinkRow) -> Place:
    glance = Glance(link.far_id, link.display, link.rights, "", link.color)
    return Place(glance, link.name, link.mode, link.primary, link.shown)


def written(dossier: Dossier) -> bytes:
    """The document; the same dossier gives the same bytes."""
    mail = bool(dossier.post or dossier.connection.mail)
    said: dict[str, object] = {
        "calsync": WITH_MAIL if mail else PLAIN,
        "account": dossier.account,
        "connection": dossier.connection.plain(),
        "calendars": [
            {
                "id": place.glance.id,
                "name": place.glance.name,
                "color": place.glance.color,
                "rights": place.glance.rights,
                "directory": place.name,
                "mode": place.mode,
                "primary": place.primary,
                "shown": place.shown,
            }
            for place in dossier.places
        ],
        "settings": dict(dossier.settings),
    }
    if mail:
        said["mail"] = papers.written(dossier.post)
    if dossier.bound:
        said["bound"] = dict(dossier.bound)
    return (json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_dossier(path: Path) -> Dossier:
    """Raises E001 for whatever is not such a document."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        return parsed(raw)
    except OSError as refused:
        raise CalsyncError("E001", "file", path=str(path), flag="FILE") from refused
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as unfit:
        raise CalsyncError("E001", "no-export", path=str(path)) from unfit


def parsed(raw: bytes) -> Dossier:
    """Raises ValueError, TypeError, KeyError, AttributeError, RecursionError or E001 where anything does not fit."""
    if len(raw) > LARGEST:
        raise ValueError
    said = json.loads(raw)
    if said["calsync"] not in FORMATS or not isinstance(said["calendars"], list):
        raise ValueError
    places = tuple(_read_place(one) for one in said["calendars"])
    for names in ([place.name.casefold() for place in places], [place.glance.id for place in places]):
        if len(set(names)) != len(names):
            raise ValueError
    if sum(place.primary for place in places) > 1:
        raise ValueError
    return Dossier(
        account=account_name(_text(said["account"])),
        connection=_read_connection(said["connection"]),
        places=places,
        settings={_text(name): _text(value) for name, value in said["settings"].items() if name in PORTABLE},
        bound={_text(name): _text(value) for name, value in said.get("bound", {}).items()},
        post=papers.read(said["mail"], _text) if "mail" in said else Post(),
    )


def _read_connection(said: Mapping[str, object]) -> Connection:
    traits = said["traits"]
    if not isinstance(traits, dict):
        raise TypeError(traits)
    return Connection(
        provider=_text(said["provider"]),
        email=_text(said["email"]),
        user=_text(said["user"]),
        server=_text(said["server"]),
        endpoint=_text(said["endpoint"]),
        principal=_text(said["principal"]),
        homes=_texts(said["homes"]),
        addresses=_texts(said["addresses"]),
        traits={_text(name): _text(value) for name, value in traits.items()},
        ca_file=_text(said["ca_file"]),
        halves=_texts(said["halves"]),
        secret=_text(said["secret"]),
        mail=_text(said.get("mail", "")),
    )


def _read_place(said: Mapping[str, object]) -> Place:
    glance = Glance(
        CollectionId(_text(said["id"])),
        _text(said["name"]),
        Rights(_text(said["rights"])),
        "",
        _text(said["color"]),
    )
    primary, shown = said["primary"], said["shown"]
    if not isinstance(primary, bool) or not isinstance(shown, bool):
        raise TypeError
    mode, name = Mode(_text(said["mode"])), _text(said["directory"])
    if mode is Mode.PULL or (primary and mode is not Mode.TWO_WAY) or not glance.id:
        raise ValueError
    return Place(glance, name, mode, primary, shown)


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise TypeError(raw)
    return tuple(_text(one) for one in raw)


def _text(raw: object) -> str:
    """Joined emoji and no-break spaces are in people's names of things; control characters and lone surrogates not."""
    if not isinstance(raw, str) or len(raw) > LONGEST or any(unicodedata.category(one) in CONTROL for one in raw):
        raise ValueError
    return raw
