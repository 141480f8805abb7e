"""`log`: rounds of mail by folder and kind."""

from __future__ import annotations

from threading import Event
from typing import Any

from calsync_cli.app.log import follow
from calsync_cli.app.wiring import desk
from tests.mail_journeys.mailer import Mailer, letter


def rows(person: Mailer, *flags: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = person.sure("log", "--json", *flags).json["rows"]
    return told


def test_a_round_is_told_by_folder_and_kind_below_its_heading(settled: Mailer) -> None:
    settled.delivers(letter("One"), letter("Two"))
    settled.carries("Talk", "archive")
    run = settled.syncs()["run"]

    told = rows(settled, "--run", str(run))

    assert [(row["what"], row["direction"], row["folder"], row["count"]) for row in told] == [
        ("run", None, "", None),
        ("added", "in", "inbox", 2),
        ("moved", "out", "archive", 1),
    ]


def test_all_rounds_are_told_oldest_first(settled: Mailer) -> None:
    settled.delivers(letter("One"))
    settled.syncs()

    told = [(row["what"], row["count"]) for row in rows(settled) if row["what"] != "run"]

    assert told[0] == ("added", 2)
    assert told[-1] == ("added", 1)


def test_a_line_of_it_can_be_read(settled: Mailer) -> None:
    settled.delivers(letter("One"))
    run = settled.syncs()["run"]

    told = settled.sure("log", "--run", str(run)).out.splitlines()

    assert told[1].endswith("← added  1  (inbox)")


def test_a_folder_is_told_though_it_is_mapped_no_more(settled: Mailer) -> None:
    settled.carries("Talk", "archive")
    run = settled.syncs()["run"]
    settled.sure("map-folders", "--archive", "none")

    assert [row["folder"] for row in rows(settled, "--run", str(run))] == ["", "archive"]


def test_a_round_that_did_nothing_leaves_no_line(settled: Mailer) -> None:
    settled.syncs()
    before = rows(settled)

    settled.syncs()

    assert [row["what"] for row in rows(settled)] == [row["what"] for row in before]


def test_whoever_follows_is_told_of_a_round_when_it_ended(settled: Mailer) -> None:
    class Pauses(Event):
        """In the first pause a round is made; in the third it is enough."""

        made = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.made += 1
            if self.made == 1:
                settled.syncs()
            return self.made > 2

    settled.delivers(letter("One"), letter("Two"))
    mine = desk(account=None, config_file=None, env=settled.env, interactive=False, tell=None)

    told = [(row.what, row.folder, row.count) for row in follow(mine, run=None, stop=Pauses())]

    assert told == [("run", "", None), ("added", "inbox", 2)]
