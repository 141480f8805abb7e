"""`calsync --complete-values KIND [--account NAME] [--config FILE]`: what the shells ask while a line is typed.

One line for each word that fits, `word<TAB>what it stands for`, in UTF-8. Whatever is wrong, it says nothing and ends
with 0: an error here would land in the middle of somebody's typing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.cli.view.safe import safe
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calsync_cli.app.offers import Offer

FLAG = "--complete-values"
WIDEST = 60
"""Columns of what a word stands for."""


def answer(words: Sequence[str]) -> None:
    """Write the words of a kind to stdout."""
    try:
        told = "".join(f"{line}\n" for line in lines(words))
        _write(told.encode("utf-8", "ignore"))
    except (CalsyncError, OSError, ValueError, OverflowError):
        return


def lines(words: Sequence[str]) -> Iterator[str]:
    """The answer, line by line. Raises CalsyncError, OSError, ValueError, OverflowError."""
    from calsync_cli.app.offers import Kind, offers
    from calsync_cli.app.wiring import desk

    given = dict(zip(words[1::2], words[2::2], strict=False))
    config = given.get("--config")
    meant = desk(
        account=given.get("--account"),
        config_file=Path(os.path.expanduser(config)) if config else None,  # noqa: PTH111  (Path.expanduser may raise)
        env=os.environ,
        interactive=False,
        tell=None,
    )
    for offer in offers(meant, Kind(words[0] if words else "")):
        word = _typable(offer)
        if word:
            yield f"{word}\t{safe(offer.about, WIDEST)}"


def _typable(offer: Offer) -> str:
    """The word, its other name, or nothing: no shell is given what it would have to type as a control character.

    Also nothing that a command line would take for a flag.
    """
    for word in (offer.word, offer.otherwise):
        if word and safe(word) == word and not word.startswith("-"):
            return word
    return ""


def _write(text: bytes) -> None:
    """All of it, past Python's own streams: those would complain at the end if nobody read."""
    while text:
        text = text[os.write(sys.__stdout__.fileno() if sys.__stdout__ else 1, text) :]
