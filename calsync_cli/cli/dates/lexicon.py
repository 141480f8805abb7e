"""The words of dates, times and recurrences in English and Dutch, and what each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from calsync_cli.cli.words.days import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal[
    "after", "ago", "ampm", "and", "at", "before", "clock", "coming", "day", "decimal", "every", "filler",
    "freq", "half", "in", "kwartier", "last", "midnight", "month", "next", "noon", "now", "number", "odd", "of",
    "offset", "ordinal", "other", "over", "pair", "part", "past", "quarter", "sesqui", "stamp", "this", "times",
    "to", "triple", "unit", "until", "weekday", "weekdays", "weekend", "workday", "zone",
]  # fmt: skip
Tongue = Literal["", "en", "nl"]

MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = range(6)
MORNING, AFTERNOON, EVENING, NIGHT = range(4)


class Word(NamedTuple):
    """What a word is, and which language it belongs to ("" both, or neither)."""

    kind: Kind
    value: int = 0
    tongue: Tongue = ""


_TABLE: Sequence[tuple[Kind, Tongue, int, str]] = (
    ("day", "en", 0, "today"),
    ("day", "en", 1, "tomorrow"),
    ("day", "en", -1, "yesterday"),
    ("day", "nl", 0, "vandaag"),
    ("day", "nl", 1, "morgen"),
    ("day", "nl", 2, "overmorgen"),
    ("day", "nl", -1, "gisteren"),
    ("day", "nl", -2, "eergisteren"),
    ("now", "en", 0, "now"),
    ("now", "nl", 0, "nu"),
    ("part", "en", MORNING, "morning"),
    ("part", "en", AFTERNOON, "afternoon"),
    ("part", "en", EVENING, "evening"),
    ("part", "en", NIGHT, "night"),
    ("part", "nl", MORNING, "ochtend ochtends morgens"),
    ("part", "nl", AFTERNOON, "middag middags"),
    ("part", "nl", EVENING, "avond avonds"),
    ("part", "nl", NIGHT, "nacht nachts"),
    ("ampm", "en", 0, "am"),
    ("ampm", "en", 12, "pm"),
    ("noon", "en", 12, "noon midday"),
    ("midnight", "en", 0, "midnight"),
    ("midnight", "nl", 0, "middernacht"),
    ("unit", "", MINUTE, "m min"),
    ("unit", "", HOUR, "h"),
    ("unit", "", DAY, "d"),
    ("unit", "", WEEK, "w wk week"),
    ("unit", "en", MINUTE, "mins minute minutes"),
    ("unit", "en", HOUR, "hr hrs hour hours o'clock"),
    ("unit", "en", DAY, "day days"),
    ("unit", "en", WEEK, "weeks"),
    ("unit", "en", MONTH, "month months"),
    ("unit", "en", YEAR, "year years"),
    ("unit", "nl", MINUTE, "minuut minuten"),
    ("unit", "nl", HOUR, "u uur uren"),
    ("unit", "nl", DAY, "dag dagen"),
    ("unit", "nl", WEEK, "weken"),
    ("unit", "nl", MONTH, "maand maanden mnd"),
    ("unit", "nl", YEAR, "jaar jaren"),
    ("half", "", 0, "half"),
    ("half", "nl", 0, "halve"),
    ("half", "nl", 1, "halfuur"),
    ("sesqui", "nl", 0, "anderhalf anderhalve"),
    ("quarter", "en", 15, "quarter"),
    ("quarter", "nl", 15, "kwart"),
    ("kwartier", "nl", 15, "kwartier"),
    ("past", "en", 0, "past"),
    ("over", "nl", 0, "over"),
    ("to", "en", 0, "to"),
    ("before", "nl", 0, "voor"),
    ("before", "nl", 1, "vooraf tevoren ervoor eerder"),
    ("before", "en", 1, "before earlier"),
    ("in", "", 0, "in"),
    ("ago", "en", 0, "ago"),
    ("ago", "nl", 0, "geleden"),
    ("after", "en", 0, "from after"),
    ("at", "en", 0, "at @"),
    ("at", "nl", 0, "om"),
    ("of", "", 0, "of"),
    ("of", "nl", 0, "van per"),
    ("and", "", 0, "& +"),
    ("and", "en", 0, "and"),
    ("and", "nl", 0, "en"),
    ("filler", "", 0, "t"),
    ("filler", "en", 0, "on the"),
    ("filler", "nl", 0, "op de het 's"),
    ("this", "en", 0, "this"),
    ("this", "nl", 0, "deze dit"),
    ("next", "en", 0, "next"),
    ("next", "nl", 0, "volgende volgend"),
    ("coming", "en", 0, "coming"),
    ("coming", "nl", 0, "komende aanstaande komend eerstvolgende"),
    ("last", "en", 0, "last"),
    ("last", "nl", 1, "vorige vorig"),
    ("last", "nl", 2, "laatste"),
    ("weekend", "", 0, "weekend"),
    ("weekend", "en", 0, "weekends"),
    ("every", "en", 0, "every each"),
    ("every", "nl", 0, "elke elk iedere ieder"),
    ("other", "en", 2, "other"),
    ("freq", "en", DAY, "daily"),
    ("freq", "en", WEEK, "weekly"),
    ("freq", "en", MONTH, "monthly"),
    ("freq", "en", YEAR, "yearly annually"),
    ("freq", "nl", DAY, "dagelijks"),
    ("freq", "nl", WEEK, "wekelijks"),
    ("freq", "nl", MONTH, "maandelijks"),
    ("freq", "nl", YEAR, "jaarlijks"),
    ("workday", "en", 0, "workday workdays weekday weekdays"),
    ("workday", "nl", 0, "werkdag werkdagen doordeweeks"),
    ("times", "", 0, "x"),
    ("times", "en", 0, "times time"),
    ("times", "nl", 0, "keer maal"),
    ("until", "en", 0, "until till through"),
    ("until", "nl", 0, "tot t/m"),
    ("ordinal", "en", 1, "first"),
    ("ordinal", "en", 2, "second"),
    ("ordinal", "en", 3, "third"),
    ("ordinal", "en", 4, "fourth"),
    ("ordinal", "en", 5, "fifth"),
    ("ordinal", "nl", 1, "eerste"),
    ("ordinal", "nl", 2, "tweede"),
    ("ordinal", "nl", 3, "derde"),
    ("ordinal", "nl", 4, "vierde"),
    ("ordinal", "nl", 5, "vijfde"),
    ("weekday", "en", 1, "tues"),
    ("weekday", "en", 2, "weds"),
    ("weekday", "en", 3, "thur thurs"),
    ("month", "", 9, "sept"),
    ("month", "nl", 3, "mrt"),
    ("number", "en", 1, "a an"),
    ("number", "nl", 1, "één"),
)
"""What they are, in which language, what they say, and the words."""
_NUMBERS: Mapping[Tongue, str] = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
}
_TODAY_S = {"vanochtend": MORNING, "vanmorgen": MORNING, "vanmiddag": AFTERNOON, "vanavond": EVENING}
_JOINED = {
    "ochtend": MORNING,
    "morgen": MORNING,
    "middag": AFTERNOON,
    "avond": EVENING,
    "nacht": NIGHT,
}


def meaning(text: str) -> tuple[Word, ...]:
    """What a word is: one word, or the two that it is made of (dinsdagavond, tonight); () where nobody knows."""
    if text in _TODAY_S:
        return Word("day", 0, "nl"), Word("part", _TODAY_S[text], "nl")
    if text == "tonight":
        return Word("day", 0, "en"), Word("part", EVENING, "en")
    known = WORDS.get(text)
    return (known,) if known else _taken_apart(text)


def _taken_apart(text: str) -> tuple[Word, ...]:
    """Dutch joins the day and its part: dinsdagavond, morgenmiddag, gisteravond."""
    for end, part in _JOINED.items():
        first = WORDS.get(text.removesuffix(end)) if text.endswith(end) and text != end else None
        if text == f"gister{end}":
            first = Word("day", -1, "nl")
        if first and first.kind in ("weekday", "day"):
            return Word(first.kind, first.value, "nl"), Word("part", part, "nl")
    return ()


def _named() -> Iterator[tuple[str, Word]]:
    """The days and months of the calendar, and their plurals: mondays, maandags."""
    tongues: tuple[Tongue, ...] = ("en", "nl")
    for tongue in tongues:
        for number, name in enumerate(WEEKDAYS[tongue].long):
            yield name.lower(), Word("weekday", number, tongue)
            yield f"{name.lower()}s", Word("weekdays", number, tongue)
            yield WEEKDAYS[tongue].short[number].lower(), Word("weekday", number, tongue)
        for number, name in enumerate(_NUMBERS[tongue].split(), 1):
            yield name, Word("number", number, tongue)
        for number, (long, short) in enumerate(zip(*MONTHS[tongue], strict=True), 1):
            yield long.lower(), Word("month", number, tongue)
            yield short.lower(), Word("month", number, tongue)


def _words() -> dict[str, Word]:
    """Every word; one that both languages have belongs to neither."""
    words: dict[str, Word] = {}
    listed = ((each, Word(kind, value, tongue)) for kind, tongue, value, texts in _TABLE for each in texts.split())
    for text, word in (*_named(), *listed):
        before = words.get(text)
        words[text] = word if before is None else Word(word.kind, word.value)
    return words


WORDS: Mapping[str, Word] = _words()
"""What a word is, written in lower case."""
