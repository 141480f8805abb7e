"""Requests and answers held against Google's own discovery document, from google-api-python-client's wheel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.servers.google.errors import Json

_OFFSET = r"(Z|[+-]\d\d:\d\d)"
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{{1,9}})?{_OFFSET}?"),
    "int64": re.compile(r"-?\d+"),
    "uint64": re.compile(r"\d+"),
}
_INSTANT = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?{_OFFSET}")
_OWN = frozenset({"kind", "etag", "organizer"})
"""Server-made, though the document says so of the last only in words: what a client sends of them is noted."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API."""

    id: str
    verb: str
    path: re.Pattern[str]
    spec: Json


def document() -> Path:
    """Where the discovery document is; the package itself is not imported."""
    found = find_spec("googleapiclient")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("google-api-python-client is not installed")
    return Path(next(iter(found.submodule_search_locations)), "discovery_cache", "documents", "calendar.v3.json")


class Discovery:
    """The document, asked about single requests and answers. A list of problems is empty where there are none."""

    def __init__(self, path: Path) -> None:
        self.doc: Json = json.loads(path.read_text(encoding="utf-8"))
        self.schemas: Json = self.doc["schemas"]
        self.methods = sorted(_methods(self.doc), key=lambda one: one.spec["path"].count("{"))

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method that a path (below the API's base, still encoded) is of, and what its places hold."""
        for one in self.methods:
            found = one.path.fullmatch(path) if one.verb == verb else None
            if found is not None:
                return one, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def request(self, method: Method, query: Mapping[str, Sequence[str]], body: Any) -> list[str]:
        """What is wrong with a request."""
        known: Json = {**self.doc["parameters"], **method.spec.get("parameters", {})}
        problems = [text for name, values in query.items() for text in _parameter(method, known, name, values)]
        for name, one in known.items():
            if one.get("required") and one["location"] == "query" and name not in query:
                problems.append(f"?{name}: required")
        if body is None:
            return problems
        if "request" not in method.spec:
            return [*problems, f"{method.id} takes no body"]
        schema = method.spec["request"]
        return [*problems, *self.value(schema, body, "$"), *self._own(method, schema, body)]

    def answer(self, method: Method, body: Any) -> list[str]:
        """What is wrong with an answer."""
        if "response" not in method.spec:
            return [] if body is None else [f"{method.id} answers nothing"]
        schema = self.schemas[method.spec["response"]["$ref"]]
        return list(self.value(schema, body, "$"))

    def event(self, body: Json) -> list[str]:
        """What is wrong with an event."""
        return list(self.value(self.schemas["Event"], body, "$"))

    def value(self, schema: Json, value: Any, at: str) -> Iterator[str]:
        """What is wrong with a value."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        match schema.get("type"):
            case "object":
                yield from self._object(schema, value, at)
            case "array" if isinstance(value, list):
                for place, one in enumerate(value):
                    yield from self.value(schema["items"], one, f"{at}[{place}]")
            case "array":
                yield f"{at}: array due"
            case "string":
                yield from _string(schema, value, at)
            case "boolean" if not isinstance(value, bool):
                yield f"{at}: boolean due, got {value!r:.40}"
            case "integer" if isinstance(value, bool) or not isinstance(value, int):
                yield f"{at}: integer due, got {value!r:.40}"
            case "number" if isinstance(value, bool) or not isinstance(value, int | float):
                yield f"{at}: number due, got {value!r:.40}"

    def pruned(self, schema: Json, value: Any) -> Any:
        """A body without what the schema does not know: Google passes over it."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        if isinstance(value, list) and "items" in schema:
            return [self.pruned(schema["items"], one) for one in value]
        if not isinstance(value, dict) or schema.get("type") != "object":
            return value
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        specs = {name: known.get(name, others) for name in value}
        return {name: self.pruned(spec, value[name]) for name, spec in specs.items() if spec is not None}

    def _object(self, schema: Json, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: object due, got {value!r:.40}"
            return
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, part in value.items():
            spec = known.get(name, others)
            if spec is None:
                yield f"{at}.{name}: unknown property"
            elif part is not None:  # null takes a field away
                yield from self.value(spec, part, f"{at}.{name}")

    def _own(self, method: Method, schema: Json, body: Any) -> Iterator[str]:
        """Fields of the server's own that a client sends."""
        if not isinstance(body, dict) or schema.get("$ref") != "Event":
            return
        known: Json = self.schemas["Event"]["properties"]
        for name in body:
            text = known.get(name, {}).get("description", "")
            if name == "organizer" and method.id == "calendar.events.import":
                continue
            if name in _OWN or "Read-only" in text:
                yield f"$.{name}: read-only"


def _methods(part: Json) -> Iterator[Method]:
    for spec in part.get("methods", {}).values():
        path = re.sub(r"\{\+?(\w+)\}", r"(?P<\1>[^/]+)", spec["path"])
        yield Method(spec["id"], spec["httpMethod"], re.compile(path), spec)
    for inner in part.get("resources", {}).values():
        yield from _methods(inner)


def _parameter(method: Method, known: Json, name: str, values: Sequence[str]) -> Iterator[str]:
    spec = known.get(name)
    if spec is None or spec["location"] == "path":
        yield f"?{name}: unknown parameter of {method.id}"
        return
    if len(values) > 1 and not spec.get("repeated"):
        yield f"?{name}: given {len(values)} times"
    for value in values:
        match spec["type"]:
            case "boolean" if value not in ("true", "false"):
                yield f"?{name}={value}: true or false due"
            case "integer" if not re.fullmatch(r"-?\d+", value) or not _within(spec, int(value)):
                yield f"?{name}={value}: out of range"
            case "string" if spec.get("enum") and value not in spec["enum"]:
                yield f"?{name}={value}: not one of {spec['enum']}"
            case "string" if spec.get("format") == "date-time" and not _INSTANT.fullmatch(value):
                yield f"?{name}={value}: RFC 3339 with an offset due"


def _within(spec: Json, value: int) -> bool:
    return int(spec.get("minimum", value)) <= value <= int(spec.get("maximum", value))


def _string(schema: Json, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{at}: string due, got {value!r:.40}"
        return
    pattern = _FORMATS.get(schema.get("format", ""))
    if pattern is not None and not pattern.fullmatch(value):
        yield f"{at}: {value!r:.60} is no {schema['format']}"
    if schema.get("enum") and value not in schema["enum"]:
        yield f"{at}: {value!r:.60} is not one of {schema['enum']}"
