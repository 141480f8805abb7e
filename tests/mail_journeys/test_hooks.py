"""The program that runs after a round of mail: notmuch, as people have it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.mail_journeys.mailer import Mailer, letter
from tests.programs import needed


def hooked(person: Mailer, *words: str) -> None:
    person.sure("config", "set", "hooks.post_sync", json.dumps(words))


def test_notmuch_finds_a_message_as_soon_as_it_arrived(settled: Mailer) -> None:
    notmuch, config = needed("notmuch", "notmuch"), settled.place / "notmuch"
    (settled.home / "mail" / ".notmuch").mkdir()
    config.write_text(
        f"[database]\npath={settled.home / 'mail'}\n[user]\nname=Me\nprimary_email={settled.email}\n"
        "[new]\nignore=.calsync\n[maildir]\nsynchronize_flags=true\n"
    )
    hooked(settled, str(notmuch), f"--config={config}", "new", "--quiet")
    settled.delivers(letter("Found at once"), flags="\\Flagged")

    hook = settled.syncs()["hook"]

    asked = [str(notmuch), f"--config={config}", "search", "--output=files", "subject:found and tag:flagged"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    assert (hook["what"], hook["said"]) == ("well", "")
    assert [Path(one) for one in found] == [settled.file("Found at once")]


def test_a_round_that_only_sent_starts_nothing(settled: Mailer) -> None:
    notes = settled.place / "notes"
    hooked(settled, "/bin/sh", "-c", f"echo ran > {notes}")
    settled.puts(letter("Reply"), "sent")

    told = settled.syncs()

    assert (told["mail"]["out"], told["hook"], notes.exists()) == (1, None, False)


def test_the_hook_knows_where_the_mail_lies_and_how_much_came(settled: Mailer) -> None:
    notes = settled.place / "notes"
    hooked(settled, "/bin/sh", "-c", f'echo "$CALSYNC_MAILDIRS $CALSYNC_MESSAGES_IN $CALSYNC_MESSAGES_OUT" > {notes}')
    settled.delivers(letter("One"), letter("Two"))
    settled.puts(letter("Reply"), "sent")

    settled.syncs()

    assert notes.read_text() == f"{settled.mail} 2 1\n"
