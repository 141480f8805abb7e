"""The Secret Service of a Linux desktop (GNOME Keyring, KeePassXC), spoken to directly over D-Bus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calsync_cli.vault.port import no_vault

if TYPE_CHECKING:
    from secretstorage import Collection

APPLICATION: Final = "Python keyring library"
"""As keyring itself signs its entries, so that `keyring get calsync:ACCOUNT password` finds ours."""

NO_BUS: Final = (OSError, EOFError, RuntimeError, StopIteration)
"""What jeepney raises for an address it cannot use: nothing there, another transport, no address in the text."""


def reachable() -> bool:
    """Whether a service answers or can be started on the session bus."""
    import secretstorage  # 0.04 s, for those who have one
    from jeepney import DBusErrorResponse  # type: ignore[import-untyped]  # it ships none
    from jeepney.auth import AuthenticationError  # type: ignore[import-untyped]  # it ships none

    try:
        with closing(secretstorage.dbus_init()) as bus:
            return secretstorage.check_service_availability(bus)
    except (secretstorage.SecretStorageException, DBusErrorResponse, AuthenticationError, *NO_BUS):
        return False


@dataclass(frozen=True, slots=True)
class SecretServiceRing:
    """The default collection. Only where somebody sits may a prompt open."""

    interactive: bool
    name: str = "secret-service"

    def read(self, service: str, name: str) -> str | None:
        """The text, or None."""
        with self._collection() as collection:
            for item in collection.search_items(_attributes(service, name)):
                return item.get_secret().decode()
        return None

    def write(self, service: str, name: str, text: str) -> None:
        """In place of the entry with the same attributes."""
        attributes = {**_attributes(service, name), "application": APPLICATION}
        with self._collection() as collection:
            collection.create_item(f"{name} ({service})", attributes, text.encode(), replace=True)

    def delete(self, service: str, name: str) -> None:
        """Each entry of this name, whoever wrote it."""
        with self._collection() as collection:
            for item in list(collection.search_items(_attributes(service, name))):
                item.delete()

    @contextmanager
    def _collection(self) -> Iterator[Collection]:
        import secretstorage

        with _mapped(), closing(secretstorage.dbus_init()) as bus:
            collection = (
                secretstorage.get_default_collection(bus) if self.interactive else secretstorage.Collection(bus)
            )
            if collection.is_locked() and (not self.interactive or collection.unlock()):
                raise no_vault("locked", backend=self.name)
            yield collection


@contextmanager
def _mapped() -> Iterator[None]:
    """The one border of secretstorage and jeepney. `from None`: their words may quote what was written."""
    import secretstorage
    from jeepney import DBusErrorResponse
    from jeepney.auth import AuthenticationError

    try:
        yield
    except (secretstorage.LockedException, secretstorage.PromptDismissedException):
        raise no_vault("locked", backend="secret-service") from None
    except secretstorage.ItemNotFoundException:  # making a collection would ask for its password
        raise no_vault("no-collection", backend="secret-service") from None
    except (secretstorage.SecretServiceNotAvailableException, AuthenticationError, *NO_BUS):
        raise no_vault("none") from None
    except DBusErrorResponse as theirs:
        raise no_vault("refused", backend="secret-service", reason=theirs.name) from None
    except (secretstorage.SecretStorageException, UnicodeError) as theirs:
        raise no_vault("refused", backend="secret-service", reason=type(theirs).__name__) from None


def _attributes(service: str, name: str) -> dict[str, str]:
    return {"service": service, "username": name}
