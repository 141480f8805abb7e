"""Believable mail for the demonstration, the same at every run, in the weeks before the day on which it runs."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

INBOX, ARCHIVE, DELETED, SENT, DRAFTS, JUNK = (
    "INBOX",
    "Archive",
    "Deleted Items",
    "Sent Items",
    "Drafts",
    "Junk E-mail",
)
USES: Final = {ARCHIVE: "Archive", DELETED: "Trash", SENT: "Sent", DRAFTS: "Drafts", JUNK: "Junk"}
"""What folders are for (RFC 6154)."""
REUNION = "Projecten/Reünie 2027"
FOLDERS = (INBOX, ARCHIVE, DELETED, SENT, DRAFTS, JUNK, "Projecten", REUNION)

ANNA = "Anna de Wit <anna@example.org>"
SEED = 1971
DAYS = 240
"""How far back the archive goes."""

OFFER, QUESTION, LEASE, INVOICE = ("demo-offer", "demo-question", "demo-lease", "demo-invoice")
"""The messages that the story is about; the question arrives while it is told."""
TITLES: Final = {
    OFFER: "Offerte 2026-114",
    QUESTION: "Vraag over de offerte",
    LEASE: "Huurcontract spreekkamers",
    INVOICE: "Invoice 0387",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels along."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before the server starts."""

    name: str
    """The left half of its Message-ID."""
    folder: str
    flags: tuple[str, ...]
    when: datetime
    content: bytes = field(repr=False)


