"""requirements.lock answers pyproject.toml: a stale one is found here, and mended by `make lock`."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)}


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for more in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        lines += [line for group in more.values() for line in group]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("one", wanted(), ids=str)
def test_the_lock_pins_what_the_project_asks_for(one):
    pinned = PINS.get(canonicalize_name(one.name))

    assert pinned is not None, f"{one} is not in requirements.lock: make lock"
    assert one.specifier.contains(pinned, prereleases=True), f"{one} is locked at {pinned}: make lock"


def test_every_pin_has_a_hash():
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_place():
    assert not re.search(r"https?://|file:|(^|\s)/", LOCK)


def setup_script():
    found = importlib.util.spec_from_file_location("venv_script", ROOT / ".ci" / "venv.py")
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    return script


def test_a_profile_takes_what_it_needs_and_no_more():
    script = setup_script()
    names = {
        profile: {entry.partition("==")[0] for entry in script.entries(LOCK, script.wishes(profile))}
        for profile in script.PROFILES
    }

    assert {"typer", "radicale", "hatchling", "pip", "h11"} <= names["demo"]
    assert {"mypy", "pytest", "xandikos", "vdirsyncer"} <= names["dev"] - names["demo"]
    assert names["dev"] == {*PINS}


def test_a_name_with_a_version_for_each_python_is_taken_whole():
    lock = (
        "twin==1.0 ; python_full_version < '3.13' \\\n    --hash=sha256:a\n    # via typer\n"
        "twin==2.0 ; python_full_version >= '3.13' \\\n    --hash=sha256:b\n    # via typer\n"
        "typer==1.0 \\\n    --hash=sha256:c\n    # via calsync\n"
    )

    assert [entry.partition(" ")[0] for entry in setup_script().entries(lock, {"typer"})] == [
        "twin==1.0",
        "twin==2.0",
        "typer==1.0",
    ]
