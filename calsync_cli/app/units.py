"""The text of a systemd user unit for one account's `sync --watch`; a pure function of what is in `Unit`.

What confines it was chosen for a user's own manager, which has no capabilities to drop: PrivateDevices=, ProtectClock=,
ProtectKernelModules= and the like would fail there with 218/CAPABILITIES where user namespaces are not allowed
(systemd.exec(5), "Sandboxing"); mounts are then left out by systemd itself. ProtectKernelTunables= failed with
226/NAMESPACE in a container, and closes nothing that is open to a user.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from calsync_cli.core.errors import CalsyncError

SECTION = "[X-Calsync]"
"""systemd ignores sections whose names begin with X- (systemd.syntax(7))."""
_PLAIN = re.compile(r"[A-Za-z0-9:_.@-]")
_UNSAID = re.compile(r"[\x00-\x1f\x7f]")
_BARE = re.compile(r"[A-Za-z0-9_@:./=+,-]+")

WATCHED = """\
Type=notify
NotifyAccess=main
ExecStart={words}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStartSec=5min
WatchdogSec=5min
Restart=on-failure
RestartSec=30
# A person has to look first: a wrong password that is tried every 30 s locks the account at many servers. Without a
# keyring (5) it goes on trying for as long as that is locked.
RestartPreventExitStatus=2 4 6 7
UMask=0077
"""

CONFINED = """\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
PrivateUsers=yes
ProtectSystem=strict
"""

OPEN = """\
# Hooks and secrets.command are programs of yours, and what they need is not known: nothing is shut.
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one account's unit is made of."""

    account: str
    words: Sequence[str]
    """The program and its words, absolute."""
    env: Mapping[str, str] = field(default_factory=dict)
    writable: Sequence[Path] = ()
    confined: bool = True
    """No programs of the user's run in it."""


def name_of(account: str) -> str:
    """`calsync@me@example.org.service`; what a unit's name cannot hold is escaped as systemd-escape(1) does."""
    escaped = "".join(
        one if _PLAIN.fullmatch(one) else "".join(f"\\x{byte:02x}" for byte in one.encode()) for one in account
    )
    return f"calsync@{escaped}.service"


def text_of(unit: Unit) -> str:
    """The whole file, with its mark. Raises E001 where a path cannot be said in a unit."""
    return _marked(_body(unit), unit.account)


def is_ours(text: str) -> bool:
    """Whether this was written by `text_of` and not touched since."""
    body = text.rpartition(f"\n{SECTION}\n")[0]
    return text == _marked(body, account_of(text))


def account_of(text: str) -> str:
    """Whose unit it is; "" where that is not ours to say."""
    found = re.search(rf"^{re.escape(SECTION)}\nAccount=(.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def _marked(body: str, account: str) -> str:
    return f"{body}\n{SECTION}\nAccount={account}\nDigest={_digest(body)}\n"


def _body(unit: Unit) -> str:
    lines = [
        f"# Made by “calsync service install”. What you want otherwise: systemctl --user edit {name_of(unit.account)}",
        "[Unit]",
        f"Description=Agenda of {_percent(unit.account)} in step (calsync)",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        WATCHED.format(words=" ".join(_word(one) for one in unit.words)).rstrip("\n"),
        *(f"Environment={_said(f'{name}={value}')}" for name, value in sorted(unit.env.items())),
        *(_shut(unit) if unit.confined else [OPEN.rstrip("\n")]),
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    return "\n".join(lines) + "\n"


def _shut(unit: Unit) -> list[str]:
    """The minus: a directory that is gone is calsync's to tell, not a reason not to start."""
    lines = [CONFINED.rstrip("\n")]
    if not any(_temporary(path) for path in unit.writable):
        lines.append("PrivateTmp=yes")
    return lines + [f"ReadWritePaths={_said(f'-{path}')}" for path in _outermost(unit.writable)]


def _temporary(path: Path) -> bool:
    """PrivateTmp= would put an empty directory in its place."""
    return any(path.is_relative_to(place) for place in ("/tmp", "/var/tmp"))  # noqa: S108  (nothing is made there)


def _outermost(paths: Sequence[Path]) -> list[Path]:
    found = sorted(set(paths))
    return [path for path in found if not any(path != other and path.is_relative_to(other) for other in found)]


def _word(text: str) -> str:
    """A word of ExecStart=, where $ would name a variable (systemd.service(5), "Command lines")."""
    return _said(text.replace("$", "$$"))


def _said(text: str) -> str:
    """A value as one word: % doubled (systemd.unit(5), "Specifiers"), quoted where it needs to be."""
    if _UNSAID.search(text):
        raise CalsyncError("E001", "unit", path=text[:200])
    said = _percent(text)
    if _BARE.fullmatch(said):
        return said
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]
