"""What Google's reasons mean where they speak of the account, the client or its quota, and not of one event."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from calsync_cli.core.errors import CalsyncError

_RATE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg", "calendarUsageLimits"})
_REASON = re.compile(r"\w{1,64}", re.ASCII)
"""It is kept and shown: a word, whoever says it."""
_QUOTA_WORDS = "usage limits exceeded"
_SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_CALENDAR_OFF = frozenset({"notACalendarUser"})
"""The domain's administrator switched the service off, or it never was on."""
_API_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})

_LATER = 3600.0
"""Seconds before a full quota is asked again; Google's help says hours to months."""


def about_everything(
    reasons: Sequence[str], message: str, *, host: str, retry_after: float | None
) -> CalsyncError | None:
    """The error, where a refusal speaks of more than one event; None where it does not."""
    named = frozenset(reasons)
    if named & _QUOTA or _QUOTA_WORDS in message.casefold():
        return CalsyncError("E401", "quota", retry_after=retry_after or _LATER, host=host)
    if named & _RATE:
        return CalsyncError("E401", "rate", retry_after=retry_after, host=host)
    if named & _API_OFF:
        return CalsyncError("E109", "api-off")
    if named & _CALENDAR_OFF:
        return CalsyncError("E103", "calendar-off")
    if named & _SCOPE:
        return CalsyncError("E107", "calendar", provider="google")
    return None


def reasons_of(told: Mapping[str, Any]) -> tuple[list[str], str]:
    """The reasons of an error in the order told, and its message: errors[] of old, details[] and status of new."""
    error = told.get("error")
    if not isinstance(error, dict):
        return [], ""
    listed = [one for key in ("errors", "details") for one in _dicts(error.get(key))]
    reasons = [
        one["reason"] for one in listed if isinstance(one.get("reason"), str) and _REASON.fullmatch(one["reason"])
    ]
    message = error.get("message")
    return reasons, message if isinstance(message, str) else ""


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
