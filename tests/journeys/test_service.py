"""Services of the user's systemd: written so that systemd understands them, started, current, and taken away again."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from calsync_cli.app.units import Unit, account_of, is_ours, name_of, text_of
from tests.journeys.conftest import colleague
from tests.journeys.person import CALSYNC, Person, Ran
from tests.programs import needed


@pytest.fixture
def systemd() -> None:
    needed("systemd-analyze", "systemd")


needs_systemd = pytest.mark.usefixtures("systemd")

ODD = '/home/a b/100%/it\'s "$HOME"\\x'


@dataclass
class Desktop:
    """A person's login: where units lie, and a systemctl that notes what it is told."""

    person: Person
    place: Path

    def __post_init__(self) -> None:
        self.units = self.place / "config" / "systemd" / "user"
        self.orders = self.place / "orders"
        self.bin = self.place / "bin"
        self.bin.mkdir(parents=True)
        self.env = {"XDG_CONFIG_HOME": str(self.place / "config"), "PATH": f"{self.bin}:/usr/bin:/bin"}
        self.answers(0)

    def answers(self, code: int) -> None:
        """What systemctl says from now on."""
        program = self.bin / "systemctl"
        program.write_text(f'#!/bin/sh\necho "$@" >> {self.orders}\nexit {code}\n')
        program.chmod(0o755)

    @property
    def told(self) -> list[str]:
        """What systemctl was told since the last time."""
        said = self.orders.read_text().splitlines() if self.orders.exists() else []
        self.orders.unlink(missing_ok=True)
        return said

    def types(self, *words: str, **env: str) -> Ran:
        return self.person.types(*words, **{**self.env, **env})

    @property
    def unit(self) -> Path:
        return self.units / f"calsync@{self.person.email}.service"


@pytest.fixture
def desktop(settled: Person, tmp_path: Path) -> Desktop:
    return Desktop(settled, tmp_path / "desktop")


def verified(*paths: Path) -> str:
    """What systemd itself has to say against these units; a runtime directory has a short name, as sockets need."""
    names = {path.name for path in paths}
    with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
        env = {"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": runtime, "HOME": runtime}
        words = ["systemd-analyze", "--user", "verify", "--man=no", *map(str, paths)]
        done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if any(name in line for name in names))


@needs_systemd
def test_systemd_does_say_what_is_wrong(tmp_path: Path) -> None:
    """So that its silence means something."""
    bad = tmp_path / "calsync@bad.service"
    bad.write_text("[Service]\nExecStart=true\nWatchdogSec=soon\n")

    assert "Failed to parse sec value" in verified(bad)


# ── installing ───────────────────────────────────────────────────────────────────────────────────────────────────


@needs_systemd
def test_what_is_installed_systemd_understands_and_is_started(desktop: Desktop) -> None:
    said = desktop.types("service", "install", "--json").json

    name = desktop.unit.name
    assert (said["told"], said["commands"], [row["what"] for row in said["units"]]) == (True, [], ["new"])
    assert desktop.told == [
        "--user daemon-reload",
        f"--user enable {name}",
        f"--user restart --no-block {name}",
    ]
    assert verified(desktop.unit) == ""


def test_the_unit_calls_this_calsync_for_this_account_with_these_settings(desktop: Desktop) -> None:
    desktop.types("service", "install", CALSYNC_SYNC_EVERY="7m")

    text = desktop.unit.read_text()
    assert f"ExecStart={CALSYNC[0]} sync --watch --no-input --account {desktop.person.email}\n" in text
    for name in ("CALSYNC_HOME", "CALSYNC_SECRETS_BACKEND", "CALSYNC_SECRETS_KEY_FILE"):
        assert f"Environment={name}={desktop.person.env[name]}\n" in text
    assert "Environment=CALSYNC_SYNC_EVERY=7m\n" in text
    assert desktop.person.served.password not in text


def test_installing_again_starts_what_is_not_running_and_writes_nothing(desktop: Desktop) -> None:
    desktop.types("service", "install")
    before, _ = desktop.unit.stat(), desktop.told

    said = desktop.types("service", "install", "--json").json

    assert ([row["what"] for row in said["units"]], desktop.unit.stat().st_ino) == (["same"], before.st_ino)
    assert desktop.told[-1] == f"--user start --no-block {desktop.unit.name}"


