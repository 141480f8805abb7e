"""`config`: what is set, where it comes from, and what being connected makes read-only (R44)."""

from __future__ import annotations

from pathlib import Path

from calsync_cli.app.condition import condition
from calsync_cli.app.reports.accounts import ConfigReport, ConfigRow, State
from calsync_cli.app.session import reading
from calsync_cli.app.wiring import Desk
from calsync_cli.config.keys import Key
from calsync_cli.config.layers import Origin, Setting
from calsync_cli.config.write import named_key
from calsync_cli.config.write import set_key as write_key
from calsync_cli.config.write import unset_key as erase_key
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.settings import Stage

ORIGIN = "connect"
"""Where a connection's own fields come from."""

FIELDS = ("email", "user", "server", "url", "imap")
SECTIONS = {"google": "google", "microsoft365": "microsoft"}
"""Which section of config.toml a provider's connections are made with."""


def settings(desk: Desk) -> ConfigReport:
    """Every key, then the fields that connecting filled in."""
    used = _used(desk)
    rows = [_row(desk, one, used) for one in desk.config]
    return ConfigReport(rows=(*rows, *_connection(desk)), paths=_files(desk))


def get(desk: Desk, *, key: str) -> ConfigReport:
    """One of them. Raises E003."""
    for row in _connection(desk):
        if row.key == key:
            return ConfigReport(rows=(row,))
    setting = desk.config.settings[named_key(key).name]
    return ConfigReport(rows=(_row(desk, setting, _used(desk)),))


def set_key(desk: Desk, *, key: str, value: str) -> ConfigReport:
    """Raises E003, E001, E208 where it is locked, E505."""
    _refuse_connection(desk, key)
    write_key(desk.config, key, value, connected=_holds(key, _used(desk)))
    return _changed(desk, key)


def unset_key(desk: Desk, *, key: str) -> ConfigReport:
    """Back to what the files or the defaults say. Raises E003, E208, E505."""
    _refuse_connection(desk, key)
    erase_key(desk.config, key, connected=_holds(key, _used(desk)))
    return _changed(desk, key)


def paths(desk: Desk) -> ConfigReport:
    """Where settings are read from, whether there is a file or not; a broken file is no hindrance."""
    return ConfigReport(paths=_files(desk))


def _files(desk: Desk) -> tuple[Path, ...]:
    return (desk.places.config_file, desk.places.cli_file, *desk.places.policies)


def _changed(desk: Desk, key: str) -> ConfigReport:
    desk.reload()
    return ConfigReport(rows=(_row(desk, desk.config.settings[key], _used(desk)),), changed=key)


def config_row(desk: Desk, setting: Setting) -> ConfigRow:
    """One setting, as it is shown."""
    return _row(desk, setting, _used(desk))


def _row(desk: Desk, setting: Setting, used: frozenset[str]) -> ConfigRow:
    key: Key[object] = setting.key
    return ConfigRow(
        key=key.name,
        value=_plain(setting.raw),
        origin=_origin(setting),
        locked=desk.config.locked(key, connected=_holds(key.name, used)),
    )


def _origin(setting: Setting) -> str:
    """Where it stands; a policy is named as one, for nobody but the administrator can change it."""
    if setting.origin is Origin.POLICY:
        return f"{Origin.POLICY} {setting.place}"
    return setting.place or setting.origin


def _plain(raw: object) -> str | int | bool | tuple[str, ...]:
    if isinstance(raw, list | tuple):
        return tuple(str(one) for one in raw)
    return raw if isinstance(raw, str | int | bool) else str(raw)


def _used(desk: Desk) -> frozenset[str]:
    """Providers that accounts here are connected with; a state that cannot be read may be anything."""
    found = [condition(desk, name) for name in desk.places.accounts()]
    connected = [one for one in found if one.state not in {State.LOCAL, State.PENDING}]
    return frozenset(one.provider for one in connected)


def _holds(key: str, used: frozenset[str]) -> bool:
    """Whether a connection was made with this key: the secrets with any, endpoints with their provider's."""
    section = key.partition(".")[0]
    return bool(used) and (section not in SECTIONS.values() or any(SECTIONS.get(one) == section for one in used))


def _connection(desk: Desk) -> tuple[ConfigRow, ...]:
    """What connecting filled in for the account that is meant: shown, never settable."""
    try:
        with reading(desk) as session:
            stored = session.settings.connection() if session.settings.stage is Stage.CONNECTED else None
    except CalsyncError:  # none is meant, or it is damaged: `status` says so
        return ()
    if stored is None:
        return ()
    values = (stored.email, stored.user, stored.server, stored.endpoint, stored.mail)
    return tuple(
        ConfigRow(key=f"{stored.provider}.{name}", value=value, origin=ORIGIN, locked=True)
        for name, value in zip(FIELDS, values, strict=True)
        if value
    )


def _refuse_connection(desk: Desk, key: str) -> None:
    if any(row.key == key for row in _connection(desk)):
        raise CalsyncError("E208", key=key)
