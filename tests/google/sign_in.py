"""The scene of a sign-in: a client of the authorisation server, a person with a browser, and whoever waits beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread

from calsync_cli.net.oauth import Pages
from calsync_cli.providers.google.client import OAuthClient
from calsync_cli.providers.google.consent import Asked, Granted, authorize
from calsync_cli.providers.google.scopes import CALENDAR, MAIL
from tests.servers.oidc.browser import Browser, Page
from tests.servers.oidc.server import SECRET, Oidc

PAGES = Pages("calsync", "You can close this page.", "Nothing was allowed.", "Nothing is waited for here.")
BOTH = (CALENDAR, MAIL)


def client(oidc: Oidc, client_id: str = "calsync", **more: str) -> OAuthClient:
    """A Desktop client of that server."""
    return OAuthClient(
        **{
            "client_id": client_id,
            "client_secret": SECRET,
            "auth_uri": f"{oidc.url}/auth",
            "token_uri": f"{oidc.url}/token",
            **more,
        }
    )


@dataclass
class Beside:
    """A prompt that remembers what it was told, and types what it is given."""

    typed: deque[str] = field(default_factory=deque)
    url: str = ""
    browser: bool = False
    rejections: list[str] = field(default_factory=list)
    does: Callable[[str], None] = lambda _: None

    def opened(self, url: str, *, browser: bool) -> None:
        self.url, self.browser = url, browser
        self.does(url)

    def line(self) -> str | None:
        return self.typed.popleft() if self.typed else None

    def rejected(self, reason: str) -> None:
        self.rejections.append(reason)


@dataclass
class Person:
    """Somebody at a browser of his own: what he does there happens beside the waiting."""

    act: Callable[[Browser, str], Page]
    page: Page | None = None
    _thread: Thread | None = None

    def __call__(self, url: str) -> bool:
        def acts() -> None:
            self.page = self.act(Browser(), url)

        self._thread = Thread(target=acts, daemon=True)
        self._thread.start()
        return True

    def finished(self) -> Page:
        assert self._thread is not None
        self._thread.join(20)
        assert self.page is not None
        return self.page


def allowing(login: str, *, untick: tuple[str, ...] = ()) -> Person:
    """Somebody who allows everything, but those boxes."""
    return Person(lambda browser, url: browser.allows(url, login, untick=untick))


def granted(oidc: Oidc, user: str, *, client_id: str = "calsync") -> Granted:
    """What a sign-in without any trouble brings."""
    asked = Asked(BOTH, user, seconds=20)
    return authorize(client(oidc, client_id), asked, Beside(), PAGES, browser=allowing(user))
