"""Gmail's mail as a stand-in keeps it: one message each, and labels that show it in folders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from itertools import count

from imapclient.imap_utf7 import encode

INBOX, SENT, DRAFT = "\\Inbox", "\\Sent", "\\Draft"
MAIL, TRASH, SPAM = "mail", "trash", "spam"

ENGLISH = {
    "all": "[Gmail]/All Mail",
    "trash": "[Gmail]/Trash",
    "spam": "[Gmail]/Spam",
    "sent": "[Gmail]/Sent Mail",
    "drafts": "[Gmail]/Drafts",
    "starred": "[Gmail]/Starred",
    "important": "[Gmail]/Important",
}
DUTCH = {
    "all": "[Gmail]/Alle berichten",
    "trash": "[Gmail]/Prullenbak",
    "spam": "[Gmail]/Spam",
    "sent": "[Gmail]/Verzonden berichten",
    "drafts": "[Gmail]/Concepten",
    "starred": "[Gmail]/Met ster",
    "important": "[Gmail]/Belangrijk",
}
RUSSIAN = {
    "all": "[Google Mail]/Вся почта",
    "trash": "[Google Mail]/Корзина",
    "spam": "[Google Mail]/Спам",
    "sent": "[Google Mail]/Отправленные",
    "drafts": "[Google Mail]/Черновики",
    "starred": "[Google Mail]/Помеченные",
    "important": "[Google Mail]/Важное",
}
USES = {
    "all": "\\All",
    "trash": "\\Trash",
    "spam": "\\Junk",
    "sent": "\\Sent",
    "drafts": "\\Drafts",
    "starred": "\\Flagged",
    "important": "\\Important",
}


@dataclass(slots=True)
class Mail:
    """One message of the account, wherever it shows."""

    id: int
    content: bytes
    labels: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    place: str = MAIL
    date: str = "20-Nov-2026 09:00:00 +0000"

    @property
    def message_id(self) -> str:
        return str(BytesHeaderParser().parsebytes(self.content).get("Message-ID") or "")


@dataclass(slots=True)
class View:
    """A folder: which messages it shows under which UIDs."""

    name: str
    kind: str
    """"inbox", "label", or a key of USES."""
    uidvalidity: int
    uids: dict[int, int] = field(default_factory=dict)
    """UID → message."""
    modseqs: dict[int, int] = field(default_factory=dict)
    uidnext: int = 1
    highest: int = 1
    limit: int = 0
    """How many it shows, where that is not the account's `max_folder_size`: no folder of Gmail's has one of its own."""

    @property
    def label(self) -> str:
        """What a message has that this folder shows; "" where that is no label."""
        special = {"inbox": INBOX, "sent": SENT, "drafts": DRAFT, "important": "\\Important", "starred": "\\Starred"}
        return self.name if self.kind == "label" else special.get(self.kind, "")

    @property
    def spelled(self) -> bytes:
        """As IMAP has it."""
        return encode(self.name)

    def uid_of(self, message: int) -> int:
        """0 where it does not show here."""
        return next((uid for uid, one in self.uids.items() if one == message), 0)


class Gmail:
    """The account. Methods are what people do on the web, and what IMAP asks for."""

    def __init__(self, names: Mapping[str, str] = ENGLISH, *, labels: tuple[str, ...] = ("Work",)) -> None:
        self.mails: dict[int, Mail] = {}
        self._ids = count(1_848_000_000_000_000_001, 1_000_003)
        self._lives = count(11)
        self._modseq = count(1000)
        self.views: dict[str, View] = {}
        self.names = dict(names)
        self.behaviour = "archive"
        """What expunging does in a label's folder: "archive", "trash" or "deleteForever"."""
        self.auto_expunge = True
        self.max_folder_size = 0
        self.hidden: set[str] = set()
        """Folders with "Show in IMAP" switched off."""
        self.labels_count = False
        """A change of labels is a change of the message in every folder that shows it."""
        self._add("INBOX", "inbox")
        for kind, name in names.items():
            self._add(name, kind)
        for name in labels:
            self._add(name, "label")

    def _add(self, name: str, kind: str) -> None:
        self.views[name] = View(name, kind, next(self._lives))

    def view(self, name: str) -> View | None:
        """What IMAP shows under this name."""
        found = next((one for one in self.views.values() if name in {one.name, one.spelled.decode("latin-1")}), None)
        if name.upper() == "INBOX":
            found = self.views["INBOX"]
        return None if found is None or found.name in self.hidden else found

    def by_kind(self, kind: str) -> View:
        """The folder of a kind."""
        return next(one for one in self.views.values() if one.kind == kind)

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────

    def deliver(self, content: bytes, *labels: str, flags: str = "", place: str = MAIL) -> int:
        """A message comes; without a label it is archived at once."""
        one = Mail(next(self._ids), content, set(labels), set(flags.split()), place)
        self.mails[one.id] = one
        self.settle()
        return one.id

    def named(self, subject: str) -> Mail:
        """The only message with this subject."""
        (found,) = [one for one in self.mails.values() if subject_of(one.content) == subject]
        return found

    def label(self, subject: str, *labels: str) -> None:
        self._relabel(self.named(subject), add=set(labels))

    def unlabel(self, subject: str, *labels: str) -> None:
        """`\\Inbox`: that is archiving it."""
        self._relabel(self.named(subject), drop=set(labels))

    def archive(self, subject: str) -> None:
        self.unlabel(subject, INBOX)

    def trash(self, subject: str) -> None:
        self._put(self.named(subject), TRASH)
        self.settle()

    def untrash(self, subject: str, *labels: str) -> None:
        one = self.named(subject)
        self._put(one, MAIL)
        self._relabel(one, add=set(labels))

    def erase(self, subject: str) -> None:
        """For good."""
        del self.mails[self.named(subject).id]
        self.settle()

    def flag(self, subject: str, *flags: str) -> None:
        """Exactly these."""
        self.mark(self.named(subject), set(flags))

    def remove_label(self, name: str) -> None:
        """The label itself goes; what had it stays."""
        del self.views[name]
        for one in self.mails.values():
            one.labels.discard(name)
        self.settle()

    # ── what IMAP asks for ───────────────────────────────────────────────────────────────────────────────────────

    def mark(self, one: Mail, flags: set[str]) -> None:
        """Starred is a label that IMAP knows as a flag."""
        one.flags = flags
        self.touch(one)
        self.settle()

    def append(self, view: View, content: bytes, flags: set[str]) -> int:
        """The message's id. One that the account has already is shown here, too, and not stored twice."""
        fresh = Mail(0, content)
        twin = next((o for o in self.mails.values() if fresh.message_id and o.message_id == fresh.message_id), None)
        if twin is None:
            twin = self.mails.setdefault(new := next(self._ids), Mail(new, content, set(), set(flags)))
        self.show(twin, view)
        return twin.id

    def show(self, one: Mail, view: View) -> None:
        """COPY."""
        place = {"trash": TRASH, "spam": SPAM}.get(view.kind, MAIL)
        if place != one.place:
            self._put(one, place)
        if view.kind == "starred":
            one.flags.add("\\Flagged")
        elif view.label:
            self._relabel(one, add={view.label})
        self.settle()

    def leave(self, one: Mail, view: View) -> None:
        """What MOVE does to where it came from: a label goes, All Mail shows it all the same."""
        if view.label:
            self._relabel(one, drop={view.label})
        self.settle()

    def expunge(self, one: Mail, view: View) -> None:
        if view.kind in {"trash", "spam"}:
            del self.mails[one.id]
        elif view.kind == "all":
            self._as_configured(one)
        else:
            one.labels.discard(view.label)
            one.flags.discard("\\Deleted")
            if not any(v.label in one.labels for v in self.views.values() if v.label and v.name not in self.hidden):
                self._as_configured(one)
        self.settle()

    def _as_configured(self, one: Mail) -> None:
        one.flags.discard("\\Deleted")
        if self.behaviour == "trash":
            self._put(one, TRASH)
        elif self.behaviour == "deleteForever":
            del self.mails[one.id]

    def _put(self, one: Mail, place: str) -> None:
        one.place = place
        one.labels &= {SENT} if place == MAIL else set()

    def _relabel(self, one: Mail, *, add: set[str] = frozenset(), drop: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        one.labels = (one.labels | add) - drop
        if self.labels_count:
            self.touch(one)
        self.settle()

    def touch(self, one: Mail) -> None:
        """It changed, in every folder that shows it."""
        for view in self.views.values():
            if uid := view.uid_of(one.id):
                view.modseqs[uid] = view.highest = next(self._modseq)

    def settle(self) -> None:
        """Folders show what they have to: new ones under new UIDs."""
        for view in self.views.values():
            wanted = [one.id for one in self.mails.values() if self._in(one, view)]
            there = set(view.uids.values())
            for uid, message in list(view.uids.items()):
                if message not in wanted:
                    del view.uids[uid], view.modseqs[uid]
                    view.highest = next(self._modseq)
            for message in wanted:
                if message not in there:
                    uid, view.uidnext = view.uidnext, view.uidnext + 1
                    view.uids[uid] = message
                    view.modseqs[uid] = view.highest = next(self._modseq)

    def _in(self, one: Mail, view: View) -> bool:
        match view.kind:
            case "trash" | "spam":
                return one.place == view.kind
            case "all":
                return one.place == MAIL
            case "starred":
                return one.place == MAIL and "\\Flagged" in one.flags
            case _:
                return one.place == MAIL and view.label in one.labels

    def shown(self, view: View) -> dict[int, Mail]:
        """UID → message, as far as the limit of a folder's size lets them be seen."""
        uids = sorted(view.uids)
        if limit := view.limit or self.max_folder_size:
            uids = uids[-limit:]
        return {uid: self.mails[view.uids[uid]] for uid in uids}

    def found(self, name: str) -> Iterator[Mail]:
        """What a folder shows."""
        view = self.view(name)
        yield from self.shown(view).values() if view else ()

    def new_life(self, name: str) -> None:
        """UIDVALIDITY changes."""
        old = self.views[name]
        self.views[name] = View(name, old.kind, next(self._lives), uidnext=500)
        self.settle()


def subject_of(content: bytes) -> str:
    """What stands in the header."""
    found = re.search(rb"(?mi)^subject: *(.*?)\r?$", content)
    return found[1].decode() if found else ""
