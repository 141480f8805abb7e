"""What an administrator decides, from the first refusal to the change that mends it."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.journeys.person import CALSYNC, Person, Ran


def decides(person: Person, text: str) -> Path:
    """The administrator writes the policy."""
    path = person.home / "policy.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def on_a_terminal(person: Person, *words: str, typed: str) -> str:
    """What somebody sees who types this at a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*CALSYNC, *words], env={**person.env, "TERM": "dumb"}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # Linux: the other end was closed
        pass
    process.wait(30)
    os.close(ours)
    return seen.decode()


def refused(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.error


# ── R58, R39: which providers ────────────────────────────────────────────────────────────────────────────────────


def test_a_provider_is_refused_until_the_administrator_enables_it(newcomer: Person) -> None:
    """R58."""
    path = decides(newcomer, '# ours\nproviders = ["google"]   # for now\ncontact = "helpdesk@example.org"\n')

    before = newcomer.types(*newcomer.connecting(), "--json")
    newcomer.sure("admin", "enable", "caldav")
    newcomer.connects()

    assert refused(before) == (5, "E101")
    assert before.json["error"]["fix"] == "calsync admin enable caldav"
    assert "helpdesk@example.org" in before.json["error"]["message"]
    assert path.read_text() == (
        '# ours\nproviders = ["google", "caldav"]   # for now\ncontact = "helpdesk@example.org"\n'
    )


def test_after_enabling_it_stands_in_the_menu(newcomer: Person) -> None:
    """R58, R39."""
    decides(newcomer, 'providers = ["kerio"]\n')

    before = on_a_terminal(newcomer, "connect", typed="\x04")
    newcomer.sure("admin", "enable", "caldav")
    after = on_a_terminal(newcomer, "connect", typed="\x04")

    assert ("1 Kerio" in before, "CalDAV" in before) == (True, False)
    assert ("1 Kerio" in after, "2 CalDAV" in after) == (True, True)


def test_where_nobody_sits_the_allowed_ones_are_named(newcomer: Person) -> None:
    """R39."""
    decides(newcomer, 'providers = ["kerio", "exchange"]\n')

    ran = newcomer.types("connect", "--json")

    assert (*refused(ran), ran.json["error"]["fix"]) == (2, "E002", "calsync connect kerio")


def test_help_names_the_allowed_ones(newcomer: Person) -> None:
    decides(newcomer, 'providers = ["kerio", "google"]\n')

    assert "caldav" not in newcomer.sure("connect", "--help").out.partition("--email")[0]


def test_what_is_allowed_and_not_in_this_version_is_told_so(newcomer: Person) -> None:
    decides(newcomer, 'providers = ["caldav"]\n')

    before = newcomer.types("connect", "exchange", "--json")
    enabled = newcomer.sure("admin", "enable", "exchange")
    after = newcomer.types("connect", "exchange", "--json")

    assert refused(before) == (5, "E101")
    assert "cannot connect Exchange yet" in enabled.err
    assert (*refused(after), after.json["error"]["variant"]) == (5, "E102", "later")


def test_disabling_without_a_policy_writes_down_all_the_others(newcomer: Person) -> None:
    newcomer.sure("admin", "disable", "office365")

    assert (newcomer.home / "policy.toml").read_text() == 'providers = ["google", "exchange", "kerio", "caldav"]\n'
    assert (newcomer.home / "policy.toml").stat().st_mode & 0o777 == 0o644


def test_what_is_connected_stays_so_when_its_provider_is_disabled(settled: Person) -> None:
    settled.sure("admin", "disable", "caldav")

    settled.syncs()

    assert settled.types(*settled.connecting(), "--json").error == "E101"


def test_what_is_so_already_is_not_written_again(newcomer: Person) -> None:
    path = decides(newcomer, "# all of them\n")
    before = path.stat()

    said = newcomer.sure("admin", "enable", "kerio", "--json").json

    assert (said["changed"], path.stat().st_ino, path.read_text()) == (False, before.st_ino, "# all of them\n")


def test_a_dry_run_writes_nothing(newcomer: Person) -> None:
    said = newcomer.sure("admin", "disable", "kerio", "-n", "--json").json

    assert (said["changed"], said["dry_run"], (newcomer.home / "policy.toml").exists()) == (True, True, False)


def test_a_provider_that_nobody_knows_is_refused_with_the_five(newcomer: Person) -> None:
    ran = newcomer.types("admin", "enable", "hotmail", "--json")

    assert refused(ran) == (2, "E001")
    assert "google, microsoft365, exchange, kerio, caldav" in ran.json["error"]["message"]


def test_a_file_that_no_program_should_touch_is_left_with_the_line_to_write(newcomer: Person) -> None:
    text = 'providers = ["""google"""]\n'
    path = decides(newcomer, text)

    ran = newcomer.types("admin", "enable", "kerio", "--json")

    assert (*refused(ran), ran.json["error"]["variant"]) == (2, "E004", "by-hand")
    assert ran.json["error"]["params"]["text"] == 'providers = ["google", "kerio"]'
    assert f"{path}:1" in ran.json["error"]["message"]
    assert path.read_text() == text


def test_a_policy_of_somebody_else_is_told_with_what_to_do(newcomer: Person) -> None:
    """In /proc nobody can make a file, root neither."""
    path = decides(newcomer, "")
    path.unlink()
    path.symlink_to("/proc/self/policy.toml")

    ran = newcomer.types("admin", "disable", "kerio", "--json")

    error = ran.json["error"]
    assert (*refused(ran), error["variant"], error["who"]) == (8, "E505", "policy", "calsync admin")
    assert error["fix"].startswith(f"sudo CALSYNC_HOME={newcomer.home} ")
    assert error["fix"].endswith("calsync admin disable kerio")


# ── R56, R57: whether at all ─────────────────────────────────────────────────────────────────────────────────────


def test_switched_off_it_is_hidden_and_says_whom_to_ask(newcomer: Person) -> None:
    """R56."""
    decides(newcomer, 'enabled = false\ncontact = "helpdesk@example.org"\n')

    shown = newcomer.sure("--help").out
    ran = newcomer.types(*newcomer.connecting(), "--json")

    assert "  connect " not in shown
    assert "  sync " in shown
    assert refused(ran) == (5, "E102")
    assert "helpdesk@example.org" in ran.json["error"]["message"]
    assert newcomer.types("connect", "--json").error == "E102"


def test_automatically_it_is_on_as_soon_as_one_account_is_active(newcomer: Person) -> None:
    """R57."""
    newcomer.connects()
    path = decides(newcomer, 'enabled = "auto"\n')

    before = newcomer.types(*newcomer.connecting(), "--json")
    hidden = newcomer.sure("--help").out
    path.unlink()
    newcomer.chooses()
    decides(newcomer, 'enabled = "auto"\n')
    shown = newcomer.sure("--help").out

    assert (*refused(before), before.json["error"]["variant"]) == (5, "E102", "auto")
    assert ("  connect " in hidden, "  connect " in shown) == (False, True)
    newcomer.connects()


def test_a_damaged_account_is_no_active_one(settled: Person) -> None:
    decides(settled, 'enabled = "auto"\n')
    settled.database.write_bytes(b"rubbish" * 1000)

    assert "  connect " not in settled.sure("--help").out


# ── what else it says ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_locked_setting_cannot_be_set_and_ignores_the_user(newcomer: Person) -> None:
    """R44."""
    newcomer.sure("config", "set", "event.invite", "all")
    path = decides(newcomer, 'locked = ["event.invite"]\ncontact = "helpdesk@example.org"\n')

    ran = newcomer.types("config", "set", "event.invite", "none", "--json")
    rows = {row["key"]: row for row in newcomer.sure("config", "list", "--origin", "--json").json["rows"]}

    assert (*refused(ran), ran.json["error"]["who"]) == (5, "E208", "calsync admin")
    assert ran.json["error"]["fix"] == "calsync admin policy"
    assert rows["event.invite"] == {"key": "event.invite", "value": "ask", "origin": f"policy {path}:1", "locked": True}
    assert "# locked" in newcomer.sure("config", "list").out


def test_a_value_of_the_policy_beats_the_environment(newcomer: Person) -> None:
    decides(newcomer, '[sync]\nevery = "1h"\n')

    said = newcomer.types("config", "get", "sync.every", CALSYNC_SYNC_EVERY="5m")

    assert said.out == "1h\n"


@pytest.mark.parametrize(("mailboxes", "code"), [("@example.org", 0), ("me@example.org", 0), ("@example.com", 5), ("you@example.org", 5)])  # fmt: skip
def test_only_the_addresses_that_are_named_can_be_connected(newcomer: Person, mailboxes: str, code: int) -> None:
    decides(newcomer, f'mailboxes = ["{mailboxes}"]\n')

    ran = newcomer.types(*newcomer.connecting(), "--json")

    assert (ran.code, newcomer.database.exists()) == (code, code == 0)


@pytest.mark.parametrize(
    "text", ["providers = [", 'enabled = "maybe"', 'providers = ["keiro"]', '[event]\ninvite = "?"']
)
def test_a_policy_that_cannot_be_read_allows_nothing_and_is_named(newcomer: Person, text: str) -> None:
    path = decides(newcomer, f"# first line\n{text}\n")

    ran = newcomer.types(*newcomer.connecting(), "--json")

    assert refused(ran) == (2, "E004")
    assert f"{path}:" in ran.json["error"]["message"]
    assert "  connect " not in newcomer.sure("--help").out


def test_the_policy_in_force_is_shown_with_its_places(newcomer: Person) -> None:
    path = decides(
        newcomer,
        'enabled = true\nproviders = ["kerio"]\ncontact = "helpdesk@example.org"\nmailboxes = ["@example.org"]\nlocked = ["event.invite"]\n',
    )

    shown = newcomer.sure("admin", "policy").out
    said = newcomer.sure("admin", "policy", "--json").json

    for words in (str(path), "helpdesk@example.org", f"# {path}:3", "@example.org", f"# {path}:4", "event.invite"):
        assert words in shown
    assert [row["provider"] for row in said["providers"] if row["enabled"]] == ["kerio"]
    assert (said["path"], said["enabled"], said["open"]) == (str(path), "yes", True)


def test_without_a_policy_it_says_so_and_where_it_would_be(newcomer: Person) -> None:
    shown = newcomer.sure("admin").out

    assert shown.startswith("There is no policy: everything is allowed.")
    assert str(newcomer.home / "policy.toml") in shown
