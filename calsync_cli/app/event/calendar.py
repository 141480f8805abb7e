"""The calendar that a new event goes to: its name, its directory, made when the first event comes (R35)."""

from __future__ import annotations

from calsync_cli.app import wiring
from calsync_cli.app.almanac import Home
from calsync_cli.app.pen import Spot
from calsync_cli.app.session import Session
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import PERSONAL, AccountName, make_private

PERSONAL_NAME = "Personal"
"""What khal shows before there is an account: a name as a provider would give it, not a word of ours."""


def home_of(desk: Desk, session: Session | None, spot: Spot) -> Home:
    """As the almanac has it, for a calendar that may not be there yet."""
    account = session.account if session else desk.owner()
    link = next((one for one in session.settings.links() if one.id == spot.link), None) if session else None
    here = wiring.agenda(desk, account)
    return Home(
        account=account,
        spot=spot,
        name=(link.display or link.name) if link else named(account, desk, spot),
        folder=here.path(spot.calendar).absolute(),
        color=link.color if link else "",
        primary=link.primary if link else False,
    )


def named(account: AccountName, desk: Desk, spot: Spot) -> str:
    """What its directory says, else whose it is."""
    here = wiring.agenda(desk, account)
    there = here.glance() if here.root.is_dir() else ()
    usual = PERSONAL_NAME if account == PERSONAL else account
    return next((one.name for one in there if one.id == spot.calendar), usual)


def opened(home: Home) -> None:
    """The directory is there, and says its name. A primary that is missing is not made: its disk may be away."""
    if home.folder.is_dir() or home.spot.link:
        return
    make_private(home.folder, ours=False)
    wiring.dress(home.folder, display=home.name, color=home.color)
