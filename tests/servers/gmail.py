"""Gmail's IMAP as a stand-in speaks it: labels as folders, X-GM-EXT-1, MOVE and expunge as Gmail has them, its limits.

CONDSTORE and no QRESYNC, ESEARCH, UIDPLUS, MOVE, ID, APPENDLIMIT, SPECIAL-USE always in LIST. What it does by itself is
a message's whole life; what it does on demand are limits (`throttle`), folders that are hidden, and folders cut short.
"""

from __future__ import annotations

import re
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.servers.gmail_store import ENGLISH, USES, Gmail, Mail, View, subject_of
from tests.servers.scripted_imap import Deed, Scripted, Talk

SKILLS = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE ESEARCH"
    " UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35882577"
)
GREETING = b"* OK Gimap ready for requests from 127.0.0.1 stand-in"
_WORD = re.compile(rb'\(|\)|"(?:[^"\\]|\\.)*"|\{\d+\+?\}|[^\s()"]+')
_SYSTEM = ("\\Answered", "\\Flagged", "\\Draft", "\\Deleted", "\\Seen", "$Forwarded", "$NotPhishing", "$Phishing")


@dataclass(slots=True)
class Seat:
    """What one connection has open."""

    view: View | None = None
    uids: list[int] = field(default_factory=list)
    """As the connection was told of them: their places are the sequence numbers."""
    condstore: bool = False


