"""Cyrus from Debian without installing it: its packages conflict with dovecot-imapd, so they are only unpacked.

`apt-get install --download-only` names and fetches exactly what this machine lacks, libraries too, needs no root where
its locks and archives are our own, and checks every signature. What `dpkg -x` unpacks is run from the cache.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import CannotRunError

PACKAGES = (
    "cyrus-imapd",
    "cyrus-caldav",
    "cyrus-common",
    "sasl2-bin",
    "libsasl2-modules-db",
    "libsasl2-modules",
    "libeatmydata1",
)
CACHE = Path(__file__).parents[2] / ".cache"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Where Cyrus lies, and the environment its programs need."""

    root: Path

    @property
    def bin(self) -> Path:
        """Where master, imapd and httpd are."""
        return self.root / "usr/lib/cyrus/bin"

    @property
    def environment(self) -> dict[str, str]:
        """Libraries and SASL modules: unpacked ones first, then the system's."""
        triplet = f"{platform.machine()}-linux-gnu"
        places = [self.root / "usr/lib" / triplet, self.root / "lib" / triplet, self.root / "usr/lib"]
        modules = [self.root / "usr/lib" / triplet / "sasl2", Path("/usr/lib", triplet, "sasl2")]
        return {
            "LD_LIBRARY_PATH": ":".join(str(place) for place in places),
            "SASL_PATH": ":".join(str(place) for place in modules),
        }

    @property
    def saslpasswd(self) -> str:
        """The program that writes the password file."""
        unpacked = self.root / "usr/sbin/saslpasswd2"
        return str(unpacked) if unpacked.exists() else "/usr/sbin/saslpasswd2"


def unpack_cyrus() -> Unpacked:
    """Fetched once per machine; CannotRunError names the package and the reason where it is not to be had."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise CannotRunError("cyrus-imapd comes from Debian packages, and there is no apt-get here")
    CACHE.mkdir(exist_ok=True)
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "unknown")
    root = CACHE / f"cyrus-{release}-{platform.machine()}"
    with _alone(CACHE / "cyrus.lock"):
        if not (root / "ready").exists() or _lacking(Unpacked(root)):
            _fetch(root)
    lacking = _lacking(Unpacked(root))
    if lacking:
        raise CannotRunError(f"cyrus-imapd was unpacked, but lacks {lacking}")
    return Unpacked(root)


def readable_by(user: str, found: Unpacked) -> Unpacked:
    """The same, or a copy of it below /tmp where that user may not enter the way to the cache (a clone in /root, say)."""
    program = str(found.bin / "master")
    if subprocess.run(["runuser", "-u", user, "--", "test", "-x", program], check=False).returncode == 0:
        return found
    copy = Path(tempfile.mkdtemp(prefix="calsync-cyrus-"))
    shutil.copytree(found.root, copy, symlinks=True, dirs_exist_ok=True)
    copy.chmod(0o755)
    return Unpacked(copy)


def _fetch(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    debs = CACHE / "debs"
    (debs / "partial").mkdir(parents=True, exist_ok=True)
    ours = [f"Dir::Cache::archives={debs}", "Debug::NoLocking=1", "APT::Sandbox::User=root"]
    options = [word for option in ours for word in ("-o", option)]
    wanted = ["install", "--download-only", "--no-install-recommends", "-y", *PACKAGES]
    error = _run("apt-get", *options, *wanted)
    if error:  # the lists of this machine may be missing or old; lists of our own need no root
        (CACHE / "lists/partial").mkdir(parents=True, exist_ok=True)
        options += ["-o", f"Dir::State::lists={CACHE / 'lists'}"]
        error = _run("apt-get", *options, "update") or _run("apt-get", *options, *wanted)
    if error:
        raise CannotRunError(f"cyrus-imapd, cyrus-caldav: apt-get could not fetch them: {error}")
    for deb in debs.glob("*.deb"):
        error = _run("dpkg", "-x", str(deb), str(root))
        if error:
            raise CannotRunError(f"{deb.name} could not be unpacked: {error}")
    (root / "ready").touch()
    shutil.rmtree(debs)


def _lacking(found: Unpacked) -> str:
    """What keeps the programs from starting: themselves, or libraries."""
    if not (found.bin / "httpd").exists():
        return "its programs"
    argv = ["ldd", *(str(found.bin / name) for name in ("master", "imapd", "httpd"))]
    told = subprocess.run(argv, env={**os.environ, **found.environment}, capture_output=True, text=True, check=False)
    return ", ".join(sorted({line.split()[0] for line in told.stdout.splitlines() if "not found" in line}))


def _run(*argv: str) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300
    )
    return "" if done.returncode == 0 else (done.stderr.strip() or f"exit {done.returncode}")[-400:]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
