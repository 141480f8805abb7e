"""Maildirs that another program filled are taken over as they are: nothing is fetched, sent or renamed."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.programs import needed

COUNT = 30


@pytest.fixture
def filled(newcomer: Mailer) -> Mailer:
    """Thirty messages there, some read; two of them with one Message-ID, one without any."""
    newcomer.delivers(*(letter(f"Number {n}", number=f"n{min(n, COUNT - 2)}") for n in range(COUNT)))
    newcomer.delivers(letter("Nameless").replace(b"Message-ID: <Nameless@test>\r\n", b""), flags="\\Flagged")
    return newcomer


def bodies(root: Path) -> dict[str, bytes]:
    """Base name → bytes, of every message."""
    return {
        path.name.partition(":")[0]: path.read_bytes() for sub in ("new", "cur") for path in root.glob(f"inbox/{sub}/*")
    }


def mbsync(person: Mailer, root: Path) -> None:
    config = person.place / "mbsyncrc"
    config.write_text(
        f"IMAPStore far\nHost 127.0.0.1\nPort {person.server.imap}\nUser {person.user}\nPass pw\nSSLType None\nAuthMechs LOGIN\n\n"
        f"MaildirStore near\nPath {root}/\nInbox {root}/inbox\nSubFolders Verbatim\n\n"
        f"Channel inbox\nFar :far:INBOX\nNear :near:inbox\nCreate Near\nSyncState *\n"
    )
    root.mkdir(parents=True)
    subprocess.run(
        [needed("mbsync", "isync"), "-c", config, "-q", "inbox"], check=True, capture_output=True, timeout=60
    )


def offlineimap(person: Mailer, root: Path) -> None:
    config = person.place / "offlineimaprc"
    config.write_text(
        f"[general]\naccounts = a\nmetadata = {person.place}/offlineimap\nui = quiet\n\n"
        "[Account a]\nlocalrepository = near\nremoterepository = far\n\n"
        f"[Repository near]\ntype = Maildir\nlocalfolders = {root}\nnametrans = lambda name: 'INBOX'\n\n"
        f"[Repository far]\ntype = IMAP\nremotehost = 127.0.0.1\nremoteport = {person.server.imap}\nremoteuser = {person.user}\n"
        "remotepass = pw\nssl = no\nstarttls = no\nfolderfilter = lambda name: name == 'INBOX'\nnametrans = lambda name: 'inbox'\n"
    )
    program = needed("offlineimap", "offlineimap3")
    subprocess.run([program, "-c", config, "-o"], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("fill", [mbsync, offlineimap])
def test_a_maildir_of_another_program_is_taken_over_without_a_download(
    fill: Callable[[Mailer, Path], None], filled: Mailer
) -> None:
    root = filled.place / "Mail"
    fill(filled, root)
    before = bodies(root)
    filled.sure("config", "set", "mail.path", str(root))

    filled.sure(*filled.connecting())
    told = filled.syncs()["mail"]

    assert (len(before), bodies(root)) == (COUNT + 3, before)
    assert not any(told.values())
    assert posted(filled).get("fetched", 0) == 0
    assert posted(filled)["adopted"] == COUNT + 3


def posted(person: Mailer) -> dict[str, int]:
    """What all rounds did, by kind."""
    line = sqlite3.connect(f"file:{person.home / 'state' / person.email / 'state.db'}?mode=ro", uri=True)
    try:
        return dict(line.execute("SELECT what, sum(count) FROM posted GROUP BY what").fetchall())
    finally:
        line.close()
