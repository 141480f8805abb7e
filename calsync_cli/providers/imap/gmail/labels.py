"""Labels that come and go in All Mail: by COPY, which says where to, and by STORE."""

from __future__ import annotations

from calsync_cli.core.model import Ref, Rev
from calsync_cli.core.ops import Denied, Done, Wrote
from calsync_cli.providers.imap import border
from calsync_cli.providers.imap.copying import copied_in
from calsync_cli.providers.imap.gmail.naming import Special
from calsync_cli.providers.imap.session import Session
from calsync_cli.providers.imap.utf7 import encode
from calsync_cli.providers.imap.wire import astring, command, mailbox, uid_sets


def copies(session: Session, uids: dict[int, int], to: str) -> dict[int, Done]:
    """By message. COPY tells where to (RFC 4315)."""
    found: dict[int, Done] = {}
    for piece in uid_sets(uids.values()):
        answer = session.ask(command("UID COPY", piece, mailbox(to)))[0]
        copied = copied_in(answer.status, answer.lines) if answer.status.ok else {}
        if not answer.status.ok and (error := border.slowly(answer.status, session.host)) is not None:
            raise error
        why = "E209" if border.gone(answer.status) else border.why(answer.status)
        for message, uid in uids.items():
            if answer.status.ok and uid in copied:
                found[message] = Wrote(copied[uid], Rev(""))
            elif not answer.status.ok:
                found.setdefault(message, Denied(Ref(""), why, to if why == "E209" else border.reason(answer.status)))
    return found


def unlabelled(session: Session, uid: int, folder: str, special: Special) -> bool:
    """Whether a message in the open folder has lost the label by which another folder shows it."""
    own = {"INBOX": b"\\Inbox", special.sent: b"\\Sent"}
    spelled, *literals = (own[folder],) if folder in own else astring(encode(folder))
    if literals:
        return False
    answer = session.ask(command("UID STORE", b"%d" % uid, b"-X-GM-LABELS", b"(" + spelled + b")"))[0]
    return answer.status.ok
