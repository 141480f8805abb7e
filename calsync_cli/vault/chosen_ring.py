"""The keyring that the `keyring` library chooses (Keychain, Credential Manager, KWallet, a plugin), unless it leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.port import no_vault
from calsync_cli.vault.ring import Ring
from calsync_cli.vault.secret_service import SecretServiceRing

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

LEAKY: Final = ("keyrings.alt", "keyring.backends.null")
"""keyrings.alt is taken silently as soon as it is installed and nothing better answers: its files are plain, or ask a
password on the terminal; null forgets everything."""


def choose(*, interactive: bool) -> Ring:
    """The first trustworthy one of the library's choice; E501 where there is none."""
    import keyring  # 0.2 s with the choice, and only where the Secret Service did not answer
    from keyring.backends.fail import Keyring as Nothing

    try:
        offered = _offered(keyring.get_keyring())
    except (ImportError, AttributeError, RuntimeError, ValueError, OSError) as theirs:  # named by the user, and wrong
        raise no_vault("backend", reason=type(theirs).__name__) from None
    answering = [backend for backend in offered if not isinstance(backend, Nothing)]
    if not answering:
        raise no_vault("none")
    for backend in answering:
        if not _leaks(backend):
            return _ring(backend, interactive=interactive)
    raise no_vault("plaintext", backend=_name(answering[0]))


def _offered(chosen: KeyringBackend) -> list[KeyringBackend]:
    """A chain is taken apart: it writes to whichever link accepts, a leaky one too."""
    from keyring.backends.chainer import ChainerBackend

    return list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]


def _leaks(backend: KeyringBackend) -> bool:
    """Whatever is derived from a leaky one leaks, and so does what says so."""
    return any(
        parent.__module__ in LEAKY
        or parent.__module__.startswith("keyrings.alt.")
        or "plaintext" in parent.__name__.lower()
        for parent in type(backend).__mro__
    )


def _ring(backend: KeyringBackend, *, interactive: bool) -> Ring:
    from keyring.backends.SecretService import Keyring as SecretService

    return SecretServiceRing(interactive) if type(backend) is SecretService else ChosenRing(backend)


@dataclass(frozen=True, slots=True)
class ChosenRing:
    """A backend of the library."""

    backend: KeyringBackend

    @property
    def name(self) -> str:
        """Module and class, as the library names its backends."""
        return _name(self.backend)

    def read(self, service: str, name: str) -> str | None:
        """The text, or None."""
        with self._mapped():
            return self.backend.get_password(service, name)

    def write(self, service: str, name: str, text: str) -> None:
        """In place of what was there."""
        with self._mapped():
            self.backend.set_password(service, name, text)

    def delete(self, service: str, name: str) -> None:
        """The library raises one error for "not there" and for "not allowed"; so it is looked at first."""
        with self._mapped():
            if self.backend.get_password(service, name) is not None:
                self.backend.delete_password(service, name)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """The border of the library and its plugins. `from None`: their words may quote what was written."""
        from keyring import errors

        try:
            yield
        except errors.KeyringLocked:
            raise no_vault("locked", backend=self.name) from None
        except (errors.NoKeyringError, errors.InitError):
            raise no_vault("none") from None
        except (errors.KeyringError, OSError, RuntimeError, ValueError) as theirs:
            raise self._refused(theirs) from None

    def _refused(self, theirs: Exception) -> CalsyncError:
        return no_vault("refused", backend=self.name, reason=type(theirs).__name__)


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}".removeprefix("keyring.backends.")
