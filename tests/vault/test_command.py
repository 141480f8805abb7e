"""Another program's secrets: asked without a shell, within a time, and never told anything."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from calsync_cli.vault.command import CommandVault
from calsync_cli.vault.open import Backend, Wanted, open_vault
from calsync_cli.vault.secret import Secret
from tests.vault.conftest import refusal


def script(tmp_path: Path, body: str) -> str:
    path = tmp_path / "keeper"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


def vault(*argv: str, patience: float = 10.0, interactive: bool = False) -> CommandVault:
    return CommandVault(argv, "me@example.org", interactive, patience)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_first_line_is_the_secret(tmp_path):
    keeper = script(tmp_path, r"printf 'correct horse \r\nuser: me\nurl: x\n'")

    assert vault(keeper).get("password") == Secret("correct horse ")


def test_account_and_name_are_filled_in_and_nothing_else(tmp_path):
    keeper = script(tmp_path, 'echo "$#:$1:$2:$3"')

    found = vault(keeper, "calsync/{account}/{name}", "{print $1}", "{account.__class__}").get("imap")

    assert found == Secret("3:calsync/me@example.org/imap:{print $1}:{account.__class__}")


def test_no_shell_sees_the_arguments(tmp_path):
    keeper = script(tmp_path, 'echo "$1"')

    assert vault(keeper, f"; touch {tmp_path}/owned $(touch {tmp_path}/owned)").get("x") is not None
    assert not (tmp_path / "owned").exists()


def test_an_account_named_like_a_placeholder_stays_itself(tmp_path):
    keeper = script(tmp_path, 'echo "$1"')

    assert CommandVault((keeper, "{account}"), "{name}", interactive=False).get("password") == Secret("{name}")


def test_what_it_keeps_already_can_be_put(tmp_path):
    keeper = vault(script(tmp_path, "echo secret"))

    keeper.put("password", Secret("secret"))


def test_anything_else_cannot_be_put(tmp_path):
    keeper = script(tmp_path, "echo secret")

    told = refusal(lambda: vault(keeper).put("password", Secret("another")))

    assert (told.variant, told.params) == ("read-only", {"program": keeper})


def test_forgetting_does_not_even_ask(tmp_path):
    vault(script(tmp_path, f"touch {tmp_path}/asked")).forget("password")

    assert not (tmp_path / "asked").exists()


def test_the_probe_asks(tmp_path):
    vault(script(tmp_path, f"touch {tmp_path}/asked; echo secret")).probe()

    assert (tmp_path / "asked").exists()


@pytest.mark.parametrize("body", ["true", "echo", "printf '\\nsecond'", "printf '\\351'"])
def test_nothing_is_not_a_secret(tmp_path, body):
    assert refusal(lambda: vault(script(tmp_path, body)).get("password")).variant == "command-empty"


def test_a_failure_is_told_with_its_last_words_and_without_its_tricks(tmp_path):
    keeper = script(tmp_path, r"printf 'first\n\033]0;owned\007 not in the store\n\n' >&2; exit 3")

    told = refusal(lambda: vault(keeper).get("password"))

    assert told.variant == "command-failed"
    assert told.params == {"program": keeper, "status": "3", "reason": "]0;owned not in the store"}


def test_a_failure_does_not_tell_the_secret(tmp_path):
    keeper = script(tmp_path, "echo hunter2; echo 'cannot copy hunter2' >&2; exit 1")

    assert "hunter2" not in str(refusal(lambda: vault(keeper).get("password")))


@pytest.mark.parametrize("program", ["/nonexistent/keeper", "no-such-program-here", "/etc/passwd", "/"])
def test_a_program_that_cannot_be_run_is_named(program):
    told = refusal(lambda: vault(program).get("password"))

    assert (told.variant, told.params["program"]) == ("command-missing", program)


def test_one_that_hangs_is_ended_with_its_children(tmp_path):
    keeper = script(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; echo $$ > {tmp_path}/self; wait")
    began = time.monotonic()

    told = refusal(lambda: vault(keeper, patience=0.7).get("password"))

    assert (told.variant, told.params["seconds"]) == ("command-slow", "0.7")
    assert time.monotonic() - began < 5
    pids = [int((tmp_path / name).read_text()) for name in ("self", "child")]
    while any(map(alive, pids)) and time.monotonic() - began < 20:  # killed, and gone as soon as the kernel gets to it
        time.sleep(0.02)
    assert [pid for pid in pids if alive(pid)] == []


def test_one_that_never_stops_talking_is_ended_and_costs_no_memory(tmp_path):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    told = refusal(lambda: vault("yes", patience=0.7).get("password"))

    assert told.variant == "command-slow"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_one_that_talks_a_lot_and_ends_is_understood(tmp_path):
    keeper = script(tmp_path, "echo secret; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")

    assert vault(keeper).get("password") == Secret("secret")


def test_one_that_leaves_an_agent_behind_with_our_pipes_is_not_waited_for(tmp_path):
    keeper = script(tmp_path, f"echo secret; sleep 20 & echo $! > {tmp_path}/agent")
    began = time.monotonic()

    assert vault(keeper, patience=15).get("password") == Secret("secret")
    assert time.monotonic() - began < 5

    agent = int((tmp_path / "agent").read_text())
    assert alive(agent)
    os.kill(agent, 9)


def test_without_a_person_it_has_no_terminal_and_no_input(tmp_path):
    keeper = script(tmp_path, "read answer; (exec 3</dev/tty) 2>/dev/null && echo terminal || echo none:$answer")

    assert vault(keeper).get("password") == Secret("none:")


def test_a_backend_without_a_command_says_so(tmp_path):
    wanted = Wanted(Backend.COMMAND)

    told = refusal(lambda: open_vault(wanted, account="me", directory=tmp_path, interactive=False))

    assert told.variant == "no-command"


def test_the_arguments_are_nobodys_business(tmp_path):
    assert vault("pass", "show", "very/private").describe() == "command:pass"
