"""An account's mail on the page that `status` shows: what is in step with what, and what is still to be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.view.moments import moment
from calsync_cli.cli.view.safe import safe
from calsync_cli.cli.view.table import table
from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.app.reports.accounts import AccountStatus, MailFolder, MailStatus
    from calsync_cli.cli.view.screen import Screen


def mail_lines(account: AccountStatus, screen: Screen) -> list[str]:
    """Connected or not, then the mapping with its folders (R46)."""
    if account.mail is None:
        return [f"  {_('Mail')}: {not_connected(account, 'mail')}"]
    mapping = f"  {_('Mail folders')}: {_mapping(account.mail)}"
    heads = (_("Here"), _("At the provider"), _("Messages"), _("Flags verified"), _("Directory"))
    rows = [_row(folder) for folder in account.mail.folders]
    return [mapping, *(table(screen, heads, rows, indent="  ", whole={2}, spare=(4, 3), tails={4}) if rows else [])]


def not_connected(account: AccountStatus, half: str) -> str:
    """With the command that adds it, where the other half is connected."""
    if not account.halves or not account.provider:
        return _("not connected")
    command = f"calsync connect {account.provider} --email {account.account} --only {half}"
    return _("not connected ({command})").format(command=safe(command))


def _mapping(mail: MailStatus) -> str:
    if mail.missing:
        told = _("mapping incomplete, nothing is said yet of: {folders} ({command})")
        return told.format(folders=", ".join(mail.missing), command="calsync map-folders")
    if mail.none:
        return _("mapping complete; none: {folders}").format(folders=", ".join(mail.none))
    return _("mapping complete")


def _row(folder: MailFolder) -> tuple[str, ...]:
    remote = safe(folder.remote, 60)
    remote = f"{remote} ({_('gone')})" if folder.gone else remote
    known = moment(folder.verified) if folder.verified is not None else "-"
    return safe(folder.local, 40), remote, str(folder.messages), known, safe(str(folder.path))