def mailbox(today: date) -> Iterator[Letter]:
    """Some sixty messages."""
    chance = random.Random(SEED)  # noqa: S311 - believable, not secret
    yield from _heroes(today)
    for number in range(14):
        flags = ("\\Seen",) if number > 4 else ()  # noqa: PLR2004 - the newest are still to be read
        yield _ordinary(chance, f"in-{number:02}", INBOX, today - timedelta(days=1 + number // 2), flags)
    for number in range(30):
        day = today - timedelta(days=10 + number * DAYS // 30)
        flags = ("\\Seen", *chance.choice(((), (), ("\\Answered",), ("\\Flagged",))))
        yield _ordinary(chance, f"old-{number:02}", ARCHIVE, day, flags)
    for folder, count, flags in ((DELETED, 3, ("\\Seen",)), (JUNK, 2, ()), (REUNION, 4, ("\\Seen",))):
        for number in range(count):
            name = f"{USES.get(folder, 'project').lower()}-{number:02}"
            yield _ordinary(chance, name, folder, today - timedelta(days=3 + 2 * number), flags)
    for number, (title, text) in enumerate(ANSWERS):
        day = today - timedelta(days=2 + 3 * number)
        content = letter(f"sent-{number:02}", ANNA, title, text, _on(day, 16), to=PEOPLE[number % len(PEOPLE)])
        yield Letter(f"sent-{number:02}", SENT, ("\\Seen",), _on(day, 16), content)
    draft = letter("draft-00", ANNA, "Heidag: programma", "Beste allemaal,\n\n09:00 koffie\n10:00 ", _on(today, 7))
    yield Letter("draft-00", DRAFTS, ("\\Seen", "\\Draft"), _on(today, 7), draft)


def question(today: date) -> bytes:
    """What arrives while the story is told."""
    text = "Dag Anna,\n\nkun je nog zeggen tot wanneer de offerte geldt? Dan leg ik hem morgen voor.\n\nFatima\n"
    return letter(QUESTION, PEOPLE[0], TITLES[QUESTION], text, _on(today, 8))


def _heroes(today: date) -> Iterator[Letter]:
    plan = "Hoi Anna,\n\nhierbij de offerte, zoals besproken. De planning staat in het tweede bestand.\n\nGroet, Bram\n"
    files = (
        Attached("Offerte 2026-114.pdf", "application/pdf", _page("Offerte 2026-114")),
        Attached("planning.csv", "text/csv", "week;wat\r\n12;ontwerp\r\n14;bouw\r\n20;oplevering €\r\n".encode()),
    )
    for name, folder, days, sender, text, attached in (
        (OFFER, INBOX, 1, PEOPLE[1], plan, files),
        (INVOICE, INBOX, 2, PEOPLE[4], "Dear Anna,\n\nplease find our invoice.\n\nTom\n", _invoice()),
        (LEASE, ARCHIVE, 60, PEOPLE[3], "Getekend retour, bedankt!\n", _photo()),
    ):
        when = _on(today - timedelta(days=days), 11)
        yield Letter(name, folder, ("\\Seen",), when, letter(name, sender, TITLES[name], text, when, attached=attached))


def _ordinary(chance: random.Random, name: str, folder: str, day: date, flags: tuple[str, ...]) -> Letter:
    title, text = chance.choice(SUBJECTS)
    sender = chance.choice(PEOPLE)
    when = _on(day, chance.randrange(7, 20), chance.randrange(60))
    return Letter(name, folder, flags, when, letter(name, sender, title, text, when))


def letter(  # noqa: D417 - the rest is what a message has
    name: str, sender: str, title: str, text: str, when: datetime, *, to: str = ANNA, attached: Sequence[Attached] = ()
) -> bytes:
    """A message as servers keep it.

    Args:
        name: The left half of its Message-ID.
    """
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, title
    made["Date"] = format_datetime(when)
    made["Message-ID"] = f"<{name}@example.org>"
    made.set_content(text, cte="quoted-printable")
    for one in attached:
        main, _, sub = one.kind.partition("/")
        made.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    if attached:
        made.set_boundary(f"=_{name}")  # else it is another one at every run
    return made.as_bytes()


def _on(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def _invoice() -> tuple[Attached]:
    return (Attached("invoice-0387.pdf", "application/pdf", _page("Invoice 0387")),)


def _photo() -> tuple[Attached]:
    return (Attached("handtekening.png", "image/png", _noise(240, 240)),)


def _page(title: str) -> bytes:
    """A PDF of one page with a title; readers rebuild the table that it lacks."""
    drawn = f"BT /F1 24 Tf 72 740 Td ({title}) Tj ET".encode()
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 " + font + b">>>>>>",
        b"<</Length %d>>stream\n" % len(drawn) + drawn + b"\nendstream",
    )
    body = b"".join(b"%d 0 obj%sendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF\n"


def _noise(width: int, height: int) -> bytes:
    """A picture that nothing can make small."""
    chance = random.Random(SEED)  # noqa: S311
    rows = b"".join(b"\0" + chance.randbytes(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PEOPLE = (
    "Fatima el Idrissi <fatima@example.com>",
    "Bram Jansen <bram@example.org>",
    "Marieke Visser <marieke@example.org>",
    "Vastgoed Zuid <beheer@example.net>",
    "Tom Baker <tom@example.com>",
    "Zoë Müller <zoe@example.net>",
)
SUBJECTS = (
    ("Verslag overleg huisvesting", "Hoi,\n\nhet verslag staat op de schijf. Graag aanvullingen voor vrijdag.\n"),
    ("Re: budget review", "Fine with me. Shall we take line 12 out?\n"),
    ("Lunch?", "Donderdag in Café De Zaak? 🙂\n"),
    ("Ziekmelding", "Goedemorgen, ik ben vandaag ziek. Marieke neemt mijn afspraken over.\n"),
    ("Access card", "Your new access card is ready at the reception desk.\n"),
    ("Stagiair: eerste week", "Beste Anna,\n\nwelke dagen ben je er? Dan plan ik de kennismaking.\n"),
    ("Re: Roadmap Q1", "> Can we ship in March?\n\nOnly if the review is done by the 20th.\n"),
    ("Factuur april", "Geachte mevrouw De Wit,\n\nde factuur van € 1.250,00 is voldaan. Dank u wel.\n"),
    ("Notulen werkoverleg", "Zie hieronder.\n\n1. Opening\n2. Rondvraag\n3. Sluiting\n"),
    ("Parking next week", "The garage is closed from Monday to Wednesday.\n"),
)
ANSWERS = (
    ("Re: Lunch?", "Gezellig, tot dan!\n"),
    ("Re: budget review", "Agreed, line 12 is out.\n"),
    ("Re: Stagiair: eerste week", "Maandag en dinsdag ben ik er.\n"),
    ("Re: Access card", "Thanks, I will fetch it tomorrow.\n"),
)
