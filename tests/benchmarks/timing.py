"""Timing whole processes in turn, A B A B …, so that a machine that drifts drifts for both."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """One process: seconds of wall clock, seconds of processor time, and the peak of its memory in MB."""

    wall: float
    cpu: float
    peak: float


# Linux keeps the peak of whoever forked across exec, so a small process of its own starts and waits for the one timed.
_STARTER = """
import json, os, sys, time
begun = time.perf_counter()
pid = os.fork()
if not pid:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - begun
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def cost(argv: Sequence[str], env: dict[str, str]) -> Cost:
    """Run it to its end; it must succeed, and say nothing on stdout."""
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, *argv]
    done = subprocess.run(starter, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    code, wall, cpu, peak = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, (argv, done.stderr[-2000:])
    return Cost(wall, cpu, peak)


@dataclass(slots=True)
class Contender:
    """A program in its own directory. `prepare` is called before each counted run, and is not timed."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    prepare: Callable[[], object] = lambda: None
    costs: list[Cost] = field(default_factory=list)

    def run(self) -> None:
        """One counted run."""
        self.prepare()
        self.costs.append(cost(self.argv, self.env))

    def median(self, what: str) -> float:
        """Of all runs."""
        return statistics.median(getattr(one, what) for one in self.costs)


def duel(title: str, ours: Contender, theirs: Contender, *, runs: int, wanted: float) -> None:
    """In turn; then medians, and the median of the ratios pair by pair."""
    for _ in range(runs):
        ours.run()
        theirs.run()
    ratios = [mine.wall / other.wall for mine, other in zip(ours.costs, theirs.costs, strict=True)]
    memory = ours.median("peak") / theirs.median("peak")
    print(f"\n{title}  ({runs} runs each, in turn)")
    for one in (ours, theirs):
        print(
            f"  {one.name:<11} {one.median('wall'):6.2f} s wall  {one.median('cpu'):6.2f} s cpu  {one.median('peak'):5.0f} MB"
        )
    print(
        f"  ratio       {statistics.median(ratios):6.2f} wall (min {min(ratios):.2f}, max {max(ratios):.2f}; wanted"
        f" {wanted:.1f})   {memory:.2f} memory (wanted 0.6)"
    )


def wipe(folder: Path) -> None:
    """Empty a directory."""
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    folder.mkdir(parents=True)


def contest(title: str, ours: Contender, rivals: Sequence[tuple[Contender, float]], *, runs: int) -> None:
    """In turn with several others; each stands with the ratio that is wanted against it."""
    for _ in range(runs):
        for one in (ours, *(rival for rival, _ in rivals)):
            one.run()
    load = os.getloadavg()[0]
    print(f"\n{title}  ({runs} runs each, in turn; load {load:.1f})")
    _say(ours, "")
    for rival, wanted in rivals:
        ratios = [mine.wall / other.wall for mine, other in zip(ours.costs, rival.costs, strict=True)]
        spread = f"min {min(ratios):.2f}, max {max(ratios):.2f}; wanted {wanted:.1f}"
        _say(rival, f"ratio {statistics.median(ratios):5.2f} ({spread})")


def _say(one: Contender, more: str) -> None:
    wall, cpu, peak = one.median("wall"), one.median("cpu"), one.median("peak")
    print(f"  {one.name:<12} {wall:6.2f} s wall  {cpu:6.2f} s cpu  {peak:5.0f} MB  {more}")
