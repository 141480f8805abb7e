"""A calendar directory and its attic."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.local.attic import Attic
from calsync_cli.local.vdir import Vdir


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def attic(tmp_path: Path) -> Attic:
    return Attic(tmp_path / "attic")


@pytest.fixture
def vdir(root: Path, attic: Attic) -> Vdir:
    return Vdir(root, attic)
