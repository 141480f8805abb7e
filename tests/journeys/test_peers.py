"""Other programs at the same directory: khal reads and edits what calsync keeps, a vdir of vdirsyncer's is adopted."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.doubles.events import event
from tests.journeys.person import Person, agree, silent

PROGRAMS = Path(sysconfig.get_path("scripts"))


def khal(person: Person, *words: str, stdin: str = "") -> str:
    place = person.place / "khal"
    place.mkdir(exist_ok=True)
    (place / "config").write_text(
        f"[calendars]\n[[agenda]]\npath = {person.agenda}/*\ntype = discover\n[default]\ndefault_calendar = Calendar\n"
        "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {place}/khal.db\n"
    )
    return run("khal", place, "-c", str(place / "config"), *words, stdin=stdin)


def run(program: str, home: Path, *words: str, stdin: str = "") -> str:
    env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    env.pop("CALSYNC_HOME", None)
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / program), *words],
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_khal_lists_what_calsync_wrote_under_the_calendars_name(settled: Person) -> None:
    told = khal(settled, "list", "--format", "{title} @{calendar}", "2026-12-01", "2026-12-02").splitlines()

    assert sorted(told[1:]) == ["Intake talk @Calendar", "Lunch @Calendar"]


def test_what_khal_makes_arrives_at_the_server(settled: Person) -> None:
    khal(settled, "new", "-a", "Calendar", "2026-12-03 09:00", "2026-12-03 10:00", "Made by khal")

    settled.syncs()

    assert any("SUMMARY:Made by khal" in one for told in agree(settled).values() for one in told)
    silent(settled)


def test_what_khal_edits_arrives_at_the_server(settled: Person) -> None:
    khal(settled, "edit", "Lunch", stdin="s\nEdited by khal\nn\n")

    settled.syncs()

    assert any("SUMMARY:Edited by khal" in one for told in agree(settled).values() for one in told)
    silent(settled)


def test_khal_sees_what_changed_at_the_server(settled: Person) -> None:
    khal(settled, "list", "2026-12-01", "2026-12-02")
    settled.edits_there("lunch", "Lunch", "Late lunch")

    settled.syncs()

    assert "Late lunch" in khal(settled, "list", "2026-12-01", "2026-12-02")


@pytest.fixture
def synced_before(newcomer: Person) -> Person:
    """Somebody whose calendars vdirsyncer kept until today."""
    served, place = newcomer.served, newcomer.place / "vdirsyncer"
    place.mkdir()
    (place / "config").write_text(
        f'[general]\nstatus_path = "{place}/status/"\n'
        '[pair mine]\na = "here"\nb = "there"\ncollections = ["from b"]\nmetadata = ["displayname", "color"]\n'
        f'[storage here]\ntype = "filesystem"\npath = "{newcomer.agenda}/"\nfileext = ".ics"\n'
        f'[storage there]\ntype = "caldav"\nurl = "{served.home_url}"\n'
        f'username = "{served.user}"\npassword = "{served.password}"\n'
    )
    for words, answers in ((("discover",), "y\n" * 10), (("sync",), ""), (("metasync",), "")):
        run("vdirsyncer", place, "-c", str(place / "config"), *words, stdin=answers)
    return newcomer


def test_a_vdir_of_vdirsyncers_is_adopted_as_it_is(synced_before: Person) -> None:
    files = {path: path.read_bytes() for path in synced_before.agenda.rglob("*.ics")}

    synced_before.connects()
    report = synced_before.chooses("--json").json["sync"]

    assert len(files) == 2
    assert (report["match"]["equal"], report["calendar"]["in"], report["calendar"]["out"]) == (2, 0, 0)
    assert {path: path.read_bytes() for path in synced_before.agenda.rglob("*.ics")} == files
    silent(synced_before)


def test_what_vdirsyncer_had_not_sent_yet_is_sent(synced_before: Person) -> None:
    (synced_before.agenda / "cal" / "new.ics").write_bytes(event("new", "New"))

    synced_before.starts()

    assert set(agree(synced_before)) == {"talk", "lunch", "new"}
