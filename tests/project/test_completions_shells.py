"""Real bash, zsh and fish: what TAB offers, and that whatever a stranger called a calendar arrives as that one word."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from calsync_cli.cli.completion.picture import Command, picture
from calsync_cli.core.shelf import sha_of
from tests.project import remembered
from tests.project.shells import COMPLETIONS, SHELLS, Shell, program
from tests.servers.fixtures import or_skip

PICTURE = {command.path: command for command in picture()}

EVIL = [
    "Primary",
    "aa Team recruitment",
    "bb it's \"quoted\" 'twice'",
    "cc $(touch pwned) `touch pwned` ${HOME} $HOME",
    "dd a:b=c@d:e",
    "ee back\\slash \\n \\\\",
    "ff ; touch pwned & touch pwned | touch pwned > pwned < pwned",
    "gg * ? [a-z] {a,b} ~ # ^ %",
    "hh Überlänge 会議 🎉 שלום",
    "ii two  spaces",
    "jj !bang !! !$",
    "kk '",
    "ll (x) <y> -- --json",
]
BARE = ["~", "~root", "#hash", "*", "!!", "=ls", "$HOME", "'", '"', "%1", "a b"]
"""These have nothing harmless in front."""


OBRIEN = "o'brien;$(pwned)@example.org"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("remembered")
    path = remembered.account(place)
    remembered.calendars(path, EVIL, hidden=["zz Old"])
    remembered.happened(path, place / "attic" / remembered.ME)
    bare = remembered.account(place, "bare@example.org")
    remembered.calendars(bare, ["Primary", *BARE])
    remembered.account(place, OBRIEN)
    (place / "state" / "current").write_text(remembered.ME)
    return place


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, home: Path) -> Iterator[Shell]:
    place = tmp_path_factory.mktemp(str(request.param))
    made = or_skip(Shell(str(request.param), place, {"CALSYNC_HOME": str(home)}).start)
    yield made
    assert not (place / "work" / "pwned").exists(), "a name was executed"
    made.stop()


def dashes(command: Command, *, without: tuple[str, ...] = ()) -> set[str]:
    return {name for flag in command.flags for name in flag.names if not set(flag.names) & set(without)}


@pytest.mark.parametrize("path", [path for path in PICTURE if path])
def test_every_flag_is_offered_after_its_command(path: str, shell: Shell) -> None:
    got = shell.offers(f"calsync {path} --")

    assert set(got) == {name for name in dashes(PICTURE[path]) if name.startswith("--")}


@pytest.mark.parametrize("line", ["calsync {} --", "calsync --no-input {} --", "calsync {} --no-input --"])
def test_a_flag_is_offered_once_wherever_it_was_given(line: str, shell: Shell) -> None:
    got = shell.offers(line.format("sync"))

    assert ("--no-input" in got) == (line == "calsync {} --")
    assert {"--watch", "--account"} <= set(got)


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("calsync sync -qn -", ("-q", "-n")),
        ("calsync -a me@example.org sync --lang=nl -", ("-a", "--lang")),
        ("calsync --account me@example.org --color never sync --every 5m -", ("--account", "--color", "--every")),
        ("calsync -ame@example.org sync -", ("-a",)),
        ("calsync sync -v --verbose -vv -", ()),
    ],
)
def test_short_long_joined_and_bundled_flags_count_as_given(line: str, gone: tuple[str, ...], shell: Shell) -> None:
    got = shell.offers(line)

    assert set(got) == dashes(PICTURE["sync"], without=gone)


@pytest.mark.parametrize("path", [path for path in PICTURE if PICTURE[path].commands])
def test_every_command_is_offered_and_no_flag(path: str, shell: Shell) -> None:
    got = shell.offers(f"calsync {path} ".replace("  ", " "))

    assert set(got) == set(PICTURE[path].commands)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("calsync --lang ", {"en", "nl"}),
        ("calsync status --color ", {"auto", "always", "never"}),
        ("calsync sync --only ", {"calendar", "mail"}),
        ("calsync conflicts resolve c7 --keep ", {"local", "remote", "both"}),
        ("calsync config set event.invite ", {"ask", "all", "none"}),
        ("calsync config set sync.every ", set()),
        ("calsync connect ", {"google", "kerio", "caldav"}),
        ("calsync conflicts show ", {"c7", "w" + sha_of(b"1 near broken.ics")[:6]}),
        ("calsync undo ", {"12"}),
        ("calsync undo --run ", {"812"}),
        ("calsync log --run ", {"811", "812"}),
        ("calsync calendars show ", {"zz Old"}),
        ("calsync account use ", {"me@example.org", "bare@example.org", OBRIEN}),
        ("calsync frob ", set()),
        ("calsync status ", set()),
        ("calsync undo 12 ", set()),
        ("calsync sync --wait ", set()),
        ("calsync sync -- --", set()),
        ("calsync -- st", {"status"}),
    ],
)
def test_what_can_stand_there_is_offered(line: str, wanted: set[str], shell: Shell) -> None:
    got = shell.offers(line)

    assert set(got) == wanted


def test_settings_and_topics_are_offered(shell: Shell) -> None:
    keys, topics = shell.offers("calsync config get "), shell.offers("calsync help ")

    assert {"language", "sync.every"} <= set(keys)
    assert {"primary", "kerio"} <= set(topics)


@pytest.mark.parametrize("name", EVIL[1:])
def test_the_name_of_a_calendar_arrives_as_that_one_word(name: str, shell: Shell) -> None:
    got = shell.types(f"calsync calendars hide {name[:2]}\t")

    assert got == ["calendars", "hide", name]


@pytest.mark.parametrize("typed", ["AA", "aa\\ ", "aa\\ team", "'aa T", '"aa Team '])
def test_a_name_is_completed_however_its_beginning_is_typed(typed: str, shell: Shell) -> None:
    got = shell.types(f"calsync calendars hide {typed}\t")

    assert got == ["calendars", "hide", "aa Team recruitment"]


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("name", [name for name in EVIL[1:] if "!" not in name])
def test_a_name_within_quotes_arrives_as_that_one_word(name: str, quote: str, shell: Shell) -> None:
    got = shell.types(f"calsync calendars hide {quote}{name[:3]}\t")

    assert got == ["calendars", "hide", name]


@pytest.mark.parametrize("shell", ["bash", "zsh"], indirect=True)
def test_names_with_nothing_harmless_in_front_arrive_too(shell: Shell) -> None:
    """fish puts one word into the line at a time; its quoting is its own."""
    got = shell.offers("calsync -a bare@example.org calendars hide ")

    assert set(got) == set(BARE)


@pytest.mark.parametrize(
    "typed", ["-a me", "-a me@", "-a me@ex", "--account me@exa", "--account=me@exa", "--account=m"]
)
def test_an_address_is_one_word_although_bash_breaks_it_in_two(typed: str, shell: Shell) -> None:
    got = shell.types(f"calsync {typed}\t status")

    assert got == [*typed.replace("=", " ").split()[:1], "me@example.org", "status"] if "=" not in typed else ["--account=me@example.org", "status"]  # fmt: skip


def test_a_name_with_colons_is_one_word_although_bash_breaks_it(shell: Shell) -> None:
    got = shell.types("calsync calendars hide dd\\ a:b=c\t")

    assert got == ["calendars", "hide", "dd a:b=c@d:e"]


@pytest.mark.parametrize("line", ["calsync --config {}", "calsync connect caldav --ca-file {}", "calsync account import {}", "calsync --log-file={}"])  # fmt: skip
def test_files_are_completed(line: str, shell: Shell) -> None:
    (shell.place / "work" / "some file.pem").touch()

    got = shell.types(line.format("som") + "\t")

    assert got[-1].rpartition("=")[2] == "some file.pem"


@pytest.mark.parametrize("line", ["calsync disconnect --export {}", "calsync disconnect --export={}"])
def test_directories_are_completed_and_files_are_not(line: str, shell: Shell) -> None:
    (shell.place / "work" / "deep place").mkdir(exist_ok=True)
    (shell.place / "work" / "deep file").touch()

    got = shell.types(line.format("dee") + "\t")

    assert got[-1].rpartition("=")[2].rstrip("/") == "deep place"


def test_the_account_that_was_named_is_the_one_whose_calendars_are_offered(shell: Shell) -> None:
    got = shell.types("calsync --account=bare@example.org calendars hide a\t")

    assert got == ["--account=bare@example.org", "calendars", "hide", "a b"]


def test_flags_and_choices_ask_nobody(shell: Shell) -> None:
    shell.asked()

    shell.offers("calsync sync --")
    shell.offers("calsync --lang ")
    shell.offers("calsync config set ")

    assert shell.asked() == 0


@pytest.mark.parametrize("lost", ["missing", "broken", "slow words"])
def test_whatever_calsync_says_the_line_stays_whole(lost: str, shell: Shell) -> None:
    stand_in = shell.place / "bin" / "calsync"
    before = stand_in.read_text()
    answer = {"missing": "exit 127", "broken": "echo 'calsync: \u001b[31moh' >&2; exit 1", "slow words": "kill -9 $$"}[
        lost
    ]
    stand_in.write_text(before.replace("exec ", f"{answer}; exec "))

    got = shell.types("calsync calendars hide aa\t")

    stand_in.write_text(before)
    assert got == ["calendars", "hide", "aa"]


HABITS = {
    "bash": "set -u; shopt -s nocasematch failglob nullglob extglob; IFS=:; noglob=1; set -f",
    "zsh": "setopt ksh_arrays sh_word_split glob_subst null_glob no_unset c_bases; IFS=:",
    "fish": "set -g IFS :; set -g fish_trace 0",
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_users_own_options_change_nothing(name: str, tmp_path: Path, home: Path) -> None:
    used_to = or_skip(Shell(name, tmp_path, {"CALSYNC_HOME": str(home), "CALSYNC_LANG": "nl"}).start)
    used_to.types(f"{HABITS[name]}; calsync")

    got = [
        used_to.types(line)
        for line in ("calsync --lang=n\t sy\t --no-in\t", "calsync calendars hide cc\t", "calsync -a me@\t l\t")
    ]

    used_to.stop()
    assert got == [["--lang=nl", "sync", "--no-input"], ["calendars", "hide", EVIL[3]], ["-a", "me@example.org", "log"]]


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({"LC_ALL": "nl_NL.UTF-8"}, "Leg een onderwerp uit"),
        ({"LC_ALL": "", "LANG": "nl_BE"}, "Leg een onderwerp uit"),
        ({"LC_ALL": "nl_NL", "CALSYNC_LANG": "en"}, "Explain a topic"),
        ({"LC_ALL": "nl_NL", "CALSYNC_LANG": "auto"}, "Leg een onderwerp uit"),
        ({"LC_ALL": "de_DE.UTF-8"}, "Explain a topic"),
    ],
    ids=str,
)
def test_fish_explains_in_the_language_that_calsync_speaks(env: dict[str, str], wanted: str) -> None:
    fish = or_skip(lambda: program("fish"))
    script = f"source {COMPLETIONS}/calsync.fish; complete -C 'calsync help'"

    told = subprocess.run([fish, "--no-config", "-c", script], env={"PATH": "/usr/bin:/bin", "HOME": "/", **env}, capture_output=True, text=True, check=True)  # fmt: skip

    assert told.stdout == f"help\t{wanted}\n"


@pytest.mark.parametrize(
    ("language", "wanted"), [("nl_NL.UTF-8", b"Leg een onderwerp uit"), ("C.UTF-8", b"Explain a topic")]
)
def test_zsh_explains_in_the_language_that_calsync_speaks(language: str, wanted: bytes, tmp_path: Path) -> None:
    zsh = or_skip(Shell("zsh", tmp_path, {"CALSYNC_LANG": "auto", "LC_ALL": language}).start)

    told = zsh.lists("calsync \t")

    zsh.stop()
    assert wanted in told
