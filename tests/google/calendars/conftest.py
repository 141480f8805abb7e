"""A user of the stand-in at a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.google.scene import Desk
from tests.servers.google.control import User


@pytest.fixture
def desk(google_user: User) -> Iterator[Desk]:
    """With one empty calendar beside the primary one."""
    made = Desk(google_user, google_user.new_calendar())
    yield made
    for account in made.accounts:
        account.close()
