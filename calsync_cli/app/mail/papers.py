"""The mail half of an account's set-up as it is written down: mapped folders, roles that are none, and the limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from calsync_cli.app.mail.keys import BIN, MAX_SIZE, NONE, SINCE
from calsync_cli.app.session import Session
from calsync_cli.core.mail.nouns import Role
from calsync_cli.core.model import CollectionId, Mode

Text = Callable[[object], str]
"""Checks that something is a text. Raises ValueError."""


@dataclass(frozen=True, slots=True)
class Box:
    """A folder here and the one there that it is in step with."""

    local: str
    remote: CollectionId
    mode: Mode = Mode.TWO_WAY


@dataclass(frozen=True, slots=True)
class Post:
    """What there is to know of the mail's set-up."""

    boxes: tuple[Box, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    """By the settings' names; "" is never among them."""

    def __bool__(self) -> bool:
        return bool(self.boxes or self.said)


def post_of(session: Session) -> Post:
    """As it is set up now."""
    boxes = tuple(Box(row.name, row.far_id, row.mode) for row in session.folders.rows())
    said = {name: session.settings.get(name) for name in (NONE, BIN, SINCE, MAX_SIZE)}
    return Post(boxes, {name: value for name, value in said.items() if value})


def written(post: Post) -> dict[str, object]:
    """As JSON has it."""
    boxes = [{"local": box.local, "remote": box.remote, "mode": box.mode} for box in post.boxes]
    return {"folders": boxes, "settings": dict(post.said)}


def read(raw: object, text: Text) -> Post:
    """What such a document says. Raises ValueError, TypeError, KeyError, AttributeError where anything does not fit."""
    if not isinstance(raw, dict) or not isinstance(raw["folders"], list):
        raise TypeError(raw)
    boxes = tuple(_box(one, text) for one in raw["folders"])
    for names in ([box.local.casefold() for box in boxes], [box.remote for box in boxes]):
        if len(set(names)) != len(names):
            raise ValueError
    return Post(boxes, {name: _said(name, text(value)) for name, value in raw["settings"].items()})


def _box(raw: Mapping[str, object], text: Text) -> Box:
    box = Box(text(raw["local"]), CollectionId(text(raw["remote"])), Mode(text(raw["mode"])))
    if not box.local or not box.remote or box.mode is Mode.PULL:
        raise ValueError
    return box


def _said(name: str, value: str) -> str:
    """A setting that would make a later round stumble is refused here."""
    if not value or not WELL[name](value):
        raise ValueError
    return value


WELL: Mapping[str, Callable[[str], bool]] = {
    NONE: lambda value: set(value.split()) <= set(Role),
    BIN: bool,
    SINCE: lambda value: math.isfinite(float(value)),
    MAX_SIZE: lambda value: int(value) > 0,
}
"""What each may be; a number that is none raises ValueError."""
