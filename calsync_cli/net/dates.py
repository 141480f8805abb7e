"""Retry-After in both of its forms: seconds, or an HTTP date."""

from __future__ import annotations

import time


def seconds_until(retry_after: str, date: str = "") -> float | None:
    """How long to wait (RFC 9110 section 10.2.3); `date` is the server's own clock, against which its dates count."""
    text = retry_after.strip()
    if text.isdigit():
        return float(text)
    then = _instant(text)
    if then is None:
        return None
    now = _instant(date)
    return max(0.0, then - (time.time() if now is None else now))


def seconds_ahead(date: str, now: float) -> float | None:
    """How far the clock that told this Date (RFC 9110 section 6.6.1) is ahead of ours at that moment."""
    then = _instant(date)
    return None if then is None else then - now


def _instant(text: str) -> float | None:
    # email.utils is slow to import and this is met only on the way to an error.
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
