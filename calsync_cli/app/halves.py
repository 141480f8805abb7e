"""Which halves of an account are meant at `connect`, and where each is: told, kept from before, or asked for."""

from __future__ import annotations

from dataclasses import dataclass

from calsync_cli.app.catalog.line import OAuth, Provider
from calsync_cli.app.catalog.post import means_mail
from calsync_cli.app.reach import CALENDAR, MAIL
from calsync_cli.app.reports.wanted import Answers, ConnectWish, Question
from calsync_cli.config.load import Config
from calsync_cli.core.errors import CalsyncError
from calsync_cli.state.settings import Connection

BOTH = frozenset({CALENDAR, MAIL})


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the halves are; "" for one that is not meant."""

    halves: frozenset[str]
    agenda: str = ""
    post: str = ""


def placed(provider: Provider, wish: ConnectWish, keep: Connection | None, answers: Answers) -> Placed:
    """`keep`: the connection that is signed in to again, whose halves stay. Raises E002."""
    asked, asks = "", provider.asks or Question.URL
    wanted = _said(wish) or (frozenset(keep.halves) if keep else frozenset())
    if not wanted:
        asked = answers(asks)
        wanted = BOTH if asks is Question.SERVER else frozenset({CALENDAR})
    halves = wanted | (frozenset(keep.halves) if keep else frozenset())
    server = wish.server or (asked if asks is Question.SERVER else "")
    agenda = wish.url or server or (keep.endpoint if keep else "") or asked
    post = wish.imap or host(server) or (keep.mail if keep else "")
    if CALENDAR in halves and not agenda:
        agenda = answers(asks)
    if MAIL in halves and not post:
        post = host(agenda) if asks is Question.SERVER and agenda else _mail(asks, answers)
    return Placed(halves, agenda if CALENDAR in halves else "", post if MAIL in halves else "")


def settled(oauth: OAuth, config: Config, wish: ConnectWish, keep: Connection | None) -> Placed:
    """Where a provider is of which everything is known: as the settings say, which a sign-in freezes (R42, R44).

    Never as an imported file says: tokens would go there, and nobody is asked for a password who could wonder.
    """
    before = frozenset(keep.halves) if keep else frozenset()
    halves = before | (frozenset({wish.only}) if wish.only else before or BOTH)
    return Placed(halves, config[oauth.agenda], config[oauth.mail] if MAIL in halves else "")


def _said(wish: ConnectWish) -> frozenset[str]:
    """A host stands for both, an address for its half."""
    if wish.only is not None:
        return frozenset({wish.only})
    told = {CALENDAR: wish.url, MAIL: wish.imap}
    return BOTH if wish.server else frozenset(half for half, where in told.items() if where)


def _mail(asks: Question, answers: Answers) -> str:
    return answers(Question.SERVER if asks is Question.SERVER else Question.IMAP)


def unchanged(stored: Connection, wish: ConnectWish, account: str) -> None:
    """What was filled in at connect is read-only until disconnect (R44). Raises E001, E208.

    The address of the mail is kept with its port, which nobody types: another port is another server.
    """
    given = {
        "--server": (wish.server, stored.endpoint),
        "--caldav": (wish.url, stored.endpoint),
        "--user": (wish.user, stored.user),
    }
    changed = [flag for flag, (said, kept) in given.items() if said is not None and kept and said != kept]
    if wish.imap is not None and stored.mail and not means_mail(wish.imap, stored.mail):
        changed.append("--imap")
    if changed:
        raise CalsyncError("E208", "connected", flag=changed[0], account=account)


def host(where: str) -> str:
    """The machine that a URL, or a host with a port, names."""
    place = where.rpartition("://")[2].partition("/")[0]
    head, colon, port = place.rpartition(":")
    return head if colon and port.isdigit() else place
