"""One of each report, as a use-case could hand it back; titles can be hostile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from calsync_cli.app.reports.accounts import (
    AccountRow,
    AccountsReport,
    AccountStatus,
    CalendarRow,
    CalendarsReport,
    CalendarStatus,
    ConfigReport,
    ConfigRow,
    ConnectReport,
    DisconnectReport,
    MailFolder,
    MailStatus,
    OfferReport,
    State,
    StatusReport,
)
from calsync_cli.app.reports.checks import Check, CheckRow, DoctorReport, Health
from calsync_cli.app.reports.events import AttendeeRow, EventReport, EventRow
from calsync_cli.app.reports.feed import FeedReport
from calsync_cli.app.reports.hooks import Hooked, HookReport
from calsync_cli.app.reports.items import (
    ConflictField,
    ConflictRow,
    ConflictsReport,
    LogReport,
    LogRow,
    ResolveReport,
    UndoListReport,
    UndoReport,
    UndoRow,
)
from calsync_cli.app.reports.policy import PolicyReport, ProviderRow
from calsync_cli.app.reports.rounds import BatchReport, CalendarCounts, ChooseReport, SyncReport
from calsync_cli.app.reports.service import Fate, ServiceReport, UnitRow
from calsync_cli.app.reports.told import ErrorReport, Line, MatchReport, Verb, Way
from calsync_cli.app.reports.trust import TrustReport
from calsync_cli.cli.event.reading import Clock
from calsync_cli.cli.view import accounts, admin, checks, events, items, rounds, service, settings, trust
from calsync_cli.cli.view import feed as feeds
from calsync_cli.config.policy import PROVIDERS

PARAMS = (
    "path",
    "free",
    "backend",
    "account",
    "host",
    "calendar",
    "count",
    "when",
    "zone",
    "version",
    "python",
    "program",
    "locale",
    "seconds",
    "folders",
    "name",
    "can",
    "lacks",
    "used",
    "room",
)
WHEN = datetime(2026, 11, 20, 9, 2, 11, tzinfo=UTC)
ME = "me@example.org"


def calendar(name: str = "Personal", **more: Any) -> CalendarRow:
    return CalendarRow(id="personal", name=name, path=Path("/agenda/me/personal"), items=214, **more)


def sync(title: str = "Intake talk", **more: Any) -> SyncReport:
    lines = tuple(
        Line(direction=way, verb=verb, title=title, detail="10:00 → 10:30", where="Kerio", code="E403" if verb is Verb.SKIPPED else "", id="7")
        for way in Way for verb in Verb
    )  # fmt: skip
    told: dict[str, Any] = {
        "ok": True,
        "account": ME,
        "run": 812,
        "calendar": CalendarCounts(in_=4, out=2, conflicts=1, skipped=1, deleted_in=3, deleted_out=5),
        "requests": 9,
        "attention": 2,
        "match": MatchReport(equal=200, near=3, only_here=30, only_there=20),
        "lines": lines,
        "next": "calsync conflicts",
    }
    return SyncReport(**{**told, **more})


def quiet_sync(**more: Any) -> SyncReport:
    return SyncReport(ok=True, account=ME, run=813, **more)


def mail(title: str = "INBOX") -> MailStatus:
    inbox = MailFolder(
        role="inbox", local="inbox", remote=title, path=Path("/mail/me/inbox"), messages=214, verified=WHEN
    )
    own = MailFolder(role="", local=title, remote="Projects", path=Path("/mail/me/p"), messages=0, gone=True)
    return MailStatus(server="imap.example.org", folders=(inbox, own), missing=("archive", "deleted"))


def status(title: str = "Personal") -> StatusReport:
    rows = (
        calendar(title, primary=True, mode="two-way"),
        calendar("Holidays", rights="read", writable=False),
        calendar("Team", shown=False),
    )
    full = AccountStatus(
        account=ME, provider="kerio", state=State.ACTIVE, server="cal.example.org", last_sync=WHEN, conflicts=1, skipped=1, current=True,
        halves=("calendar", "mail"), calendar=CalendarStatus(primary=title, calendars=rows), mail=mail(title), error=ErrorReport(code="E402", params={"host": title}),
    )  # fmt: skip
    post = AccountStatus(
        account="c", provider="caldav", state=State.CONNECTED, halves=("mail",), mail=MailStatus(server=title, none=("archive",))
    )  # fmt: skip
    local = AccountStatus(account="b@example.org", provider="", state=State.LOCAL, next="calsync connect")
    return StatusReport(accounts=(full, post, local))


def conflict(title: str = "Intake talk", **more: Any) -> ConflictRow:
    fields = (
        ConflictField(name="DTSTART", before="10:00", yours="11:00", theirs="10:30", kept="remote"),
        ConflictField(name="LOCATION", before="Room 1", yours=title, theirs="Room 1", kept="merged", clash=False),
        ConflictField(name="X-ODD", before="", yours=title, theirs="", kept="local"),
    )
    return ConflictRow(
        id="7",
        when=WHEN,
        what=Verb.CONFLICT,
        title=title,
        calendar=title,
        event="81ab",
        provider="Kerio",
        fields=fields,
        **more,
    )


def undo_row(title: str = "Lunch") -> UndoRow:
    return UndoRow(
        id="12",
        when=WHEN,
        what=Verb.DELETED,
        title=title,
        calendar="Personal",
        run=812,
        direction=Way.IN,
        path=Path("/attic/x.ics"),
    )


def log_row(title: str = "Lunch", **more: Any) -> LogRow:
    return LogRow(
        **{
            "id": "99",
            "when": WHEN,
            "what": "added",
            "title": title,
            "run": 812,
            "direction": Way.OUT,
            "calendar": title,
            **more,
        }
    )


def doctor(title: str = "x") -> DoctorReport:
    params = dict.fromkeys(PARAMS, title)
    rows = [CheckRow(id=check, when=WHEN, what=Health.OK, params=params) for check in Check]
    bad = CheckRow(
        id=Check.SERVER,
        when=WHEN,
        what=Health.FAIL,
        params=params,
        error=ErrorReport(code="E402", params={"host": title}),
        fix="calsync sync",
    )
    return DoctorReport(ok=False, checks=(*rows, CheckRow(id=Check.FEED, when=WHEN, what=Health.WARN), bad), repaired=(title,), bundle=Path("/b.txt"))  # fmt: skip


def disconnect(title: str = ME, **more: Any) -> DisconnectReport:
    return DisconnectReport(
        **{"account": title, "provider": "kerio", "connected": True, "kept": (Path("/agenda/me"),), "unsent": 2, **more}
    )


def config(title: str = "x") -> ConfigReport:
    rows = (
        ConfigRow(key="language", value="auto", origin="default"),
        ConfigRow(key="sync.every", value=title, origin="config.toml", locked=True),
        ConfigRow(key="hooks.post_sync", value=("notmuch", title), origin="flag"),
        ConfigRow(key="a.flag", value=True, origin="default"),
        ConfigRow(key="a.number", value=5, origin="default"),
    )
    return ConfigReport(rows=rows, paths=(Path("/c.toml"),), changed="sync.every")


def roster(title: str = ME) -> AccountsReport:
    rows = (
        AccountRow(account=title, provider="kerio", state=State.ACTIVE, current=True, path=Path("/agenda/me")),
        AccountRow(account="b", provider="", state=State.LOCAL, current=False),
    )
    return AccountsReport(accounts=rows, changed=title, file=Path("/export.json"))


def offer(title: str = "Personal", **more: Any) -> OfferReport:
    rows = (
        calendar("Team", rights="write"),
        calendar(title, usual=True),
        calendar("Holidays", rights="read", writable=False),
        calendar("Feed", feed=True),
    )
    return OfferReport(account=ME, calendars=rows, **more)


def event_row(title: str = "Intake talk", **more: Any) -> EventRow:
    people = tuple(
        AttendeeRow(address=title, name=title, invited=number % 2 == 0, answer=answer)
        for number, answer in enumerate(("needs-action", "accepted", "declined", "tentative", "delegated", title))
    )
    told: dict[str, Any] = {
        "id": "3f9c00112233", "short": "3f9c", "uid": title, "calendar": title, "title": title, "start": WHEN, "end": WHEN + timedelta(minutes=45),
        "all_day": False, "tz": "Europe/Amsterdam", "where": title, "notes": f"{title}\n{title}", "recurrence": "FREQ=WEEKLY", "attendees": people,
        "organizer": title, "reminders": ("PT15M", "P1D", "PT0S", "-PT2H", title), "private": True, "free": True, "status": "cancelled", "account": ME,
    }  # fmt: skip
    return EventRow(**{**told, **more})


def event_report(title: str = "Intake talk", **more: Any) -> EventReport:
    told: dict[str, Any] = {
        "account": ME, "did": "added", "events": (event_row(title),), "invited": (title,), "silent": ("hr@example.org",), "delivered": (title,),
        "warnings": tuple(events.WARNINGS), "fix": f"calsync event invite 3f9c {title}", "next": "calsync sync", "provider": "Kerio Connect",
        "undecided": (title,), "missed": (title,), "reach": "all", "upcoming": (WHEN, date(2026, 11, 24)), "path": Path("/agenda/me/x.ics"),
    }  # fmt: skip
    return EventReport(**{**told, **more})


def feed(title: str = "Personal") -> FeedReport:
    file = Path(f"/public/{title}.ics")
    counts = {"events": 214, "private": 2, "doubled": 1, "skipped": 3}
    return FeedReport(account=ME, file=file, calendars=(title,), superfluous=True, **counts)


CLOCK = Clock(WHEN, "UTC")
told_event = partial(events.changed, on=CLOCK)
shown_event = partial(events.shown, on=CLOCK)


def connected(title: str = ME) -> ConnectReport:
    return ConnectReport(
        account=ME, provider="kerio", signed_in_as=title, server="cal.example.org", halves=("calendar", "mail"), calendars=3, secrets="file", again=True, next="calsync choose-primary"
    )  # fmt: skip


def policy(title: str = "x", **more: Any) -> PolicyReport:
    rows = tuple(ProviderRow(provider=name, enabled=name == "kerio", here=name == "kerio") for name in PROVIDERS)
    told: dict[str, Any] = {
        "path": Path("/etc/calsync/policy.toml"), "places": (Path("/etc/calsync/policy.toml"),), "enabled": "auto", "open": False,
        "providers": rows, "contact": title, "mailboxes": (title,), "settings": config(title).rows,
        "stands": {"contact": title, "providers": title}, "provider": "google", "changed": True, "next": "calsync admin policy",
    }  # fmt: skip
    return PolicyReport(**{**told, **more})


def trusted(title: str = "x", **more: Any) -> TrustReport:
    told: dict[str, Any] = {
        "provider": "google", "needed": True, "client": title, "service": title, "scopes": {"mail": ("https://mail.google.com/",)},
        "url": "https://admin.google.com/", "path": ("Security", "API controls", "Apps", "Trusted"), "next": "calsync help trusted-app",
    }  # fmt: skip
    return TrustReport(**{**told, **more})


def services(title: str = "x", **more: Any) -> ServiceReport:
    rows = tuple(
        UnitRow(
            name=title,
            account=title,
            path=Path("/units") / title.replace("/", "-"),
            what=fate,
            text=f"[Service]\n{title}",
        )
        for fate in Fate
    )
    return ServiceReport(**{"units": rows, "told": True, "commands": (title,), **more})


EVERY: dict[str, tuple[Callable[..., Any], Callable[..., None]]] = {
    "connected": (connected, accounts.connected),
    "offered": (offer, accounts.offered),
    "before asking": (offer, accounts.offered_before_asking),
    "status": (status, accounts.stated),
    "no status": (lambda _title: StatusReport(accounts=()), accounts.stated),
    "calendars": (
        lambda title: CalendarsReport(account=ME, calendars=(calendar(title), calendar("Team"))),
        accounts.calendars,
    ),
    "before disconnecting": (disconnect, accounts.before_disconnecting),
    "disconnected": (lambda title: disconnect(title, exported=Path("/x")), accounts.disconnected),
    "disconnect dry": (lambda title: disconnect(title, dry_run=True), accounts.disconnected),
    "disconnect nothing": (lambda title: disconnect(title, connected=False), accounts.disconnected),
    "synced": (sync, rounds.synced),
    "sync dry": (lambda title: sync(title, dry_run=True), rounds.synced),
    "sync failed": (
        lambda title: sync(title, ok=False, error=ErrorReport(code="E402", params={"host": title})),
        rounds.synced,
    ),
    "hook failed": (
        lambda title: quiet_sync(hook=HookReport(program=title, what=Hooked.FAILED, status=1, said=title)),
        rounds.synced,
    ),
    "hook missing": (
        lambda title: quiet_sync(hook=HookReport(program=title, what=Hooked.MISSING, said=title)),
        rounds.watched,
    ),
    "nothing to do": (lambda _title: quiet_sync(), rounds.synced),
    "watched": (sync, rounds.watched),
    "all": (
        lambda title: BatchReport(
            ok=False, accounts=(sync(title), quiet_sync(error=ErrorReport(code="E108", params={"account": title})))
        ),
        rounds.synced_all,
    ),
    "chosen": (
        lambda title: ChooseReport(account=ME, calendar=calendar(title), sync=sync(title), next="calsync sync --watch"),
        rounds.chosen,
    ),
    "chosen again": (
        lambda title: ChooseReport(account=ME, calendar=calendar(title), already=True, next="calsync sync"),
        rounds.chosen,
    ),
    "conflicts": (
        lambda title: ConflictsReport(account=ME, conflicts=(conflict(title, detail=title, code="E403"),)),
        items.conflicts,
    ),
    "no conflicts": (lambda _title: ConflictsReport(account=ME, conflicts=()), items.conflicts),
    "conflict": (lambda title: ConflictsReport(account=ME, conflicts=(conflict(title),)), items.conflict),
    "resolved": (lambda title: ResolveReport(account=ME, conflict=conflict(title), keep="local"), items.resolved),
    "feed": (feed, feeds.exported),
    "undoable": (lambda title: UndoListReport(account=ME, items=(undo_row(title),)), items.undoable),
    "not undoable": (lambda _title: UndoListReport(account=ME, items=()), items.undoable),
    "undone": (lambda title: UndoReport(account=ME, restored=(undo_row(title),)), items.undone),
    "undo dry": (lambda title: UndoReport(account=ME, restored=(undo_row(title),), dry_run=True), items.undone),
    "log": (
        lambda title: LogReport(
            account=ME,
            rows=(log_row(title), log_row(what="run", direction=None), log_row(title, what="skipped", code="E403")),
        ),
        items.logged,
    ),
    "doctor": (doctor, checks.examined),
    "config": (config, settings.listed),
    "config origin": (config, settings.with_origin),
    "config get": (config, settings.value),
    "config set": (config, settings.changed),
    "config path": (config, settings.paths),
    "trusted": (trusted, trust.shown),
    "trusted service": (lambda title: trusted(title, service_account=True), trust.shown),
    "no trust": (lambda _title: TrustReport(provider="kerio", needed=False), trust.shown),
    "policy": (policy, admin.policy),
    "no policy": (lambda title: policy(title, path=None), admin.policy),
    "enabled": (policy, admin.enabled),
    "enabled before": (lambda title: policy(title, changed=False), admin.enabled),
    "would be enabled": (lambda title: policy(title, dry_run=True), admin.enabled),
    "disabled": (policy, admin.disabled),
    "disabled before": (lambda title: policy(title, changed=False), admin.disabled),
    "would be disabled": (lambda title: policy(title, dry_run=True), admin.disabled),
    "services": (services, service.listed),
    "no services": (lambda title: services(title, units=(), next="calsync service install"), service.listed),
    "service installed": (services, service.installed),
    "service to be": (lambda title: services(title, dry_run=True), service.installed),
    "service removed": (services, service.removed),
    "service to be removed": (lambda title: services(title, dry_run=True), service.removed),
    "service not removed": (lambda title: services(title, units=()), service.removed),
    "accounts": (roster, settings.accounts),
    "no accounts": (lambda _title: AccountsReport(accounts=()), settings.accounts),
    "exported": (roster, settings.moved),
    "event added": (event_report, told_event),
    "event deleted": (lambda title: event_report(title, did="deleted", warnings=()), told_event),
    "event invited": (lambda title: event_report(title, did="invited", reach=""), told_event),
    "event answered": (lambda title: event_report(title, did="answered", held=True), told_event),
    "event cut in two": (
        lambda title: event_report(
            title, did="edited", reach="following", events=(event_row(title), event_row(title, recurrence=title))
        ),
        told_event,
    ),
    "event dry": (lambda title: event_report(title, dry_run=True), told_event),
    "event shown": (lambda title: event_report(title, did="shown"), shown_event),
}
"""Every report and how it is shown."""
