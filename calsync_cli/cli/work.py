"""What every command needs before it can order a use-case: the screen, the log, and the desk."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from calsync_cli.cli.view.progress import teller
from calsync_cli.cli.view.screen import screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsync_cli.app.wiring import Desk
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen


@contextmanager
def working(asked: Asked) -> Iterator[tuple[Desk, Screen]]:
    """A desk for the account that was asked for, and the screen; progress ends with the block."""
    from calsync_cli.app import wiring  # help and wrong usage need no desk
    from calsync_cli.cli.journal import journal

    shown = screen(asked)
    with journal(asked, shown), teller(shown) as tell:
        desk = wiring.desk(
            account=asked.account,
            config_file=asked.config,
            env=os.environ,
            interactive=shown.interactive,
            tell=tell,
        )
        yield desk, shown
