"""Desks to work at without a server: nobody's, local accounts, and one whose primary calendar was synced before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from calsync_cli.app import accounts, wiring
from calsync_cli.app.directories import Directories
from calsync_cli.app.session import Session, working
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.model import CollectionId, Glance, LinkId, Mode, Pair, Ref, Rev, Rights, RunId, Version
from calsync_cli.core.record import Outcome
from calsync_cli.core.scan import scan
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.times import Moment
from calsync_cli.state.consents import Choice
from calsync_cli.state.settings import Connection

ME, YOU = AccountName("me@example.org"), AccountName("you@example.org")
GUEST, HR = "guest@example.com", "hr@example.org"
NOW = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
"""A Monday."""


def at(day: int, hour: int = 14, minute: int = 0, zone: str = "UTC") -> Moment:
    """In that January."""
    return Moment(datetime(2030, 1, day, hour, minute), zone)  # noqa: DTZ001 - a wall clock


@dataclass(slots=True)
class Place:
    """A home with desks in it."""

    home: Path
    zone: str = "UTC"

    def desk(self, account: str | None = None, **env: str) -> Desk:
        """For one command."""
        told = {"CALSYNC_HOME": str(self.home), "TZ": self.zone, **env}
        made = wiring.desk(account=account, config_file=None, env=told, interactive=False, tell=None)
        made.now = NOW.timestamp
        return made

    def folder(self, account: str = "personal", calendar: str = "agenda") -> Path:
        return self.home / "agenda" / account / calendar

    def files(self, account: str = "personal", calendar: str = "agenda") -> dict[str, bytes]:
        """UID → bytes."""
        return {scan(path.read_bytes()).uid: path.read_bytes() for path in self.folder(account, calendar).glob("*.ics")}

    def writes(self, content: bytes, account: str = "personal", calendar: str = "agenda") -> str:
        """Another program does; the UID comes back."""
        uid = scan(content).uid
        folder = self.folder(account, calendar)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{uid}.ics").write_bytes(content)
        return uid

    def local(self, *names: str) -> None:
        """Accounts that are not connected."""
        for name in names:
            accounts.add(self.desk(), address=name)

    def choices(self, uid: str, account: str = ME) -> dict[str, Choice]:
        """Address → choice, for the series."""
        with working(self.desk(), AccountName(account)) as session:
            return {address: choice for (at_, address), choice in session.consents.of(uid).items() if not at_}

    def active(self, *, mails: bool = True, rounds: int = 1, name: str = ME) -> None:
        """Connected, with a primary calendar "work" and two others that can only be read here."""
        with working(self.desk(), AccountName(name), make=True) as session:
            session.settings.connect(
                Connection(
                    provider="kerio",
                    email=name,
                    user="me",
                    server="cal.example.org",
                    endpoint="cal.example.org",
                    principal="/me/",
                    homes=("/me/",),
                    addresses=(f"mailto:{name}", "/principals/me/"),
                    traits={"origin": "https://cal.example.org", "auto_schedule": "yes" if mails else "", "moves": ""},
                    secret="keyring",
                )
            )
            directories = Directories(session)
            directories.begin()
            links = (("work", Rights.OWNER, True), ("team", Rights.WRITE, False), ("holidays", Rights.READ, False))
            for calendar, rights, primary in links:
                glance = Glance(CollectionId(f"/{calendar}/"), calendar.title(), rights, "")
                mode = Mode.TWO_WAY if primary else Mode.VIEW
                session.settings.add_link(glance, calendar, mode=mode, primary=primary)
            directories.dress({CollectionId(link.name): link for link in session.settings.links()})
            for link in session.settings.links() if rounds else ():
                session.books.finish(link.id, None, "")

    def synced(self, here: bytes, there: bytes | None = None, calendar: str = "work") -> str:
        """An event that both sides agreed on; the UID comes back."""
        uid = self.writes(here, ME, calendar)
        with working(self.desk(), ME) as session:
            _pair(session, calendar, uid, here, there or here)
        return uid


def _pair(session: Session, calendar: str, uid: str, here: bytes, there: bytes) -> None:
    link = next(LinkId(link.id) for link in session.settings.links() if link.name == calendar)
    near, far = sha_of(here), sha_of(there)
    session.books.keep([(near, here), (far, there)])
    pair = Pair(
        link, Version(Ref(f"{uid}.ics"), Rev("1"), near), Version(Ref(f"/{calendar}/{uid}.ics"), Rev("1"), far), uid
    )
    session.books.record(RunId(1), Outcome(pairs=[pair]))


def meeting(
    uid: str = "talk",
    *,
    organizer: str = ME,
    guests: tuple[str, ...] = (GUEST,),
    extra: str = "",
    start: str = "DTSTART:20300115T140000Z",
    end: str = "DTEND:20300115T150000Z",
    title: str = "Talk",
) -> bytes:
    """A meeting as a server has it; "" as organizer: as khal writes it."""
    lines = [f"ORGANIZER:mailto:{organizer}"] if organizer else []
    lines += [f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{guest}" for guest in guests]
    people = "".join(f"{line}\r\n" for line in lines)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{start}\r\n{end}\r\nSUMMARY:{title}\r\n{people}{extra}"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
