# ruff: noqa: INP001  a script, not a package
"""Makes .venv from requirements.lock: `venv.py demo|dev`. Does nothing where that has been done already.

Runs on the bare python3 of a Debian that came without ensurepip and pip: pip is then taken from the distribution's
wheels, else downloaded from the configured package index and compared with the hash in requirements.lock.
"""

import configparser
import hashlib
import os
import re
import shutil
import ssl
import subprocess
import sys
import tomllib
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "calsync-stamp"
LOCK = ROOT / "requirements.lock"
PROFILES = ("demo", "dev")
"""What the demo needs; that, and what tests, checks and benchmarks need."""
WHEELS = ("/usr/share/python-wheels", "/usr/lib/python3/dist-packages")


def main(profile: str) -> None:
    """Bring .venv to a profile."""
    mark = digest()
    done = STAMP.read_text().split() if STAMP.exists() else []
    if PYTHON.exists() and done[:1] == [mark] and PROFILES.index(done[1]) >= PROFILES.index(profile):
        return
    if (
        not PYTHON.exists()
        or subprocess.run([PYTHON, "-m", "pip", "-V"], check=False, capture_output=True).returncode != 0
    ):
        make()
    sys.stderr.write(f"calsync: installing what `{profile}` needs into .venv, from requirements.lock\n")
    wanted = VENV / "calsync-wanted.txt"
    wanted.write_text("\n".join(entries(LOCK.read_text(), wishes(profile))) + "\n")
    install("--require-hashes", "-r", str(wanted))
    install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(f"{mark} {profile}\n")


def digest() -> str:
    """Changes when anything that decides the content of .venv does."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def wishes(profile: str) -> set[str]:
    """What a profile asks for, by name; which version of it, and all that it needs, is the lock's to say."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["demo"]]
    wanted += [line for line in (ROOT / ".ci" / "lock.in").read_text().splitlines() if not line.startswith("#")]
    for group in project["dependency-groups"].values() if profile == "dev" else ():
        wanted += group
    return {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted if line.strip()}


def entries(lock: str, names: set[str]) -> list[str]:
    """Those entries of the lock that have these names, or that are there via one that is wanted."""
    found = re.findall(r"^[a-z0-9].*\n(?:[ ]+.*\n?)*", lock, re.MULTILINE)
    # One name can stand there several times: one version for each Python, told apart by markers.
    via = [(entry.partition("==")[0], set(_because(entry)), entry) for entry in found]
    wanted: set[str] = set()
    more = names
    while more:
        wanted |= more
        more = {name for name, because, _ in via if because & wanted} - wanted
    return [entry for name, _, entry in sorted(via, key=lambda one: one[0]) if name in wanted]


def _because(entry: str) -> list[str]:
    return re.findall(r"^ +#(?: via)? +(\S+)$", entry, re.MULTILINE)


def install(*words: str) -> None:
    """Run pip in .venv."""
    argv = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *words]
    if subprocess.run(argv, check=False, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit("calsync: pip could not install what requirements.lock names; the lines above say why.")


def make() -> None:
    """An environment with pip in it, whatever this Python came with."""
    shutil.rmtree(VENV, ignore_errors=True)
    if (
        subprocess.run(
            [sys.executable, "-c", "import venv, ensurepip"], check=False, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    ):
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        return
    bare = subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=False)
    if bare.returncode != 0:
        sys.exit("calsync: this python3 cannot make virtual environments. On Debian: apt-get install python3-venv")
    wheel = wheel_of_distribution() or download_pip()
    argv = [str(PYTHON), f"{wheel}/pip", "install", "-q", "--disable-pip-version-check", "--no-index", str(wheel)]
    if subprocess.run(argv, check=False).returncode != 0:
        sys.exit(f"calsync: {wheel} does not run. On Debian: apt-get install python3-venv")


def wheel_of_distribution() -> Path | None:
    """Debian's python3-pip-whl may be there though ensurepip is not."""
    found = (wheel for place in WHEELS for wheel in sorted(Path(place).glob("pip-*-py3-none-any.whl")))
    return next(found, None)


def download_pip() -> Path:
    """The very pip that requirements.lock names, by its hash."""
    pinned = re.search(r"^pip==(\S+)((?: \\\n    --hash=sha256:\w+)+)", LOCK.read_text(), re.MULTILINE)
    if pinned is None:
        sys.exit("calsync: requirements.lock names no pip")
    hashes = set(re.findall(r"sha256:(\w+)", pinned[2]))
    name = f"pip-{pinned[1]}-py3-none-any.whl"
    page = index().rstrip("/") + "/pip/"
    try:
        link = next(link for link in re.findall(r'href="([^"]+)"', get(page).decode()) if f"/{name}" in "/" + link)
        body = get(urllib.parse.urljoin(page, link))
    except (OSError, StopIteration) as error:
        sys.exit(
            f"calsync: {name} is not to be had from the package index ({error!r}). On Debian: "
            "apt-get install python3-venv"
        )
    if hashlib.sha256(body).hexdigest() not in hashes:
        sys.exit(f"calsync: {name} from the package index is not the one that requirements.lock names")
    wheel = VENV / name
    wheel.write_bytes(body)
    return wheel


def get(url: str) -> bytes:
    """Fetch a page, or a file whose hash is compared afterwards."""
    bundle = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    context = ssl.create_default_context(cafile=bundle)
    if not url.startswith(("https://", "http://")):
        sys.exit("calsync: without ensurepip only a package index on the web will do")
    asked = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310  checked above
    with urllib.request.urlopen(asked, timeout=60, context=context) as answer:  # noqa: S310
        body: bytes = answer.read()
    return body


def index() -> str:
    """The package index that pip would ask."""
    if "PIP_INDEX_URL" in os.environ:
        return os.environ["PIP_INDEX_URL"]
    told = configparser.ConfigParser(interpolation=None)
    home = Path.home()
    told.read(
        [
            "/etc/pip.conf",
            home / ".pip" / "pip.conf",
            home / ".config" / "pip" / "pip.conf",
            os.environ.get("PIP_CONFIG_FILE", os.devnull),
        ]
    )
    return told.get("global", "index-url", fallback="https://pypi.org/simple")


if __name__ == "__main__":
    main(sys.argv[1])
