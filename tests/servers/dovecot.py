"""Dovecot (Debian): IMAP with QRESYNC, or with less where its advertisement is cut; as many users as are asked for.

By passwords, or by XOAUTH2: then it asks an authorisation server about each token.
"""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.servers.process import CannotRunError, Running, free_port, remove_tree, spawn
from tests.servers.tls import make_certificate

CONF = """
protocols = imap
listen = 127.0.0.1
base_dir = {run}/base
state_dir = {run}/state
instance_name = calsync-tests
log_path = {run}/dovecot.log
ssl = yes
ssl_cert = <{run}/ca.pem
ssl_key = <{run}/server.key
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
auth_cache_size = 0
mail_location = {format}:~/mail
mail_fsync = never
mail_plugins = zlib
mailbox_list_index = yes
first_valid_uid = 1
mail_max_userip_connections = {connections}
imap_idle_notify_interval = 29 mins
{capability}
{passdb}
userdb {{
  driver = static
  args = uid={user} gid={group} home={run}/home/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
  service_count = 0
  process_min_avail = 1
}}
service imap {{
  process_limit = 300
}}
service stats {{
  inet_listener http {{
    port = 0
  }}
}}
"""

PASSWORDS = """
passdb {
  driver = static
  args = password=pw
}
passdb {
  driver = static
  args = password=pw-%u
}
"""
TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {run}/oauth2.conf
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
"""Without the penalty a refusal is told at once and not after seconds."""
INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
username_attribute = sub
active_attribute = active
active_value = true
"""

FULL = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT THREAD=REFERENCES MULTIAPPEND URL-PARTIAL CATENATE UNSELECT"
    " CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH"
    " LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE"
)
WITHOUT = {
    "qresync": (),
    "condstore": ("QRESYNC",),
    "list": ("QRESYNC", "CONDSTORE", "ESEARCH", "LIST-STATUS", "LITERAL+", "MOVE"),
}
"""What each variant does not advertise; the last one is an old server with UIDPLUS."""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server. Every name is a user; the password is `pw`, or pw-NAME as on the other servers."""

    run: Path
    imap: int
    imaps: int
    running: Running
    numbers: count[int] = field(default_factory=count)

    @property
    def ca(self) -> Path:
        """The certificate to trust."""
        return self.run / "ca.pem"

    def new_user(self) -> str:
        """A user with empty folders."""
        return f"d{next(self.numbers)}"

    def client(self, user: str) -> imaplib.IMAP4:
        """Somebody else at the same mail."""
        line = imaplib.IMAP4("127.0.0.1", self.imap)
        line.login(user, "pw")
        return line

    def stop(self) -> None:
        """End it and forget its mail."""
        self.running.stop()
        remove_tree(self.run)


def start_dovecot(
    variant: str = "qresync", *, layout: str = "mdbox", connections: int = 200, place: str = "/tmp", oauth: str = ""
) -> Dovecot:
    """Start one; `oauth`: where it asks about tokens, for then it knows no passwords.

    It lies in a directory of its own in /tmp (pytest's are closed to the user that its processes run as).
    """
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None or not Path("/usr/lib/dovecot/imap").exists():
        raise CannotRunError("Dovecot is not installed: apt-get install dovecot-imapd")
    run = Path(tempfile.mkdtemp(prefix="calsync-dovecot-", dir=place))
    run.chmod(0o755)
    for name in ("base", "state", "home"):
        (run / name).mkdir()
    make_certificate(run)
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    os.chown(run / "home", owner.pw_uid, owner.pw_gid)
    imap, imaps = free_port(), free_port()
    if oauth:
        (run / "oauth2.conf").write_text(INTROSPECTION.format(url=oauth))
    passdb, mechanisms = (TOKENS.format(run=run), "xoauth2") if oauth else (PASSWORDS, "plain login")
    values = {"passdb": passdb, "mechanisms": mechanisms}
    values |= {"run": run, "user": owner.pw_uid, "group": owner.pw_gid, "imap": imap, "imaps": imaps}
    conf = CONF.format(**values, format=layout, connections=connections, capability=_capability(WITHOUT[variant]))
    (run / "dovecot.conf").write_text(conf + _rootless(owner.pw_name))
    running = spawn([program, "-F", "-c", str(run / "dovecot.conf")], log=run / "log")
    running.await_port(imap)
    return Dovecot(run, imap, imaps, running)


def _capability(without: Sequence[str]) -> str:
    told = " ".join(word for word in FULL.split() if word not in without)
    return f"imap_capability = {told}" if without else ""


def _rootless(user: str) -> str:
    """Without root there is one user for all."""
    if os.getuid() == 0:
        return ""
    return f"""
default_internal_user = {user}
default_internal_group = {user}
default_login_user = {user}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
"""
