"""All settings of a run: policy > flag > environment > config set > config.toml > default, each with its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from calsync_cli.config.document import read_document, wrong
from calsync_cli.config.keys import KEYS, Key
from calsync_cli.config.layers import (
    Layer,
    Origin,
    Setting,
    default_layer,
    environment_layer,
    file_layer,
    flag_layer,
)
from calsync_cli.config.places import Places
from calsync_cli.config.policy import Policy, read_policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """What is set. `config[keys.SYNC_EVERY]` is a timedelta."""

    places: Places
    policy: Policy
    settings: Mapping[str, Setting]

    def __getitem__(self, key: Key[T]) -> T:
        """The value, of the key's own type: it was read once already when its layer was made."""
        return key.read(self.settings[key.name].raw)

    def __iter__(self) -> Iterator[Setting]:
        """All settings in the order of the table."""
        return (self.settings[name] for name in KEYS)

    def locked(self, key: Key[object], *, connected: bool) -> bool:
        """Whether `config set` would refuse this key."""
        return key.name in self.policy.settings or (connected and key.locked)


def load_config(places: Places, *, env: Mapping[str, str], flags: Mapping[str, str] | None = None) -> Config:
    """Everything at once; the first mistake found is raised (E004; E001 where a flag holds it)."""
    policy = read_policy(places.policies)
    merged = {
        **default_layer(),
        **_of_file(places.config_file, Origin.FILE, given=places.config_given),
        **_of_file(places.cli_file, Origin.SET),
        **environment_layer(env),
        **flag_layer(flags or {}),
        **policy.settings,
    }
    return Config(places, policy, merged)


def _of_file(path: Path, origin: Origin, *, given: bool = False) -> Layer:
    document = read_document(path)
    if document is None and given:
        raise wrong("missing", path)
    return {} if document is None else file_layer(document, origin)
