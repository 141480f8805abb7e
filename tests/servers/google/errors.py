"""What the stand-in refuses, as Google words it (developers.google.com/workspace/calendar/api/guides/errors)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(eq=False)
class Refused(Exception):  # noqa: N818 - it is an answer, and read as one
    """A request that gets an error: its status, its reason and where it lay."""

    status: int
    reason: str
    message: str
    domain: str = "global"
    location: str = ""
    location_type: str = "parameter"
    retry_after: str = ""

    def body(self) -> Json:
        """The error as JSON."""
        one = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            one |= {"locationType": self.location_type, "location": self.location}
        return {"error": {"errors": [one], "code": self.status, "message": self.message}}


def invalid(message: str, location: str = "") -> Refused:
    """400: a value that is not one."""
    return Refused(400, "invalid", message, location=location)


def required(message: str) -> Refused:
    """400: a value that is missing."""
    return Refused(400, "required", message)


def not_found() -> Refused:
    """404: gone, never there, or not to be seen."""
    return Refused(404, "notFound", "Not Found")


def gone() -> Refused:
    """410: deleted already."""
    return Refused(410, "deleted", "Resource has been deleted")


def duplicate() -> Refused:
    """409: the id is taken, be it by something deleted."""
    return Refused(409, "duplicate", "The requested identifier already exists.")


def stale() -> Refused:
    """412: the etag is no longer that."""
    return Refused(412, "conditionNotMet", "Precondition Failed", location="If-Match", location_type="header")


def full_sync() -> Refused:
    """410: the sync token has had its time."""
    text = "Sync token is no longer valid, a full sync is required."
    return Refused(410, "fullSyncRequired", text, domain="calendar", location="syncToken")


def unauthorized() -> Refused:
    """401: no token, or one that no longer counts."""
    return Refused(401, "authError", "Invalid Credentials", location="Authorization", location_type="header")


def not_organizer() -> Refused:
    """403: shared fields are the organizer's."""
    text = "Shared properties can only be changed by the organizer of the event."
    return Refused(403, "forbiddenForNonOrganizer", text, domain="calendar")


def no_access(level: str) -> Refused:
    """403: the calendar is not this user's to write (or to read)."""
    text = f"You need to have {level} access to this calendar."
    return Refused(403, "requiredAccessLevel", text, domain="calendar")
