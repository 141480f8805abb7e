"""The sentences for what stops a round: safety stops (exit 7), and what passes by itself (exit 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsync_cli.cli.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

STOPS: Mapping[tuple[str, str], str] = {
    # ── 7: safety stop ──
    ("E302", ""): mark("Stopped: more would be deleted, or made a second time, than looks right."),
    ("E302", "delete"): mark(
        "Stopped before the first change: {count} of {held} events of “{calendar}” would be deleted."
    ),
    ("E302", "empty"): mark("Stopped before the first change: all {held} events of “{calendar}” would be deleted."),
    ("E302", "again"): mark(
        "Stopped before the first change: {count} events of “{calendar}” would be made a second time."
    ),
    ("E302", "delete-later"): mark(
        "Stopped. Changes made before: {done} (calsync log). Now {count} of {held} events of “{calendar}” would be"
        " deleted."
    ),
    ("E302", "empty-later"): mark(
        "Stopped. Changes made before: {done} (calsync log). Now all {held} events of “{calendar}” would be deleted."
    ),
    ("E302", "again-later"): mark(
        "Stopped. Changes made before: {done} (calsync log). Now {count} events of “{calendar}” would be made again."
    ),
    ("E302", "mail-delete"): mark(
        "Stopped before the first change: {count} of {held} messages of “{folder}” would be deleted."
    ),
    ("E302", "mail-empty"): mark(
        "Stopped before the first change: all {held} messages of “{folder}” would be deleted."
    ),
    ("E302", "mail-again"): mark(
        "Stopped before the first change: {count} messages of “{folder}” would be sent a second time."
    ),
    ("E303", ""): mark(
        "The directory of the agenda or of the mail is not where it was, or it is another one. Nothing was changed."
    ),
    ("E303", "directory"): mark("The directory {path} is gone. Nothing was changed."),
    ("E303", "another"): mark(
        "The directory {path} belongs to another account or another machine. Nothing was changed."
    ),
    ("E303", "root"): mark("The directory {path} is not the one that was synced before. Nothing was changed."),
    ("E303", "gone"): mark("The agenda's directory {path} is gone. Nothing was changed."),
    ("E303", "mail-gone"): mark("The mail's directory {path} is gone. Nothing was changed."),
    ("E303", "folder"): mark(
        "The directory {path} of the mail folder “{folder}” is not the one that was synced before. Nothing was changed."
    ),
    ("E303", "calendar"): mark(
        "The directory {path} of “{calendar}” is not the one that was synced before. Nothing was changed."
    ),
    ("E304", ""): mark("The primary calendar “{calendar}” is gone at the provider. Nothing was changed here."),
    ("E503", ""): mark("What calsync remembers of this account is damaged or of a newer version. Nothing was changed."),
    ("E503", "damaged"): mark("What calsync remembers is damaged: {path} ({reason}). Nothing was changed."),
    ("E503", "newer"): mark("A newer calsync has written {path}. Nothing was changed; use that version."),
    ("E503", "foreign"): mark("{path} was not written by calsync. Nothing was changed."),
    ("E503", "body"): mark("What calsync remembers of an event is damaged: {path}. Nothing was changed."),
    # ── 8: temporary ──
    ("E401", ""): mark("The server {host} asks to slow down, or it is full."),
    ("E401", "rate"): mark("The server {host} asks to slow down. The next sync goes on where this one stopped."),
    ("E401", "quota"): mark(
        "The server {host} takes no more from this account for now: a limit is reached, for hours or, at worst, for "
        "months. Nothing is lost; what waits is sent as soon as it is taken."
    ),
    ("E401", "daily"): mark(
        "Today {used} MB went to and from {host}, and it allows no more a day. The rest follows tomorrow."
    ),
    ("E401", "pause"): mark("The server {host} asked for a long pause; it is asked again in {minutes} minutes."),
    ("E402", ""): mark("The server {host} cannot be reached."),
    ("E402", "dns"): mark("There is no server called {host}, or this machine is offline."),
    ("E402", "refused"): mark("The server {host} does not answer."),
    ("E402", "timeout"): mark("The server {host} takes too long to answer."),
    ("E402", "gateway"): mark("The server {host} is temporarily out of order."),
    ("E402", "lost"): mark("The connection to {host} broke before the answer came."),
    ("E402", "proxy"): mark("The proxy on the way to {host} cannot be used."),
    ("E404", ""): mark("The server gives answers that cannot be right."),
    ("E404", "not-caldav"): mark("{host} answers, but there are no calendars at this address."),
    ("E404", "no-home"): mark("{host} does not say where the calendars of this user are."),
    ("E404", "redirect"): mark("{host} points to another place ({to}). The password was not sent there."),
    ("E404", "redirect-loop"): mark("{host} points in circles."),
    ("E404", "auth-scheme"): mark("{host} offers no way to sign in with a password."),
    ("E404", "protocol"): mark("{host} does not keep to the rules of HTTP."),
    ("E404", "status"): mark("{host} answers with an error ({status})."),
    ("E404", "xml"): mark("{host} gives an answer that cannot be read."),
    ("E404", "json"): mark("{host} gives an answer that cannot be read."),
    ("E404", "imap"): mark("{host} does not keep to the rules of IMAP."),
    ("E404", "stands"): mark("{host} did not take the permission back."),
    ("E404", "not-imap"): mark("{host} answers, but there is no mail server at this address."),
    ("E404", "bomb"): mark("{host} gives an answer that is made to do harm."),
    ("E404", "too-large"): mark("{host} gives an answer without end."),
    ("E404", "encoding"): mark("{host} gives an answer that cannot be unpacked."),
    ("E404", "incomplete"): mark("{host} gave an incomplete list of calendars. Nothing was changed."),
    ("E404", "listing"): mark("{host} gave an incomplete list of events. Nothing was changed."),
    ("E404", "endless-pages"): mark("{host} gives a list without end. Nothing was changed."),
    ("E404", "primary"): mark(
        "The server lists the primary calendar “{calendar}” and refuses to show it. Nothing was changed."
    ),
    ("E505", ""): mark("The disk is full or cannot be written to."),
    ("E505", "full"): mark("The disk is full: {path}"),
    ("E505", "readonly"): mark("The disk is read-only: {path}"),
    ("E505", "denied"): mark("Writing is not allowed here: {path}"),
    ("E505", "io"): mark("The disk does not do what it is asked ({reason}): {path}"),
    ("E505", "directory"): mark("The directory {path} cannot be made ({reason})."),
    ("E505", "file"): mark("The file {path} cannot be written ({reason})."),
    ("E505", "policy"): mark("The policy {path} cannot be written ({reason})."),
    ("E505", "home"): mark("There is no home directory to put things in. Set CALSYNC_HOME."),
    ("E505", "state"): mark("{path} cannot be written ({reason})."),
}
