"""The demonstration's mail: the same at every run, on any day, and as real mail is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from calsync_cli.core.mail.message import canonical, message_id
from calsync_cli.demo.letters import ARCHIVE, FOLDERS, INBOX, INVOICE, LEASE, OFFER, QUESTION, mailbox, question

TODAY = date(2026, 11, 20)


def test_it_is_the_same_at_every_run_and_enough_of_it():
    first, again = list(mailbox(TODAY)), list(mailbox(TODAY))

    assert first == again
    assert 50 < len(first) < 100
    assert sum(len(one.content) for one in first) < 500_000


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 29), date(2027, 12, 31), date(2028, 2, 29)])
def test_it_can_be_told_on_any_day(today):
    every = list(mailbox(today))

    assert len({one.name for one in every}) == len(every)
    assert max(one.when for one in every) < datetime(today.year, today.month, today.day, 23, tzinfo=UTC)


def test_every_message_is_told_by_its_message_id_and_is_as_servers_keep_it():
    for one in mailbox(TODAY):
        assert message_id(one.content) == f"{one.name}@example.org"
        assert canonical(one.content) == one.content
    assert message_id(question(TODAY)) == f"{QUESTION}@example.org"


def test_every_folder_but_the_one_that_only_holds_another_has_some():
    found = Counter(one.folder for one in mailbox(TODAY))

    assert set(FOLDERS) - set(found) == {"Projecten"}
    assert found[INBOX] > 10
    assert found[ARCHIVE] > 20


def test_the_files_that_travel_along_can_be_opened():
    found = {one.name: message_from_bytes(one.content, policy=default) for one in mailbox(TODAY)}

    offer = {part.get_filename(): part.get_payload(decode=True) for part in found[OFFER].iter_attachments()}
    (lease,) = found[LEASE].iter_attachments()
    (invoice,) = found[INVOICE].iter_attachments()
    assert offer["Offerte 2026-114.pdf"].startswith(b"%PDF-1.4\n")
    assert "oplevering €" in offer["planning.csv"].decode()
    assert lease.get_payload(decode=True).startswith(b"\x89PNG")
    assert invoice.get_content_type() == "application/pdf"
