"""The terminal beside a sign-in in a browser: what to open, what a page there may mean, and an address pasted back."""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from calsync_cli.cli.words import _

if TYPE_CHECKING:
    from calsync_cli.cli.view.screen import Screen
    from calsync_cli.net.oauth import Pages

LONGEST = 16 * 1024


class Terminal:
    """app.reports.wanted.Browsing, on this screen."""

    def __init__(self, screen: Screen, provider: str, *, browser: bool) -> None:
        self._screen = screen
        self._provider = provider
        self._allowed = browser
        self._ended = not screen.interactive

    @property
    def pages(self) -> Pages:
        """Sentences that the browser shows."""
        from calsync_cli.net.oauth import Pages

        return Pages(
            title="calsync",
            done=_("The answer has arrived. Close this page and go back to the terminal, which says the rest."),
            refused=_("The sign-in was refused. Close this page; the terminal says more."),
            stray=_("This page belongs to a sign-in of calsync, and this is not its answer."),
        )

    def browser(self, url: str) -> bool:
        """Not with --no-browser."""
        if not self._allowed:
            return False
        from calsync_cli.net.browser import open_browser

        return open_browser(url)

    def opened(self, url: str, *, browser: bool) -> None:
        """Where to sign in, and what to make of a page that leads nowhere: such a page never comes back here (R59)."""
        write = self._screen.err.write
        if browser:
            write(_("Opening your browser to sign in with {provider} …").format(provider=self._provider))
            write(_("   (no browser here? run again with --no-browser)"))
        else:
            write(_("Open this address in a browser, and sign in with {provider}:").format(provider=self._provider))
            write(url)
            self._elsewhere(url)
        write(
            _("“{provider} hasn't verified this app”? Choose “Advanced”, then “Go to …”.").format(
                provider=self._provider
            )
        )
        write(_("A page that says “blocked”, “not trusted” or “error”? It will not come back here: press Ctrl-C."))
        write(_("Then the administrator of your domain has to trust this app: calsync help trusted-app"))

    def _elsewhere(self, url: str) -> None:
        """A browser on another machine cannot come back to this one by itself."""
        back = parse_qs(urlsplit(url).query).get("redirect_uri", [""])[0]
        port = urlsplit(back).port
        if self._screen.interactive:
            told = _(
                "Is that on another machine? Its last page cannot be shown: paste the address of it, {back}…, here."
            )
            self._screen.err.write(told.format(back=back))
        forward = _("Or forward the port first: {command}")
        self._screen.err.write(forward.format(command=f"ssh -L {port}:127.0.0.1:{port} …"))

    def line(self) -> str | None:
        """A line where one is complete; the end of the input ends only the asking."""
        if self._ended or not select.select([sys.stdin], [], [], 0)[0]:
            return None
        typed = sys.stdin.readline(LONGEST)
        self._ended = not typed
        return typed or None

    def rejected(self, reason: str) -> None:
        """And the waiting goes on."""
        if reason == "state":
            self._screen.told("warn", _("That address belongs to another sign-in. Paste the one of this sign-in."))
        else:
            self._screen.told(
                "warn", _("That is not the address. It begins with http://127.0.0.1 and has “code=” in it.")
            )
