"""What completion asks calsync: answered at once, from files alone, without a trace, and never with an error."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from calsync_cli.app.offers import _OFFERS, Kind
from calsync_cli.cli.completion import slots
from calsync_cli.config.keys import KEYS
from calsync_cli.state.database import Database
from tests import starting
from tests.project import remembered
from tests.starting import CALSYNC

GUARD = """
import os, sys
def watch(event, args):
    if event.startswith("socket.") or event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.utime",
            "os.link", "os.symlink", "os.truncate", "subprocess.Popen", "os.exec", "os.fork", "os.system", "ctypes.dlopen", "fcntl.flock", "fcntl.lockf"):
        report(event, args)
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        report(event, args)
    if event == "import" and args[0].split(".")[0] in ("keyring", "secretstorage", "httpcore", "typer", "rich", "ssl", "asyncio"):
        report(event, args)
def report(event, args):
    with_hook = os.open(os.environ["GUARD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND) if event != "open" else None
    if with_hook is None:
        if str(args[0]) == os.environ["GUARD"]:
            return
        with_hook = os.open(os.environ["GUARD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(with_hook, f"{event} {args[:2]!r}\\n".encode())
    os.close(with_hook)
sys.addaudithook(watch)
"""
"""PEP 578: every socket, every file opened to be written, every program started, every library that has no place here."""


def ask(*words: str, env: dict[str, str] | None = None) -> str:
    """What calsync answers; an error, a word on stderr or another exit code fails the test."""
    done = starting.run([*CALSYNC, "--complete-values", *words], env={**os.environ, **(env or {})}, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("utf-8")


def words(*asked: str, env: dict[str, str] | None = None) -> list[str]:
    return [line.partition("\t")[0] for line in ask(*asked, env=env).splitlines()]


@pytest.fixture
def account(home: Path) -> Path:
    """An account with calendars, conflicts, runs and an attic; its database."""
    path = remembered.account(home)
    remembered.calendars(path, ["Personal", "Team"], hidden=["Old"])
    remembered.happened(path, home / "attic" / remembered.ME)
    return path


def shape(home: Path) -> dict[str, tuple[int, int, str]]:
    """Every file: mode, time and content."""
    return {
        str(path.relative_to(home)): (path.stat().st_mode, path.stat().st_mtime_ns, "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(home.rglob("*"))
    }  # fmt: skip


def test_every_kind_has_its_answer() -> None:
    assert set(_OFFERS) == set(Kind)


def test_every_slot_that_asks_asks_for_a_kind() -> None:
    asked = {slot[1:] for slot in (*slots.METAVARS.values(), *slots.PLACES.values()) if slot.startswith("@")}

    assert asked - {*Kind, "files", "directories", "setting"} == set()


def test_settings_with_few_values_are_told_with_them() -> None:
    assert slots.values() == {name: ",".join(key.choices) for name, key in KEYS.items() if key.choices}
    assert slots.values()["event.invite"] == "ask,all,none"


def test_ids_are_those_that_the_commands_show(account: Path) -> None:
    told = starting.run([*CALSYNC, "conflicts", "--json"], env=os.environ).stdout
    undo = starting.run([*CALSYNC, "undo", "--list", "--json"], env=os.environ).stdout

    assert set(words("conflicts")) == {row["id"] for row in json.loads(told)["conflicts"]}
    assert words("items") == [row["id"] for row in json.loads(undo)["items"]]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("accounts", ["me@example.org"]),
        ("calendars", ["Personal", "Team", "Old"]),
        ("shown", ["Team"]),
        ("hidden", ["Old"]),
        ("visible", ["Personal", "Team"]),
        ("items", ["12"]),
        ("undoable", ["812"]),
        ("runs", ["812", "811"]),
        ("providers", ["google", "kerio", "caldav"]),
        ("barred", []),
    ],
)
def test_what_is_remembered_is_offered(kind: str, wanted: list[str], account: Path) -> None:
    assert words(kind) == wanted


def test_calendars_of_no_account_are_offered_by_the_names_they_show(home: Path) -> None:
    folder = home / "agenda" / "personal"
    for name in ("agenda", "other", ".hidden"):
        (folder / name).mkdir(parents=True)
    (folder / "other" / "displayname").write_text("Other things\n")

    assert words("visible") == ["agenda", "Other things"]


def test_a_word_is_explained(account: Path) -> None:
    assert "c7\tLunch\n" in ask("conflicts")
    assert "12\tLunch\n" in ask("items")
    assert "Team\td1\n" in ask("calendars")


def test_the_zones_of_the_world_are_offered() -> None:
    assert {"Europe/Amsterdam", "UTC"} <= set(words("zones"))


@pytest.mark.parametrize(
    "name", ["tab\there", "new\nline", "\x1b[31mred", "\u202eturned", "wide\u200bless", "-dash", "--json", " space", "", "\x9b2J", "\x7f"]
)  # fmt: skip
def test_a_name_that_cannot_be_typed_gives_way_to_the_directory(name: str, home: Path) -> None:
    remembered.calendars(remembered.account(home), ["Personal", name])

    got = ask("calendars")

    assert got.splitlines()[1].split("\t")[0] == "d1"
    assert set(got) & {"\x1b", "\x9b", "\u202e", "\u200b", "\x7f"} == set()


def test_two_calendars_of_one_name_are_told_apart_by_their_directories(home: Path) -> None:
    remembered.calendars(remembered.account(home), ["Personal", "Team", "Team"])

    assert words("calendars") == ["Personal", "d1", "d2"]


def test_an_explanation_cannot_be_more_than_one_harmless_line(home: Path) -> None:
    path = remembered.account(home)
    remembered.happened(path, home / "attic" / remembered.ME, title="Ti\x1b]0;owned\x07tle\nnext\tline " + "x" * 10_000)

    got = ask("items")

    assert got.count("\n") == 1
    assert len(got) < 80
    assert "\x1b" not in got


@pytest.mark.parametrize("kind", Kind)
def test_an_answer_leaves_no_trace(kind: str, account: Path, home: Path, tmp_path: Path) -> None:
    """No socket, no other program, no keyring, nothing written: with a state that was closed, with one in use."""
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    env = {"PYTHONPATH": str(guard), "GUARD": str(tmp_path / "seen"), "PYTHONDONTWRITEBYTECODE": "1"}
    (home / "policy.toml").write_text('enabled = "auto"\n')
    before = shape(home)

    ask(kind, env=env)

    assert shape(home) == before
    assert not (tmp_path / "seen").exists(), (tmp_path / "seen").read_text()


def test_the_guard_sees_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "GUARD": str(tmp_path / "seen")}

    subprocess.run([sys.executable, "-c", f"import socket; socket.socket(); open({str(tmp_path / 'x')!r}, 'w')"], env=env, check=True)  # fmt: skip

    seen = (tmp_path / "seen").read_text()
    assert "socket.__new__" in seen
    assert "open" in seen


def test_what_a_running_sync_has_written_is_offered_and_its_files_stay_as_they_are(account: Path, home: Path) -> None:
    running = Database(account)
    with running.transaction() as sql:
        sql.execute("UPDATE link SET display='Team of today' WHERE name='d1'")
    before = shape(home)

    got = words("calendars")

    after = shape(home)
    running.close()
    assert "Team of today" in got
    assert after == before


def test_a_lock_keeps_nobody_waiting(account: Path) -> None:
    """While the answer is awaited the lock is held: whoever waited for it would wait for ever."""
    running = Database(account)
    with running.transaction() as sql:
        sql.execute("UPDATE link SET display='not yet' WHERE name='d1'")
        got = words("calendars")
    running.close()

    assert "Team" in got


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere: test_an_answer_leaves_no_trace watches instead")
def test_a_home_that_cannot_be_written_is_read(account: Path, home: Path) -> None:
    for place in (account.parent, home / "state", home):
        place.chmod(0o500)

    got = words("calendars")

    for place in (home, home / "state", account.parent):
        place.chmod(0o700)
    assert got == ["Personal", "Team", "Old"]


DAMAGE = {
    "no database": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_bytes(b"not a database at all" * 100),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "scribbled": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 20_000),
    "a log of nonsense": lambda path: path.with_name("state.db-wal").write_bytes(b"\xff" * 5000),
    "a directory": lambda path: (path.unlink(), path.mkdir()),
    "a loop": lambda path: (path.unlink(), path.symlink_to(path)),
    "policy": lambda path: (path.parents[2] / "policy.toml").write_bytes(b"\xff enabled = ["),
    "configuration": lambda path: (path.parents[2] / "config.toml").write_bytes(b"\xff ["),
    "current": lambda path: (path.parents[1] / "current").write_bytes(b"\xff\x00\n"),
    "other tables": lambda path: Database(path)._connection.executescript("DROP TABLE recheck; DROP TABLE conflict; DROP TABLE attic; DROP TABLE run; DROP TABLE link"),
    "other kinds": lambda path: Database(path)._connection.executescript(
        "UPDATE link SET display=x'ff00', name=x'fe' || id; UPDATE run SET began='soon'; UPDATE attic SET title=x'ff', run='x', name=x'00ff'; UPDATE conflict SET title=1e999"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_answered_with_silence(damage: str, kind: str, account: Path) -> None:
    DAMAGE[damage](account)

    got = ask(kind)

    assert got.isprintable() or set(got) - {"\n", "\t"} <= {*filter(str.isprintable, got)}


@pytest.mark.parametrize(
    "asked", [(), ("nonsense",), ("accounts", "--account"), ("calendars", "--account", "\x1b"), ("calendars", "--account", "../.."), ("calendars", "--config", "/nowhere"), ("calendars", "--account", "who@else")]
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_answered_with_silence(asked: tuple[str, ...]) -> None:
    assert ask(*asked) == ""


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "POSIX"}]
)
def test_the_answer_is_utf8_in_every_locale(env: dict[str, str], home: Path) -> None:
    remembered.calendars(remembered.account(home), ["Überlänge 会議"])

    assert words("calendars", env=env) == ["Überlänge 会議"]


def test_nobody_reading_is_no_error() -> None:
    done = subprocess.run(
        f"{CALSYNC[0]} --complete-values zones | head -n 1; {CALSYNC[0]} --complete-values zones >&-", shell=True, executable="/bin/bash", capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert done.stderr == ""


@pytest.mark.parametrize(
    ("policy", "providers", "barred"),
    [
        ("", ["google", "kerio", "caldav"], []),
        ('providers = ["kerio", "google"]', ["google", "kerio"], []),
        ('providers = ["exchange"]', [], ["connect"]),
        ("enabled = false", [], ["connect"]),
        ('enabled = "auto"', [], ["connect"]),
        ("enabled = 7", [], ["connect"]),
    ],
)
def test_what_the_policy_hides_is_not_offered(policy: str, providers: list[str], barred: list[str], home: Path) -> None:
    """R39, R56, R58."""
    home.mkdir(exist_ok=True)
    (home / "policy.toml").write_text(policy)

    assert (words("providers"), words("barred")) == (providers, barred)


def test_the_account_that_was_named_is_meant(account: Path, home: Path) -> None:
    remembered.calendars(remembered.account(home, "b@example.org"), ["Theirs"])

    assert words("calendars", "--account", "b@example.org") == ["Theirs"]
    assert words("calendars") == []  # two accounts, and none is in use


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ZONES])
def test_an_answer_costs_little_more_than_python(kind: str, account: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "calsync_cli", "--complete-values", kind], capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip

    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in told.splitlines()}
    assert loaded & {"typer", "rich", "pydantic", "gettext", "icalendar", "lxml", "httpcore", "keyring", "asyncio", "dateutil"} == set()  # fmt: skip


def calsync(*words: str) -> str:
    done = starting.run([*CALSYNC, *words], env=os.environ)
    done.check_returncode()
    return done.stdout.decode()


def test_events_are_offered_by_the_ids_that_are_shown_and_with_their_titles(home: Path) -> None:
    for title, day in (("Past", "2001-01-01"), ("Far", "2999-01-01"), ("Near", "2998-01-01")):
        calsync("event", "add", title, "--at", f"{day} 12:00")
    calsync("agenda")

    offered = [line.split("\t") for line in ask("events").splitlines()]

    assert [title for _id, title in offered] == ["Near", "Far", "Past"]
    for short, title in offered:
        (event,) = json.loads(calsync("event", "show", short, "--json"))["events"]
        assert (event["short"], event["title"]) == (short, title)


def test_an_event_whose_file_is_gone_is_not_offered(home: Path) -> None:
    calsync("event", "add", "Lunch", "--at", "2999-01-01 12:00")
    calsync("agenda")
    assert len(words("events")) == 1
    (file,) = (home / "agenda").rglob("*.ics")
    file.unlink()

    assert words("events") == []


def test_a_hundred_thousand_events_are_answered_in_time(home: Path) -> None:
    calsync("event", "add", "Lunch", "--at", "2999-01-01 12:00")
    calsync("agenda")
    (file,) = (home / "agenda").rglob("*.ics")
    for number in range(99_000, 100_000):
        file.with_name(f"{number}.ics").hardlink_to(file)
    with sqlite3.connect(home / "state" / "personal" / "state.db") as sql:
        sql.executemany(
            "INSERT INTO agenda(calendar, ref, rev, kind, uid, id, first, last, seal) VALUES ('agenda', ?, '', 'event', '', ?, ?, ?, 0)",
            [
                (f"{number}.ics", f"{number * 7919:012x}", 10**9 + number * 60, 10**9 + number * 60)
                for number in range(100_000)
            ],
        )
    before = used()

    got = words("events")

    assert len(got) == len(set(got)) == 100
    assert used() - before < 0.5  # measured: 0.09 s


def test_a_hundred_thousand_runs_are_answered_in_time(home: Path) -> None:
    path = remembered.account(home)
    database = Database(path)
    with database.transaction() as sql:
        sql.executemany("INSERT INTO run(id, began, ended) VALUES (?, 1e9, 1e9)", [(n,) for n in range(1, 100_001)])
    database.close()

    before = used()

    got = words("runs")

    assert len(got) == 500
    assert used() - before < 0.4  # measured: 0.05 s


def used() -> float:
    """Seconds that the processes of this test have computed, which others on this machine do not lengthen much."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
