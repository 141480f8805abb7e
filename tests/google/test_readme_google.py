"""README's chapter about Google, typed line by line by somebody who knows nothing."""

from __future__ import annotations

import json
import os
import pty
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.google.person import Googler
from tests.google.signing import ADDRESS
from tests.google.test_delegation import Place, document, place  # noqa: F401 - the fixture
from tests.journeys.test_readme_walk import ROOT, Reader, chapters
from tests.servers.dovecot import Dovecot
from tests.servers.oidc.browser import FarBrowser
from tests.servers.process import free_port


@dataclass
class Signer(Reader):
    """Who also has a browser, here or elsewhere."""

    login: str = field(kw_only=True)

    def types(self, line: str) -> str:
        """An address that is printed is opened on another machine, and where that ends is pasted."""
        return self.pastes(line) if "--no-browser" in line else super().types(line)

    def pastes(self, line: str) -> str:
        """At a terminal."""
        child, ours = pty.fork()
        if child == 0:
            os.chdir(ROOT)
            os.execve("/bin/sh", ["/bin/sh", "-c", f"exec {line}"], self.env)
        seen, pasted = "", False
        with suppress(OSError):  # EIO: it ended
            while part := os.read(ours, 65536):
                seen += part.decode()
                shown = ADDRESS.search(seen)
                if shown is not None and not pasted:
                    os.write(ours, FarBrowser().address(shown[0], self.login).encode() + b"\n")
                    pasted = True
        os.close(ours)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, (line, seen)
        return seen


@pytest.fixture
def reader(newcomer: Googler, dovecot_xoauth2: Dovecot, place: Place, tmp_path: Path) -> Signer:  # noqa: F811
    """With a client.json at home, a key of a service account, and colleagues."""
    whole = Googler(tmp_path / "settings", email=newcomer.email, world=replace(newcomer.world, dovecot=dovecot_xoauth2))
    anna, key = newcomer.world.oidc.new_user(), tmp_path / "key.json"
    newcomer.world.google.user(anna)
    newcomer.world.google.tokens("delegated", anna)
    key.write_text(json.dumps(document(token_uri=place.url)))
    key.chmod(0o600)
    swaps = {"KEY.json": str(key), "anna@example.org": f"{anna} --only calendar", "8085": str(free_port())}
    someone = Signer(tmp_path / "home", swaps, "", login=newcomer.email)
    shutil.copy(whole.place / "client.json", someone.home / "client.json")
    names = ("CALSYNC_GOOGLE_CALENDAR_API", "CALSYNC_GOOGLE_IMAP", "BROWSER")
    someone.env |= {name: whole.env[name] for name in names}
    return someone


def test_from_nothing_to_a_service_account(reader: Signer, newcomer: Googler) -> None:
    reader.walks("Passwords")

    said = dict(zip(chapters()["Google"], reader.walks("Google"), strict=True))

    assert f"Signed in as {newcomer.email}" in said["calsync connect google"]
    assert "You were connected before" in said["calsync connect google --no-browser --port 8085"]
    assert "1234567890" in said["calsync admin trust google --service-account KEY.json"]
    assert "Intake talk" in reader.quietly(f"calsync agenda 2026-12-01 -a {newcomer.email}").stdout