def test_every_active_account_gets_one_and_the_named_one_alone(desktop: Desktop) -> None:
    other = colleague(desktop.person)
    other.sure(*other.connecting())
    third = colleague(desktop.person, "third@example.org")
    third.sure(*third.connecting())
    third.sure("choose-primary", third.primary_id, "--account", third.email)

    all_of_them = desktop.types("service", "install", "-n", "--json").json["units"]
    one = desktop.types("service", "install", "-a", third.email, "-n", "--json").json["units"]

    assert [row["account"] for row in all_of_them] == [desktop.person.email, third.email]
    assert [row["account"] for row in one] == [third.email]
    assert not desktop.units.exists()


@pytest.mark.parametrize(("step", "code"), [("nothing", "E201"), ("connects", "E205")])
def test_what_a_watch_would_end_with_at_once_is_said_now(
    newcomer: Person, tmp_path: Path, step: str, code: str
) -> None:
    desktop = Desktop(newcomer, tmp_path / "desktop")
    if step == "connects":
        newcomer.connects()

    ran = desktop.types("service", "install", "--json")

    assert (ran.code, ran.error, desktop.units.exists()) == (6, code, False)


def test_a_dry_run_prints_the_unit_and_does_nothing(desktop: Desktop) -> None:
    ran = desktop.types("service", "install", "-n")

    assert "[Service]\nType=notify\n" in ran.out
    assert (desktop.told, desktop.units.exists()) == ([], False)


def test_where_systemd_cannot_be_reached_the_commands_are_printed(desktop: Desktop) -> None:
    desktop.answers(1)

    ran = desktop.types("service", "install")

    name = desktop.unit.name
    assert ran.code == 0
    assert [line.strip() for line in ran.out.splitlines()] == [
        "systemctl --user daemon-reload",
        f"systemctl --user enable {name}",
        f"systemctl --user restart --no-block {name}",
    ]


def test_without_systemctl_the_unit_is_written_all_the_same(desktop: Desktop) -> None:
    said = desktop.types("service", "install", "--json", PATH=str(desktop.place)).json

    assert (said["told"], desktop.unit.exists()) == (False, True)


def test_a_file_of_somebody_elses_is_not_replaced_unasked(desktop: Desktop) -> None:
    desktop.units.mkdir(parents=True)
    desktop.unit.write_text("[Service]\nExecStart=/bin/true\n")

    refused = desktop.types("service", "install", "--json")
    before = desktop.unit.read_text()
    desktop.types("service", "install", "--yes")

    assert (refused.code, refused.error, before) == (2, "E002", "[Service]\nExecStart=/bin/true\n")
    assert is_ours(desktop.unit.read_text())


def test_what_was_changed_by_hand_is_somebody_elses(desktop: Desktop) -> None:
    desktop.types("service", "install")
    desktop.unit.write_text(desktop.unit.read_text().replace("RestartSec=30", "RestartSec=5"))

    listed = desktop.types("service", "--json").json["units"]
    refused = desktop.types("service", "remove", "--json")

    assert [row["what"] for row in listed] == ["foreign"]
    assert (refused.error, desktop.unit.exists()) == ("E002", True)


def test_a_unit_for_other_settings_is_told_and_replaced(desktop: Desktop) -> None:
    desktop.types("service", "install", CALSYNC_SYNC_EVERY="7m")

    listed = desktop.types("service", "--json").json["units"]
    replaced = desktop.types("service", "install", "--json").json["units"]

    assert ([row["what"] for row in listed], [row["what"] for row in replaced]) == (["other"], ["other"])
    assert "7m" not in desktop.unit.read_text()


@needs_systemd
def test_with_a_hook_nothing_is_shut_for_what_it_needs_is_not_known(desktop: Desktop) -> None:
    desktop.person.sure("config", "set", "hooks.post_sync", '["notmuch", "new"]')

    said = desktop.types("service", "install", "--json").json

    text = desktop.unit.read_text()
    assert (said["confined"], "ProtectSystem" in text, "SystemCallFilter" in text) == (False, False, False)
    assert verified(desktop.unit) == ""


