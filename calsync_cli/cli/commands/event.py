"""`calsync event`: one event, in words: added, changed, deleted, shown; people invited; an invitation answered."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from calsync_cli.cli import ask, tree
from calsync_cli.cli.event import flags, reading
from calsync_cli.cli.event.addresses import read
from calsync_cli.cli.words import _, mark
from calsync_cli.core.errors import CalsyncError

if TYPE_CHECKING:
    from calsync_cli.app.event.showing import Before
    from calsync_cli.app.event.wishes import Guests
    from calsync_cli.cli.options import Asked
    from calsync_cli.cli.view.screen import Screen

VERBS = "add, edit, delete, show, invite, respond"


def app() -> typer.Typer:
    """Build the command."""
    return tree.noun(
        mark("One event: add, change or delete it, invite people, answer an invitation."),
        _alone,
        {"add": add, "edit": edit, "delete": delete, "show": show_, "invite": invite, "respond": respond},
        writes=frozenset(),
    )


def _alone(asked: Asked) -> None:
    """Name what there is."""
    del asked
    raise CalsyncError("E001", "no-verb", verbs=VERBS)


def add(
    asked: Asked,
    *,
    title: Annotated[str, flags.title()],
    at: Annotated[str | None, flags.at()] = None,
    length: Annotated[str | None, flags.length()] = None,
    until: Annotated[str | None, flags.until()] = None,
    all_day: Annotated[bool, flags.all_day()] = False,
    where: Annotated[str, flags.where()] = "",
    notes: Annotated[str, flags.notes()] = "",
    repeat: Annotated[str | None, flags.repeat()] = None,
    remind: Annotated[list[str] | None, flags.remind()] = None,
    invite: Annotated[list[str] | None, flags.invite()] = None,
    silent: Annotated[list[str] | None, flags.silent()] = None,
    invite_all: Annotated[bool, flags.invite_all()] = False,
    invite_none: Annotated[bool, flags.invite_none()] = False,
    tz: Annotated[str | None, flags.zone()] = None,
    private: Annotated[bool, flags.private()] = False,
) -> None:
    """Add an event to the primary calendar; before there is one, to the agenda on this disk."""
    from calsync_cli.app.event import adding
    from calsync_cli.app.event.wishes import AddWish
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working

    named = reading.guests(invite=invite, silent=silent, everybody=invite_all, nobody=invite_none)
    with working(asked) as (desk, screen):
        if at is None:
            at = ask.line(screen, _("When (tue 14:00, 24 dec, …)"), flag="--at WHEN")
        on = reading.clock(desk, tz)
        when = reading.timed(on, at=at, length=length, until=until, all_day=all_day)
        assert when.start is not None
        wish = AddWish(
            title=title,
            start=when.start,
            end=when.end,
            length=when.length,
            where=where,
            notes=notes,
            rule=reading.rule(repeat, when.start) or "",
            reminders=reading.reminders(remind) or (),
            private=private,
            guests=named,
            dry_run=asked.dry_run,
        )
        show(screen, adding.add(desk, wish), partial(events.changed, on=reading.clock(desk)))


def edit(
    asked: Asked,
    *,
    name: Annotated[str, flags.which()],
    title: Annotated[str | None, flags.retitle()] = None,
    at: Annotated[str | None, flags.at()] = None,
    length: Annotated[str | None, flags.length()] = None,
    until: Annotated[str | None, flags.until()] = None,
    all_day: Annotated[bool, flags.all_day()] = False,
    where: Annotated[str | None, flags.where()] = None,
    notes: Annotated[str | None, flags.notes()] = None,
    repeat: Annotated[str | None, flags.repeat()] = None,
    remind: Annotated[list[str] | None, flags.remind()] = None,
    invite: Annotated[list[str] | None, flags.invite()] = None,
    silent: Annotated[list[str] | None, flags.silent()] = None,
    invite_all: Annotated[bool, flags.invite_all()] = False,
    invite_none: Annotated[bool, flags.invite_none()] = False,
    tz: Annotated[str | None, flags.zone()] = None,
    private: Annotated[bool, flags.private()] = False,
    public: Annotated[bool, flags.public()] = False,
    occurrence: Annotated[str | None, flags.occurrence()] = None,
    following: Annotated[str | None, flags.following()] = None,
    notify: Annotated[bool, flags.notify()] = False,
    quietly: Annotated[bool, flags.quietly()] = False,
) -> None:
    """Change an event: all of it, one occurrence of a series, or one and those that follow.

    What is given empty is taken away: --where "" --remind none --repeat none.
    """
    from calsync_cli.app.event import changing, showing
    from calsync_cli.app.event.wishes import EditWish
    from calsync_cli.cli.values import apart
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working
    from calsync_cli.core.draft import Changes

    apart(private=private, public=public)
    said = reading.told(notify=notify, quietly=quietly)
    named = reading.guests(invite=invite, silent=silent, everybody=invite_all, nobody=invite_none)
    with working(asked) as (desk, screen):
        on = reading.clock(desk, tz)
        meant = reading.which(on, name, occurrence=occurrence, following=following)
        before = showing.before(desk, which=meant, zone=on.zone)
        when = reading.timed(on, at=at, length=length, until=until, all_day=all_day, was=before.start)
        wanted = EditWish(
            which=meant,
            changes=Changes(
                title=title,
                start=when.start,
                end=when.end,
                where=where,
                notes=notes,
                rule=reading.rule(repeat, when.start or before.original),
                reminders=reading.reminders(remind),
                private=True if private else False if public else None,
            ),
            length=when.length,
            zone=on.zone if tz else "",
            guests=named,
            notify=said,
            dry_run=asked.dry_run,
        )
        wish = replace(wanted, guests=_chosen(screen, before, named)) if wanted.changes_something else wanted
        show(screen, changing.edit(desk, wish), partial(events.changed, on=reading.clock(desk)))


def delete(
    asked: Asked,
    *,
    name: Annotated[str, flags.which()],
    occurrence: Annotated[str | None, flags.occurrence()] = None,
    following: Annotated[str | None, flags.following()] = None,
    notify: Annotated[bool, flags.notify()] = False,
    quietly: Annotated[bool, flags.quietly()] = False,
) -> None:
    """Delete an event: all of it, one occurrence of a series, or one and those that follow. “undo” brings it back.

    Of a meeting that somebody else organises only your own copy goes.
    """
    from calsync_cli.app.event import deleting
    from calsync_cli.app.event.wishes import DeleteWish
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working

    said = reading.told(notify=notify, quietly=quietly)
    with working(asked) as (desk, screen):
        meant = reading.which(reading.clock(desk), name, occurrence=occurrence, following=following)
        wish = DeleteWish(which=meant, notify=said, dry_run=asked.dry_run)
        show(screen, deleting.delete(desk, wish), partial(events.changed, on=reading.clock(desk)))


def show_(
    asked: Asked,
    *,
    name: Annotated[str, flags.which()],
    occurrence: Annotated[str | None, flags.occurrence()] = None,
) -> None:
    """Show all there is to know of an event: who comes, what is held, when it is next, where its file is."""
    from calsync_cli.app.event import showing
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working

    with working(asked) as (desk, screen):
        meant = reading.which(reading.clock(desk), name, occurrence=occurrence)
        show(screen, showing.show(desk, which=meant), partial(events.shown, on=reading.clock(desk)))


def invite(
    asked: Asked,
    *,
    name: Annotated[str, flags.which()],
    addresses: Annotated[list[str], flags.addresses()],
    occurrence: Annotated[str | None, flags.occurrence()] = None,
    notify: Annotated[bool, flags.notify()] = False,
    quietly: Annotated[bool, flags.quietly()] = False,
) -> None:
    """Invite people to an event, also those who are on it already without an invitation."""
    from calsync_cli.app.event import inviting
    from calsync_cli.app.event.wishes import InviteWish
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working

    reading.told(notify=notify, quietly=quietly)
    if quietly:
        raise CalsyncError("E001", "quiet-invitation", fix=f"calsync event edit {name} --silent {addresses[0]}")
    people = {one.address: one for word in addresses for one in read("ADDR", word, invited=True)}
    with working(asked) as (desk, screen):
        meant = reading.which(reading.clock(desk), name, occurrence=occurrence)
        wish = InviteWish(which=meant, addresses=tuple(people.values()), dry_run=asked.dry_run)
        show(screen, inviting.invite(desk, wish), partial(events.changed, on=reading.clock(desk)))


def respond(
    asked: Asked,
    *,
    name: Annotated[str, flags.which()],
    answer: Annotated[str, flags.answer()],
    occurrence: Annotated[str | None, flags.occurrence()] = None,
    quietly: Annotated[bool, flags.quietly()] = False,
) -> None:
    """Answer an invitation; the organiser hears of it with the next sync."""
    from calsync_cli.app.event import answering
    from calsync_cli.app.event.wishes import RespondWish
    from calsync_cli.cli.view import events, show
    from calsync_cli.cli.work import working

    said = reading.answer(answer)
    with working(asked) as (desk, screen):
        meant = reading.which(reading.clock(desk), name, occurrence=occurrence)
        wish = RespondWish(which=meant, answer=said, quietly=quietly, dry_run=asked.dry_run)
        show(screen, answering.respond(desk, wish), partial(events.changed, on=reading.clock(desk)))


def _chosen(screen: Screen, before: Before, named: Guests) -> Guests:
    """With a word for everybody who is on it without one; E002 where nobody can be asked."""
    from calsync_cli.app.event.wishes import Guests
    from calsync_cli.cli.view.safe import safe
    from calsync_cli.core.draft import Invitee

    said = {one.address for one in named.named}
    left = [guest for guest in before.guests if guest.address not in said]
    if not left or named.everybody is not None:
        return named
    names = [safe(f"{guest.name} <{guest.address}>" if guest.name else guest.address, 120) for guest in left]
    flag = "--invite ADDR | --silent ADDR | --invite-all | --invite-none"
    chosen = ask.checklist(screen, _("Who gets an invitation? (numbers, all, none)"), names, flag=flag)
    more = tuple(Invitee(guest.address, at in chosen, guest.name) for at, guest in enumerate(left))
    return Guests(named=(*named.named, *more))
