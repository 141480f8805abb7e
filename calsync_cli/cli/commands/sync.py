"""`calsync sync`: bring agenda and mail here and the account into step, once or all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import tree, values
from calsync_cli.cli.words import _
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.app.reports.wanted import SyncWish
    from calsync_cli.app.wiring import Desk
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

MOST_JOBS = 64


def app() -> typer.Typer:
    """Build the command."""
    return tree.verb(sync)


def sync(
    asked: Asked,
    *,
    watch: Annotated[bool, typer.Option("--watch", help=_("Stay, and sync whenever something changes."))] = False,
    every: Annotated[
        str | None, typer.Option("--every", metavar="5m", help=_("With --watch: how often the server is asked."))
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="calendar|mail", help=_("One half alone."))] = None,
    full: Annotated[bool, typer.Option("--full", help=_("List everything, not only what changed."))] = False,
    pull_only: Annotated[bool, typer.Option("--pull-only", help=_("Send nothing to the account."))] = False,
    wait: Annotated[
        str | None, typer.Option("--wait", metavar="S", help=_("Wait so many seconds for another run to end."))
    ] = None,
    max_delete: Annotated[
        str | None, typer.Option("--max-delete", metavar="N|P%", help=_("Allow so many deletions in this run."))
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help=_("Every account."))] = False,
    jobs: Annotated[str | None, typer.Option("--jobs", metavar="N", help=_("With --all: so many at a time."))] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help=_("With --all: only the I-th of N parts."))
    ] = None,
    accept_root: Annotated[
        bool, typer.Option("--accept-root", help=_("The directory of agenda or mail was moved or restored on purpose."))
    ] = False,
) -> None:
    """Bring your agenda and mail here and the account into step, both ways."""
    from calsync_cli.app.reports.wanted import SyncWish
    from calsync_cli.cli.work import working

    values.half(only)
    values.apart(watch=watch, all=everyone)
    values.needs("--watch", there=watch, every=every)
    values.needs("--all", there=everyone, jobs=jobs, shard=shard)
    if watch and asked.dry_run:
        raise CalsyncError("E001", "both", flag="--watch", other="--dry-run")
    wish = SyncWish(
        only=only,
        dry_run=asked.dry_run,
        full=full,
        pull_only=pull_only,
        accept_root=accept_root,
        max_delete=values.amount("--max-delete", max_delete),
        wait=values.seconds("--wait", wait, "60"),
    )
    part, pause = values.shard("--shard", shard), values.seconds("--every", every, "5m")
    at_once = values.whole("--jobs", jobs, most=MOST_JOBS) or 1
    with working(asked) as (desk, screen):
        if watch:
            _watch(desk, screen, wish, pause)
            return
        if everyone:
            code = _all(desk, screen, wish, jobs=at_once, part=part, manner=_manner(asked))
        else:
            code = _once(desk, screen, wish)
    raise typer.Exit(code)


def _once(desk: Desk, screen: Screen, wish: SyncWish) -> int:
    from calsync_cli.app import sync as use_case
    from calsync_cli.cli.view import rounds, show

    report = use_case.sync(desk, wish)
    show(screen, report, rounds.synced)
    return report.exit_code


def _manner(asked: Asked) -> tuple[str, ...]:
    """How the processes of --all are to tell what they do."""
    told = ("-" + "v" * asked.verbosity,) if asked.verbosity > 0 else ()
    return (*told, "--log-file", str(asked.log_file.absolute())) if asked.log_file else told


def _all(
    desk: Desk, screen: Screen, wish: SyncWish, *, jobs: int, part: tuple[int, int] | None, manner: tuple[str, ...]
) -> int:
    from calsync_cli.app import sync as use_case
    from calsync_cli.cli.view import rounds, show

    report = use_case.sync_all(desk, wish, jobs=jobs, shard=part, manner=manner)
    show(screen, report, rounds.synced_all)
    return report.exit_code


def _watch(desk: Desk, screen: Screen, wish: SyncWish, every: float | None) -> None:
    """SIGINT and SIGTERM end it with 0: stopping a watch is no failure."""
    from calsync_cli.app import watch as use_case
    from calsync_cli.cli.signals import wishes
    from calsync_cli.cli.view import rounds, show

    with wishes() as told:
        use_case.watch(
            desk,
            wish,
            every=every,
            show=lambda report: show(screen, report, rounds.watched),
            stop=told.stop,
            reload=told.reload,
        )
