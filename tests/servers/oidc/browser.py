"""A browser without a window: it follows redirects, keeps cookies, fills in the forms that the provider shows."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown in the end, and what stands in the address bar."""

    url: str
    status: int
    text: str


class Browser:
    """One person at one provider."""

    def __init__(self, *more: urllib.request.BaseHandler) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({}), *more
        )

    def get(self, url: str, form: Sequence[tuple[str, str]] | None = None) -> Page:
        """Open an address, or send a form to it."""
        body = None if form is None else urlencode(form).encode()
        try:
            with self._opener.open(urllib.request.Request(url, body), timeout=20) as answer:
                return Page(answer.url, answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.url or url, error.code, error.read().decode())

    def signs_in(self, url: str, login: str) -> Page:
        """Choose an account: the question for consent."""
        page = self.get(url)
        return self.get(_action(page), [("prompt", "login"), ("login", login), ("password", "any")])

    def allows(self, url: str, login: str, *, untick: Sequence[str] = ()) -> Page:
        """Choose an account and allow what is asked for, but those boxes."""
        page = self.signs_in(url, login)
        return self.get(_action(page), [("prompt", "consent"), *(("untick", one) for one in untick)])

    def refuses(self, url: str, login: str) -> Page:
        """Choose an account and press Cancel."""
        page = self.signs_in(url, login)
        return self.get(f"{page.url}/abort")


class Stopping(urllib.request.HTTPRedirectHandler):
    """Redirects up to the listener, which cannot be reached from here: what a browser on another machine sees."""

    def redirect_request(self, *words: Any) -> urllib.request.Request | None:
        """The last word is where to go."""
        newurl: str = words[-1]
        if "code=" in newurl or "error=" in newurl:
            raise ElsewhereError(newurl)
        return super().redirect_request(*words)


class ElsewhereError(Exception):
    """The address bar of a browser that could not open the last page."""


class FarBrowser(Browser):
    """A browser on another machine: 127.0.0.1 is not where the listener is."""

    def __init__(self) -> None:
        super().__init__(Stopping())

    def address(self, url: str, login: str) -> str:
        """What stands in the address bar in the end."""
        try:
            page = self.allows(url, login)
        except ElsewhereError as there:
            return str(there)
        raise AssertionError(page)


def _action(page: Page) -> str:
    found = re.search(r'<form[^>]* action="([^"]+)"', page.text)
    assert found is not None, f"{page.status} {page.url}: {page.text[:400]}"
    return urljoin(page.url, unescape(found[1]))


def main(act: str, login: str, url: str) -> None:
    """What a person does whose browser was opened there by a program."""
    browser = Browser()
    match act:
        case "allows":
            browser.allows(url, login)
        case "refuses":
            browser.refuses(url, login)
        case "closes":
            browser.get(url)
        case _:
            browser.allows(url, login, untick=[act])


if __name__ == "__main__":
    main(*sys.argv[1:])
