"""One round of the mail half: which folders, with which Maildirs, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from calsync_cli.app import wiring
from calsync_cli.app.mail.hidden import tell_hidden
from calsync_cli.app.mail.keeping import Keeping
from calsync_cli.app.mail.keys import BIN
from calsync_cli.app.mail.limits import limits
from calsync_cli.app.mail.mapping import begin, due
from calsync_cli.app.mail.naming import named
from calsync_cli.app.mail.returning import Returned, returned
from calsync_cli.app.mail.roots import MailRoots
from calsync_cli.app.mail.strays import list_stray_letters
from calsync_cli.app.reports.wanted import SyncWish
from calsync_cli.app.session import Session
from calsync_cli.app.telling import Check, Telling
from calsync_cli.core.brake import Limit
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.mail.ports import FarMailbox, MailAccount
from calsync_cli.core.mail.record import MailLink
from calsync_cli.core.model import CollectionId, Glance, Mode, RunId
from calsync_cli.core.record import Wait
from calsync_cli.engine.mail.order import MailJunction, MailOrder, MailResult, MailWork
from calsync_cli.engine.mail.run import run_mail
from calsync_cli.state.ledger import DryLedger, SqliteLedger
from calsync_cli.state.post import Post, WithdrawnRow


@dataclass(frozen=True, slots=True)
class MailRound:
    """What a round of mail did."""

    result: MailResult
    names: dict[int, str]
    """Local folder by link."""
    gone: tuple[str, ...]
    """Local folders whose mailbox is gone at the provider."""
    waits: tuple[Wait, ...] = ()
    """What waits now, without what a person said is to be left as it is."""
    lost: tuple[WithdrawnRow, ...] = ()
    """What was wanted back, and is not in the bin any more."""


def mail_round(
    session: Session, far: MailAccount, wish: SyncWish, number: RunId, *, limit: Limit, check: Check
) -> MailRound:
    """Bring all mapped folders to agreement. Raises E302, E303, and what the stores raise."""
    roots = MailRoots(session)
    if due(session) and not wish.dry_run:
        begin(session, far.folders())
    if wish.accept_root:
        roots.accept()
    roots.check()
    if not session.folders.rows():
        return MailRound(MailResult(), {}, ())
    if not wish.dry_run:
        list_stray_letters(session, number)
    links = session.letters.links()
    check()
    ledger = DryLedger(session.database) if wish.dry_run else SqliteLedger(session.database)
    far.attend([link.far_id for link in links], ledger)
    bin_ = _bin(session, links)
    back = Returned() if wish.pull_only else returned(session, far, bin_, dry=wish.dry_run)
    there = {glance.id: glance for glance in far.glance([link.far_id for link in links])}
    mapped = [link for link in links if link.far_id in there]
    order = MailOrder(run=number, limit=limit, full=wish.full, dry=wish.dry_run, **limits(session))
    work = MailWork(session.letters, order, Telling(session.desk.tell, check))
    if not wish.dry_run:
        roots.make(link.name for link in mapped)
    try:
        run_mail(_junctions(session, far, mapped, there, work, bin_=bin_, pull_only=wish.pull_only), work)
    finally:
        if not wish.dry_run:
            Post(session.database).binned(number, bin_)
            tell_hidden(session, far)
    return _outcome(session, far, work, back, links, there=there.keys())


def _outcome(
    session: Session,
    far: MailAccount,
    work: MailWork,
    back: Returned,
    links: Sequence[MailLink],
    *,
    there: AbstractSet[CollectionId],
) -> MailRound:
    """What it came to. Raises E302 where the brake held."""
    names = {int(link.id): link.name for link in links}
    if work.result.alarms:
        raise _braked(session, work, names)
    if work.order.dry:
        work.result.tally.update(back.tally)
    else:
        named(session, far, work.order.run)
    waits = tuple(one.wait for one in Post(session.database).waiting() if not one.left)
    gone = tuple(link.name for link in links if link.far_id not in there)
    return MailRound(work.result, names, gone, waits, tuple(back.lost))


def _junctions(
    session: Session,
    far: MailAccount,
    mapped: Sequence[MailLink],
    there: Mapping[CollectionId, Glance],
    work: MailWork,
    *,
    bin_: CollectionId,
    pull_only: bool,
) -> list[MailJunction]:
    """Each mapped folder with its two sides; every other Maildir here is one that nothing is mapped to.

    A folder whose mailbox is gone counts as unmapped: what a person moved there is not deleted.
    """
    near = wiring.maildirs(session.desk, session.account)
    names = [CollectionId(link.name) for link in mapped]
    work.unmapped = [near.open(folder.id) for folder in near.folders() if folder.id not in names]
    revs = {one.id: one.rev for one in near.glance(names)}
    return [
        MailJunction(
            link,
            near.open(name),
            _opened(session, far, link.far_id, bin_),
            rev="" if there[link.far_id].coarse else there[link.far_id].rev,
            near_rev=revs[name],
            mode=Mode.PULL if pull_only else link.mode,
        )
        for link, name in zip(mapped, names, strict=True)
    ]


def _opened(session: Session, far: MailAccount, folder: CollectionId, bin_: CollectionId) -> FarMailbox:
    """The folder there; where the account has no bin, the attic here serves as one."""
    store = far.open(folder, bin_)
    return store if bin_ else Keeping(store, wiring.letter_attic(session.desk, session.account))


def _bin(session: Session, links: Sequence[MailLink]) -> CollectionId:
    """Where what is deleted goes: the mapped bin, else the one that the account was seen to have (R52)."""
    mapped = next((link.far_id for link in links if link.role == "deleted"), None)
    return mapped or CollectionId(session.settings.get(BIN))


def _braked(session: Session, work: MailWork, names: dict[int, str]) -> CalsyncError:
    alarm = work.result.alarms[0]
    return CalsyncError(
        "E302",
        f"mail-{alarm.what}",
        side=alarm.side,
        folder=names[int(alarm.link)],
        count=str(max(one.count for one in work.result.alarms)),
        held=str(alarm.held),
        account=session.account,
    )
