"""Reading multistatus answers (RFC 4918 section 13): pure, fast, and shut against hostile XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from calsync_cli.core.errors import CalsyncError
from calsync_cli.providers.caldav.wire import DAV

_RESPONSE = f"{{{DAV}}}response"
_PROPSTAT = f"{{{DAV}}}propstat"
_STATUS = f"{{{DAV}}}status"
_HREF = f"{{{DAV}}}href"
_PROP = f"{{{DAV}}}prop"
_TOKEN = f"{{{DAV}}}sync-token"
_MULTISTATUS = f"{{{DAV}}}multistatus"
_ERROR = f"{{{DAV}}}error"
_WORDS = (f"{{{DAV}}}responsedescription", "{http://sabredav.org/ns}message")
_LONG = 200
_CHUNK = 1 << 16

OK = 200
_CODE = re.compile(r"\s*HTTP/[\d.]+\s+(\d{3})|\s*(\d{3})\b")
# In the prologue only: a CDATA section with somebody's HTML may well hold one.
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--.*?-->)*<!(?:DOCTYPE|ENTITY)", re.IGNORECASE | re.DOTALL)
_NOT_XML = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One href's part of an answer: a status of its own (0: none), or properties found and properties refused.

    A property that is mere text is kept as such, so that ten thousand answers do not keep their XML.
    """

    href: str
    status: int
    found: Mapping[str, str | etree._Element] = field(repr=False)
    refused: Mapping[str, int] = field(repr=False)

    def raw(self, name: str) -> str:
        """A property's text as it stands, or ""."""
        value = self.found.get(name, "")
        return value if isinstance(value, str) else value.text or ""

    def text(self, name: str) -> str:
        """A property's text, or ""."""
        return self.raw(name).strip()

    def hrefs(self, name: str) -> list[str]:
        """The hrefs within a property."""
        value = self.found.get(name, "")
        return [] if isinstance(value, str) else [(href.text or "").strip() for href in value.iter(_HREF)]

    def inner(self, name: str) -> list[etree._Element] | None:
        """The elements below a property; None where the server does not give it."""
        value = self.found.get(name)
        if value is None:
            return None
        return [] if isinstance(value, str) else list(value.iterdescendants("*"))

    def names(self, name: str) -> frozenset[str]:
        """The names of all elements below a property: resource types, privileges, reports."""
        return frozenset(str(one.tag) for one in self.inner(name) or ())


@dataclass(frozen=True, slots=True)
class Multistatus:
    """A whole answer."""

    answers: tuple[Answer, ...]
    token: str = ""


def parse_multistatus(body: bytes, *, host: str, lenient: bool = False) -> Multistatus:
    """A multistatus; E404 for anything else. `lenient` drops control characters that XML forbids, if need be."""
    answers: list[Answer] = []
    root = _root(body, host=host, lenient=lenient, into=answers)
    if root.tag != _MULTISTATUS:
        raise CalsyncError("E404", "not-caldav" if _is_page(root) else "xml", host=host)
    return Multistatus(tuple(answers), (root.findtext(_TOKEN) or "").strip())


def preconditions(body: bytes) -> frozenset[str]:
    """The local names in a DAV:error body (RFC 4918 section 16); none where the body is something else."""
    error = _error(body)
    if error is None:
        return frozenset()
    return frozenset(etree.QName(child).localname for child in error.iterdescendants("*"))


def explanation(body: bytes) -> str:
    """The server's own words in a DAV:error body (Cyrus: responsedescription, SabreDAV: message), cut short."""
    error = _error(body)
    words = [] if error is None else [error.findtext(name) or "" for name in _WORDS]
    return " ".join(" ".join(words).split())[:_LONG]


def _error(body: bytes) -> etree._Element | None:
    try:
        root = _root(body, host="", lenient=True)
    except CalsyncError:
        return None
    return root if root.tag == _ERROR else None


def _root(body: bytes, *, host: str, lenient: bool, into: list[Answer] | None = None) -> etree._Element:
    """The document's root. With `into`, responses go there as they come, and out of the tree."""
    if looks_like_page(body):
        raise CalsyncError("E404", "not-caldav", host=host)
    if _DOCTYPE.match(body):
        raise CalsyncError("E404", "bomb", host=host)
    try:
        root = _parsed(body, into)
    except etree.XMLSyntaxError as error:
        cleaned = _NOT_XML.sub(b"", body) if lenient else body
        if cleaned == body:
            raise CalsyncError("E404", "xml", host=host) from error
        if into is not None:
            into.clear()
        return _root(cleaned, host=host, lenient=False, into=into)
    if root.getroottree().docinfo.internalDTD is not None:
        raise CalsyncError("E404", "bomb", host=host)
    return root


def _parsed(body: bytes, into: list[Answer] | None) -> etree._Element:
    parser = _parser()
    for at in range(0, len(body) or 1, _CHUNK):
        parser.feed(body[at : at + _CHUNK])
        for _, response in parser.read_events():
            if into is not None and isinstance(response, etree._Element):  # noqa: SLF001 - lxml's own name for the type
                into.extend(_answers(response))
                _let_go(response)
    return parser.close()


def _let_go(response: etree._Element) -> None:
    """What was read needs no memory any more; the element itself goes with the next one."""
    response.clear()
    before = response.getprevious()
    above = response.getparent()
    if above is not None and before is not None and before.tag == _RESPONSE:
        above.remove(before)


def looks_like_page(body: bytes) -> bool:
    """A page for people, such as a login form (with status 200, seen often), is no answer to a program."""
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def _is_page(root: etree._Element) -> bool:
    return etree.QName(root).localname.lower() == "html"


def _parser() -> etree.XMLPullParser:
    """No entities, no DTD, no network, libxml2's own limits in force. A parser is not shared among threads."""
    return etree.XMLPullParser(
        events=("end",),
        tag=_RESPONSE,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )


def _answers(response: etree._Element) -> Iterator[Answer]:
    hrefs: list[str] = []
    found: dict[str, str | etree._Element] = {}
    refused: dict[str, int] = {}
    status = 0
    for child in response:
        tag = child.tag
        if tag == _PROPSTAT:
            _sort_in(child, found, refused)
        elif tag == _HREF:
            hrefs.append((child.text or "").strip())
        elif tag == _STATUS:
            status = _code(child.text)
    for href in hrefs:
        yield Answer(href, status, found, refused)


def _sort_in(propstat: etree._Element, found: dict[str, str | etree._Element], refused: dict[str, int]) -> None:
    status = _code(propstat.findtext(_STATUS)) or OK
    for prop in propstat.iterchildren(_PROP):
        for element in prop.iterchildren("*"):
            if status == OK:
                found[str(element.tag)] = deepcopy(element) if len(element) else element.text or ""
            else:
                refused[str(element.tag)] = status


def _code(text: str | None) -> int:
    if text == "HTTP/1.1 200 OK":
        return OK
    match = _CODE.match(text or "")
    return int(match[1] or match[2]) if match else 0
