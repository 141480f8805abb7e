"""Calendar colours: any form that servers send becomes #RRGGBB, the only form that khal and vdirsyncer read."""

from __future__ import annotations

import re

_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[^)]*\)", re.IGNORECASE)
_SHORT = 4
_NAMES = {
    "black": "#000000",
    "silver": "#C0C0C0",
    "gray": "#808080",
    "white": "#FFFFFF",
    "maroon": "#800000",
    "red": "#FF0000",
    "purple": "#800080",
    "fuchsia": "#FF00FF",
    "green": "#008000",
    "lime": "#00FF00",
    "olive": "#808000",
    "yellow": "#FFFF00",
    "navy": "#000080",
    "blue": "#0000FF",
    "teal": "#008080",
    "aqua": "#00FFFF",
    "orange": "#FFA500",
}


def as_rgb(text: str) -> str:
    """#RRGGBB, or "" for what is no colour. Apple's and Google's alpha (#RRGGBBAA) is dropped."""
    word = text.strip()
    if match := _HEX.fullmatch(word):
        digits = match[1]
        if len(digits) <= _SHORT:
            digits = "".join(digit * 2 for digit in digits)
        return f"#{digits[:6]}".upper()
    if match := _RGB.fullmatch(word):
        return "#" + "".join(f"{min(int(part), 255):02X}" for part in match.groups())
    return _NAMES.get(word.lower(), "")
