"""`admin trust`: what the administrator of a domain has to enter so that its people can sign in (R38)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.policy import HERE
from calsync_cli.app.reports.trust import TrustReport
from calsync_cli.app.session import reading
from calsync_cli.app.signing import configured_client
from calsync_cli.app.wiring import Desk
from calsync_cli.config import policy
from calsync_cli.core.errors import CalsyncError


def trust(desk: Desk, *, provider: str, client_file: Path | None, service_account: Path | None) -> TrustReport:
    """The client that is named, else the one that is connected, else the configured one.

    No network, no secret. Raises E001, E102, E109.
    """
    name = policy.ALIASES.get(provider.lower(), provider.lower())
    if name not in policy.PROVIDERS:
        raise CalsyncError("E001", "provider", provider=provider[:80], providers=", ".join(policy.PROVIDERS))
    if name not in HERE:
        raise CalsyncError("E102", "later", provider=name, providers=", ".join(HERE))
    oauth = PROVIDERS[name].oauth
    if oauth is None:
        return TrustReport(provider=name, needed=False)
    named = client_file is not None or service_account is not None
    known = {} if named else _connected(desk, name)
    found = oauth.trusted(client_file or configured_client(desk, oauth), service_account, known)
    return TrustReport(
        provider=name,
        needed=True,
        client=found.client,
        service_account=found.delegated,
        service=found.service,
        scopes=found.scopes,
        url=found.url,
        path=found.path,
        next="calsync help trusted-app",
    )


def _connected(desk: Desk, provider: str) -> Mapping[str, str]:
    """What the account that is meant was connected with; nothing where none is meant, or it is another provider's."""
    try:
        with reading(desk) as session:
            stored = session.settings.connection()
    except CalsyncError:  # several, none, or a damaged one: then what is configured counts
        return {}
    return stored.traits if stored is not None and stored.provider == provider else {}
