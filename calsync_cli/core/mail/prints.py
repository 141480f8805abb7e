"""What a message is known by, taken from its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.core.mail.message import canonical_size, digest, message_id, unmarked


@dataclass(frozen=True, slots=True)
class Print:
    """Of the canonical form, which is not made for it."""

    size: int
    message_id: str
    digest: str


def print_of(content: bytes) -> Print:
    """Whichever line ends it has, and whatever another program put into its header to find it again."""
    content = unmarked(content)
    return Print(canonical_size(content), message_id(content), digest(content))
