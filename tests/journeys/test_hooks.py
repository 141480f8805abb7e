"""The program that runs after a round: when it does, what it is told, and that nothing it does harms the round."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.events import event
from tests.journeys.conftest import colleague
from tests.journeys.person import CALSYNC, Person
from tests.journeys.watching import until, watching


def hooks(person: Person, *lines: str) -> Path:
    """A hook that notes how it was called, then does what these lines say."""
    script, notes = person.place / "hook", person.place / "notes"
    script.write_text(f'#!/bin/sh\necho "$# $PWD" >> {notes}\nenv > {notes}.env\n' + "\n".join(lines) + "\n")
    script.chmod(0o755)
    person.sure("config", "set", "hooks.post_sync", json.dumps([str(script), "one word", "$(id)"]))
    return notes


def changes_there(person: Person, title: str = "New") -> None:
    person.served.plain().put(f"{title}.ics", event(title, title))


def told(report: dict[str, Any]) -> str:
    return str(report["hook"]["what"])


def test_it_runs_after_a_round_that_changed_something_here(settled: Person) -> None:
    notes = hooks(settled)
    changes_there(settled)

    report = settled.syncs()

    assert (told(report), report["hook"]["status"]) == ("well", 0)
    assert notes.read_text() == f"2 {settled.agenda}\n"


def test_it_does_not_run_when_nothing_changed_or_only_the_server_did(settled: Person) -> None:
    notes = hooks(settled)

    nothing = settled.syncs()
    settled.edits("lunch", "Lunch", "Brunch")
    out = settled.syncs()

    assert (nothing["hook"], out["hook"], out["calendar"]["out"], notes.exists()) == (None, None, 1, False)


def test_it_does_not_run_in_a_dry_run(settled: Person) -> None:
    notes = hooks(settled)
    changes_there(settled)

    report = settled.syncs("--dry-run")

    assert (report["calendar"]["in"], report["hook"], notes.exists()) == (1, None, False)


def test_it_is_told_the_account_and_the_counts_and_nothing_that_leads_to_a_secret(settled: Person) -> None:
    notes = hooks(settled)
    changes_there(settled)
    settled.edits("lunch", "Lunch", "Brunch")

    settled.types("sync", CREDENTIALS_DIRECTORY="/run/credentials", NOTIFY_SOCKET="/nobody", WATCHDOG_USEC="999999999")

    env = dict(line.split("=", 1) for line in Path(f"{notes}.env").read_text().splitlines() if "=" in line)
    assert {name: env[name] for name in env if name.startswith("CALSYNC_")} == {
        "CALSYNC_HOME": str(settled.home),
        "CALSYNC_SECRETS_BACKEND": "file",
        "CALSYNC_ACCOUNT": settled.email,
        "CALSYNC_AGENDA": str(settled.agenda),
        "CALSYNC_IN": "1",
        "CALSYNC_OUT": "1",
        "CALSYNC_MAILDIRS": str(settled.home / "mail" / settled.email),
        "CALSYNC_MESSAGES_IN": "0",
        "CALSYNC_MESSAGES_OUT": "0",
        "CALSYNC_HOOK": "post_sync",
    }
    assert {"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC"} & env.keys() == set()
    assert settled.served.password not in str(env)


@pytest.mark.parametrize(
    ("line", "what", "status", "said"),
    [
        ("echo first; echo 'it broke' >&2; exit 7", "failed", 7, "first\nit broke"),
        ("kill -9 $$", "failed", -9, ""),
    ],
)
def test_a_hook_that_fails_is_a_warning_and_the_round_is_what_it_is(
    settled: Person, line: str, what: str, status: int, said: str
) -> None:
    hooks(settled, line)
    changes_there(settled)

    report = settled.syncs()

    assert (report["ok"], report["error"]) == (True, None)
    assert (told(report), report["hook"]["status"], report["hook"]["said"]) == (what, status, said)


def test_a_failing_hook_is_told_even_to_cron_and_a_good_one_only_when_asked(settled: Person) -> None:
    hooks(settled, "echo said something; test -z $FAIL")
    changes_there(settled, "One")
    quiet = settled.sure("sync", "-q")
    changes_there(settled, "Two")
    loud = settled.sure("sync", "-v")
    changes_there(settled, "Three")
    failed = settled.types("sync", "-q", FAIL="yes")

    assert (quiet.out, quiet.err) == ("", "")
    assert "  said something\n" in loud.err
    assert (failed.code, failed.out) == (0, "")
    assert failed.err.startswith("! The hook ")
    assert failed.err.endswith("ended with 1: said something\n")


def test_a_hook_that_is_not_there_is_a_warning(settled: Person) -> None:
    settled.sure("config", "set", "hooks.post_sync", '["/nowhere/notmuch", "new"]')
    changes_there(settled)

    report = settled.syncs()

    assert (report["ok"], told(report), report["hook"]["program"]) == (True, "missing", "/nowhere/notmuch")


def test_it_may_call_calsync_itself(settled: Person) -> None:
    """The lock is free by then. What leads to the password stands in config.toml here, not in the environment."""
    (settled.home / "config.toml").write_text(f'[secrets]\nkey_file = "{settled.place}/key"\n')
    hooks(settled, f"{CALSYNC[0]} sync --wait 0 --json --no-input > {settled.place}/called")
    changes_there(settled)

    report = settled.syncs()

    called = json.loads((settled.place / "called").read_text())
    assert (called["ok"], called["account"], called["run"] > report["run"]) == (True, settled.email, True)


def test_what_it_writes_goes_to_no_pipe_that_could_fill(settled: Person) -> None:
    hooks(settled, "yes wide | head -c 3000000; echo done")
    changes_there(settled)

    report = settled.syncs()

    assert (told(report), len(report["hook"]["said"]) <= 2000, report["hook"]["said"][-4:]) == ("well", True, "done")


def test_each_account_of_all_has_its_own(settled: Person) -> None:
    other = colleague(settled)
    other.sure(*other.connecting())
    other.sure("choose-primary", other.primary_id, "--account", other.email)
    notes = hooks(settled)
    for person in (settled, other):
        changes_there(person)

    ran = settled.sure("sync", "--all", "--json")

    assert [told(one) for one in ran.json["accounts"]] == ["well", "well"]
    assert sorted(notes.read_text().splitlines()) == sorted(f"2 {one.agenda}" for one in (settled, other))


def test_a_watch_runs_it_and_says_what_went_wrong(settled: Person) -> None:
    notes = hooks(settled, "exit 3")
    with watching(settled, "--json") as watch:
        until(lambda: len(watch.lines) >= 1, about=lambda: watch.said)
        changes_there(settled)
        watch.await_true(notes.exists)
        watch.await_true(lambda: any(one["hook"] for one in watch.lines))
        assert watch.stopped() == 0

    assert [(one["hook"]["what"], one["hook"]["status"]) for one in watch.lines if one["hook"]] == [("failed", 3)]


def test_a_watch_that_is_stopped_ends_the_hook_and_what_it_started(settled: Person) -> None:
    notes = hooks(settled, f"sleep 1000 & echo $! > {settled.place}/child; wait")
    child = settled.place / "child"
    with watching(settled, "--json") as watch:
        until(lambda: len(watch.lines) >= 1, about=lambda: watch.said)
        changes_there(settled)
        watch.await_true(lambda: child.exists() and child.read_text())

        code = watch.stopped(signal.SIGTERM)

    assert (code, notes.exists()) == (0, True)
    until(lambda: not _runs(int(child.read_text())))


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_hook_that_takes_too_long_is_ended(settled: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from calsync_cli.app import hooks as module
    from calsync_cli.app.reports.hooks import Hooked

    monkeypatch.setattr(module, "LIMIT", 0.3)

    report = module._run(("/bin/sh", "-c", "echo begun; sleep 1000"), {}, "/", lambda: True)

    assert (report.what, report.status, report.said) == (Hooked.SLOW, -signal.SIGTERM, "begun")


def test_a_hook_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    from calsync_cli.app import hooks as module

    monkeypatch.setattr(module, "LIMIT", 0.3)
    monkeypatch.setattr(module, "GRACE", 0.2)

    report = module._run(("/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"), {}, "/", lambda: True)

    assert report.status == -signal.SIGKILL
