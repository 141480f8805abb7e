"""Commands on a bad day: killed in between, run twice, in another spelling, after the clock was wrong."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from calsync_cli.app import accounts, choose, conflicts, connect, disconnect, status, undo, wiring
from calsync_cli.app.backup import backup
from calsync_cli.app.catalog import PROVIDERS
from calsync_cli.app.catalog.line import Wish
from calsync_cli.app.directories import Directories
from calsync_cli.app.fleet import report_of
from calsync_cli.app.session import PASSWORD, Session, opened
from calsync_cli.app.upkeep import upkeep
from calsync_cli.app.wiring import Desk
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Mode, Ref, Rights, Side
from calsync_cli.core.record import Kept, Outcome
from calsync_cli.core.shelf import sha_of
from calsync_cli.core.steps import Conflict
from calsync_cli.state.settings import Connection
from calsync_cli.vault.secret import Secret
from tests.engine.events import event

ME = AccountName("me@example.org")
WORK = Glance(CollectionId("/cal/1/"), "Work", Rights.OWNER, "1")
DAY = 86_400.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 64)
    key.chmod(0o600)
    env = {
        "CALSYNC_HOME": str(tmp_path / "home"),
        "CALSYNC_SECRETS_BACKEND": "file",
        "CALSYNC_SECRETS_KEY_FILE": str(key),
    }
    return wiring.desk(account=ME, config_file=None, env=env, interactive=False, tell=None)


@pytest.fixture
def session(desk: Desk) -> Session:
    session = opened(desk, ME)
    session.settings.connect(
        Connection(
            provider="caldav",
            email=ME,
            user="me",
            server="localhost",
            endpoint="http://localhost/",
            principal="/me/",
            homes=("/cal/",),
            addresses=(),
            secret="file",
        )
    )
    homes = Directories(session, [WORK])
    homes.begin()
    session.settings.add_link(WORK, homes.for_calendar(WORK), mode=Mode.TWO_WAY, primary=True)
    homes.dress({CollectionId(link.name): link for link in session.settings.links()})
    return session


def test_the_same_primary_in_another_spelling_is_the_same_choice(desk: Desk, session: Session) -> None:
    session.books.finish(session.books.links()[0].id, None, "")

    report = choose.choose(desk, calendar="wor", sync=False, dry_run=False)

    assert report.already


def test_an_accepted_root_is_matched_anew_even_if_killed_in_the_middle(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = session.books.links()[0]
    session.books.finish(link.id, None, "")
    real = wiring.set_marker

    def mark_and_die(folder: Path, identity: str) -> None:
        real(folder, identity)
        raise KeyboardInterrupt

    monkeypatch.setattr(wiring, "set_marker", mark_and_die)
    with suppress(KeyboardInterrupt):
        Directories(session).accept()

    assert session.books.links()[0].rounds == 0


def test_an_account_that_failed_in_a_batch_says_what_failed() -> None:
    said = {"ok": False, "error": {"code": "E302", "variant": "delete", "params": {"count": "40", "held": "50"}}}

    error = report_of(ME, said).error

    assert error
    assert (error.variant, error.params) == ("delete", {"count": "40", "held": "50", "account": ME})


def test_a_password_goes_where_it_was_kept_though_the_setting_changed(
    desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.vault(desk, ME).put(PASSWORD, Secret("token\nhunter2"))
    secrets = desk.places.state(ME) / "secrets"
    there = secrets.exists()
    desk.env["CALSYNC_SECRETS_BACKEND"] = "command"  # type: ignore[index]  # the test's own dict
    desk.env["CALSYNC_SECRETS_COMMAND"] = '["true"]'  # type: ignore[index]
    desk.reload()
    session.database.close()

    disconnect.disconnect(desk, delete_data=False, revoke=True, export=None, dry_run=False)

    assert (there, secrets.exists()) == (True, False)


def test_a_conflict_over_a_file_that_cannot_be_read_any_more_is_refused_in_words(desk: Desk, session: Session) -> None:
    mine, theirs, was = event("e", "Mine"), event("e", "Theirs"), event("e", "Was")
    session.books.keep([(sha_of(body), body) for body in (mine, theirs, was)])
    conflict = Conflict((), *(sha_of(body) for body in (was, mine, was, theirs, theirs)), Side.NEAR)
    link = session.books.links()[0]
    number = session.chronicle.begin_run(0)
    session.books.record(number, Outcome(conflicts=[(link.id, "e", "Theirs", Ref("e.ics"), conflict)]))
    file = session.agenda_root / link.name / "e.ics"
    file.write_bytes(theirs.replace(b"END:VEVENT\r\n", b""))
    session.database.close()

    with pytest.raises(CalsyncError) as refused:
        conflicts.resolve(desk, id="c1", keep="local")

    assert refused.value.code == "E403"


def test_the_last_sync_is_known_after_a_night_offline(desk: Desk, session: Session) -> None:
    good = session.chronicle.begin_run(1000)
    session.chronicle.end_run(good, 1000, code="", report="")
    for at in range(1200):
        number = session.chronicle.begin_run(2000 + at)
        session.chronicle.end_run(number, 2000 + at, code="E402", report="")

    last = status.status(desk, everyone=False, check=False).accounts[0].last_sync

    assert last
    assert last.timestamp() == 1000


def test_upkeep_goes_on_after_a_clock_that_was_ahead(session: Session) -> None:
    session.desk.now = lambda: 40_000 * DAY
    upkeep(session)
    session.desk.now = lambda: 20_000 * DAY

    upkeep(session)

    assert float(session.settings.get("upkeep")) == 20_000 * DAY


def test_an_import_that_was_refused_leaves_nothing_half_connected(desk: Desk, session: Session, tmp_path: Path) -> None:
    accounts.export(desk, file=tmp_path / "set-up.json")
    session.settings.disconnect()
    (session.agenda_root / ".calsync").write_text("another other@example.org")

    with pytest.raises(CalsyncError) as refused:
        accounts.bring_in(desk, file=tmp_path / "set-up.json")

    assert (refused.value.code, session.settings.stage) == ("E303", None)


def test_signing_in_with_another_vault_leaves_no_password_in_the_first(
    desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.vault(desk, ME).put(PASSWORD, Secret("token\nhunter2"))
    stored = session.settings.connection()
    assert stored
    known = connect._Known(
        PROVIDERS["caldav"],
        Wish(ME, "me", "http://localhost/", None),
        stored,
        again=True,
        halves=frozenset({"calendar"}),
    )
    monkeypatch.setattr(wiring, "keep_secret", lambda *_: None)

    connect._store(session, replace(stored, secret="keyring"), "hunter2", known)

    assert not (desk.places.state(ME) / "secrets").exists()


def test_nothing_is_restored_into_an_agenda_that_is_not_mounted(desk: Desk, session: Session) -> None:
    link = session.books.links()[0]
    session.books.finish(link.id, None, "")
    kept = wiring.attic(desk, ME).keep(event("e"), name_hint="e.ics")
    number = session.chronicle.begin_run(0)
    row = Kept(link.id, Side.NEAR, Ref("e.ics"), "e", "Lunch", "deleted", kept)
    session.books.record(number, Outcome(kept=[row]))
    shutil.rmtree(session.agenda_root)

    with pytest.raises(CalsyncError) as refused:
        undo.undo(desk, item="1", run=None, dry_run=False)

    assert (refused.value.code, session.agenda_root.exists()) == ("E303", False)


def test_deleting_all_data_finds_the_calendars_of_a_damaged_state_too(desk: Desk, session: Session) -> None:
    backup(session)
    root = session.agenda_root
    session.database.close()
    desk.places.database(ME).write_bytes(b"junk" * 1000)

    report = disconnect.disconnect(desk, delete_data=True, revoke=True, export=None, dry_run=False)

    assert (report.data_deleted, root.exists()) == (True, False)
