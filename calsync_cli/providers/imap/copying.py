"""New messages that lie in another folder already: the server copies them, and nothing is uploaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Ref, Rev
from calsync_cli.core.ops import Create, Done, Unknown, Wrote
from calsync_cli.providers.imap import border, ladder
from calsync_cli.providers.imap.border import LostError
from calsync_cli.providers.imap.opening import opened
from calsync_cli.providers.imap.parse import Line, Status, status_of
from calsync_cli.providers.imap.pool import Pool
from calsync_cli.providers.imap.session import Answer, Session
from calsync_cli.providers.imap.wire import command, mailbox, uid_sets, uids_in

Wanted = dict[Ref, int]
"""Which message, and at which place among the ops."""


def copies(pool: Pool, name: str, ops: Sequence[Create]) -> dict[int, Done]:
    """Answers by place. Who is not in it is to be uploaded: it is not there, or nobody would say where its copy is."""
    folders: dict[CollectionId, Wanted] = defaultdict(dict)
    for at, op in enumerate(ops):
        if op.twin is not None:
            folders[op.twin[0]].setdefault(op.twin[1], at)
    done: dict[int, Done] = {}
    for folder, wanted in folders.items():
        with pool.lend(str(folder)) as session:
            if session.capabilities & {"UIDPLUS", "IMAP4REV2"}:
                done |= _copied(session, str(folder), wanted, name)
    return {at: Unknown(ops[at].ref) if isinstance(one, Unknown) else one for at, one in done.items()}


def _copied(session: Session, folder: str, wanted: Mapping[Ref, int], to: str) -> dict[int, Done]:
    """UID COPY keeps flags, keywords and the time of arrival (RFC 9051 section 6.4.7)."""
    try:
        life = opened(session, folder).uidvalidity
    except CalsyncError as error:
        if error.code in {"E209", "E403", "E404"}:  # the folder of the other one is not there any more
            return {}
        raise
    places = {uid: at for ref, at in wanted.items() if (uid := ladder.uid_of(ref, life)) is not None}
    try:
        answers = session.ask(*(command("UID COPY", uids, mailbox(to)) for uids in uid_sets(places)))
    except LostError as error:
        return {at: Unknown(Ref(""), error.farewell) for at in places.values()}
    return {places[uid]: Wrote(ref, Rev("")) for uid, ref in _told(session, answers).items() if uid in places}


def _told(session: Session, answers: Sequence[Answer]) -> dict[int, Ref]:
    found: dict[int, Ref] = {}
    for answer in answers:
        error = None if answer.status.ok else border.slowly(answer.status, session.host)
        if error is not None:
            raise error
        if answer.status.ok:
            found |= copied_in(answer.status, answer.lines)
    return found


def copied_in(status: Status, lines: Sequence[Line]) -> dict[int, Ref]:
    """COPYUID of the tagged answer, or of an untagged OK as MOVE has it (RFC 6851 section 4.3)."""
    said = [status, *(one for line in lines if (one := status_of(line.text)) is not None)]
    found: dict[int, Ref] = {}
    for one in said:
        words = one.argument.split()
        if one.code == "COPYUID" and len(words) == 3 and words[0].isdigit():  # noqa: PLR2004
            pairs = zip(uids_in(words[1]), uids_in(words[2]), strict=False)
            found.update({source: ladder.ref(int(words[0]), copy) for source, copy in pairs})
    return found
