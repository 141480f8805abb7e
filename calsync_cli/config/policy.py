"""What the administrator decided: read at every run, above every flag; a policy that cannot be read allows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from calsync_cli.config.document import Document, read_document, unknown, wrong
from calsync_cli.config.keys import KEYS, Raw, line, lines, members, nearest
from calsync_cli.config.layers import Layer, Origin, Setting, file_layer
from calsync_cli.config.units import Unfit
from calsync_cli.core.errors import CalsyncError

PROVIDERS: Final = ("google", "microsoft365", "exchange", "kerio", "caldav")
"""Every provider there is for calsync, in the order in which menus show them; not every version connects all."""

ALIASES: Final[Mapping[str, str]] = {"office365": "microsoft365"}


class Enabled(StrEnum):
    """Whether accounts may be connected."""

    YES = "yes"
    NO = "no"
    AUTO = "auto"
    """As soon as one account is active (R57)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The administrator's word; the defaults are personal use, all allowed."""

    path: Path | None = None
    enabled: Enabled = Enabled.YES
    providers: frozenset[str] | None = None
    """None: all of them."""
    contact: str = ""
    mailboxes: tuple[str, ...] = ()
    settings: Layer = field(default_factory=dict)
    """Settings that no user can change: those the policy gives a value, and the defaults of those it merely locks."""
    stands: Mapping[str, str] = field(default_factory=dict)
    """Where each of the policy's own words stands, as path:line."""

    def allows(self, provider: str) -> bool:
        """Whether accounts of this provider may be connected, where any may."""
        return self.providers is None or provider in self.providers

    def admits(self, address: str) -> bool:
        """Whether this address may be connected; @domain is everybody there."""
        whole, domain = address.lower(), "@" + address.lower().rpartition("@")[2]
        return not self.mailboxes or any(one.lower() in {whole, domain} for one in self.mailboxes)


EXAMPLES: Final[Mapping[str, str]] = {
    "enabled": 'true, false, "auto"',
    "providers": '["google", "kerio"]',
    "contact": '"helpdesk@example.org"',
    "locked": '["event.invite"]',
    "mailboxes": '["@example.org"]',
}


def read_policy(candidates: tuple[Path, ...]) -> Policy:
    """The first policy that is there, or none."""
    for path in candidates:
        document = read_document(path)
        if document is not None:
            return _policy(document)
    return Policy()


def _policy(document: Document) -> Policy:
    providers = _each(document, "providers", lines)
    if unknown_ones := sorted(set(providers or ()) - {*PROVIDERS, *ALIASES}):
        raise wrong(
            "provider",
            document.path,
            document.line_of("providers"),
            key=unknown_ones[0][:80],
            providers=", ".join(PROVIDERS),
        )
    return Policy(
        path=document.path,
        enabled=_enabled(document),
        providers=None if providers is None else frozenset(ALIASES.get(one, one) for one in providers),
        contact=_contact(document),
        mailboxes=_each(document, "mailboxes", members) or (),
        settings={**_locked(document), **file_layer(document, Origin.POLICY, besides=frozenset(EXAMPLES))},
        stands={name: f"{document.path}:{document.line_of(name)}" for name in EXAMPLES if name in document.table},
    )


def _enabled(document: Document) -> Enabled:
    raw = document.table.get("enabled", True)
    if raw == "auto":
        return Enabled.AUTO
    if not isinstance(raw, bool):
        raise _unfit(document, "enabled")
    return Enabled.YES if raw else Enabled.NO


def _contact(document: Document) -> str:
    try:
        return line(document.table.get("contact", ""))
    except Unfit:
        raise _unfit(document, "contact") from None


def _each(document: Document, name: str, reader: Callable[[Raw], tuple[str, ...]]) -> tuple[str, ...] | None:
    if name not in document.table:
        return None
    try:
        return reader(document.table[name])
    except Unfit:
        raise _unfit(document, name) from None


def _locked(document: Document) -> Layer:
    at = document.line_of("locked")
    names = _each(document, "locked", lines) or ()
    for name in names:
        if name not in KEYS:
            raise unknown(document.path, at, name, nearest(name))
    place = f"{document.path}:{at}"
    return {name: Setting(KEYS[name], KEYS[name].default, Origin.POLICY, place) for name in names}


def _unfit(document: Document, name: str) -> CalsyncError:
    return wrong("value", document.path, document.line_of(name), key=name, example=EXAMPLES[name])
