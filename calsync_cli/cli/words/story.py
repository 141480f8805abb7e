"""The words of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.app.reports.demo import Scene
from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

SCENES: Mapping[Scene, str] = {
    Scene.START: mark(
        "Servers of its own are running: {url} with three calendars, and {imap} with mail in eight folders."
    ),
    Scene.CONNECT: mark("1. Connect: the settings are filled in and locked, and the inbox is fetched."),
    Scene.CHOOSE: mark("2. Choose the primary calendar: that activates it, and the first sync begins."),
    Scene.MAP: mark("3. Link the mail folders: the server says which is archive, bin …, and they are fetched."),
    Scene.STATUS: mark("4. Status: one page shows what is set up."),
    Scene.EDIT: mark("5. An event is edited here, another one is changed there, and both travel: {title}"),
    Scene.CONFLICT: mark("6. Both sides change one event; what can be merged is merged: {title}"),
    Scene.UNDO: mark("7. An event is deleted by mistake and brought back: {title}"),
    Scene.WATCH: mark("8. From here on calsync watches: what changes travels by itself."),
    Scene.ARRIVE: mark("9. A message arrives: {title}"),
    Scene.ARCHIVE: mark("10. It is read; one message is archived here, and one leaves the archive there: {title}"),
    Scene.MAIL_UNDO: mark("11. A message is deleted by mistake and brought back: {title}"),
    Scene.VIEW_ONLY: mark("12. An event in a view-only calendar is edited here by mistake and put back: {title}"),
    Scene.CHECK: mark(
        "13. The servers themselves are asked, without calsync: {events} events and {messages} messages, "
        "all as they are here."
    ),
    Scene.DISCONNECT: mark("14. Disconnect: agenda and mail stay, nothing is deleted at the servers."),
    Scene.KEPT: mark(
        "Kept for you to try: the servers at {url} and {imap}, the files in {home} (export CALSYNC_HOME={home}). "
        "To stop it: {stop}"
    ),
    Scene.END: mark("That was all: {seconds} s, and nothing is left behind."),
}
