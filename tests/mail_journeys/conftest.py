"""Whom the journeys are about: somebody who has mail at a server, and somebody whose folders are mapped and fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mail_journeys.mailer import Mailer, letter
from tests.servers.dovecot import Dovecot


@pytest.fixture
def newcomer(tmp_path: Path, dovecot: Dovecot) -> Mailer:
    """Not connected. Two messages in the inbox at the server, one of them read."""
    someone = Mailer(tmp_path / "person", dovecot, dovecot.new_user())
    someone.delivers(letter("Lunch"))
    someone.delivers(letter("Talk"), flags="\\Seen")
    return someone


@pytest.fixture
def settled(newcomer: Mailer) -> Mailer:
    """Connected; inbox, archive, bin and sent mapped, first sync done."""
    return newcomer.starts()
