"""Every file that is made from the tree of commands, by name."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.cli.completion.bash import bash
from calsync_cli.cli.completion.fish import fish
from calsync_cli.cli.completion.page import page
from calsync_cli.cli.completion.picture import picture
from calsync_cli.cli.completion.zsh import zsh


def files() -> dict[str, str]:
    """What lies in completions/."""
    seen = picture()
    return {
        "calsync.bash": bash(seen, _engine("engine.bash")),
        "_calsync": zsh(seen, _engine("engine.zsh")),
        "calsync.fish": fish(seen, _engine("engine.fish")),
        "calsync.1": page(seen, "en"),
        "calsync.nl.1": page(seen, "nl"),
    }


def _engine(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
