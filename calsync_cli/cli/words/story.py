"""The words of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.demo import Scene
from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

SCENES: Mapping[Scene, str] = {
    Scene.START: mark("A calendar server of its own is running at {url}, with three calendars."),
    Scene.CONNECT: mark("1. Connect: the server is found, the settings are filled in and locked."),
    Scene.CHOOSE: mark("2. Choose the primary calendar: that activates it, and the first sync begins."),
    Scene.STATUS: mark("3. Status: one page shows what is set up."),
    Scene.EDIT: mark("4. An event is edited here, another one is changed there, and both travel: {title}"),
    Scene.CONFLICT: mark("5. Both sides change one event; what can be merged is merged: {title}"),
    Scene.UNDO: mark("6. An event is deleted by mistake and brought back: {title}"),
    Scene.VIEW_ONLY: mark("7. An event in a view-only calendar is edited here by mistake and put back: {title}"),
    Scene.CHECK: mark("8. The server itself is asked, without calsync: {count} events, all as they are here."),
    Scene.DISCONNECT: mark("9. Disconnect: the agenda stays, nothing is deleted at the server."),
    Scene.KEPT: mark(
        "Kept for you to try: the server at {url}, the files in {home} (export CALSYNC_HOME={home}). To stop it: {stop}"
    ),
    Scene.END: mark("That was all: {seconds} s, and nothing is left behind."),
}
