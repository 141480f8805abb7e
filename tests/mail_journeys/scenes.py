"""Scenes for a mailbox to be killed in: what people did on both sides since the last round, and what must come of it."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.mail_journeys.mailer import Mailer, letter

FOLDERS = {"inbox": "INBOX", "archive": "Archive", "deleted": "Trash", "sent": "Sent", "drafts": "Drafts"}
LETTERS = {"\\Seen": "S", "\\Answered": "R", "\\Flagged": "F", "\\Draft": "D", "\\Deleted": "T", "$Forwarded": "P"}

Place = tuple[str, str, str]
"""Folder here, subject, flags as a Maildir writes them."""
_ROW = re.compile(rb"UID (\d+)")


@dataclass(frozen=True, slots=True)
class Scene:
    """What must be there on both sides in the end, and what must be in no folder any more."""

    wanted: frozenset[Place]
    attic: frozenset[str] = frozenset()
    """Subjects of what was deleted there: here they lie in the attic."""
    news: int = 0
    """How many messages the account has more than it had."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as one side has it, in the line ends of the net."""

    subject: str
    flags: str
    content: bytes
    name: str = field(compare=False)


def uploads(person: Mailer) -> Scene:
    person.puts(letter("Up one"), letters="S")
    person.puts(letter("Up two", body="Zwei\n" * 40), letters="FS")
    person.puts(letter("Up sent"), "sent", letters="S")
    return Scene(frozenset({("inbox", "Up one", "S"), ("inbox", "Up two", "FS"), ("sent", "Up sent", "S")}), news=3)


def downloads(person: Mailer) -> Scene:
    person.delivers(letter("Down one"), letter("Down two", body="Zwei\n" * 40))
    person.delivers(letter("Down read"), flags="\\Seen \\Flagged")
    wanted = {("inbox", "Down one", ""), ("inbox", "Down two", ""), ("inbox", "Down read", "FS")}
    return Scene(frozenset(wanted), news=3)


def marks(person: Mailer) -> Scene:
    person.marks("Stock 1", "RS")
    person.store("Stock 2", "\\Flagged")
    person.marks("Stock 3", "S")
    person.store("Stock 3", "\\Answered")
    return Scene(frozenset({("inbox", "Stock 1", "RS"), ("inbox", "Stock 2", "F"), ("inbox", "Stock 3", "RS")}))


def deletions(person: Mailer) -> Scene:
    person.file("Stock 1").unlink()
    person.expunges("Stock 2")
    return Scene(frozenset({("deleted", "Stock 1", "")}), frozenset({"Stock 2"}), news=-1)


def moves(person: Mailer) -> Scene:
    person.carries("Stock 1", "archive")
    person.moves("Stock 2", "Archive")
    person.marks("Stock 3", "S")
    person.carries("Stock 3", "archive")
    return Scene(frozenset({("archive", "Stock 1", ""), ("archive", "Stock 2", ""), ("archive", "Stock 3", "S")}))


def edit(person: Mailer) -> Scene:
    """A program writes a draft anew under the name that it has."""
    path = person.file("Draft", "drafts")
    path.write_bytes(letter("Draft finished", number="Draft").replace(b"\r\n", b"\n"))
    return Scene(frozenset({("drafts", "Draft finished", "DS"), ("deleted", "Draft", "DS")}), news=1)


SCENES: dict[str, Callable[[Mailer], Scene]] = {
    "uploads": uploads,
    "downloads": downloads,
    "marks": marks,
    "deletions": deletions,
    "moves": moves,
    "edit": edit,
}


def stocked(person: Mailer) -> Mailer:
    """Connected, five folders mapped, and a few letters in step."""
    person.delivers(*(letter(f"Stock {number}") for number in range(1, 6)))
    person.delivers(letter("Draft"), folder="Drafts", flags="\\Draft \\Seen")
    person.sure(*person.connecting())
    person.sure("map-folders", "--auto", "--sent", "Sent", "--drafts", "Drafts")
    person.syncs()
    return person


# ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def here(person: Mailer) -> dict[str, list[Message]]:
    """Folder → what lies in its Maildir."""
    return {name: sorted(map(_read, person.files(name)), key=_order) for name in FOLDERS}


def there(person: Mailer) -> dict[str, list[Message]]:
    """Folder → what the server has of it, by one client."""
    client = person.server.client(person.user)
    try:
        return {name: sorted(_listed(client, far), key=_order) for name, far in FOLDERS.items()}
    finally:
        client.logout()


def subject(content: bytes) -> str:
    """As it stands in the header."""
    found = re.search(rb"^subject:[ \t]*([^\r\n]*)", content, re.IGNORECASE | re.MULTILINE)
    return found[1].decode("utf-8", "replace") if found else ""


def _order(one: Message) -> tuple[str, bytes, str]:
    return one.subject, one.content, one.flags


def _read(path) -> Message:
    content = path.read_bytes()
    plain = re.sub(rb"\r?\n", b"\r\n", content)
    return Message(subject(content), path.name.partition(":2,")[2], plain, path.name)


def _listed(client: imaplib.IMAP4, folder: str) -> list[Message]:
    client.select(f'"{folder}"', readonly=True)
    _, rows = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
    return [_row(row[0], row[1]) for row in rows if isinstance(row, tuple)]


def _row(head: bytes, content: bytes) -> Message:
    flags = (flag.decode() for flag in imaplib.ParseFlags(head))
    uid = _ROW.search(head)
    assert uid is not None
    return Message(subject(content), "".join(sorted(LETTERS.get(one, "") for one in flags)), content, uid[1].decode())


def agree(person: Mailer) -> dict[str, list[Message]]:
    """Both sides hold the same, by name, flags and octets; what they hold."""
    near, far = here(person), there(person)
    for name in FOLDERS:
        assert near[name] == far[name], name
    return near


def rests(person: Mailer) -> None:
    """A round more writes nothing: not here, not there, not in what it tells."""
    before = _traces(person)
    told = person.syncs()["mail"]

    assert _traces(person) == before
    assert not any(value for name, value in told.items() if name != "skipped"), told


def _traces(person: Mailer) -> dict[str, object]:
    """What any change would show in."""
    found: dict[str, object] = {}
    with person.there() as client:
        for name, far in FOLDERS.items():
            found[name] = client.status(f'"{far}"', "(MESSAGES UIDNEXT HIGHESTMODSEQ)")[1]
    for name in FOLDERS:
        for path in person.files(name):
            st = path.stat()
            found[str(path)] = (st.st_ino, st.st_mtime_ns, st.st_ctime_ns)
    return found


def came_true(person: Mailer, scene: Scene, before: int) -> None:
    """Nothing lost, nothing twice, everything where it belongs, on both sides."""
    found = agree(person)
    places = [(name, one.subject, one.flags) for name, some in found.items() for one in some]
    assert len(places) == len(set(places)) == before + scene.news, places
    assert scene.wanted <= set(places), scene.wanted - set(places)
    attic = {subject(path.read_bytes()) for path in (person.home / "attic").rglob("*") if path.is_file()}
    assert scene.attic <= attic, attic
    assert not scene.attic & {one for _, one, _ in places}
    leftovers = [path for name in FOLDERS for path in (person.mail / name / "tmp").iterdir()]
    assert all(path.name.startswith(".") for path in leftovers), leftovers
