"""What a message is known by, taken from its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.mail.message import canonical, digest, message_id


@dataclass(frozen=True, slots=True)
class Print:
    """Of the canonical form."""

    size: int
    message_id: str
    digest: str


def print_of(content: bytes) -> Print:
    """The canonical form is made once."""
    form = canonical(content)
    return Print(len(form), message_id(form), digest(form))
