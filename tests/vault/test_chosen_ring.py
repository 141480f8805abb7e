"""Which of the keyring library's backends are trusted: real plugins, found as the library finds them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from tests.vault.conftest import run_python

PROBE = """
import json
from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.os_keyring import KeyringVault
vault = KeyringVault("me@example.org", False)
try:
    vault.probe()
    print(json.dumps([vault.describe()]))
except CalsyncError as told:
    print(json.dumps([told.code, told.variant, told.params]))
"""
IN_MEMORY = """
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    class {name}(KeyringBackend):
        priority = {priority}
        kept = {{}}

        def get_password(self, service, username):
            return self.kept.get((service, username))

        def set_password(self, service, username, password):
            {write}
            self.kept[service, username] = password

        def delete_password(self, service, username):
            if self.kept.pop((service, username), None) is None:
                raise PasswordDeleteError
"""


def plugin(
    tmp_path: Path, module: str, name: str, *, priority: float = 3.0, write: str = "pass", found: bool = True
) -> None:
    """A backend that the library finds by its entry point as soon as it is installed, or only when named."""
    path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(IN_MEMORY).format(name=name, priority=priority, write=write))
    if found:
        info = tmp_path / f"{module.replace('.', '_')}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        info.joinpath("entry_points.txt").write_text(f"[keyring.backends]\nx = {module}\n")


def probed(tmp_path: Path, **env: str) -> list[object]:
    return json.loads(run_python(PROBE, PYTHONPATH=str(tmp_path), HOME=str(tmp_path), **env))


def test_an_honest_plugin_is_used(tmp_path):
    plugin(tmp_path, "honest", "Vault")

    assert probed(tmp_path) == ["keyring:honest.Vault"]


@pytest.mark.parametrize("name", ["PlaintextKeyring", "EncryptedKeyring"])
def test_keyrings_alt_is_not_taken_by_accident(tmp_path, name):
    plugin(tmp_path, "keyrings.alt.file", name, priority=0.5)

    assert probed(tmp_path) == ["E501", "plaintext", {"backend": f"keyrings.alt.file.{name}"}]


def test_keyrings_alt_is_not_taken_by_name_either(tmp_path):
    plugin(tmp_path, "keyrings.alt.file", "PlaintextKeyring", found=False)

    told = probed(tmp_path, PYTHON_KEYRING_BACKEND="keyrings.alt.file.PlaintextKeyring")

    assert told[:2] == ["E501", "plaintext"]


def test_what_calls_itself_plaintext_is_believed(tmp_path):
    plugin(tmp_path, "homemade", "MyPlaintextThing", found=False)

    assert probed(tmp_path, PYTHON_KEYRING_BACKEND="homemade.MyPlaintextThing")[:2] == ["E501", "plaintext"]


def test_what_is_derived_from_a_leaky_one_leaks(tmp_path):
    plugin(tmp_path, "keyrings.alt.file", "Nice", found=False)
    (tmp_path / "renamed.py").write_text("from keyrings.alt.file import Nice\nclass Innocent(Nice): pass\n")

    assert probed(tmp_path, PYTHON_KEYRING_BACKEND="renamed.Innocent")[:2] == ["E501", "plaintext"]


def test_in_a_chain_the_best_trustworthy_one_is_used_alone(tmp_path):
    plugin(tmp_path, "keyrings.alt.file", "PlaintextKeyring", priority=9)
    plugin(tmp_path, "weaker", "Vault", priority=2)
    plugin(tmp_path, "stronger", "Vault", priority=3)

    assert probed(tmp_path) == ["keyring:stronger.Vault"]


def test_a_chain_of_leaky_ones_is_refused(tmp_path):
    plugin(tmp_path, "keyrings.alt.file", "PlaintextKeyring", priority=1)
    plugin(tmp_path, "keyrings.alt.other", "EncryptedKeyring", priority=2)

    assert probed(tmp_path) == ["E501", "plaintext", {"backend": "keyrings.alt.other.EncryptedKeyring"}]


def test_null_keeps_nothing_and_is_refused(tmp_path):
    assert probed(tmp_path, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")[:2] == ["E501", "plaintext"]


def test_fail_means_there_is_none(tmp_path):
    assert probed(tmp_path, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring") == ["E501", "none", {}]


@pytest.mark.parametrize("name", ["no.such.Keyring", "keyring.backends.fail.NoSuch", "rubbish", "os.path.join"])
def test_a_backend_that_is_not_there_is_named_as_the_mistake(tmp_path, name):
    assert probed(tmp_path, PYTHON_KEYRING_BACKEND=name)[:2] == ["E501", "backend"]


def test_the_users_file_is_heeded_before_the_secret_service(tmp_path):
    plugin(tmp_path, "honest", "Vault", found=False)
    settings = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text("[backend]\ndefault-keyring=honest.Vault\n")

    told = probed(tmp_path, DBUS_SESSION_BUS_ADDRESS="unix:abstract=calsync-nobody")

    assert told == ["keyring:honest.Vault"]


@pytest.mark.parametrize(
    ("write", "variant"),
    [
        ("from keyring.errors import KeyringLocked; raise KeyringLocked('x')", "locked"),
        ("from keyring.errors import PasswordSetError; raise PasswordSetError(password)", "refused"),
        ("from keyring.errors import NoKeyringError; raise NoKeyringError()", "none"),
        ("raise OSError(1783, 'CredWrite', 'The stub received bad data')", "refused"),
        ("return", "forgetful"),
    ],
)
def test_the_errors_of_a_backend_are_told_by_kind(tmp_path, write, variant):
    plugin(tmp_path, "honest", "Vault", write=write)

    code, told, params = probed(tmp_path)

    assert (code, told) == ("E501", variant)
    assert set(params) <= {"backend", "reason"}
