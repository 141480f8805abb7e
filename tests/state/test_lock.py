"""One round at a time: a second process waits or is told who holds it; a dead holder holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.lock import held

HOLDER = """
import sys
from pathlib import Path
from calsync_cli.state.lock import held
with held(Path(sys.argv[1]), account="work", wait=0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its stdin says something."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_is_told_who_holds_it(holder, tmp_path):
    with pytest.raises(CalsyncError) as raised, held(tmp_path / "lock", account="work", wait=0):
        pass

    assert (raised.value.code, raised.value.params) == ("E502", {"account": "work", "pid": str(holder.pid)})


def test_who_waits_is_told_so_once_and_comes_in_when_the_holder_is_done(holder, tmp_path):
    told = []

    def waiting() -> None:
        told.append("waiting")
        holder.stdin.write("done\n")
        holder.stdin.flush()

    with held(tmp_path / "lock", account="work", wait=30, waiting=waiting):
        pid = (tmp_path / "lock").read_text()

    assert told == ["waiting"]
    assert pid == str(os.getpid())


def test_a_killed_holder_holds_nothing(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with held(tmp_path / "lock", account="work", wait=0):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_it_is_free_again_after_an_error_inside(tmp_path):
    with pytest.raises(ZeroDivisionError), held(tmp_path / "lock", account="work", wait=0):
        raise ZeroDivisionError

    with held(tmp_path / "lock", account="work", wait=0):
        pass


def test_a_place_where_no_lock_can_be_is_the_disk_s_fault(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CalsyncError, match=r"E505\.state"), held(tmp_path / "file" / "lock", account="work", wait=0):
        pass
