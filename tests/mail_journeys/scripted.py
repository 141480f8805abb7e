"""A person at a server that does as it is told: for what Dovecot would not do, or would change."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from tests.mail_journeys.mailer import Mailer
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Scripted, Talk


class Inbox(Scripted):
    """One folder, told at a glance as well."""

    def do_status(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        told = (len(self.messages), self.uidnext, self.uidvalidity)
        talk.say(b"* STATUS INBOX (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)" % told, tag + b" OK done")

    @property
    def bodies(self) -> list[bytes]:
        """What it holds, oldest first."""
        return [self.messages[uid].content for uid in sorted(self.messages)]


def person_at(place: Path, server: Inbox) -> Mailer:
    """Connected; the inbox is in step, the archive and the bin are not there."""
    person = Mailer(place, cast("Dovecot", None), "me", port=server.port)
    person.sure(*person.connecting())
    person.sure("map-folders", "--archive", "none", "--deleted", "none")
    person.syncs()
    return person


def listed(person: Mailer) -> list[dict[str, Any]]:
    """What `conflicts` shows."""
    return list(person.sure("conflicts", "--json").json["conflicts"])
