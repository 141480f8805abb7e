"""Two Maildirs and their attic."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.model import CollectionId
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir

INBOX, ARCHIVE = CollectionId("inbox"), CollectionId("archive")


@pytest.fixture
def attic(tmp_path: Path) -> Attic:
    return Attic(tmp_path / "attic", suffix=".eml")


@pytest.fixture
def mail(tmp_path: Path, attic: Attic) -> Maildirs:
    mail = Maildirs(tmp_path / "mail", attic)
    mail.create(INBOX)
    mail.create(ARCHIVE)
    return mail


@pytest.fixture
def inbox(mail: Maildirs) -> Maildir:
    return mail.open(INBOX)


@pytest.fixture
def archive(mail: Maildirs) -> Maildir:
    return mail.open(ARCHIVE)
