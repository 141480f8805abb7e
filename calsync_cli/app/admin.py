"""`admin`: the policy in force, shown and changed."""

from __future__ import annotations

import shlex

from calsync_cli.app.policy import HERE, in_force, is_open, names
from calsync_cli.app.program import program
from calsync_cli.app.reports.policy import PolicyReport, ProviderRow
from calsync_cli.app.settings import config_row
from calsync_cli.app.wiring import Desk
from calsync_cli.config.decide import set_providers
from calsync_cli.config.policy import ALIASES, PROVIDERS
from calsync_cli.core.errors import CalsyncError

POLICY = "calsync admin policy"


def policy(desk: Desk) -> PolicyReport:
    """What holds, and where it stands. Raises E004 where a policy cannot be read."""
    return _report(desk)


def enable(desk: Desk, *, provider: str, dry_run: bool) -> PolicyReport:
    """Let accounts of a provider be connected (R58). Raises E001, E004, E505."""
    return _set(desk, provider, enabled=True, dry_run=dry_run)


def disable(desk: Desk, *, provider: str, dry_run: bool) -> PolicyReport:
    """Refuse new connections to a provider; accounts that are connected stay so. Raises E001, E004, E505."""
    return _set(desk, provider, enabled=False, dry_run=dry_run)


def _set(desk: Desk, said: str, *, enabled: bool, dry_run: bool) -> PolicyReport:
    name = ALIASES.get(said.lower(), said.lower())
    if name not in PROVIDERS:
        raise CalsyncError("E001", "provider", provider=said[:80], providers=", ".join(PROVIDERS))
    before = names(desk.config.policy)
    changed = (name in before) is not enabled
    if changed and not dry_run:
        path = in_force(desk)
        wanted = [one for one in PROVIDERS if (one in before or one == name) and (enabled or one != name)]
        set_providers(
            path, wanted, everybody=path == desk.places.policies[0], fix=_as_root(desk, name, enabled=enabled)
        )
        desk.reload()
    return _report(desk, provider=name, changed=changed, dry_run=dry_run)


def _as_root(desk: Desk, name: str, *, enabled: bool) -> str:
    """What to type where the policy belongs to somebody else."""
    home = desk.env.get("CALSYNC_HOME", "")
    words = [*program(), "admin", "enable" if enabled else "disable", name]
    return shlex.join(["sudo", *([f"CALSYNC_HOME={home}"] if home else []), *words])


def _report(desk: Desk, *, provider: str = "", changed: bool = False, dry_run: bool = False) -> PolicyReport:
    found = desk.config.policy
    enabled = set(names(found))
    return PolicyReport(
        path=found.path,
        places=desk.places.policies,
        enabled=found.enabled,
        open=is_open(found, desk.places),
        providers=tuple(ProviderRow(provider=one, enabled=one in enabled, here=one in HERE) for one in PROVIDERS),
        contact=found.contact,
        mailboxes=found.mailboxes,
        settings=tuple(config_row(desk, one) for one in desk.config if one.key.name in found.settings),
        stands=dict(found.stands),
        provider=provider,
        changed=changed,
        dry_run=dry_run,
        next=POLICY if provider else "",
    )
