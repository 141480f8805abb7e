"""What Google alone writes and a file only shows: links to attachments and conferences, colour, kind of event."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from zlib import crc32

from calsync_cli.core.lines import Line, param
from calsync_cli.core.retouch import quoted
from calsync_cli.core.scan import escaped
from calsync_cli.providers.google.fields import Json, flag, line, part, parts, uri, word

KIND = "X-GOOGLE-EVENT-TYPE"
"""Names the kind of an event that is not to be written: a birthday, out of office, a locked copy."""
_OWN = "X-GOOGLE"
"""The parameter that marks a link as Google's own: taken away in a file, it is there again with the next look."""
_FEATURES = {"video": "AUDIO,VIDEO", "sip": "AUDIO,VIDEO", "phone": "PHONE"}


def extra_lines(event: Json, hidden: Collection[Line]) -> Iterator[bytes]:
    """All of it; a URL only where the event has none of its own, a link only where it has not the same."""
    names, links = {item.name for item in hidden}, {item.value for item in hidden}
    source = uri(part(event, "source"), "url")
    if source and "URL" not in names:
        yield _link("URL", source)
    for name, link, params in [*_attachments(event), *_conference(event)]:
        if link not in links:
            yield _link(name, link, params)
    if colour := word(event, "colorId"):
        yield line("X-GOOGLE-COLOR-ID", escaped(colour))
    if kind := kind_of(event):
        yield line(KIND, escaped(kind))


def kind_of(event: Json) -> str:
    """What makes an event one that is not written to, "" for the usual one."""
    kind = word(event, "eventType")
    return kind if kind not in {"", "default"} else "locked" if flag(event, "locked") else ""


def is_googles(item: Line) -> bool:
    """Whether a link is Google's own: marked so, and not changed since."""
    return param(item, _OWN) == _digest(item.value)


def _link(name: str, link: str, params: str = "") -> bytes:
    return line(name, link, ";".join(filter(None, [params, f"{_OWN}={_digest(link)}"])))


def _digest(link: str) -> str:
    return f"{crc32(link.encode(errors='replace')):08x}"


def _attachments(event: Json) -> Iterator[tuple[str, str, str]]:
    for each in parts(event, "attachments"):
        if link := uri(each, "fileUrl"):
            named = (("FMTTYPE", word(each, "mimeType")), ("FILENAME", word(each, "title")))
            yield "ATTACH", link, ";".join(f"{name}={quoted(value)}" for name, value in named if value)


def _conference(event: Json) -> Iterator[tuple[str, str, str]]:
    """RFC 7986 5.11; without entry points the link that every Meet has."""
    told = False
    for each in parts(part(event, "conferenceData"), "entryPoints"):
        if link := uri(each, "uri"):
            told = True
            features = _FEATURES.get(word(each, "entryPointType"), "")
            label = word(each, "label")
            params = ["VALUE=URI", f"FEATURE={features}" if features else "", f"LABEL={quoted(label)}" if label else ""]
            yield "CONFERENCE", link, ";".join(filter(None, params))
    if not told and (link := uri(event, "hangoutLink")):
        yield "CONFERENCE", link, "VALUE=URI;FEATURE=AUDIO,VIDEO"
