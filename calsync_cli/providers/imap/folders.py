"""An account's folders: LIST with what they are for, STATUS at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.nouns import Folder, Role
from calsync_cli.core.model import CollectionId, Glance, Rights
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.parse import Line, Status, Token, number, pairs, tokens
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.utf7 import decode
from calsync_cli.providers.imap.wire import Command, astring, command, mailbox
from calsync_cli.providers.imap.wire import status as ask_status

ROLES = {
    "\\archive": Role.ARCHIVE,
    "\\drafts": Role.DRAFTS,
    "\\junk": Role.JUNK,
    "\\sent": Role.SENT,
    "\\trash": Role.DELETED,
}
"""RFC 6154. \\All is every message there is: no archive, but at Gmail."""
_VIEWS = frozenset({"\\flagged", "\\important"})
_CLOSED = frozenset({"\\noselect", "\\nonexistent"})
_WRITES = frozenset("iwted")
"""Any of these rights, and SELECT opens for writing (RFC 4314 section 5.2); d is RFC 2086's."""
_GLANCE = (b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES", b"UNSEEN")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of LIST."""

    name: str
    delimiter: str
    attributes: frozenset[str]
    spelled: bytes


def folders(session: Session) -> tuple[list[Folder], list[Listed]]:
    """Every folder, as the server lists them now.

    With what LIST can return at once (RFC 5258, 5819, 6154, 8438, 8440) where it is advertised; servers that advertise
    it and refuse it are asked plainly.
    """
    wished = _returns(session.capabilities)
    spaces = [command("NAMESPACE")] if session.capabilities & {"NAMESPACE", "IMAP4REV2"} else []
    answer, *beside = session.ask(_list(b"*", wished), *spaces)
    if not answer.status.ok and wished:
        answer = session.ask(_list(b"*", b""))[0]
    if not answer.status.ok:
        raise border.refused(answer.status, session.host, "*")
    lines = [line for one in (answer, *beside) for line in one.lines]
    listed = _once([one for line in lines if (one := listed_in(line)) is not None])
    told = _Told.of(lines)
    told.rights.update(_rights(session, [one for one in listed if not told.own(one) and one.name not in told.rights]))
    return [_folder(one, told) for one in listed], listed


def glance(session: Session, names: Sequence[str]) -> list[Glance]:
    """How each folder stands, in one round trip where none is open; one that is gone is left out."""
    highest = "CONDSTORE" in session.enabled
    items = (*_GLANCE, b"HIGHESTMODSEQ") if highest else _GLANCE
    if session.selected is not None:
        # A folder that is open is told as it stood when this connection looked last (RFC 9051 section 6.3.11), and
        # Dovecot puts off looking while more commands are there.
        session.ask(command("NOOP"))
    answers = session.ask(*(ask_status(name, items) for name in names))
    found = (status_in(line) for answer in answers for line in answer.lines)
    told = {_name(one[0]): one[1] for one in found if one is not None}
    pairs_ = zip(names, answers, strict=True)
    glances = [_glance(session, name, answer.status, told.get(name), highest=highest) for name, answer in pairs_]
    return [one for one in glances if one is not None]


def exists(session: Session, name: str) -> bool:
    """Whether LIST knows the folder: what a STATUS or SELECT refuses may be there all the same."""
    answer = session.ask(command("LIST", b'""', mailbox(name)))[0]
    listed = (listed_in(line) for line in answer.lines)
    return any(one is not None and not one.attributes & _CLOSED for one in listed)


def listed_in(line: Line) -> Listed | None:
    """`* LIST (attributes) delimiter name`, None where the line is something else."""
    if line.text[:7].upper() != b"* LIST ":
        return None
    match tokens(line, 7):
        case [list() as attributes, delimiter, bytes() as name, *_]:
            words = (word.decode("latin-1").lower() for word in attributes if isinstance(word, bytes))
            separator = delimiter.decode("latin-1") if isinstance(delimiter, bytes) else ""
            return Listed(_name(name), separator, frozenset(words), name)
        case _:
            return None


def status_in(line: Line) -> tuple[bytes, dict[bytes, Token]] | None:
    """`* STATUS name (item number …)`, None where the line is something else."""
    if line.text[:9].upper() != b"* STATUS ":
        return None
    match tokens(line, 9):
        case [bytes() as name, list() as items, *_]:
            return name, pairs(items)
        case _:
            return None


def namespaces_in(line: Line) -> dict[str, bool] | None:
    """`* NAMESPACE personal others' shared` (RFC 2342): prefix → whether what is below it is the user's own."""
    if line.text[:12].upper() != b"* NAMESPACE ":
        return None
    groups = zip(tokens(line, 12), (True, False, False), strict=False)
    return {
        decode(space[0]): own
        for group, own in groups
        for space in (group if isinstance(group, list) else ())
        if isinstance(space, list) and space and isinstance(space[0], bytes)
    }


def rights_in(line: Line) -> tuple[str, frozenset[str]] | None:
    """`* MYRIGHTS name rights` (RFC 4314 section 3.8), None where the line is something else."""
    if line.text[:11].upper() != b"* MYRIGHTS ":
        return None
    match tokens(line, 11):
        case [bytes() as name, bytes() as rights, *_]:
            return _name(name), frozenset(rights.decode("latin-1"))
        case _:
            return None


def _name(spelled: bytes) -> str:
    """INBOX alone is the same in any case (RFC 9051 section 5.1)."""
    return "INBOX" if spelled.upper() == b"INBOX" else decode(spelled)


def _returns(capabilities: frozenset[str]) -> bytes:
    if not capabilities & {"LIST-EXTENDED", "IMAP4REV2"}:
        return b""
    wished = [b"SPECIAL-USE"] if capabilities & {"SPECIAL-USE", "IMAP4REV2"} else []
    if capabilities & {"LIST-STATUS", "IMAP4REV2"}:
        size = b" SIZE" if capabilities & {"STATUS=SIZE", "IMAP4REV2"} else b""
        wished.append(b"STATUS (MESSAGES" + size + b")")
    if "LIST-MYRIGHTS" in capabilities:
        wished.append(b"MYRIGHTS")
    return b" ".join(wished)


def _list(pattern: bytes, wished: bytes) -> Command:
    return command("LIST", b'""', pattern, *([b"RETURN (" + wished + b")"] if wished else ()))


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of folders beside their names."""

    sizes: dict[bytes, dict[bytes, Token]]
    spaces: dict[str, bool]
    rights: dict[str, frozenset[str]]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Told:
        """From the lines that came with LIST."""
        return cls(
            dict(sizes for line in lines if (sizes := status_in(line)) is not None),
            next((spaces for line in lines if (spaces := namespaces_in(line)) is not None), {}),
            dict(rights for line in lines if (rights := rights_in(line)) is not None),
        )

    def own(self, one: Listed) -> bool:
        """By the longest prefix that it has; Cyrus has "" for what is shared, and "INBOX." for what is not."""
        fitting = [pre for pre in self.spaces if one.name.startswith(pre) or one.name + one.delimiter == pre]
        return one.name == "INBOX" or not fitting or self.spaces[max(fitting, key=len)]


def _rights(session: Session, listed: Sequence[Listed]) -> dict[str, frozenset[str]]:
    """Of other people's folders what the user may do there; of one's own everything is taken for granted."""
    asked = [one for one in listed if not one.attributes & _CLOSED] if "ACL" in session.capabilities else []
    answers = session.ask(*(command("MYRIGHTS", astring(one.spelled)) for one in asked))
    return dict(found for one in answers for line in one.lines if (found := rights_in(line)) is not None)


def _folder(one: Listed, told: _Told) -> Folder:
    role = Role.INBOX if one.name == "INBOX" else next((ROLES[word] for word in one.attributes if word in ROLES), None)
    items = told.sizes.get(one.spelled, {})
    rights = told.rights.get(one.name)
    return Folder(
        CollectionId(one.name),
        role,
        selectable=not one.attributes & _CLOSED and (rights is None or "r" in rights),
        writable=rights is None or bool(rights & _WRITES),
        messages=number(items[b"MESSAGES"]) if b"MESSAGES" in items else None,
        size=number(items[b"SIZE"]) if b"SIZE" in items else None,
        all="\\all" in one.attributes,
        view=bool(one.attributes & _VIEWS),
        shared=not told.own(one),
        delimiter=one.delimiter,
    )


def _once(listed: Sequence[Listed]) -> list[Listed]:
    """Some servers list a folder twice."""
    return list({one.name: one for one in listed}.values())


def _glance(
    session: Session, name: str, status: Status, told: dict[bytes, Token] | None, *, highest: bool
) -> Glance | None:
    if not status.ok:
        error = border.refused(status, session.host, name)
        if error.code == "E209" or (error.code == "E404" and not exists(session, name)):
            return None
        raise error
    if told is None:
        raise CalsyncError("E404", "imap", host=session.host)
    numbers = [number(told.get(item)) for item in (*_GLANCE, b"HIGHESTMODSEQ")]
    rev = ".".join(str(one) for one in numbers)
    return Glance(CollectionId(name), name, Rights.OWNER, rev, coarse=not (highest and numbers[-1]))
