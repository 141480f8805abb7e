"""npm's oidc-provider as a process: installed by .ci/packages, started on a free port, told what to do over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import urllib.request
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.servers.process import CannotRunError, Running, free_port, spawn

HERE = Path(__file__).parent
INSTALLED = Path(__file__).parents[3] / ".cache" / "oidc"
"""Where .ci/oidc puts what package-lock.json names."""
SECRET = "s3"


@dataclass(frozen=True, slots=True)
class Oidc:
    """A running authorisation server. Any name can sign in; one with @ is its own address."""

    port: int
    running: Running
    numbers: count[int] = field(default_factory=count)

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def introspection(self) -> str:
        """Where a resource server asks about tokens, with its name and secret in the URL."""
        return f"http://resource:rs@127.0.0.1:{self.port}/introspect"

    def client(self, client_id: str = "calsync") -> dict[str, Any]:
        """A Desktop client's file, as Google gives it for download."""
        return {
            "installed": {
                "client_id": client_id,
                "project_id": "calsync-tests",
                "auth_uri": f"{self.url}/auth",
                "token_uri": f"{self.url}/token",
                "client_secret": SECRET,
                "redirect_uris": ["http://localhost"],
            }
        }

    def new_user(self) -> str:
        """An address that nobody else has."""
        return f"u{next(self.numbers)}@example.org"

    def life(self, seconds: int) -> None:
        """How long access tokens made from now on live."""
        self._lab("ttl", seconds=str(seconds))

    def revoke(self, user: str) -> None:
        """This user withdraws his consent."""
        self._lab("revoke", user=user)

    def fail(self, status: int, error: str, *, times: int = 1, description: str = "") -> None:
        """How the token endpoint answers next."""
        self._lab("fail", status=str(status), error=error, times=str(times), description=description)

    def asked(self) -> int:
        """How often the token endpoint was asked."""
        times: int = self._lab("asked")["times"]
        return times

    def revoked(self) -> int:
        """How many permissions were given back."""
        times: int = self._lab("asked")["revoked"]
        return times

    def says_active(self, token: str) -> bool:
        """Whether a token is good, as a resource server is told."""
        head = {"Authorization": "Basic " + base64.b64encode(b"resource:rs").decode()}
        asked = urllib.request.Request(f"{self.url}/introspect", urlencode({"token": token}).encode(), head)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return bool(json.load(answer)["active"])

    def stop(self) -> None:
        """End it."""
        self.running.stop()

    def _lab(self, what: str, **words: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_lab/{what}?{urlencode(words)}", timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)
            return told


def start_oidc(place: Path) -> Oidc:
    """Start one; its log lies in `place`."""
    node = shutil.which("node")
    if node is None:
        raise CannotRunError("node is not installed: apt-get install nodejs npm, then .ci/packages")
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = INSTALLED / "stamp"
    if not stamp.exists() or stamp.read_text().strip() != lock:
        raise CannotRunError("npm's oidc-provider is not installed: run .ci/packages")
    port = free_port()
    running = spawn([node, str(HERE / "serve.mjs"), str(port)], log=place / "log", env={"OIDC_HOME": str(INSTALLED)})
    running.await_port(port)
    return Oidc(port, running)
