"""One source of settings turned into a layer: known keys, values of their kind, each with the place it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from calsync_cli.config.document import Document, unknown, wrong
from calsync_cli.config.keys import KEYS, Key, Raw, nearest
from calsync_cli.config.units import Unfit
from calsync_cli.core.errors import CalsyncError


class Origin(StrEnum):
    """Who set a value; earlier members win over later ones."""

    POLICY = "policy"
    FLAG = "flag"
    ENVIRONMENT = "environment"
    SET = "config set"
    FILE = "config.toml"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A key's value and where it comes from."""

    key: Key[object]
    raw: Raw
    origin: Origin
    place: str = ""
    """path:line, or the variable's name."""


Layer = Mapping[str, Setting]

SECTIONS = frozenset(name.partition(".")[0] for name in KEYS if "." in name)


def default_layer() -> Layer:
    """What holds where nobody said anything."""
    return {name: Setting(key, key.default, Origin.DEFAULT) for name, key in KEYS.items()}


def file_layer(document: Document, origin: Origin, *, besides: frozenset[str] = frozenset()) -> Layer:
    """The settings of a file; `besides` are names at its top that are somebody else's."""
    return {name: _of_file(document, name, raw, origin) for name, raw in _flat(document) if name not in besides}


def environment_layer(env: Mapping[str, str]) -> Layer:
    """Every CALSYNC_SECTION_KEY that is set; a variable of a known section with an unknown key is a mistake."""
    known = {key.variable: key for key in KEYS.values()}
    return {
        known[name].name: _of_variable(known[name], name, text)
        for name, text in env.items()
        if _ours(name) and text and (name in known or _unknown_variable(name, known))
    }


def flag_layer(flags: Mapping[str, str]) -> Layer:
    """What the command line says, by the name of the key."""
    return {name: Setting(KEYS[name], told(KEYS[name], text), Origin.FLAG) for name, text in flags.items()}


def told(key: Key[object], text: str) -> Raw:
    """A value as typed on the command line; E001 where it is not of the key's kind."""
    try:
        return _checked(key, _from_text(key, text))
    except Unfit:
        shown = ", ".join(key.choices) or key.example
        raise CalsyncError("E001", "choice" if key.choices else "value", key=key.name, example=shown) from None


def _checked(key: Key[object], raw: Raw) -> Raw:
    key.read(raw)
    return raw


def _from_text(key: Key[object], text: str) -> Raw:
    if not key.many:
        return text
    import json  # lists alone need it

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit from None


def _of_file(document: Document, name: str, raw: Raw, origin: Origin) -> Setting:
    line = document.line_of(name)
    key = KEYS.get(name)
    if key is None:
        raise unknown(document.path, line, name, nearest(name, [*KEYS, *sorted(SECTIONS)]))
    try:
        return Setting(key, _checked(key, raw), origin, f"{document.path}:{line}" if line else str(document.path))
    except Unfit:
        raise _unfit(key, document.path, line) from None


def _of_variable(key: Key[object], variable: str, text: str) -> Setting:
    try:
        return Setting(key, _checked(key, _from_text(key, text)), Origin.ENVIRONMENT, variable)
    except Unfit:
        raise _unfit(key, variable, 0) from None


def _flat(document: Document) -> Iterator[tuple[str, Raw]]:
    """section.key and value; a section that is not a table is no section, an unknown one is named as such."""
    for top, content in document.table.items():
        if top not in SECTIONS:
            yield top, content
        elif not isinstance(content, dict):
            raise wrong("section", document.path, document.line_of(top), key=top)
        else:
            yield from ((f"{top}.{name}", raw) for name, raw in content.items())


def _ours(variable: str) -> bool:
    return variable == "CALSYNC_LANG" or any(variable.startswith(f"CALSYNC_{name.upper()}_") for name in SECTIONS)


def _unknown_variable(variable: str, known: Mapping[str, Key[object]]) -> bool:
    raise unknown(variable, 0, variable, nearest(variable, known))


def _unfit(key: Key[object], path: object, line: int) -> CalsyncError:
    if key.choices:
        return wrong("choice", str(path), line, key=key.name, example=", ".join(key.choices))
    return wrong("value", str(path), line, key=key.name, example=key.example)
