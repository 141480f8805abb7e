"""Many accounts at once: each in a process of its own, because libraries keep process-wide state."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from calsync_cli.app.reports.hooks import Hooked, HookReport
from calsync_cli.app.reports.rounds import CalendarCounts, MailCounts, SyncReport
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.wiring import Desk


def in_processes(
    desk: Desk, names: Sequence[str], wish: SyncWish, *, jobs: int, manner: Sequence[str] = ()
) -> list[SyncReport]:
    """In the order of the names, `jobs` at a time. `manner`: flags of how it is said, handed on to each."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(lambda name: _one(desk, name, wish, manner), names))


def _one(desk: Desk, name: str, wish: SyncWish, manner: Sequence[str]) -> SyncReport:
    # The very Python and package that run here, and no module that lies in the directory one happens to be in (-P); no
    # shell, and nothing secret among the words.
    words = [
        sys.executable,
        "-P",
        "-m",
        "calsync_cli",
        "sync",
        "--account",
        name,
        "--json",
        "--no-input",
        *_flags(desk, wish),
        *manner,
    ]
    # What a process says is told in its report; with -v its requests are wanted as they happen, on our stderr.
    err = None if any(flag.startswith("-v") for flag in manner) else subprocess.DEVNULL
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=err, stdin=subprocess.DEVNULL, env=dict(desk.env), check=False
    )
    try:
        return report_of(name, json.loads(done.stdout))
    except (ValueError, KeyError, TypeError):
        return SyncReport(ok=False, account=name, run=0, error=ErrorReport(code="E999"))


def _flags(desk: Desk, wish: SyncWish) -> Iterator[str]:
    if desk.config_file is not None:
        yield from ("--config", str(desk.config_file))
    for flag, said in (
        ("--dry-run", wish.dry_run),
        ("--full", wish.full),
        ("--pull-only", wish.pull_only),
        ("--accept-root", wish.accept_root),
    ):
        if said:
            yield flag
    if wish.max_delete is not None:
        yield from ("--max-delete", f"{wish.max_delete.number}{'%' if wish.max_delete.percent else ''}")
    if wish.wait is not None:
        yield from ("--wait", f"{wish.wait:g}")


def report_of(name: str, said: dict[str, object]) -> SyncReport:
    """An error that stopped one half stands beside what the other one did; one that stopped all of it stands alone."""
    error = said.get("error")
    failed = _error(name, error) if isinstance(error, dict) else None
    if failed is not None and "calendar" not in said:
        return SyncReport(ok=False, account=name, run=0, error=failed)
    return SyncReport(
        ok=bool(said["ok"]),
        error=failed,
        account=name,
        run=_number(said["run"]),
        calendar=CalendarCounts(**_numbers(said["calendar"])),
        mail=MailCounts(**_numbers(said["mail"])),
        invitations_sent=_number(said["invitations_sent"]),
        requests=_number(said["requests"]),
        attention=_number(said.get("attention", 0)),
        dry_run=bool(said.get("dry_run", False)),
        hook=_hook(said.get("hook")),
    )


def _numbers(said: object) -> dict[str, int]:
    if not isinstance(said, dict):
        raise TypeError(said)
    return {"in_" if key == "in" else key: int(value) for key, value in said.items()}


def _hook(said: object) -> HookReport | None:
    if not isinstance(said, dict):
        return None
    status = said["status"]
    return HookReport(
        program=str(said["program"]),
        what=Hooked(said["what"]),
        status=None if status is None else int(status),
        seconds=float(said["seconds"]),
        said=str(said["said"]),
    )


def _error(name: str, said: dict[str, object]) -> ErrorReport:
    """As the account's own process told it."""
    params = said.get("params")
    told = {str(key): str(value) for key, value in params.items()} if isinstance(params, dict) else {}
    return ErrorReport(code=str(said["code"]), variant=str(said.get("variant", "")), params={**told, "account": name})


def _number(said: object) -> int:
    return int(str(said))
