"""Programs from Debian that tests need: skipped loudly where one is missing, a failure where CI would not notice."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(program: str, package: str) -> str:
    """Its path."""
    found = shutil.which(program)
    if found is None:
        said = f"{program} is missing: apt-get install {package}"
        pytest.fail(said) if os.environ.get("CI") == "true" else pytest.skip(said)
    return found
