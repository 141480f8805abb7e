"""Pages of help as somebody uses them: with this person's own paths, and with commands and settings that work as printed."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from calsync_cli.app.guide import khal_names, quoted
from calsync_cli.cli import words
from calsync_cli.cli.words import topics
from calsync_cli.cli.words.errors import TOPICS
from tests.doubles.events import event
from tests.journeys.conftest import colleague
from tests.journeys.person import Person, agree, silent
from tests.journeys.test_peers import run

COMMAND = re.compile(r"^ {4,}(calsync .+?)(?:  .*)?$|[“(](calsync [^\n”)]+)[”)]|: +(calsync .+?)\.?$", re.MULTILINE)
"""On a line of its own, in quotes or brackets, or at the end of a line."""
TYPED = {
    "ID": "12", "NAME": "X", "NAAM": "X", "ADDRESS": "a@example.org", "ADRES": "a@example.org", "TOPIC": "khal",
    "accept|decline|tentative": "accept", "…": "file", "ACCOUNT": "a@example.org",
}  # fmt: skip
"""What a reader puts in place of a word."""


# ── khal ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def khal(person: Person, *said: str) -> str:
    """khal, with the configuration that the page prints and not a letter more; only its cache has a place of its own."""
    page = person.sure("help", "khal").out
    (block,) = re.findall(r"^    \[calendars\]\n(?:    .*\n|\n)*?.*default_calendar.*\n", page, re.MULTILINE)
    place = person.place / "khal"
    (place / "khal").mkdir(parents=True, exist_ok=True)
    (place / "khal" / "config").write_text(textwrap.dedent(block))
    return run("khal", place, *said)


def test_the_printed_configuration_shows_what_calsync_wrote(settled: Person) -> None:
    shown = khal(settled, "list", "--format", "{title} @{calendar}", "12/01/26", "12/02/26")

    assert {"Intake talk @Calendar", "Lunch @Calendar"} <= set(shown.splitlines())


def test_what_khal_makes_with_it_lands_in_the_primary(settled: Person) -> None:
    khal(settled, "new", "12/03/26", "09:00:00", "10:00:00", "Made by khal")

    settled.syncs()

    assert any("Made by khal" in one for said in agree(settled).values() for one in said)
    silent(settled)


@pytest.mark.parametrize("name", ["Me, myself # and I", 'The "best" one', "It's", "calsync", "Team", 'It\'s "both"'])
def test_a_calendar_may_be_called_anything(settled: Person, name: str) -> None:
    """As khal calls it, whatever the provider does; two may have one name (there is another one called Team)."""
    (settled.folder() / "displayname").write_text(name)

    khal(settled, "new", "12/03/26", "09:00:00", "10:00:00", "Made by khal")

    assert any(b"Made by khal" in path.read_bytes() for path in settled.folder().glob("*.ics"))


def test_before_any_account_it_is_about_the_agenda_that_is_there(newcomer: Person) -> None:
    """R35."""
    before = newcomer.home / "agenda" / "personal" / "agenda"
    before.mkdir(parents=True)
    (before / "mine.ics").write_bytes(event("mine", "Mine"))

    assert "Mine" in khal(newcomer, "list", "12/01/26", "12/02/26")


def test_the_first_of_a_name_keeps_it() -> None:
    assert khal_names([("a", "Team"), ("b", "Team"), ("c", "Team"), ("d", "calsync")]) == {
        "a": "Team",
        "b": "Team1",
        "c": "Team11",
        "d": "calsync1",
    }


def test_every_kind_of_name_can_be_quoted() -> None:
    assert [quoted(one) for one in ("a", 'a"', "a'", "a'\"b")] == ['"a"', "'a\"'", '"a\'"', '"""a\'"b"""']


# ── all pages ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_name_the_persons_own_places(settled: Person) -> None:
    told = {topic: settled.sure("help", topic).out for topic in TOPICS}

    assert str(settled.folder()) in told["primary"]
    assert str(settled.folder()) in told["khal"]
    assert str(settled.home / "mail" / settled.email) in told["folders"]
    assert f"calsync@{settled.email}.service" in told["systemd"]
    assert f"--email {settled.email} --server 127.0.0.1" in told["kerio"]
    assert str(settled.home / "log") in told["support"]
    assert str(settled.home / "policy.toml") in told["policy"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_nothing_is_left_open(newcomer: Person, language: str) -> None:
    for topic in TOPICS:
        assert re.findall(r"\{[A-Z_]+\}", newcomer.sure("help", topic, "--lang", language).out) == []


def test_help_leaves_no_trace(newcomer: Person) -> None:
    newcomer.sure("help", "khal")

    assert not newcomer.home.exists()


def test_with_several_accounts_the_named_one_is_meant_and_without_a_name_none_is_refused(settled: Person) -> None:
    other = colleague(settled)
    other.sure(*other.connecting())
    other.sure("choose-primary", other.primary_id, "--account", other.email)

    assert str(other.agenda) in settled.sure("help", "khal", "-a", other.email).out
    assert str(settled.home / "agenda") in settled.sure("help", "khal").out


@pytest.mark.parametrize("name", ["config.toml", "policy.toml"])
def test_what_cannot_be_read_does_not_keep_help_from_helping(settled: Person, name: str) -> None:
    (settled.home / name).write_text("?")

    assert str(settled.agenda) in settled.sure("help", "khal").out


def test_a_damaged_state_does_not_keep_help_from_helping(settled: Person) -> None:
    settled.database.write_bytes(b"rubbish" * 1000)

    assert str(settled.agenda) in settled.sure("help", "kerio").out + settled.sure("help", "khal").out


@pytest.mark.parametrize("topic", ["mutt-wizard", "microsoft-admin", "khall"])
def test_a_topic_that_is_not_there_names_those_that_are(newcomer: Person, topic: str) -> None:
    ran = newcomer.types("help", topic, "--json")

    assert (ran.code, ran.error) == (2, "E003")
    assert all(name in ran.json["error"]["message"] for name in TOPICS)
    assert ran.json["error"]["fix"] == ("calsync help khal" if topic == "khall" else "calsync help")


def commands() -> list[str]:
    """Every command line of every page, in both languages."""
    found: set[str] = set()
    for language in words.LANGUAGES:
        for topic in set(TOPICS) - {"errors"}:
            page = Path(topics.__file__ or "").parent / language / f"{topic}.txt"
            text = re.sub(r"\n {8}(?=--)", " ", page.read_text(encoding="utf-8"))
            found |= {"".join(one) for one in COMMAND.findall(text)}
    return sorted(line for line in found)


def test_there_are_commands_to_check() -> None:
    assert len(commands()) > 25


@pytest.mark.parametrize("line", commands())
def test_a_command_of_a_page_is_understood(
    line: str, newcomer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FILE", "BESTAND"):
        (tmp_path / name).touch()
    said = [TYPED.get(word, word) for word in shlex.split(line.replace("{ACCOUNT}", "a@b.c").replace("{SERVER}", "h"))]

    ran = newcomer.types(*[word for word in said[1:] if word], "--json", "--no-input", XDG_CONFIG_HOME=str(newcomer.place), PATH="")  # fmt: skip

    assert ran.code == 0 or ran.error not in {"E001", "E999"}, ran.out
