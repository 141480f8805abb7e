"""Cyrus (Debian): CalDAV with scheduling, the nearest to Kerio Connect that runs here; it rewrites what it is given."""

from __future__ import annotations

import imaplib
import os
import pwd
import re
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from tests.servers.access import AccessLog, Asked
from tests.servers.cyrus_debs import CACHE, Unpacked, readable_by, unpack_cyrus
from tests.servers.plain import Plain
from tests.servers.process import Running, free_port, remove_tree, spawn, without_fsync
from tests.servers.served import Served
from tests.servers.sink import Sink

DOMAIN = "lab.test"
OWNER = "bob"
SHARES = {"holidays": "lrs9", "team": "lrswipkxtecdn9"}
"""Bob's calendars that everybody may read, and write; rights as in RFC 4314 with Cyrus' own for free-busy."""

IMAPD_CONF = """
configdirectory: {run}/conf
defaultpartition: default
partition-default: {run}/spool
proc_path: {run}/proc
mboxname_lockpath: {run}/lock
sievedir: {run}/sieve
cyrus_user: {user}
admins: cyradm
servername: localhost
altnamespace: yes
unixhierarchysep: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {run}/sasldb2
sasl_mech_list: PLAIN LOGIN
autocreate_quota: 0
autocreate_post: yes
idlesocket: {run}/socket/idle
notifysocket: {run}/socket/notify
lmtpsocket: {run}/socket/lmtp
duplicatesuppression: no
conversations: no
httpmodules: caldav
calendar_user_address_set: {domain}
caldav_historical_age: -1
caldav_maxdatetime: 20991231T235959Z
caldav_mindatetime: 19000101T000000Z
smtp_backend: host
smtp_host: 127.0.0.1:{smtp}/noauth
syslog_prefix: calsynctests
skiplist_unsafe: 1
httptimeout: 1
"""

# Each open connection holds a child: a test that leaves some open must not starve the next ones.
CYRUS_CONF = """
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {run}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {run}/imapd.conf -U 30" listen="127.0.0.1:{imap}" prefork=1 maxchild=50
  http cmd="{bin}/httpd -C {run}/imapd.conf -U 30" listen="127.0.0.1:{http}" prefork=2 maxchild=300
}}
"""

# Telemetry (a directory named as the user below conf/log) holds each connection in full, both ways.
_ASKED = re.compile(rb"<\d+<([A-Z]+) (\S+) HTTP/1\.1\r\n|>\d+>(?:HTTP/1\.1 100 [^\r]*\r\n\r\n)?HTTP/1\.1 ([2-5]\d\d)")


@dataclass(frozen=True, slots=True)
class Cyrus:
    """The server behind the users' views: more users, shares, and the mails it sent."""

    run: Path
    http: int
    imap: int
    sink: Sink
    running: Running
    unpacked: Unpacked
    numbers: count[int] = field(default_factory=count)

    def user(self, name: str, *, telemetry: bool = True) -> Served:
        """A user with an empty default calendar and two shares of bob's; password pw-NAME, address NAME@lab.test."""
        self.password(name)
        place = self.run / "conf" / "log" / name
        if telemetry:
            place.mkdir(exist_ok=True)
            _hand_over(place)
        line = imaplib.IMAP4("127.0.0.1", self.imap)  # the first sign-in makes the inbox, which calendars need
        line.login(name, f"pw-{name}")
        line.select("INBOX")
        home = f"http://127.0.0.1:{self.http}/dav/calendars/user/{name}/"
        served = Served(
            name="cyrus",
            url=f"http://127.0.0.1:{self.http}/",
            user=name,
            password=f"pw-{name}",
            home_url=home,
            calendar_url=f"{home}Default/",
            log=AccessLog(lambda: _asked(place)),
            stop=self.stop,
            new_user=lambda: self.user(f"u{next(self.numbers)}", telemetry=telemetry),
        )
        served.plain(home).sure("PROPFIND", "", Depth="0")  # and the first visit makes the calendar
        if name != OWNER:
            holidays, team = (self._share(calendar, name, rights, line) for calendar, rights in SHARES.items())
            served = replace(served, readonly_url=holidays, shared_url=team)
        line.logout()
        served.log.mark()
        return served

    def password(self, name: str, secret: str = "") -> None:
        """Make or set a user's password, pw-NAME if no other is given."""
        argv = [self.unpacked.saslpasswd, "-p", "-c", "-f", str(self.run / "sasldb2"), "-u", "localhost", name]
        environment = {**os.environ, **self.unpacked.environment}
        subprocess.run(argv, input=(secret or f"pw-{name}").encode(), env=environment, check=True, capture_output=True)
        _hand_over(self.run / "sasldb2")

    def _share(self, calendar: str, reader: str, rights: str, line: imaplib.IMAP4) -> str:
        """Share a calendar of bob's; it is listed in the reader's home once he is subscribed to it."""
        admin = imaplib.IMAP4("127.0.0.1", self.imap)
        admin.login("cyradm", "pw-cyradm")
        admin.setacl(f'"user/{OWNER}/#calendars/{calendar}"', reader, rights)
        admin.logout()
        line.subscribe(f'"Other Users/{OWNER}/#calendars/{calendar}"')
        return f"http://127.0.0.1:{self.http}/dav/calendars/user/{reader}/{OWNER}.{calendar}/"

    def plain(self, path: str, user: str) -> Plain:
        """Plain HTTP to any path as any user."""
        return Plain(f"http://127.0.0.1:{self.http}{path}", user, f"pw-{user}")

    def stop(self) -> None:
        """End it and forget what it held."""
        self.running.stop()
        self.sink.stop()
        remove_tree(self.run)
        if CACHE not in self.unpacked.root.parents:
            remove_tree(self.unpacked.root)


