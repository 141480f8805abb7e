"""The largest message that a folder takes (RFC 7889): told for all folders, or asked before one gets a large one."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from calsync_cli.providers.imap.folders import status_in
from calsync_cli.providers.imap.session import Answer, Session
from calsync_cli.providers.imap.wire import AT_ONCE, status


def largest(session: Session, name: str, biggest: int) -> float:
    """In octets. For messages that any server takes nobody is asked."""
    told = (word.partition("=")[2] for word in session.capabilities if word.startswith("APPENDLIMIT="))
    whole = min((int(number) for number in told if number.isdecimal()), default=inf)
    if "APPENDLIMIT" not in session.capabilities or biggest <= AT_ONCE:
        return whole
    if name not in session.limits:
        session.limits[name] = _told(session.ask(status(name, (b"APPENDLIMIT",))))
    return min(whole, session.limits[name])


def _told(answers: Sequence[Answer]) -> float:
    """NIL is no limit; whoever refuses to tell will refuse the message, too."""
    for line in answers[0].lines:
        found = status_in(line)
        limit = found[1].get(b"APPENDLIMIT") if found else None
        if isinstance(limit, bytes) and limit.isdigit():
            return int(limit)
    return inf
