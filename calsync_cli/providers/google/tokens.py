"""Access tokens of one account: minted when they are needed, shared by all threads and both halves, written nowhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.origin import origin_of
from calsync_cli.net.sleep import passed
from calsync_cli.providers.google import endpoint
from calsync_cli.providers.google.endpoint import PROVIDER, Minted, RefusedError

_MARGIN = 300.0
"""Seconds that a token must still live when it is given out; half of its life where that is less."""
_DAY = 86400.0
_TESTING = 6.5 * _DAY, 9.0 * _DAY
"""When the sign-ins of a client in Testing die: after seven days, seen at the next round after that."""

Mint = Callable[[], Minted]
"""Asks for a new access token."""


class Tokens:
    """net.login.Bearer over a mint; many threads that find a token too old wait for one new one."""

    def __init__(
        self, user: str, mint: Mint, *, first: Minted | None = None, clock: Callable[[], float] = passed
    ) -> None:
        self.user = user
        self._mint = mint
        self._clock = clock
        self._lock = threading.Lock()
        self._current = ""
        self._scopes: frozenset[str] = frozenset()
        self._due = 0.0
        self._tries = 0
        self._failed: CalsyncError | None = None
        if first is not None:
            self._take(first, clock())

    def __repr__(self) -> str:
        return f"Tokens({self.user!r})"

    def token(self) -> str:
        """A token that lives at least five minutes more. Raises E106, E103, E109, E401, E402, E404, E504."""
        tries = self._tries
        return self._live() or self._another(tries, self._live)

    def renew(self, refused: str) -> str:
        """Another token than the one that was refused; the same errors."""

        def other() -> str:
            return self._current if self._current != refused else ""

        tries = self._tries
        return other() or self._another(tries, other)

    def granted(self) -> frozenset[str]:
        """What the token opens, as far as the endpoint said; the same errors."""
        self.token()
        return self._scopes

    def _live(self) -> str:
        return self._current if self._clock() < self._due else ""

    def _another(self, tries: int, usable: Callable[[], str]) -> str:
        with self._lock:
            found = usable()
            if found:
                return found
            if self._tries != tries and self._failed is not None:  # it failed while this thread waited: not asked again
                raise _again(self._failed) from self._failed
            started = self._clock()
            self._failed = None
            try:
                self._take(self._mint(), started)
            except CalsyncError as error:
                self._failed = error
                raise
            finally:
                self._tries += 1
            return self._current

    def _take(self, new: Minted, since: float) -> None:
        self._due = since + new.life - min(_MARGIN, new.life / 2)
        self._current, self._scopes = new.token, new.scopes


def _again(error: CalsyncError) -> CalsyncError:
    return CalsyncError(error.code, error.variant, retry_after=error.retry_after, **error.params)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the vault keeps of an account that somebody signed in to in a browser."""

    refresh_token: str = field(repr=False)
    client_secret: str = field(repr=False)

    def text(self) -> str:
        """As it is kept."""
        return json.dumps({"refresh_token": self.refresh_token, "client_secret": self.client_secret})

    @staticmethod
    def read(text: str, user: str) -> Sealed:
        """From what was kept. Raises E106 where it is something else."""
        try:
            kept = json.loads(text)
            return Sealed(str(kept["refresh_token"]), str(kept["client_secret"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CalsyncError("E106", "no-secret", account=user, provider=PROVIDER) from error


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known of the sign-in and no secret."""

    client_id: str
    token_uri: str
    user: str
    signed_in: float | None = None
    """When, in seconds since 1970."""
    ca_file: Path | None = None


class Refresh:
    """A mint that works by the refresh token (RFC 6749 section 6)."""

    def __init__(
        self, known: Registered, reveal: Callable[[], str], *, now: Callable[[], float], keep: Callable[[str], None]
    ) -> None:
        self._known = known
        self._reveal = reveal
        self._now = now
        self._keep = keep
        self._sealed: Sealed | None = None

    def __call__(self) -> Minted:
        """A new access token; a new refresh token, where one comes along, is kept in the place of the old one."""
        known = self._known
        sealed = self._sealed = self._sealed or Sealed.read(self._reveal(), known.user)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": sealed.refresh_token,
            "client_id": known.client_id,
            "client_secret": sealed.client_secret,
        }
        try:
            said = endpoint.granted(known.token_uri, form, ca_file=known.ca_file)
        except RefusedError as refused:
            raise self._meaning(refused) from refused
        new = endpoint.minted(said, origin_of(known.token_uri).host)
        rotated = endpoint.refresh_token(said)
        if rotated and rotated != sealed.refresh_token:
            self._sealed = replace(sealed, refresh_token=rotated)
            self._keep(self._sealed.text())
        return new

    def _meaning(self, refused: RefusedError) -> CalsyncError:
        known = self._known
        if refused.error == "invalid_grant":
            return CalsyncError("E106", self._ended(refused), account=known.user, provider=PROVIDER)
        host = origin_of(known.token_uri).host
        return endpoint.meaning(refused.error, host=host, client_id=known.client_id, user=known.user)

    def _ended(self, refused: RefusedError) -> str:
        if refused.subtype.startswith("invalid_rapt"):  # Admin console: Google Cloud session control
            return "session-control"
        signed_in = self._known.signed_in
        age = self._now() - signed_in if signed_in is not None else 0.0
        return "testing" if _TESTING[0] <= age <= _TESTING[1] else "revoked"


def refreshing(
    known: Registered,
    reveal: Callable[[], str],
    *,
    now: Callable[[], float],
    keep: Callable[[str], None],
    first: Minted | None = None,
) -> Tokens:
    """The tokens of somebody who signed in in a browser. `reveal` gives what `Sealed.text` made; `keep` takes it."""
    return Tokens(known.user, Refresh(known, reveal, now=now, keep=keep), first=first)
