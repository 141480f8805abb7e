"""Mail programs with the configuration that help prints, and not a letter more: neomutt and notmuch."""

from __future__ import annotations

import os
import re
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.programs import needed


def printed(person: Mailer, topic: str, first: str) -> str:
    """The block of lines that begins so."""
    page = person.sure("help", topic).out
    (block,) = re.findall(rf"^    {re.escape(first)}\n(?:    .*\n|\n(?=    \[))*", page, re.MULTILINE)
    return textwrap.dedent(block)


def run(home: Path, *words: str, **more: str) -> str:
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home), **more}
    environment |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def neomutt(person: Mailer, *said: str) -> None:
    """Type these commands into neomutt, in the inbox. It wants a terminal: script(1) gives it one."""
    program, script = needed("neomutt", "neomutt"), needed("script", "bsdutils")
    config = person.place / "neomuttrc"
    config.write_text(
        printed(person, "neomutt", "set mbox_type = Maildir")
        + "set quit=yes\nset delete=yes\nset move=no\nset confirmappend=no\nset wait_key=no\nset mark_old=no\n"
        + f'set sleep_time=0\nset header_cache=\npush "{"".join(said)}<quit>"\n'
    )
    run(person.place, script, "-qec", f"{program} -n -F {config}", "/dev/null")


def notmuch(person: Mailer, *said: str) -> str:
    program = needed("notmuch", "notmuch")
    config = person.place / "notmuch-config"
    config.write_text(printed(person, "notmuch", "[database]"))
    return run(person.place, program, *said, NOTMUCH_CONFIG=str(config))


def test_what_neomutt_reads_is_read_at_the_provider(settled: Mailer) -> None:
    neomutt(settled, "<limit>~s Lunch<enter><tag-pattern>.<enter><tag-prefix><clear-flag>N")

    settled.syncs()

    assert settled.far()["Lunch"] == "\\Seen"
    settled.settled()


def test_what_neomutt_saves_to_the_archive_is_moved_there(settled: Mailer) -> None:
    neomutt(settled, "<tag-pattern>~s Lunch<enter><tag-prefix><save-message>+archive<enter>")

    told = settled.syncs()["mail"]

    assert (told["moved"], told["out"], sorted(settled.far("Archive"))) == (1, 0, ["Lunch"])
    settled.settled()


def test_what_neomutt_deletes_is_moved_to_the_bin(settled: Mailer) -> None:
    neomutt(settled, "<tag-pattern>~s Lunch<enter><tag-prefix><delete-message>")

    told = settled.syncs()["mail"]

    assert (told["moved"], told["out"], told["deleted_out"]) == (1, 0, 0)
    assert (sorted(settled.far()), sorted(settled.far("Trash"))) == (["Talk"], ["Lunch"])
    settled.settled()


def test_notmuch_finds_what_was_fetched_and_its_tags_are_the_flags(settled: Mailer) -> None:
    told = notmuch(settled, "new")

    assert "Added 2 new messages" in told
    assert notmuch(settled, "search", "--output=messages", "tag:unread").count("id:") == 1
    notmuch(settled, "tag", "+flagged", "-unread", "--", "subject:Lunch")
    settled.syncs()
    assert settled.far()["Lunch"] == "\\Flagged \\Seen"
    settled.settled()


def test_the_hook_indexes_what_a_round_brought(settled: Mailer) -> None:
    notmuch(settled, "new")
    settled.sure("config", "set", "hooks.post_sync", '["notmuch", "new"]')
    settled.env["NOTMUCH_CONFIG"] = str(settled.place / "notmuch-config")
    settled.delivers(letter("News"))

    settled.syncs()

    assert notmuch(settled, "count", "subject:News").strip() == "1"


@pytest.mark.parametrize("name", ["it's mine", 'a "b" $HOME `id`', "back\\slash"])
def test_any_place_can_be_written_for_neomutt(newcomer: Mailer, name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    newcomer.sure("config", "set", "mail.path", str(root))
    newcomer.sure(*newcomer.connecting())
    newcomer.sure("map-folders", "--auto")

    neomutt(newcomer, "<tag-pattern>~s Lunch<enter><tag-prefix><save-message>+archive<enter>")

    assert len(list((root / "archive" / "cur").iterdir()) + list((root / "archive" / "new").iterdir())) == 1
