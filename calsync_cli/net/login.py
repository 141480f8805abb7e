"""Who signs in: apart from the HTTP client, which costs mail a tenth of its start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Login:
    """A user and where the password comes from; neither repr nor log ever shows it."""

    user: str
    password: Callable[[], str] = field(repr=False)
