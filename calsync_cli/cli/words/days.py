"""The names of days and months in each language, so that no system locale is needed to say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Names(NamedTuple):
    """In the order of the calendar, from Monday and from January; the short ones are CLDR's without full stops."""

    long: tuple[str, ...]
    short: tuple[str, ...]


WEEKDAYS: Mapping[str, Names] = {
    "en": Names(
        long=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
    "nl": Names(
        long=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        short=("ma", "di", "wo", "do", "vr", "za", "zo"),
    ),
}

MONTHS: Mapping[str, Names] = {
    "en": Names(
        long=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        short=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
    "nl": Names(
        long=(
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ),
        short=("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    ),
}


def weekday(day: date, language: str) -> str:
    """`Tue`, `di`."""
    return WEEKDAYS[language].short[day.weekday()]


def month(day: date, language: str) -> str:
    """`Nov`, `nov`."""
    return MONTHS[language].short[day.month - 1]
