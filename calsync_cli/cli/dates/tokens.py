"""A text as the pieces it is written in: words, numbers, clock times and dates in digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calsync_cli.cli.dates.lexicon import Kind, Tongue, meaning
from calsync_cli.cli.words import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST = 200
"""Characters; nobody types more than that for a date."""
_DIGITS = 9
_TOKEN = re.compile(
    r"""(?P<skip>[\s,;()]+)
    |(?P<stamp>\d{4}[-/]\d{1,2}[-/]\d{1,2}(?!\d))
    |(?P<triple>\d{1,2}(?P<between>[-/.])\d{1,2}(?P=between)(?:\d{4}|\d{2})(?!\d))
    |(?P<pair>\d{1,2}[-/]\d{1,2}(?![\d:.]))
    |(?P<clock>\d{1,2}(?:[:.]|[uh](?=\d))\d\d(?::\d\d)?(?!\d))
    |(?P<ordinal>\d{1,2}(?:st|nd|rd|th|ste|de|e)(?!\w))
    |(?P<decimal>\d{1,3}[.,]\d{1,2}(?!\d))
    |(?P<number>\d+)
    |(?P<offset>[+-]\d\d:?\d\d(?!\d)|z(?!\w))
    |(?P<zone>[a-z]+(?:_[a-z]+)*(?:/[a-z0-9_+-]+)+|utc(?!\w))
    |(?P<word>'?[^\W\d_]+(?:'[^\W\d_]+)*)
    |(?P<sign>[@&+])
    |(?P<odd>\.(?=\s|,|$)|.)""",
    re.VERBOSE,
)
_TYPED = str.maketrans(dict.fromkeys("\u2019\u2018\u0060\u00b4", "'") | dict.fromkeys("\u2212\u2010\u2011", "-"))
"""What word processors and phones make of apostrophes and hyphens."""


class Token(NamedTuple):
    """A piece of the text; `value` is what a word or a number says."""

    kind: Kind
    value: int
    text: str
    tongue: Tongue = ""


def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of a text, in order."""
    return tuple(each for found in _TOKEN.finditer(plain(text)) for each in _tokens(found))


def plain(text: str) -> str:
    """In lower case, with plain apostrophes, and a.m. without its full stops."""
    shown = text[:MOST].translate(_TYPED).lower().strip()
    return re.sub(r"\b([ap])\.m\.?(?!\w)", r"\1m", shown).replace("tot en met", "t/m").replace("a.s.", "aanstaande")


def _tokens(found: re.Match[str]) -> Iterator[Token]:
    text, group = found[0], found.lastgroup
    match group:
        case "skip":
            return
        case "number" | "ordinal":
            digits = re.sub(r"\D", "", text)
            yield Token(group if len(digits) <= _DIGITS else "odd", int(digits[:_DIGITS]), text)
        case "stamp" | "triple" | "pair" | "clock" | "decimal" | "offset":
            yield Token(group, 0, text)
        case "zone" | "word" | "sign":
            yield from _worded(text, "zone" if group == "zone" else "odd")
        case _ if text != "." or found.start() == 0:
            yield Token("odd", 0, text)
        case _:  # the full stop of an abbreviation: "di. 24 nov."
            return


def _worded(text: str, otherwise: Kind) -> Iterator[Token]:
    known = meaning(text)
    for word in known:
        yield Token(word.kind, word.value, text, word.tongue)
    if not known:
        yield Token(otherwise, 0, text)


def tongue(pieces: Sequence[Token]) -> Tongue:
    """Whose reading counts where the languages differ: the one that all words belong to, else the interface's."""
    spoken = {each.tongue for each in pieces} - {""}
    if len(spoken) == 1:
        return spoken.pop()
    return "nl" if language() == "nl" else "en"
