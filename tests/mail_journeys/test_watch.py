"""`sync --watch` of mail: a change is at the other side at once, with no poll to help; whatever dies is begun anew."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import programs
from tests.benchmarks.mail import fill
from tests.journeys.watching import Watching, watching
from tests.mail_journeys.mailer import Mailer, letter
from tests.mail_journeys.test_both_halves import Office
from tests.servers.line import Line

ON = "Watching"
NEVER = "10h"
"""So often the server is polled: whatever is seen in these tests was rung for."""


@pytest.fixture
def watched(settled: Mailer) -> Iterator[tuple[Mailer, Watching]]:
    """Somebody whose mail is watched, and quiet."""
    with watching(settled, "--json", "-vv", every=NEVER) as watch:
        watch.await_said(ON)
        idles(watch)
        yield settled, watch
        assert watch.stopped() == 0


def idles(watch: Watching, times: int = 1) -> None:
    """It listens to the server, and has looked since."""
    watch.await_said("bell far mail", times=times)
    at = [found.start() for found in re.finditer("bell far mail", watch.said)][times - 1]
    watch.await_true(lambda: "STATUS" in watch.said[at:])


# ── a change is at the other side at once ────────────────────────────────────────────────────────────────────────


def test_what_happens_there_is_here_at_once(watched):
    someone, watch = watched

    someone.delivers(letter("News"))
    watch.await_true(lambda: "News" in someone.near())
    someone.store("News", "\\Flagged")
    watch.await_true(lambda: someone.near() == {"Lunch": "", "Talk": "S", "News": "F"})
    someone.moves("News", "Archive")
    watch.await_true(lambda: someone.near("archive") == {"News": "F"} and "News" not in someone.near())
    someone.expunges("Lunch")
    watch.await_true(lambda: someone.near() == {"Talk": "S"})


def test_what_happens_here_is_there_at_once(watched):
    someone, watch = watched

    someone.marks("Lunch", "S")
    watch.await_true(lambda: someone.far()["Lunch"] == "\\Seen")
    someone.carries("Lunch", "archive")
    watch.await_true(lambda: someone.far("Archive") == {"Lunch": "\\Seen"} and "Lunch" not in someone.far())
    someone.puts(letter("Reply"), "sent")
    watch.await_true(lambda: someone.far("Sent") == {"Reply": "\\Seen"})
    someone.file("Talk").unlink()
    watch.await_true(lambda: list(someone.far("Trash")) == ["Talk"] and list(someone.near("deleted")) == ["Talk"])
    someone.settled()


def test_each_change_costs_one_round_and_our_own_deeds_none(watched):
    someone, watch = watched
    mapped = 4
    watch.await_said("STATUS", times=2 * mapped)  # the first round, and the one for what came before anybody listened

    for number, deed in enumerate(
        (
            lambda: someone.delivers(letter("News")),
            lambda: someone.marks("News", "S"),
            lambda: someone.puts(letter("Note"), "inbox"),
            lambda: someone.carries("Note", "archive"),
            lambda: someone.store("News", "\\Flagged"),
        ),
        start=1,
    ):
        deed()
        watch.await_true(lambda number=number: len([one for one in watch.lines if one["ok"]]) > number)
    someone.delivers(letter("Last"))  # what would have rung for any of them has rung before this does
    watch.await_true(lambda: "Last" in someone.near())

    assert watch.said.count("STATUS") == (2 + 6) * mapped


# ── beside it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_is_mapped_meanwhile_is_fetched_at_once_and_rings(watched):
    someone, watch = watched
    someone.delivers(letter("Sketch"), folder="Drafts")

    someone.sure("map-folders", "--drafts", "Drafts")

    watch.await_true(lambda: list(someone.near("drafts")) == ["Sketch"])
    someone.puts(letter("Idea"), "drafts")
    watch.await_true(lambda: "Idea" in someone.far("Drafts"))


def test_cron_beside_it_works(watched):
    someone, watch = watched

    for number in range(3):
        someone.delivers(letter(f"News {number}"))
        someone.sure("sync", "--wait", "10")

    assert len(someone.near()) == 5
    watch.await_true(lambda: len(someone.far()) == 5)


def test_a_new_configuration_is_read_when_told(watched):
    someone, watch = watched
    someone.home.joinpath("config.toml").write_text('[sync]\nevery = "7h"\n')

    watch.tell(signal.SIGHUP)
    watch.await_said("read again")

    idles(watch, times=2)
    someone.delivers(letter("After"))
    watch.await_true(lambda: "After" in someone.near())
    someone.marks("After", "S")
    watch.await_true(lambda: someone.far()["After"] == "\\Seen")


def test_mail_that_is_connected_meanwhile_is_watched_and_costs_the_calendars_nothing(tmp_path, kerio, cyrus_server):
    office = Office(tmp_path / "office", kerio.new_user(), provider="kerio", imap=cyrus_server.imap)
    calendars, mail = office.both[:2], office.both[2:]
    office.signs_in(*calendars, "--only", "calendar")
    office.chooses()
    with watching(office, "-vv", every=NEVER) as watch:
        watch.await_said(ON)

        assert office.signs_in(*mail).code == 0

        idles(watch)
        asked = len(office.served.log.asked("PROPFIND"))
        office.receives(letter("News"))
        watch.await_true(lambda: len(office.inbox) == 1)
        assert watch.stopped() == 0
    assert len(office.served.log.asked("PROPFIND")) == asked > 0


# ── connections that die ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def far_away(newcomer: Mailer) -> Iterator[tuple[Mailer, Line]]:
    """Somebody whose line to the server can be cut."""
    road = Line(newcomer.server.imap).start()
    newcomer.port = road.port
    yield newcomer.starts(), road
    road.stop()


def test_a_line_that_was_cut_is_told_once_and_nothing_is_missed(far_away):
    someone, road = far_away
    with watching(someone, "--json", "-vv", every=NEVER) as watch:
        watch.await_said(ON)
        idles(watch)
        road.refuse = True
        someone.marks("Lunch", "S")
        watch.await_said("Offline")
        someone.marks("Talk", "FS")
        someone.delivers(letter("Meanwhile"))
        road.clear()

        watch.await_true(lambda: "Meanwhile" in someone.near())
        watch.await_true(lambda: someone.far() == {"Lunch": "\\Seen", "Talk": "\\Flagged \\Seen", "Meanwhile": ""})

        watch.await_said("Back online")
        assert watch.stopped() == 0
        assert watch.said.count("Offline") == 1


def test_a_session_that_is_ended_by_the_server_is_begun_anew(watched):
    someone, watch = watched

    kicked = [
        programs.needed("doveadm", "dovecot-core"),
        "-c",
        str(someone.server.run / "dovecot.conf"),
        "kick",
        someone.user,
    ]
    subprocess.run(kicked, check=True, capture_output=True)
    idles(watch, times=2)

    someone.delivers(letter("News"))
    watch.await_true(lambda: "News" in someone.near())
    assert "Offline" not in watch.said


# ── its end ──────────────────────────────────────────────────────────────────────────────────────────────────────

MANY = 1500
ROUNDS = 1000
FLAGS = {"S": "\\Seen", "FS": "\\Flagged \\Seen"}


def test_stopped_in_the_first_pull_it_ends_at_once_and_goes_on_later(far_away):
    someone, road = far_away
    fill(someone.server, someone.user, (letter(f"Many {n}") for n in range(MANY)))
    road.rtt = 0.3
    with watching(someone, every=NEVER) as watch:
        watch.await_true(lambda: len(someone.files()) > 10)

        watch.tell(signal.SIGTERM)

        assert watch.ends(seconds=10) == 0
    assert len(someone.files()) < MANY
    road.rtt = 0.0
    someone.settled()
    assert len(someone.near()) == MANY + 2


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_rounds_take_no_more_memory_than_the_first(settled):
    with watching(settled, "-q", every=NEVER) as watch:
        taken: list[int] = []
        for number in range(ROUNDS):
            flags = "FS" if number % 2 else "S"
            settled.marks("Lunch", flags)
            watch.await_true(lambda flags=flags: settled.far()["Lunch"] == FLAGS[flags])
            if number in {ROUNDS // 10, ROUNDS - 1}:
                taken.append(resident(watch.process.pid))
        assert watch.stopped() == 0
    early, late = taken
    assert late < early + 4 * 1024


def resident(process: int) -> int:
    """Its memory in kB (proc_pid_status(5))."""
    (line,) = [one for one in Path(f"/proc/{process}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1])
