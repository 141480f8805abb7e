"""Long secrets in pieces, for the Windows Credential Manager takes 2560 bytes of UTF-16 (jaraco/keyring #355)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST: Final = 1200
MARK: Final = "calsync-pieces:"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands under the secret's own name where it is in pieces."""

    generation: str
    """Chosen anew for each writing: a write that breaks off leaves the pieces of the one before whole."""
    count: int
    length: int

    def text(self) -> str:
        """As it is stored."""
        return f"{MARK}{self.generation}:{self.count}:{self.length}"

    def names(self, name: str) -> list[str]:
        """Where the pieces are."""
        return [f"{name}#{self.generation}.{number}" for number in range(self.count)]


def header_of(text: str | None) -> Header | None:
    """The header, or None where the text is the secret itself."""
    fields = text.removeprefix(MARK).split(":") if text is not None and text.startswith(MARK) else []
    match fields:
        case [generation, count, length] if (count + length).isascii() and count.isdigit() and length.isdigit():
            return Header(generation, int(count), int(length))
        case _:
            return None


def whole(text: str) -> bool:
    """Whether it can be stored as it is: short enough, and not to be taken for a header."""
    return len(text) <= _width(text) and not text.startswith(MARK)


def pieces(text: str) -> list[str]:
    """In order, each short enough."""
    width = _width(text)
    return [text[at : at + width] for at in range(0, len(text), width)]


def _width(text: str) -> int:
    """A character beyond the first plane is two of UTF-16."""
    return LONGEST if max(text, default="") <= "\uffff" else LONGEST // 2
