"""Text from elsewhere made harmless for a terminal, and text cut to a width."""

from __future__ import annotations

import re
import unicodedata

# CWE-150. C0, DEL and C1 (ESC and CSI among them); zero-width and bidi controls (UAX 9: LRM, RLM, ALM, embeddings,
# overrides, isolates); line and paragraph separators; soft hyphen, word joiner and invisible operators; interlinear
# annotation, variation tags (U+E0000 block), byte order mark, lone surrogates (undecodable bytes of a file name).
_BREAKS = re.compile("[\\t-\\r\\x1c-\\x1f\\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_ASCII = str.maketrans(
    {
        "✓": "ok",
        "✗": "x",
        "←": "<-",
        "→": "->",
        "↔": "<->",
        "·": "-",
        "…": "...",
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019\u201a", "'"),
    }
)


def safe(text: str, limit: int = 0) -> str:
    """Text of a stranger as one harmless line: nothing that moves the cursor, turns the direction or cannot be seen."""
    seen = _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip()
    return cut(seen, limit) if limit else seen


def cells(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def cut(text: str, width: int) -> str:
    """The text in at most so many columns; what is left out shows as an ellipsis."""
    if cells(text) <= width:
        return text
    kept, room = [], width - 1
    for character in text:
        room -= _width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def cut_front(text: str, width: int) -> str:
    """The end of the text in at most so many columns: of a path it tells most."""
    if cells(text) <= width:
        return text
    kept, room = [], width - 1
    for character in reversed(text):
        room -= _width(character)
        if room < 0:
            break
        kept.append(character)
    return "…" + "".join(reversed(kept)).lstrip()


def padded(text: str, width: int) -> str:
    """The text in exactly so many columns."""
    short = cut(text, width)
    return short + " " * (width - cells(short))


def ascii_only(text: str) -> str:
    """The text for an output that is not UTF-8: our own signs spelled out, what is left as a question mark."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_ASCII))
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return bare.encode("ascii", "replace").decode("ascii")


def _width(character: str) -> int:
    if unicodedata.combining(character) or "\ufe00" <= character <= "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