# ── taking away ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_removing_undoes_it(desktop: Desktop) -> None:
    desktop.types("service", "install")
    wanted = desktop.units / "default.target.wants" / desktop.unit.name
    wanted.parent.mkdir()
    wanted.symlink_to(desktop.unit)
    assert desktop.told

    ran = desktop.types("service", "remove", "--json")

    assert [row["what"] for row in ran.json["units"]] == ["removed"]
    assert desktop.told == [f"--user disable --now {desktop.unit.name}", "--user daemon-reload"]
    assert [path for path in desktop.units.rglob("*") if not path.is_dir()] == []


def test_removing_twice_is_fine_and_leaves_others_alone(desktop: Desktop) -> None:
    desktop.types("service", "install")
    mine = desktop.units / "calsync@mine.service"
    mine.write_text("[Service]\nExecStart=/bin/true\n")

    first, second = (desktop.types("service", "remove", "--json") for _ in range(2))

    assert (len(first.json["units"]), second.json["units"], second.code) == (1, [], 0)
    assert mine.exists()


def test_removing_where_systemd_cannot_be_reached_says_how_to_stop_it(desktop: Desktop) -> None:
    desktop.types("service", "install")
    desktop.answers(1)

    ran = desktop.types("service", "remove")

    assert f"systemctl --user stop {desktop.unit.name}" in ran.out
    assert not desktop.unit.exists()


# ── the unit itself ──────────────────────────────────────────────────────────────────────────────────────────────


@needs_systemd
def test_odd_paths_arrive_as_they_are(tmp_path: Path) -> None:
    """Spaces, quotes, percent, dollar, backslash: as systemd reads them."""
    unit = Unit("me@example.org", ("/bin/true", ODD), {"CALSYNC_HOME": ODD}, (Path(ODD),))
    path = tmp_path / name_of(unit.account)
    path.write_text(text_of(unit))

    assert verified(path) == ""
    assert r'''ExecStart=/bin/true "/home/a b/100%%/it's \"$$HOME\"\\x"''' in text_of(unit)
    assert r'''Environment="CALSYNC_HOME=/home/a b/100%%/it's \"$HOME\"\\x"''' in text_of(unit)
    assert r'''ReadWritePaths="-/home/a b/100%%/it's \"$HOME\"\\x"''' in text_of(unit)


def test_a_path_with_a_line_break_is_refused() -> None:
    from calsync_cli.core.errors import CalsyncError

    with pytest.raises(CalsyncError) as told:
        text_of(Unit("me@example.org", ("/bin/true", "a\nExecStart=/bin/false")))

    assert (told.value.code, told.value.variant) == ("E001", "unit")


@needs_systemd
@pytest.mark.parametrize("account", ["me@example.org", "o'neill+x=y@example.org", "100%$x@exämple.org", "personal"])
def test_the_name_is_what_systemd_makes_of_the_account(account: str) -> None:
    """It escapes @ and - too, which a name may hold, and which are easier to read as they are."""
    said = subprocess.run(["systemd-escape", "--", account], capture_output=True, text=True, check=True).stdout.strip()

    assert name_of(account) == f"calsync@{said.replace(chr(92) + 'x40', '@').replace(chr(92) + 'x2d', '-')}.service"


def test_the_mark_knows_every_change() -> None:
    text = text_of(Unit("me@example.org", ("/bin/true",)))

    changed = [text.replace("30", "31", 1), text.replace("[Unit]", "[Unit]\n"), text + "[Service]\n", text[1:], "", "x"]

    assert (is_ours(text), account_of(text)) == (True, "me@example.org")
    assert [is_ours(one) for one in changed] == [False] * len(changed)


@needs_systemd
def test_it_is_as_safe_as_a_users_unit_can_be(tmp_path: Path) -> None:
    """systemd rates it as if it were root's: what is left is what a user's manager cannot give, or what syncing needs."""
    path = tmp_path / "calsync@me@example.org.service"
    path.write_text(text_of(Unit("me@example.org", ("/bin/true",), writable=(Path("/home/me/.local/share/calsync"),))))

    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=58", str(path)], capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stdout[-200:]
