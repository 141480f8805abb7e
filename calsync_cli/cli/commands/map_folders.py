"""`calsync map-folders`: link mail folders here to folders of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import ask, tree, values
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsync_cli.app.reports.folders import FolderRow, FoldersReport
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

NONE = "none"
ASKED = ("inbox", "archive", "deleted")
"""What is asked for; the others are mapped by their flags."""


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(map_folders)


def map_folders(
    asked: Asked,
    *,
    as_list: Annotated[bool, typer.Option("--list", help=_("Show the folders, mapped or not."))] = False,
    auto: Annotated[bool, typer.Option("--auto", help=_("Map what is usual, without asking."))] = False,
    inbox: Annotated[str | None, typer.Option("--inbox", metavar="F|none", help=_("The inbox."))] = None,
    archive: Annotated[str | None, typer.Option("--archive", metavar="F|none", help=_("Archived mail."))] = None,
    deleted: Annotated[str | None, typer.Option("--deleted", metavar="F|none", help=_("Deleted mail."))] = None,
    sent: Annotated[str | None, typer.Option("--sent", metavar="F|none", help=_("Sent mail."))] = None,
    drafts: Annotated[str | None, typer.Option("--drafts", metavar="F|none", help=_("Drafts."))] = None,
    junk: Annotated[str | None, typer.Option("--junk", metavar="F|none", help=_("Junk mail."))] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--map", metavar="LOCAL=REMOTE", help=_("Any other folder; REMOTE may be none."))
    ] = None,
) -> None:
    """Link mail folders here to folders of the account.

    Change it as often as you like: what is no longer linked stays, here and there.
    """
    from calsync_cli.app.mail import mapping as use_case
    from calsync_cli.cli.view import folders, show
    from calsync_cli.cli.work import working

    roles = {"inbox": inbox, "archive": archive, "deleted": deleted, "sent": sent, "drafts": drafts, "junk": junk}
    told = _told(roles, pairs or [])
    values.apart(list=as_list, auto=auto)
    values.apart(list=as_list, map=told)
    with working(asked) as (desk, screen):
        if as_list:
            show(screen, use_case.offer(desk), folders.offered)
            return
        if not told and not auto:
            told = _asked(use_case.offer(desk), screen)
        show(screen, use_case.map_folders(desk, told, auto=auto, dry_run=asked.dry_run), folders.mapped)


def _told(roles: Mapping[str, str | None], pairs: list[str]) -> dict[str, str | None]:
    """What stands on the command line: local folder, and remote one or None."""
    told = {role: _far(f"--{role}", text) for role, text in roles.items() if text is not None}
    for pair in pairs:
        local, equals, remote = pair.partition("=")
        if not equals or not local.strip() or not remote.strip():
            raise values.unfit("--map", pair, "work=Projects/Work")
        name = local.strip()
        if name.casefold() in told:
            raise CalsyncError("E001", "folder-again", folder=name)
        told[name.casefold() if name.casefold() in roles else name] = _far("--map", remote)
    return told


def _far(flag: str, text: str) -> str | None:
    """None for none; a folder that is really called so stands in quotes. An empty variable of a script is no answer."""
    said = text.strip()
    if not said:
        raise CalsyncError("E001", "empty", flag=flag)
    if said.lower() in {NONE, "-"}:
        return None
    return said[1:-1] if said.lower() in {f'"{NONE}"', '"-"'} else text


def _asked(offer: FoldersReport, screen: Screen) -> dict[str, str | None]:
    """One question each; Enter keeps what is there, or takes what is suggested; - is none."""
    if not screen.interactive:
        raise CalsyncError("E002", flag="--auto", fix="calsync map-folders --auto")
    from calsync_cli.cli.view import folders

    folders.before_asking(offer, screen)
    names = [row.name for row in offer.remote]
    answers: dict[str, str | None] = {}
    for row in (row for row in offer.folders if row.role in ASKED):
        usual = row.remote or (None if row.none else row.suggested)
        answer = ask.folder(screen, row.local, usual, names, mapped=row.remote is not None, flag=_flag(row))
        if answer != row.remote or (answer is None and not row.none):
            answers[row.role] = answer
    return answers


def _flag(row: FolderRow) -> str:
    return f"--{row.role}"
