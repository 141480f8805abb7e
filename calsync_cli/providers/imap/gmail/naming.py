"""What Gmail calls things: messages by number, folders by what they are for, labels as they stand for folders; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from calsync_cli.core.mail.nouns import LASTING, Folder, Role
from calsync_cli.core.model import Ref
from calsync_cli.providers.imap.utf7 import decode

SIZES = frozenset({1000, 2000, 5000, 10000})
"""Users.settings.updateImap, maxFolderSize: a folder with exactly so many messages may hold more than it shows."""
_APART = frozenset({"\\draft", "\\drafts", "\\chat", "\\chats"})
"""What All Mail shows and nobody archived."""


def ref(message: int) -> Ref:
    """The ref of a message, the same in all folders."""
    return Ref(f"{LASTING}.{message}")


def message_of(ref: Ref) -> int | None:
    """The number in such a ref."""
    life, _, number = ref.partition(".")
    return int(number) if life == LASTING and number.isdecimal() and number.isascii() else None


def cut(count: int) -> bool:
    """Whether a folder that shows so many messages may have more."""
    return count in SIZES


@dataclass(frozen=True, slots=True)
class Special:
    """Gmail's own folders by what they are for, whatever the language; "" where IMAP is not shown one."""

    all: str = ""
    bin: str = ""
    junk: str = ""
    sent: str = ""
    drafts: str = ""

    @classmethod
    def among(cls, folders: Sequence[Folder]) -> Special:
        """By SPECIAL-USE attributes, which Gmail always has in LIST."""
        by_role = {one.role: str(one.id) for one in folders if one.role is not None}
        return cls(
            all=next((str(one.id) for one in folders if one.all), ""),
            bin=by_role.get(Role.DELETED, ""),
            junk=by_role.get(Role.JUNK, ""),
            sent=by_role.get(Role.SENT, ""),
            drafts=by_role.get(Role.DRAFTS, ""),
        )

    @classmethod
    def read(cls, text: str) -> Special | None:
        """As it was kept; None for nothing of ours."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def written(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self))

    def label(self, folder: str) -> str:
        """The label that a message has which this folder shows, in one case as labels compare; "" without one."""
        if folder in {self.all, self.bin, self.junk}:
            return ""
        own = {"INBOX": "\\inbox", self.sent: "\\sent", self.drafts: "\\draft"}
        return own.get(folder) or folder.casefold()

    def final(self, folder: str) -> bool:
        """What is expunged there is deleted for good, whatever the account's settings."""
        return bool(folder) and folder in {self.bin, self.junk}


def folded(labels: Iterable[bytes]) -> set[str]:
    """Labels as they compare; they are spelled like folders."""
    return {decode(label).casefold() for label in labels}


def apart(labels: Iterable[bytes], mapped: Iterable[str]) -> bool:
    """Whether a message with these labels belongs elsewhere than in the archive."""
    has = folded(labels)
    return bool(has & _APART) or bool(has & set(mapped))
