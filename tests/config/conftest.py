"""A configuration below a temporary directory, and nothing of the machine's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from calsync_cli.config.keys import KEYS
from calsync_cli.config.load import Config, load_config
from calsync_cli.config.places import Places, find_places, make_private
from calsync_cli.core.errors import CalsyncError


@dataclass(frozen=True)
class Files:
    """Where a test's files lie."""

    places: Places

    def write(self, text: str | bytes, path: Path | None = None) -> Path:
        file = path or self.places.config_file
        make_private(file.parent)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def set(self, text: str) -> Path:
        return self.write(text, self.places.cli_file)

    def policy(self, text: str) -> Path:
        return self.write(text, self.places.policies[0])

    def mistake(self, **sources: dict[str, str]) -> CalsyncError | None:
        """What loading refuses; None where all is well and every value can be read."""
        try:
            config = self.load(**sources)
        except CalsyncError as told:
            return told
        return None if len([config[setting.key] for setting in config]) == len(KEYS) else CalsyncError("E999")

    def load(self, *, env: dict[str, str] | None = None, flags: dict[str, str] | None = None) -> Config:
        return load_config(self.places, env=env or {}, flags=flags)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(find_places({"CALSYNC_HOME": str(tmp_path / "home")}, etc=tmp_path / "etc"))
