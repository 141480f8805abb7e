"""One request from token to answer: who asks, what misbehaves, what the rules say, and whether the schema holds."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.google import calendars, partial
from tests.servers.google.access import Access, Bearer
from tests.servers.google.calls import Answer, Call, Shown
from tests.servers.google.errors import Json, Refused, invalid, not_found
from tests.servers.google.faults import LONGEST, Fault, Faults, twist
from tests.servers.google.methods import METHODS, TELLING
from tests.servers.google.state import World
from tests.servers.google.validator import Discovery, Method

BASE = "/calendar/v3/"
OTHER = "X-Lab-Other"
"""Sent by the tests' own hand behind a client's back: not held against it, and nothing misbehaves."""
Headers = Message | Mapping[str, str]


@dataclass(slots=True)
class Reply:
    """What goes over the wire."""

    status: int
    body: bytes = b""
    kind: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: str = ""
    """`none`: no answer at all; `half`: half of the body."""


@dataclass(slots=True)
class Service:
    """The whole server but for the sockets."""

    world: World
    access: Access
    discovery: Discovery
    faults: Faults = field(default_factory=Faults)
    requests: list[Json] = field(default_factory=list)
    violations: list[Json] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def serve(self, verb: str, target: str, headers: Headers, body: bytes) -> Reply:
        """Answer one request."""
        noted: Json = {"method": verb, "path": urlsplit(target).path, "user": "", "status": 0}
        try:
            bearer = self.access.of(headers.get("Authorization") or "")
            noted |= {"user": bearer.user, "query": parse_qs(urlsplit(target).query, keep_blank_values=True)}
            noted["if_match"] = headers.get("If-Match") or ""
            met = [] if headers.get(OTHER) else self._met(noted, target)
            reply = self._faulty(met) or self._done(bearer, noted, headers, body, met)
        except Refused as refusal:
            reply = _refused(refusal)
        except Exception:
            self._note(noted, "crash", [traceback.format_exc()])
            reply = _refused(Refused(500, "backendError", "Backend Error"))
        noted["status"] = reply.status
        if not headers.get(OTHER):
            self.requests.append(noted)
        return reply

    def _met(self, noted: Json, target: str) -> list[Fault]:
        return self.faults.met(noted["method"], target, noted["user"])

    def _faulty(self, met: list[Fault]) -> Reply | None:
        """An answer that needs nothing to be done."""
        for fault in met:
            match fault.kind:
                case "error":
                    raise fault.error()
                case "cut-before":
                    return Reply(0, cut="none")
                case "not-json":
                    return Reply(200, b"{ this is not JSON")
                case "html":
                    return Reply(502, b"<!DOCTYPE html><title>Error 502</title>", "text/html; charset=UTF-8")
                case "hold":
                    fault.released.wait(LONGEST)
        return None

    def _done(self, bearer: Bearer, noted: Json, headers: Headers, body: bytes, met: list[Fault]) -> Reply:
        method, call = self._call(bearer, noted, headers, body)
        act = METHODS.get(method.id)
        if act is None:
            raise Refused(501, "notImplemented", f"{method.id} is not made here")
        with self.world.lock:
            if bearer.user not in self.world.calendars:
                calendars.make(self.world, bearer.user, bearer.user, bearer.user, "Europe/Zurich")
            answer = twist(met, act(self.world, call))
        reply = self._reply(method, call, noted, answer)
        for fault in met:
            match fault.kind:
                case "cut-after":
                    reply.cut = "none"
                case "cut-body":
                    reply.cut = "half"
                case "hold-after":
                    fault.released.wait(LONGEST)
        return reply

    def _call(self, bearer: Bearer, noted: Json, headers: Headers, body: bytes) -> tuple[Method, Call]:
        """The request as a method's call, held against the document."""
        path = noted["path"]
        found = self.discovery.find(noted["method"], path.removeprefix(BASE)) if path.startswith(BASE) else None
        if found is None:
            self._note(noted, "request", ["no such method"])
            raise not_found()
        method, places = found
        bearer.must_open(method.id)
        content = _json(body)
        noted["body"] = content
        if not headers.get(OTHER):
            self._check(method, noted, content)
        if content is not None and "request" in method.spec:
            content = self.discovery.pruned(method.spec["request"], content)
        held = (headers.get(name) or "" for name in ("If-Match", "If-None-Match"))
        return method, Call(method.id, bearer.user, places, noted["query"], content, *held)

    def _check(self, method: Method, noted: Json, content: Any) -> None:
        problems = self.discovery.request(method, noted["query"], content)
        own = [text for text in problems if text.endswith(": read-only")]
        wrong = [text for text in problems if text not in own]
        self._note(noted, "read-only", own)
        self._note(noted, "request", wrong)
        if method.id in TELLING and "sendUpdates" not in noted["query"]:
            self._note(noted, "sendUpdates", ["sendUpdates is missing"])
        if wrong and not all("unknown property" in text for text in wrong):
            raise invalid("; ".join(wrong))

    def _reply(self, method: Method, call: Call, noted: Json, answer: Answer) -> Reply:
        """The answer as bytes, held against the document."""
        checked = answer.body if answer.items is None else {**(answer.body or {}), "items": []}
        self._note(noted, "answer", self.discovery.answer(method, checked) if answer.status == 200 else [])
        self._note(noted, "answer", [text for one in answer.items or () for text in self._checked(one)])
        headers = {"ETag": answer.etag, **answer.headers} if answer.etag else answer.headers
        if answer.body is None:
            return Reply(answer.status, headers=headers)
        return Reply(answer.status, partial.text(answer, call.one("fields")).encode(), headers=headers)

    def _checked(self, one: Shown) -> list[str]:
        """What is wrong with an item of a list; each is looked at once."""
        body, text = one
        if body.get("kind") != "calendar#event" or text in self._seen:
            return []
        self._seen.add(text)
        return self.discovery.event(body)

    def _note(self, noted: Json, kind: str, problems: list[str]) -> None:
        seen = {"user": noted["user"], "method": noted["method"], "path": noted["path"]}
        self.violations += [{**seen, "kind": kind, "text": text} for text in problems]


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        content = json.loads(body)
    except ValueError as error:
        raise Refused(400, "parseError", "Parse Error") from error
    if not isinstance(content, dict):
        raise Refused(400, "parseError", "Parse Error")
    return content


def _refused(refusal: Refused) -> Reply:
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return Reply(refusal.status, json.dumps(refusal.body()).encode(), headers=headers)
