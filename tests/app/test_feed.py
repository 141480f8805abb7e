"""Where a feed is written: whole or not at all, as the file before it was, and not where it would do harm."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from calsync_cli.app import wiring
from calsync_cli.app.feed import export
from calsync_cli.app.reports.feed import FeedReport
from calsync_cli.app.wiring import Desk
from calsync_cli.core.errors import CalsyncError
from tests.doubles.events import event

ORDER = ("b", "a", "c")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The agenda from before any account, with three events."""
    agenda = tmp_path / "home" / "agenda" / "personal" / "agenda"
    agenda.mkdir(parents=True)
    for uid in ORDER:
        (agenda / f"{uid}.ics").write_bytes(event(uid))
    env = {"CALSYNC_HOME": str(tmp_path / "home")}
    return wiring.desk(account=None, config_file=None, env=env, interactive=False, tell=None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed.ics"


def write(desk: Desk, file: Path | None, *, dry_run: bool = False) -> tuple[FeedReport, bytes]:
    out = io.BytesIO()
    return export(desk, file=file, out=out, dry_run=dry_run), out.getvalue()


def refused(desk: Desk, file: Path) -> tuple[str, str]:
    with pytest.raises(CalsyncError) as told:
        write(desk, file)
    return told.value.code, told.value.variant


def test_stdout_gets_what_a_file_would(desk: Desk, file: Path) -> None:
    write(desk, file)

    _, out = write(desk, None)

    assert out == file.read_bytes()
    assert out.count(b"BEGIN:VEVENT") == len(ORDER)


def test_a_new_file_can_be_read_as_the_umask_allows(desk: Desk, file: Path) -> None:
    before = os.umask(0o022)
    try:
        write(desk, file)
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_file_that_was_there_keeps_its_mode(desk: Desk, file: Path) -> None:
    file.write_bytes(b"before")
    file.chmod(0o640)

    write(desk, file)

    assert (stat.S_IMODE(file.stat().st_mode), file.read_bytes()[:15]) == (0o640, b"BEGIN:VCALENDAR")


def test_an_agenda_that_has_not_changed_leaves_the_file_as_it_is(desk: Desk, file: Path) -> None:
    """A web server's ETag is made of its time."""
    write(desk, file)
    os.utime(file, (1, 1))

    report, _ = write(desk, file)

    assert (report.written, file.stat().st_mtime) == (False, 1)


def test_a_symbolic_link_stays_one(desk: Desk, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "public" / "agenda.ics"
    target.parent.mkdir()
    file.symlink_to(target)

    write(desk, file)

    assert (file.is_symlink(), target.is_file()) == (True, True)


def test_nothing_lies_beside_it_afterwards(desk: Desk, tmp_path: Path) -> None:
    public = tmp_path / "public"
    public.mkdir()

    write(desk, public / "feed.ics")

    assert [path.name for path in public.iterdir()] == ["feed.ics"]


def test_what_is_no_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    places = (tmp_path, tmp_path / "pipe", Path("/dev/null"))

    assert [refused(desk, place) for place in places] == [("E001", "no-place")] * 3


def test_it_is_never_written_into_the_agenda_itself(desk: Desk, tmp_path: Path) -> None:
    inside = tmp_path / "home" / "agenda" / "personal" / "agenda" / "feed.ics"
    (tmp_path / "link").symlink_to(inside.parent)

    assert [refused(desk, place) for place in (inside, tmp_path / "link" / "feed.ics")] == [("E001", "no-place")] * 2
    assert not inside.exists()


def test_a_directory_that_is_not_there_is_not_made(desk: Desk, tmp_path: Path) -> None:
    assert refused(desk, tmp_path / "none" / "feed.ics") == ("E001", "no-place")


def test_a_name_that_cannot_be_is_refused(desk: Desk, tmp_path: Path) -> None:
    assert refused(desk, tmp_path / ("x" * 300)) == ("E505", "file")


def test_a_dry_run_tells_and_writes_nothing(desk: Desk, file: Path) -> None:
    report, out = write(desk, None, dry_run=True)
    write(desk, file, dry_run=True)

    assert (report.events, out, file.exists()) == (3, b"", False)


def test_no_address_becomes_the_feeds_name(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "agenda" / "personal" / "agenda"
    names = []
    for name in ("me@example.org", "My agenda"):
        (folder / "displayname").write_text(name)
        _, out = write(desk, None)
        names.append(next(line for line in out.splitlines() if line.startswith(b"X-WR-CALNAME")))

    assert names == [b"X-WR-CALNAME:Agenda", b"X-WR-CALNAME:My agenda"]


def test_tasks_are_no_part_of_it_and_not_counted(desk: Desk, tmp_path: Path) -> None:
    task = event("t").replace(b"VEVENT", b"VTODO").replace(b"DTEND", b"DUE")
    (tmp_path / "home" / "agenda" / "personal" / "agenda" / "t.ics").write_bytes(task)

    report, out = write(desk, None)

    assert (report.events, report.skipped, b"VTODO" in out) == (3, 0, False)
