"""What Google alone writes and a file only shows: links to attachments and conferences, colour, kind of event."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from calsync_cli.core.retouch import quoted
from calsync_cli.core.scan import escaped
from calsync_cli.providers.google.fields import Json, flag, line, part, parts, uri, word

KIND = "X-GOOGLE-EVENT-TYPE"
"""Names the kind of an event that is not to be written: a birthday, out of office, a locked copy."""
_FEATURES = {"video": "AUDIO,VIDEO", "sip": "AUDIO,VIDEO", "phone": "PHONE"}


def extra_lines(event: Json, hidden: AbstractSet[str]) -> Iterator[bytes]:
    """All of it; a URL only where the event has none of its own."""
    source = uri(part(event, "source"), "url")
    if source and "URL" not in hidden:
        yield line("URL", source)
    yield from _attachments(event)
    yield from _conference(event)
    if colour := word(event, "colorId"):
        yield line("X-GOOGLE-COLOR-ID", escaped(colour))
    if kind := kind_of(event):
        yield line(KIND, escaped(kind))


def kind_of(event: Json) -> str:
    """What makes an event one that is not written to, "" for the usual one."""
    kind = word(event, "eventType")
    return kind if kind not in {"", "default"} else "locked" if flag(event, "locked") else ""


def _attachments(event: Json) -> Iterator[bytes]:
    for each in parts(event, "attachments"):
        if link := uri(each, "fileUrl"):
            named = (("FMTTYPE", word(each, "mimeType")), ("FILENAME", word(each, "title")))
            yield line("ATTACH", link, ";".join(f"{name}={quoted(value)}" for name, value in named if value))


def _conference(event: Json) -> Iterator[bytes]:
    """RFC 7986 5.11; without entry points the link that every Meet has."""
    told = False
    for each in parts(part(event, "conferenceData"), "entryPoints"):
        if link := uri(each, "uri"):
            told = True
            features = _FEATURES.get(word(each, "entryPointType"), "")
            label = word(each, "label")
            params = ["VALUE=URI", f"FEATURE={features}" if features else "", f"LABEL={quoted(label)}" if label else ""]
            yield line("CONFERENCE", link, ";".join(filter(None, params)))
    if not told and (link := uri(event, "hangoutLink")):
        yield line("CONFERENCE", link, "VALUE=URI;FEATURE=AUDIO,VIDEO")
