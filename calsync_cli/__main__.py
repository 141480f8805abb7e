"""The way in: `calsync …` and `python -m calsync_cli …`."""

from __future__ import annotations

import gc
import sys

CYCLES = 50_000


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] == ["--version"]:
        # Scripts and packagers ask this in loops: it costs a bare Python, no Typer.
        from calsync_cli import __version__

        sys.stdout.write(f"calsync {__version__}\n")
        return
    if sys.argv[1:2] == ["--complete-values"]:
        # Asked at a press of TAB, so without Typer too.
        from calsync_cli.cli.completion.values import answer

        answer(sys.argv[2:])
        return
    # Reading the program and a first sync make some 100,000 small values each and hardly a cycle: looking for cycles as
    # often as Python does by itself took 15 % of a start and 5 % of that sync.
    gc.set_threshold(CYCLES)
    from calsync_cli.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