@dataclass(frozen=True, slots=True)
class CyrusMail:
    """The same server as one for mail, used as Dovecot is: the password of its users is `pw`."""

    cyrus: Cyrus

    @property
    def imap(self) -> int:
        """Where it listens."""
        return self.cyrus.imap

    def new_user(self) -> str:
        """A user with empty folders."""
        name = f"m{next(self.cyrus.numbers)}"
        self.cyrus.password(name, "pw")
        line = self.client(name)  # the first sign-in makes the inbox
        make_folders(line)
        line.logout()
        return name

    def share(self, owner: str, folder: str, reader: str, rights: str) -> str:
        """Let somebody at a folder of another's, with these rights (RFC 4314); what it is called there."""
        admin = imaplib.IMAP4("127.0.0.1", self.imap)
        admin.login("cyradm", "pw-cyradm")
        admin.setacl(f"user/{owner}/{folder}", reader, rights)
        admin.logout()
        return f"Other Users/{owner}/{folder}"

    def client(self, user: str) -> imaplib.IMAP4:
        """Somebody else at the same mail."""
        line = imaplib.IMAP4("127.0.0.1", self.imap)
        line.login(user, "pw")
        return line


def make_folders(line: imaplib.IMAP4) -> None:
    """What other servers make by themselves (RFC 6154 section 3)."""
    for use in ("Archive", "Sent", "Drafts", "Trash", "Junk"):
        line.xatom("CREATE", use, f"(USE (\\{use}))")


def launch_cyrus() -> Cyrus:
    """Start it in a directory of its own in /tmp (pytest's are closed to the user that Cyrus runs as)."""
    user, unpacked = _unprivileged(), unpack_cyrus()
    if os.getuid() == 0:
        unpacked = readable_by(user, unpacked)
    run = Path(tempfile.mkdtemp(prefix="calsync-cyrus-run-", dir="/tmp"))
    run.chmod(0o755)
    for name in ("conf/db", "conf/log", "conf/socket", "conf/user", "spool", "socket", "proc", "lock", "sieve"):
        (run / name).mkdir(parents=True)
    sink, http, imap = Sink().start(), free_port(), free_port()
    values = {"run": run, "user": user, "domain": DOMAIN, "smtp": sink.port, "bin": unpacked.bin}
    (run / "imapd.conf").write_text(IMAPD_CONF.format(**values))
    (run / "cyrus.conf").write_text(CYRUS_CONF.format(**values, http=http, imap=imap))
    _hand_over(run)
    argv = [str(unpacked.bin / "master"), "-C", str(run / "imapd.conf"), "-M", str(run / "cyrus.conf")]
    argv += ["-p", str(run / "master.pid")]
    environment = {**unpacked.environment, **without_fsync(), "CYRUS_USER": user}
    running = spawn(argv, log=run / "log", env=environment)
    cyrus = Cyrus(run, http, imap, sink, running, unpacked)
    running.await_port(http)
    running.await_port(imap)
    cyrus.password("cyradm")
    bob = cyrus.user(OWNER)
    for calendar in SHARES:
        bob.plain(f"{bob.home_url}{calendar}/").make(title=calendar.title())
    return cyrus


def start_cyrus(cyrus: Cyrus | None = None) -> Served:
    """A running Cyrus, seen as alice."""
    return (cyrus or launch_cyrus()).user("alice")


def _unprivileged() -> str:
    """Cyrus refuses to be root: nobody then, else whoever runs the tests."""
    return "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _hand_over(place: Path) -> None:
    """What root made here is nobody's."""
    if os.getuid() == 0:
        owner = pwd.getpwnam("nobody")
        for one in (place, *place.rglob("*")):
            os.chown(one, owner.pw_uid, owner.pw_gid)


def _asked(telemetry: Path) -> dict[str, list[Asked]]:
    """Requests and their statuses by the process that served them."""
    return {talk.name: _in_talk(talk.read_bytes()) for talk in telemetry.glob("*")}


def _in_talk(talk: bytes) -> list[Asked]:
    found: list[Asked] = []
    method = path = ""
    for line in _ASKED.finditer(talk):
        if line[1]:
            method, path = line[1].decode(), line[2].decode()
        elif method:
            found.append(Asked(method, path, int(line[3])))
            method = ""
    return found
