"""`[hooks] post_sync`: a program that runs after a round which changed something here, when the lock is free again."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from calsync_cli.app import wiring
from calsync_cli.app.reports.hooks import Hooked, HookReport
from calsync_cli.app.reports.rounds import SyncReport
from calsync_cli.app.reports.told import Verb, Way
from calsync_cli.app.wiring import Desk
from calsync_cli.config import keys

log = logging.getLogger(__name__)

LIMIT = 300.0
"""Seconds that it may take: notmuch reads a mailbox of a hundred thousand messages in less."""
GRACE = 5.0
"""Seconds between asking it to end and ending it."""
STEP = 0.5
"""Seconds between two signs of life of the watch that waits for it."""
TOLD = 2000
"""Bytes of its output that are worth telling."""

OURS = frozenset({"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "_CALSYNC_COMPLETE"})
"""What is meant for calsync alone: systemd's secrets, and its line to the supervisor."""
WAYS = frozenset({keys.SECRETS_KEY_FILE.variable, keys.SECRETS_COMMAND.variable})
"""What leads to a secret. Which kind of place it is in stays: without that, a calsync that the hook calls would take
the settings for changed after the sign-in (E203)."""

WITHIN = "CALSYNC_HOOK"
"""Set where a hook runs: what it calls is part of it."""
COMES_AND_GOES = frozenset({Verb.CALENDAR_ADDED, Verb.CALENDAR_GONE})


def _on() -> bool:
    return True


def post_sync(desk: Desk, report: SyncReport, *, goes_on: Callable[[], bool] = _on) -> SyncReport:
    """The report with what became of the hook, where one is set and the round changed something here.

    A sync that a hook calls runs none: each could find something new, and so without an end.
    `goes_on` is asked again and again while it runs; False ends it.
    """
    words = desk.config[keys.HOOKS_POST_SYNC]
    if not words or WITHIN in desk.env or not _changed(report):
        return report
    told = _run(_home(words), _environment(desk, report), _place(desk, report.account), goes_on)
    log.info("hook %s: %s, status %s, %.1f s", told.program, told.what, told.status, told.seconds)
    return replace(report, hook=told)


def executable(words: tuple[str, ...], env: Mapping[str, str]) -> str | None:
    """The file that these words start; None where there is none."""
    import shutil  # only doctor asks

    return shutil.which(_home(words)[0], path=env.get("PATH"))


def _changed(report: SyncReport) -> bool:
    counts, mail = report.calendar, report.mail
    if report.dry_run or report.error is not None:
        return False
    if mail.in_ or mail.deleted_in or mail.flags_in or any(one.direction is Way.IN for one in report.messages):
        return True
    return bool(counts.in_ or counts.deleted_in or any(line.verb in COMES_AND_GOES for line in report.lines))


def _home(words: tuple[str, ...]) -> tuple[str, ...]:
    """No shell looks at them, and yet people write ~."""
    first = str(Path(words[0]).expanduser()) if words[0].startswith("~/") else words[0]
    return (first, *words[1:])


def _environment(desk: Desk, report: SyncReport) -> dict[str, str]:
    """Ours without what leads to a secret, and what the round was about."""
    env = {name: value for name, value in desk.env.items() if name not in OURS | WAYS}
    counts, mail = report.calendar, report.mail
    return env | {
        WITHIN: "post_sync",
        "CALSYNC_ACCOUNT": report.account,
        "CALSYNC_AGENDA": str(wiring.agenda_root(desk, report.account)),
        "CALSYNC_MAILDIRS": str(wiring.mail_root(desk, report.account)),
        "CALSYNC_IN": str(counts.in_ + counts.deleted_in),
        "CALSYNC_OUT": str(counts.out + counts.deleted_out),
        "CALSYNC_MESSAGES_IN": str(mail.in_ + mail.deleted_in + mail.flags_in),
        "CALSYNC_MESSAGES_OUT": str(mail.out + mail.deleted_out + mail.flags_out),
    }


def _place(desk: Desk, account: str) -> str:
    """It starts in the agenda, as a hook of git's starts in the repository."""
    root = wiring.agenda_root(desk, account)
    return str(root) if root.is_dir() else "/"


def _run(words: tuple[str, ...], env: Mapping[str, str], place: str, goes_on: Callable[[], bool]) -> HookReport:
    """What it writes goes to a file without a name: a pipe that nobody empties would stop it."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(
                words, env=env, cwd=place, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        except OSError as refused:
            return HookReport(program=words[0], what=Hooked.MISSING, said=refused.strerror or "")
        try:
            what = _awaited(process, begun + LIMIT, goes_on)
        finally:
            _end(process)
        seconds = round(time.monotonic() - begun, 1)
        return HookReport(program=words[0], what=what, status=process.returncode, seconds=seconds, said=_tail(out))


def _awaited(process: subprocess.Popen[bytes], until: float, goes_on: Callable[[], bool]) -> Hooked:
    while goes_on():
        try:
            status = process.wait(min(STEP, max(0.0, until - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= until:
                return Hooked.SLOW
        else:
            return Hooked.FAILED if status else Hooked.WELL
    return Hooked.STOPPED


def _end(process: subprocess.Popen[bytes]) -> None:
    """It and all it started in its session; what ended by itself is left alone."""
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, None)):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def _tail(out: IO[bytes]) -> str:
    size = out.seek(0, os.SEEK_END)
    out.seek(max(0, size - TOLD))
    return out.read().decode(errors="replace").strip()
