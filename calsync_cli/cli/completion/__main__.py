"""`python -m calsync_cli.cli.completion [DIR]`: write the completions and the man pages anew, into completions/."""

from __future__ import annotations

import sys
from pathlib import Path

from calsync_cli.cli.completion.files import files

ROOT = Path(__file__).parents[3]


def main(directory: Path) -> None:
    """Write every file."""
    for name, text in files().items():
        (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "completions")
