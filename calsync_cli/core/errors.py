"""Every error a user can meet: its code, its exit, who can mend it, and the command that does. Sentences are cli's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Who can mend an error."""

    YOU = "you"
    CALSYNC_ADMIN = "calsync admin"
    PROVIDER_ADMIN = "provider admin"
    BUG_TRACKER = "bug tracker"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same for every error of one code."""

    exit: int
    who: Who
    fix: str
    """The command that mends it; {names} are filled from the error's parameters."""
    topic: str = "errors"
    """The help topic that explains it."""


KINDS: Mapping[str, Kind] = {
    "E001": Kind(2, Who.YOU, "calsync --help"),
    "E002": Kind(2, Who.YOU, "{flag}"),
    "E003": Kind(2, Who.YOU, "{fix}"),
    "E004": Kind(2, Who.YOU, "calsync config path"),
    "E101": Kind(5, Who.CALSYNC_ADMIN, "calsync admin enable {provider}", "policy"),
    "E102": Kind(5, Who.CALSYNC_ADMIN, "calsync help support", "support"),
    "E103": Kind(5, Who.PROVIDER_ADMIN, "calsync admin trust {provider}", "trusted-app"),
    "E104": Kind(4, Who.YOU, "calsync connect {provider} --email {account}", "trusted-app"),
    "E105": Kind(4, Who.YOU, "calsync connect {provider} --email {account}"),
    "E106": Kind(4, Who.YOU, "calsync connect {provider} --email {account}"),
    "E107": Kind(4, Who.YOU, "calsync connect {provider} --email {account}"),
    "E108": Kind(4, Who.YOU, "calsync connect {provider} --email {account}"),
    "E109": Kind(5, Who.CALSYNC_ADMIN, "calsync help google-client", "google-client"),
    "E110": Kind(5, Who.YOU, "calsync connect microsoft365", "exchange"),
    "E201": Kind(6, Who.YOU, "calsync connect"),
    "E202": Kind(6, Who.YOU, "calsync connect --resume"),
    "E203": Kind(6, Who.YOU, "calsync disconnect"),
    "E204": Kind(6, Who.YOU, "calsync disconnect", "primary"),
    "E205": Kind(6, Who.YOU, "calsync choose-primary", "primary"),
    "E206": Kind(6, Who.YOU, "calsync choose-primary --list", "primary"),
    "E207": Kind(6, Who.YOU, "calsync event respond", "invitations"),
    "E208": Kind(5, Who.YOU, "calsync disconnect"),
    "E209": Kind(2, Who.YOU, "{fix}"),
    "E210": Kind(3, Who.YOU, "calsync map-folders", "folders"),
    "E211": Kind(6, Who.YOU, "calsync disconnect"),
    "E301": Kind(3, Who.YOU, "calsync conflicts"),
    "E302": Kind(7, Who.YOU, "calsync sync --max-delete {count}"),
    "E303": Kind(7, Who.YOU, "calsync sync --accept-root"),
    "E304": Kind(7, Who.YOU, "calsync disconnect", "primary"),
    "E401": Kind(8, Who.PROVIDER_ADMIN, "calsync sync"),
    "E402": Kind(8, Who.YOU, "calsync doctor"),
    "E403": Kind(3, Who.YOU, "calsync conflicts"),
    "E404": Kind(8, Who.PROVIDER_ADMIN, "calsync doctor"),
    "E501": Kind(5, Who.YOU, "calsync help secrets", "secrets"),
    "E502": Kind(9, Who.YOU, "calsync sync --wait 60"),
    "E503": Kind(7, Who.YOU, "calsync doctor --repair"),
    "E504": Kind(5, Who.YOU, "calsync connect {provider} --ca-file FILE"),
    "E505": Kind(8, Who.YOU, "calsync sync"),
    "E999": Kind(1, Who.BUG_TRACKER, "calsync help support", "support"),
}


ADMINS = frozenset({("E208", "policy"), ("E208", "policy-ask"), ("E505", "policy")})
"""What a policy brings about, whatever mends the other errors of that code."""


def who(code: str, variant: str) -> Who:
    """Who can mend it (R60)."""
    return Who.CALSYNC_ADMIN if (code, variant) in ADMINS else KINDS[code].who


class CalsyncError(Exception):
    """An error with a code of KINDS and the parameters of its sentence. Parameters hold no secret and no content.

    `variant` chooses among the sentences that one code has ("" is the general one); `retry_after` is in seconds, where
    the server named a time.
    """

    def __init__(self, code: str, variant: str = "", *, retry_after: float | None = None, **params: str) -> None:
        super().__init__(code, variant, params)
        self.code = code
        self.variant = variant
        self.params = params
        self.retry_after = retry_after

    def __str__(self) -> str:
        """For logs: never translated."""
        told = " ".join(f"{name}={value!r}" for name, value in sorted(self.params.items()))
        return f"{self.code}{'.' + self.variant if self.variant else ''} {told}".strip()

    @property
    def kind(self) -> Kind:
        """Exit code, who, and fix."""
        return KINDS[self.code]

    @property
    def exit(self) -> int:
        """The exit code of the process."""
        return self.kind.exit
