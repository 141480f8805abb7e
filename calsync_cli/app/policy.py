"""What the administrator's policy lets be connected (R39, R56 to R58), told from files alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calsync_cli.config.places import Places, find_places
from calsync_cli.config.policy import PROVIDERS, Enabled, Policy, read_policy
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.app.wiring import Desk

HERE = ("google", "kerio", "caldav")
"""What this version can connect: the names in `catalog`, which is too much to load for a menu; a test compares."""


def allowed(places: Places) -> tuple[str, ...]:
    """The providers to offer in menus, help and completion; none where a policy forbids it or cannot be read.

    Reads the policy and, where that says "auto", the accounts' states; no network, no keyring, no lock, no write.
    """
    try:
        policy = read_policy(places.policies)
    except CalsyncError:
        return ()
    return offered(policy, places)


def allowed_here(env: Mapping[str, str]) -> tuple[str, ...]:
    """The same before there is a desk."""
    try:
        return allowed(find_places(env))
    except CalsyncError:  # there is no home directory
        return ()


def offered(policy: Policy, places: Places) -> tuple[str, ...]:
    """What this policy lets be connected by this version."""
    return tuple(name for name in HERE if policy.allows(name)) if is_open(policy, places) else ()


def is_open(policy: Policy, places: Places) -> bool:
    """Whether accounts may be connected at all; "auto": as soon as one is active here (R57)."""
    if policy.enabled is not Enabled.AUTO:
        return policy.enabled is Enabled.YES
    from calsync_cli.state.glimpse import active  # SQLite, which other policies do not need

    return any(active(places.database(name)) for name in places.accounts())


def permit(desk: Desk, provider: str | None = None, *, address: str | None = None) -> None:
    """Raises E102 where nothing may be connected, or not this address; E101 where not this provider."""
    policy = desk.config.policy
    contact = policy.contact
    if not is_open(policy, desk.places):
        if policy.enabled is Enabled.AUTO:
            raise CalsyncError("E102", "auto-ask" if contact else "auto", contact=contact)
        raise CalsyncError("E102", "off-ask" if contact else "off", contact=contact)
    if provider and not policy.allows(provider):
        raise CalsyncError("E101", "ask" if contact else "", provider=provider, contact=contact)
    if address and not policy.admits(address):
        raise CalsyncError("E102", "mailbox-ask" if contact else "mailbox", account=address, contact=contact)


def menu(desk: Desk) -> tuple[str, ...]:
    """The providers to choose from (R39). Raises E102 where there are none."""
    permit(desk)
    found = offered(desk.config.policy, desk.places)
    if not found:
        contact = desk.config.policy.contact
        raise CalsyncError("E102", "none-ask" if contact else "none", contact=contact)
    return found


def in_force(desk: Desk) -> Path:
    """The policy's file; where there is none, the one that would be made.

    Root speaks for the machine, unless a CALSYNC_HOME says which installation is meant.
    """
    machine, home = desk.places.policies
    found = there(desk.places)
    if found is not None:
        return found
    import os  # only where there is no policy yet

    return machine if os.geteuid() == 0 and not desk.env.get("CALSYNC_HOME") else home


def there(places: Places) -> Path | None:
    """The policy's file, whatever is in it; one that may not be looked at is there too."""
    for path in places.policies:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return path
        return path
    return None


def names(policy: Policy) -> tuple[str, ...]:
    """The providers that are enabled, whether this version can connect them or not."""
    return tuple(name for name in PROVIDERS if policy.allows(name))
