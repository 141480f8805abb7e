"""What a domain's administrator has to trust, and where: `admin trust`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustReport:
    """R38. Where nothing has to be trusted, all but `provider` and `needed` is empty."""

    ok: bool = True
    provider: str
    needed: bool
    """False: a password signs in, and no administrator has to do anything."""
    client: str = ""
    """The client id, as it is entered."""
    service_account: bool = False
    """It acts for everybody: another page of the console than that of an app that people sign in with."""
    service: str = ""
    """Its address, where that is known."""
    scopes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By half; `who` is what says who signed in."""
    url: str = ""
    path: tuple[str, ...] = ()
    """Where to click in the provider's console, in the console's own English words."""
    next: str = ""
