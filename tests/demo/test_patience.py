"""Signals that come while a process is being started are heard once it is known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from calsync_cli.demo.patience import undisturbed


@contextmanager
def handled(number: signal.Signals, heard: list[int]) -> Iterator[None]:
    before = signal.signal(number, lambda number, _frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_comes_is_heard_at_the_end_by_whoever_would_have_heard_it(number):
    heard: list[int] = []

    with handled(number, heard):
        with undisturbed():
            os.kill(os.getpid(), number)
            within = list(heard)
        after = signal.getsignal(number)

        assert (within, heard) == ([], [number])
        os.kill(os.getpid(), number)
        assert callable(after)
        assert heard == [number, number]


def test_ctrl_c_is_raised_at_the_end():
    done: list[str] = []

    @undisturbed()
    def step() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        step()

    assert done == ["whole"]


def test_whoever_hears_nothing_ends_at_the_end_of_the_step():
    words = "import os, signal\nfrom calsync_cli.demo.patience import undisturbed\nwith undisturbed():\n"
    words += " os.kill(os.getpid(), signal.SIGTERM)\n print('whole', flush=True)\nprint('on', flush=True)\n"

    ran = subprocess.run([sys.executable, "-c", words], capture_output=True, timeout=60, check=False)

    assert (ran.returncode, ran.stdout) == (-signal.SIGTERM, b"whole\n")


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with undisturbed():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_is_not_disturbed_anyway():
    done: list[str] = []

    def start() -> None:
        with undisturbed():
            done.append("whole")

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert done == ["whole"]
