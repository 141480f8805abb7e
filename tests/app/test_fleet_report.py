"""What an account's own process told of its round is what `sync --all` tells of it, both halves of it."""

from __future__ import annotations

import pytest

from calsync_cli.app.fleet import report_of
from calsync_cli.app.reports.rounds import CalendarCounts, MailCounts, SyncReport
from calsync_cli.app.reports.told import ErrorReport
from calsync_cli.cli.view.machine import plain
from tests.app.desks import ME

LOST = ErrorReport(code="E304", params={"calendar": "Work", "account": ME})
WELL = SyncReport(
    ok=True,
    account=ME,
    run=7,
    calendar=CalendarCounts(in_=1, conflicts=2),
    mail=MailCounts(in_=3, moved=4, flags_out=5, skipped=6),
    requests=9,
    attention=1,
)
HALF = SyncReport(ok=False, account=ME, run=8, mail=MailCounts(in_=3), error=LOST)


@pytest.mark.parametrize("report", [WELL, HALF])
def test_a_report_is_read_as_it_was_written(report: SyncReport) -> None:
    assert report_of(ME, plain(report)) == report


def test_of_a_round_that_was_stopped_whole_the_error_is_all_there_is() -> None:
    said = {"ok": False, "error": {"code": "E108", "params": {"user": "me"}}}

    told = report_of(ME, said)

    assert (told.ok, told.error) == (False, ErrorReport(code="E108", params={"user": "me", "account": ME}))
