"""The mail server's own process: pymap in memory, filled beforehand, its port said on standard output.

Run on a leash: `python -m calsync_cli.demo.leash calsync_cli.demo.postoffice DAY PASSWORD-FILE`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.listtree import ListEntry, ListTree
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import Cleartext

from calsync_cli.demo.letters import FOLDERS, INBOX, USES, Letter, mailbox
from calsync_cli.demo.server import USER

SAID = Namespace(host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=False, proxy_protocol=None)
SAID.passlib_cfg = None


class _Entry(ListEntry):
    """A folder that tells what it is for, which pymap's own do not (RFC 6154 section 2)."""

    @property
    def attributes(self) -> Sequence[bytes]:
        use = USES.get(self.name)
        return [*super().attributes, *([use.encode()] if use else [])]


class _Tree(ListTree):
    def list_matching(self, ref_name: str, filter_: str) -> Iterable[ListEntry]:
        for one in super().list_matching(ref_name, filter_):
            yield _Entry(one.name, one.exists, one.marked, one.has_children)


class _Mailboxes(MailboxSet):
    async def list_mailboxes(self) -> ListTree:
        names = [one.name for one in (await super().list_mailboxes()).list() if one.exists and one.name != INBOX]
        return _Tree(self.delimiter).update(INBOX, *names)


async def filled(letters: Iterable[Letter]) -> MailboxSet:
    """Anna's mail."""
    mailboxes = _Mailboxes()
    for name in FOLDERS:
        if name != INBOX:
            await mailboxes.add_mailbox(name)
    for one in letters:
        folder = await mailboxes.get_mailbox(one.folder)
        flags = frozenset(Flag(flag) for flag in one.flags)
        await folder.append(AppendMessage(one.content, one.when, flags))
    return mailboxes


async def serve(today: date, password: str) -> None:
    """Until the process ends."""
    # Passwords in the clear: nobody else has this process, and hashes would only cost each sign-in time.
    said = {"demo_data": False, "demo_user": USER, "demo_password": password}
    backend, config = await DictBackend.init(Namespace(**vars(SAID), **said), hash_context=Cleartext())
    config.apply_context()
    assert isinstance(config, Config)
    config.set_cache[USER] = (await filled(mailbox(today)), FilterSet())
    conversation = IMAPServer(backend.login, config)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The way in that pymap has leaves this to a task that nobody holds on to, and Python 3.13 collects it."""
        await conversation(reader, writer, SocketInfo.get(writer, None, unique_id=uuid4().bytes))

    server = await asyncio.start_server(answer, config.host, config.port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    os.environ["FQDN"] = "localhost"  # else the greeting asks the resolver for a name
    asyncio.run(serve(date.fromisoformat(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8").strip()))
