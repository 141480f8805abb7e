"""`config set` and `config unset`: config.d/90-cli.toml alone is written, so that comments in config.toml survive."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from calsync_cli.config.document import read_document
from calsync_cli.config.keys import KEYS, Key, Raw, nearest
from calsync_cli.config.layers import Origin, file_layer, told
from calsync_cli.config.load import Config
from calsync_cli.config.places import make_private
from calsync_cli.core.errors import CalsyncError

POLICY = "calsync admin policy"


def set_key(config: Config, name: str, text: str, *, connected: bool) -> None:
    """Write one value. E003 unknown name, E001 not a value of its kind, E208 locked, E505 not writable."""
    key = _open_key(config, name, connected=connected)
    _change(config.places.cli_file, {key.name: told(key, text)})


def unset_key(config: Config, name: str, *, connected: bool) -> None:
    """Take back what `set_key` wrote; nothing happens where nothing was."""
    key = _open_key(config, name, connected=connected)
    _change(config.places.cli_file, {key.name: None})


def named_key(name: str) -> Key[object]:
    """The key that a user names; E003 with the nearest where there is none."""
    if name in KEYS:
        return KEYS[name]
    if meant := nearest(name):
        raise CalsyncError("E003", "key-near", key=name[:80], nearest=meant, fix="calsync config list")
    raise CalsyncError("E003", "key", key=name[:80], fix="calsync config list")


def _open_key(config: Config, name: str, *, connected: bool) -> Key[object]:
    key = named_key(name)
    if name in config.policy.settings:
        contact = config.policy.contact
        raise CalsyncError("E208", "policy-ask" if contact else "policy", key=name, contact=contact, fix=POLICY)
    if config.locked(key, connected=connected):
        raise CalsyncError("E208", key=name)
    return key


def _change(path: Path, changes: Mapping[str, Raw | None]) -> None:
    """Read, change, replace: under a lock, for two commands may do so at once."""
    make_private(path.parent)
    try:
        with alone(path.parent):
            _replace(path.resolve(), _nested({**_present(path), **changes}))
    except OSError as refused:
        raise CalsyncError("E505", "file", path=str(path), reason=refused.strerror or "") from refused


def _present(path: Path) -> dict[str, Raw]:
    document = read_document(path)
    return {} if document is None else {name: one.raw for name, one in file_layer(document, Origin.SET).items()}


def _nested(flat: Mapping[str, Raw | None]) -> dict[str, object]:
    """As TOML has it: what has no section first, then section by section."""
    table: dict[str, object] = {name: raw for name, raw in flat.items() if "." not in name and raw is not None}
    for section in sorted({name.partition(".")[0] for name, raw in flat.items() if "." in name and raw is not None}):
        table[section] = {
            name.partition(".")[2]: raw
            for name, raw in sorted(flat.items())
            if name.startswith(section + ".") and raw is not None
        }
    return table


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """The lock is on the directory itself, so no lock file is left in a place for hand-written files."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, table: Mapping[str, object]) -> None:
    """Whole or not at all, and private from the first byte on (mkstemp makes 0600)."""
    import tomli_w  # only these two verbs write

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".90-cli.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            tomli_w.dump(table, file)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