class GmailServer(Scripted):
    """One account. `gmail` is what the person does on the web meanwhile."""

    def __init__(self, names: Mapping[str, str] = ENGLISH, *, labels: tuple[str, ...] = ("Work",)) -> None:
        super().__init__(capabilities=f"{SKILLS} SASL-IR AUTH=XOAUTH2 AUTH=PLAIN", greeting=GREETING)
        self.gmail = Gmail(names, labels=labels)
        self.lock = threading.RLock()
        self.seats: dict[Talk, Seat] = {}
        self.bodies: Counter[int] = Counter()
        """How often each message's body was given out."""
        self.tells = True
        """Where a copy is (COPYUID)."""
        self.appended = 0
        """Octets that were uploaded."""
        self._throttled = b""

    def throttle(self, words: bytes) -> None:
        """From now on every FETCH is refused by these words; b"" ends it."""
        self._throttled = words

    @property
    def imap(self) -> int:
        """Where it listens, as other mail servers of the tests say it."""
        return self.port

    # ── one command ──────────────────────────────────────────────────────────────────────────────────────────────

    def _converse(self, sock) -> None:  # type: ignore[no-untyped-def]
        try:
            super()._converse(sock)
        finally:
            for talk in [one for one in self.seats if one._sock is sock]:
                self.seats.pop(talk, None)

    def _answer(self, talk: Talk, text: bytes, literals: list[bytes]) -> None:
        with self.lock:
            seat = self.seats.setdefault(talk, Seat())
            words = text.split(b" ")
            if seat.view is None and words[1].upper() in {b"UID", b"FETCH", b"EXPUNGE", b"STORE", b"SEARCH"}:
                talk.say(words[0] + b" BAD UID not allowed now.")
                return
            super()._answer(talk, text, literals)

    def _seat(self, talk: Talk) -> Seat:
        return self.seats[talk]

    def _words(self, args: bytes, literals: list[bytes]) -> list[str]:
        """Strings without their quotes; parentheses by themselves."""
        left = iter(literals)
        found: list[str] = []
        for word in _WORD.findall(args):
            if word.startswith(b"{"):
                found.append(next(left).decode("latin-1"))
            elif word.startswith(b'"'):
                found.append(re.sub(rb"\\(.)", rb"\1", word[1:-1]).decode("latin-1"))
            else:
                found.append(word.decode("latin-1"))
        return found

    def _told(self, talk: Talk) -> None:
        """What changed in the open folder since this connection was told."""
        seat = self._seat(talk)
        if seat.view is None:
            return
        now = sorted(self.gmail.shown(seat.view))
        for uid in [uid for uid in seat.uids if uid not in now]:
            talk.say(b"* %d EXPUNGE" % (seat.uids.index(uid) + 1))
            seat.uids.remove(uid)
        if now != seat.uids:
            seat.uids = now
            talk.say(b"* %d EXISTS" % len(now))

    # ── signed in ────────────────────────────────────────────────────────────────────────────────────────────────

    def do_id(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b'* ID ("name" "GImap" "vendor" "Google, Inc.")', tag + b" OK Success")

    def do_enable(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        self._seat(talk).condstore |= b"CONDSTORE" in args
        talk.say(b"* ENABLED CONDSTORE", tag + b" OK Success")

    def do_namespace(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b'* NAMESPACE (("" "/")) NIL NIL', tag + b" OK Success")

    def do_noop(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        self._told(talk)
        talk.say(tag + b" OK Success")

    do_check = do_noop

    def do_idle(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        talk.say(b"+ idling")
        while not talk.more():
            self.lock.release()
            time.sleep(0.01)
            self.lock.acquire()
            self._told(talk)
        talk.line()
        self._told(talk)
        talk.say(tag + b" OK IDLE terminated")

    def do_list(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        words = self._words(args, literals)
        patterns = [word for word in words if word not in {"(", ")", "", "RETURN"}]
        for view in self.gmail.views.values():
            if view.name in self.gmail.hidden or not _listed(view.spelled.decode("latin-1"), patterns):
                continue
            uses = [USES[view.kind]] if view.kind in USES else []
            talk.say(b'* LIST (%s) "/" %s' % (" ".join([*uses, "\\HasNoChildren"]).encode(), _quoted(view.spelled)))
            if "STATUS" in words:
                talk.say(self._status(view, ["MESSAGES"]))
        root = next(name for name in self.gmail.names.values()).partition("/")[0]
        if _listed(root, patterns):
            talk.say(b'* LIST (\\HasChildren \\Noselect) "/" "%s"' % root.encode())
        talk.say(tag + b" OK Success")

    def do_status(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        name, *items = [word for word in self._words(args, literals) if word not in {"(", ")"}]
        view = self.gmail.view(name)
        if view is None:
            talk.say(tag + b" NO [NONEXISTENT] Unknown Mailbox: x (Failure)")
            return
        talk.say(self._status(view, items), tag + b" OK Success")

    def _status(self, view: View, items: Iterable[str]) -> bytes:
        shown = self.gmail.shown(view)
        told = {
            "MESSAGES": len(shown),
            "UIDNEXT": view.uidnext,
            "UIDVALIDITY": view.uidvalidity,
            "UNSEEN": sum("\\Seen" not in one.flags for one in shown.values()),
            "HIGHESTMODSEQ": view.highest,
            "APPENDLIMIT": 35882577,
        }
        said = " ".join(f"{item} {told[item]}" for item in items if item in told)
        return b"* STATUS %s (%s)" % (_quoted(view.spelled), said.encode())

    # ── folders ──────────────────────────────────────────────────────────────────────────────────────────────────

    def do_select(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes], mode: bytes = b"WRITE") -> None:
        seat, words = self._seat(talk), self._words(args, literals)
        seat.view = view = self.gmail.view(words[0])
        seat.condstore |= "CONDSTORE" in words
        if view is None:
            talk.say(tag + b" NO [NONEXISTENT] Unknown Mailbox: x (Failure)")
            return
        seat.uids = sorted(self.gmail.shown(view))
        flags = " ".join(_SYSTEM).encode()
        talk.say(
            b"* FLAGS (" + flags + b")",
            b"* OK [PERMANENTFLAGS (" + flags + b" \\*)] Flags permitted.",
            b"* OK [UIDVALIDITY %d] UIDs valid." % view.uidvalidity,
            b"* %d EXISTS" % len(seat.uids),
            b"* 0 RECENT",
            b"* OK [UIDNEXT %d] Predicted next UID." % view.uidnext,
            b"* OK [HIGHESTMODSEQ %d]" % view.highest,
            tag + b" OK [READ-" + mode + b"] " + _quoted(view.spelled) + b" selected. (Success)",
        )

    def do_examine(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        self.do_select(talk, tag, args, literals, b"ONLY")

    def do_unselect(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        self.seats[talk].view = None
        talk.say(tag + b" OK Success")

    do_close = do_unselect

    def do_create(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        self.gmail._add(self._words(args, literals)[0], "label")
        talk.say(tag + b" OK Success")

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _meant(self, talk: Talk, text: str, *, numbers: bool = False) -> dict[int, Mail]:
        """The messages of a set of UIDs, or of numbers."""
        seat = self._seat(talk)
        assert seat.view is not None
        shown = self.gmail.shown(seat.view)
        told = dict(enumerate(seat.uids, start=1)) if numbers else {uid: uid for uid in shown}
        last = max(told, default=0)
        ends = [[last if end == "*" else int(end) for end in part.split(":")] for part in text.split(",")]
        return {
            uid: shown[uid]
            for at, uid in sorted(told.items())
            if uid in shown and any(min(one) <= at <= max(one) for one in ends)
        }

    def do_uid_fetch(
        self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes], *, numbers: bool = False
    ) -> None:
        if self._throttled:
            talk.say(tag + b" " + self._throttled if not self._throttled.startswith(b"* BYE") else self._throttled)
            if self._throttled.startswith(b"* BYE"):
                talk.leave()
            return
        text, _, items = args.partition(b" ")
        since = re.search(rb"CHANGEDSINCE (\d+)", items)
        for uid, one in self._meant(talk, text.decode(), numbers=numbers).items():
            if since is None or self._modseq(talk, uid) > int(since[1]):
                self._row(talk, uid, one, items)
        talk.say(tag + b" OK Success")

    def do_fetch(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        self.do_uid_fetch(talk, tag, args, literals, numbers=True)

    def _modseq(self, talk: Talk, uid: int) -> int:
        view = self._seat(talk).view
        assert view is not None
        return view.modseqs.get(uid, 0)

    def _row(self, talk: Talk, uid: int, one: Mail, items: bytes) -> None:
        """One answer, with what was asked for."""
        seat = self._seat(talk)
        if uid not in seat.uids:
            self._told(talk)
        parts = [b"UID %d" % uid]
        if b"X-GM-MSGID" in items:
            parts.append(b"X-GM-MSGID %d" % one.id)
        if b"X-GM-THRID" in items:
            parts.append(b"X-GM-THRID %d" % one.id)
        if b"X-GM-LABELS" in items:
            parts.append(b"X-GM-LABELS (%s)" % b" ".join(self._labels(seat, one)))
        if b"RFC822.SIZE" in items:
            parts.append(b"RFC822.SIZE %d" % len(one.content))
        if b"INTERNALDATE" in items:
            parts.append(b'INTERNALDATE "%s"' % one.date.encode())
        if b"FLAGS" in items:
            parts.append(b"FLAGS (%s)" % " ".join(sorted(one.flags)).encode())
        seat.condstore |= b"MODSEQ" in items  # RFC 7162 section 3.1
        if seat.condstore and (b"MODSEQ" in items or b"CHANGEDSINCE" in items):
            parts.append(b"MODSEQ (%d)" % self._modseq(talk, uid))
        head = one.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        asked = re.findall(rb"BODY\.PEEK\[HEADER\.FIELDS \([^)]*\)\]", items)
        parts += [name.replace(b".PEEK", b"") + b" {%d}\r\n" % len(head) + head for name in asked]
        if re.search(rb"BODY(\.PEEK)?\[\]|RFC822(?!\.)", items):
            self.bodies[one.id] += 1
            parts.append(b"BODY[] {%d}\r\n" % len(one.content) + one.content)
        talk.say(b"* %d FETCH (" % (bisect_left(seat.uids, uid) + 1) + b" ".join(parts) + b")")

    def _labels(self, seat: Seat, one: Mail) -> Iterator[bytes]:
        """All but that of the folder which is open."""
        assert seat.view is not None
        starred = {"\\Starred"} if "\\Flagged" in one.flags else set[str]()
        for label in sorted((one.labels | starred) - {seat.view.label}):
            view = self.gmail.views.get(label)
            yield _quoted(view.spelled) if view else _quoted(label.encode())

    def do_uid_search(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        words = self._words(args, literals)
        extended = words[:1] == ["RETURN"]
        words = words[words.index(")") + 1 :] if extended else words
        uids = sorted(uid for uid, one in self._meant(talk, "1:*").items() if self._fits(talk, uid, one, words))
        said = b",".join(b"%d" % uid for uid in uids)
        if extended:
            talk.say(b'* ESEARCH (TAG "' + tag + b'") UID' + (b" ALL " + said if said else b""))
        else:
            talk.say(b"* SEARCH " + said.replace(b",", b" "))
        talk.say(tag + b" OK SEARCH completed (Success)")

    def _fits(self, talk: Talk, uid: int, one: Mail, words: list[str]) -> bool:
        left = [word for word in words if word not in {"(", ")"}]
        fits = True
        while left:
            match left.pop(0).upper():
                case "ALL" | "CHARSET" | "UTF-8":
                    pass
                case "X-GM-MSGID":
                    fits &= one.id == int(left.pop(0))
                case "X-GM-RAW":
                    fits &= self._raw(one, left.pop(0))
                case "X-GM-LABELS":
                    fits &= left.pop(0) in one.labels
                case "HEADER":
                    name, value = left.pop(0), left.pop(0)
                    fits &= re.search(rf"(?mi)^{name}:.*{re.escape(value)}", one.content.decode("latin-1")) is not None
                case "SUBJECT":
                    fits &= f"Subject: {left.pop(0)}" in one.content.decode("latin-1")
                case "SINCE":
                    left.pop(0)
                case "UID":
                    fits &= uid in self._meant(talk, left.pop(0))
                case other:
                    raise AssertionError(other)
        return fits

    def _raw(self, one: Mail, text: str) -> bool:
        """Of Gmail's own search what tests ask: rfc822msgid, in:draft, a word."""
        name, _, value = text.partition(":")
        if name == "rfc822msgid":
            return value.strip("<>") in one.message_id
        if name == "subject":
            return value in subject_of(one.content)
        return text.lower() in one.content.decode("latin-1").lower()

    def do_uid_store(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        text, how, *rest = self._words(args, literals)
        words = {word for word in rest if word not in {"(", ")"}}
        seat = self._seat(talk)
        assert seat.view is not None
        for uid, one in self._meant(talk, text).items():
            if "X-GM-LABELS" in how.upper():
                self.gmail._relabel(one, **({"add": words} if how.startswith("+") else {"drop": words}))
                continue
            flags = words if how[0] not in "+-" else one.flags | words if how[0] == "+" else one.flags - words
            self.gmail.mark(one, set(flags))
            if "\\Deleted" in flags and self.gmail.auto_expunge:
                self.gmail.expunge(one, seat.view)
            if "SILENT" not in how.upper() and uid in self.gmail.shown(seat.view):
                self._row(talk, uid, one, b"FLAGS")
        self._told(talk)
        talk.say(tag + b" OK Success")

    def do_uid_expunge(self, talk: Talk, tag: bytes, args: bytes, _literals: list[bytes]) -> None:
        view = self._seat(talk).view
        assert view is not None
        for one in self._meant(talk, args.decode()).values():
            if "\\Deleted" in one.flags:
                self.gmail.expunge(one, view)
        self._told(talk)
        talk.say(tag + b" OK Success")

    def do_expunge(self, talk: Talk, tag: bytes, _args: bytes, _literals: list[bytes]) -> None:
        self.do_uid_expunge(talk, tag, b"1:*", [])

    def do_uid_copy(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes], *, move: bool = False) -> None:
        text, name = self._words(args, literals)[:2]
        view, source = self.gmail.view(name), self._seat(talk).view
        assert source is not None
        if view is None:
            talk.say(tag + b" NO [TRYCREATE] No folder x (Failure)")
            return
        pairs: list[tuple[int, int]] = []
        for uid, one in self._meant(talk, text).items():
            self.gmail.show(one, view)
            pairs.append((uid, view.uid_of(one.id)))
            if move and source is not view:
                self.gmail.leave(one, source)
        code = b""
        if pairs and self.tells:
            sides = (b",".join(b"%d" % pair[side] for pair in pairs) for side in (0, 1))
            code = b"[COPYUID %d %s %s] " % (view.uidvalidity, *sides)
        if move and code:
            talk.say(b"* OK " + code + b"(Success)")
            code = b""
        self._told(talk)
        talk.say(tag + b" OK " + code + b"(Success)")

    def do_uid_move(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        self.do_uid_copy(talk, tag, args, literals, move=True)

    def do_append(self, talk: Talk, tag: bytes, args: bytes, literals: list[bytes]) -> None:
        words = self._words(args, [*literals])
        view = self.gmail.view(words[0])
        if view is None:
            talk.say(tag + b" NO [TRYCREATE] Folder doesn't exist. (Failure)")
            return
        flags = re.search(rb"\(([^)]*)\)", args)
        self.appended += len(literals[-1])
        message = self.gmail.append(view, literals[-1], set(flags[1].decode().split()) if flags else set())
        date = re.search(rb'"( ?\d+-[A-Z][a-z]{2}-\d{4} [\d:]+ [+-]\d{4})"', args)
        if date is not None and self.gmail.mails[message].date.startswith("20-Nov-2026 09:00:00"):
            self.gmail.mails[message].date = date[1].decode()
        self._told(talk)
        talk.say(tag + b" OK [APPENDUID %d %d] (Success)" % (view.uidvalidity, view.uid_of(message)))


def at_once(words: bytes) -> Deed:
    """A deed that says this, for `once` and `on`."""
    return lambda talk, tag, _args, _literals: talk.say(tag + b" " + words)


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _listed(name: str, patterns: Iterable[str]) -> bool:
    found = [pattern for pattern in patterns if pattern == name or "*" in pattern or "%" in pattern]
    return any(re.fullmatch(re.escape(one).replace(r"\*", ".*").replace("%", "[^/]*"), name) for one in found)
