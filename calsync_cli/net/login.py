"""Who signs in, by a password or by tokens: apart from the HTTP client, which costs mail a tenth of its start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Login:
    """A user and where the password comes from; neither repr nor log ever shows it."""

    user: str
    password: Callable[[], str] = field(repr=False)


class Bearer(Protocol):
    """A user and where access tokens come from (RFC 6750); safe to share among threads and connections."""

    @property
    def user(self) -> str:
        """The account's address."""

    def token(self) -> str:
        """An access token that lives a few minutes more. Raises what signing in raises."""

    def renew(self, refused: str) -> str:
        """Another one, after a server refused this one; what somebody else renewed meanwhile is not renewed again."""


Access = Login | Bearer
