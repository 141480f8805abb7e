"""Answers recorded from Cyrus 3.6, Radicale 3.9 and Xandikos 0.4 are read alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsync_cli.core.model import Rights
from calsync_cli.providers.caldav.collections import collections_in
from calsync_cli.providers.caldav.etags import guards
from calsync_cli.providers.caldav.multistatus import Multistatus, parse_multistatus, preconditions
from calsync_cli.providers.caldav.wire import DATA, ETAG, HOMES, PRINCIPAL
from calsync_cli.providers.quirks import GENERIC

HOME = {"cyrus": "/dav/calendars/user/bob/", "radicale": "/bob/", "xandikos": "/alice/calendars/"}
CALENDAR = {"cyrus": "Default/", "radicale": "cal/", "xandikos": "calendar/"}
NAME = {"cyrus": "personal", "radicale": "cal", "xandikos": "calendar"}
PRINCIPALS = {"cyrus": "/dav/principals/user/bob/", "radicale": "/bob/", "xandikos": "/alice/"}
SERVERS = sorted(HOME)

pytestmark = pytest.mark.parametrize("server", SERVERS)


def raw(server: str, what: str) -> bytes:
    return (Path(__file__).parent / "recorded" / f"{server}-{what}.xml").read_bytes()


def recorded(server: str, what: str) -> Multistatus:
    return parse_multistatus(raw(server, what), host="h")


def at(server: str, name: str) -> str:
    return HOME[server] + CALENDAR[server] + name


def test_who_is_signed_in(server: str) -> None:
    who = recorded(server, "who").answers[0]

    assert [href.rstrip("/") for href in who.hrefs(PRINCIPAL)] == [PRINCIPALS[server].rstrip("/")]
    assert all(href.rstrip("/") == HOME[server].rstrip("/") for href in who.hrefs(HOMES))


def test_the_calendars_at_a_glance(server: str) -> None:
    facts = collections_in(recorded(server, "glance"), host="h", principal=PRINCIPALS[server], otherwise=GENERIC)

    assert [(known.glance.id, known.glance.name, known.glance.rights, known.deltas) for known in facts] == [
        (at(server, ""), NAME[server], Rights.OWNER, True)
    ]
    assert facts[0].glance.rev


def test_a_first_listing(server: str) -> None:
    first = recorded(server, "first")

    listed = {answer.href: answer.text(ETAG) for answer in first.answers}
    assert set(listed) == {at(server, "one.ics"), at(server, "two.ics")}
    assert all(guards(etag) for etag in listed.values())
    assert first.token


def test_a_delta_with_a_deletion(server: str) -> None:
    delta = recorded(server, "delta")

    assert [(answer.href, answer.status) for answer in delta.answers] == [(at(server, "two.ics"), 404)]
    assert delta.token != recorded(server, "first").token


def test_a_dead_token(server: str) -> None:
    assert "valid-sync-token" in preconditions(raw(server, "dead"))


def test_a_multiget_of_one_that_is_there_and_one_that_is_not(server: str) -> None:
    answers = {answer.href: answer for answer in recorded(server, "multiget").answers}

    assert "SUMMARY:Töst & <b>" in answers[at(server, "one.ics")].raw(DATA)
    assert answers[at(server, "two.ics")].status == 404


def test_a_listing_of_etags(server: str) -> None:
    listed = {answer.href: answer.text(ETAG) for answer in recorded(server, "listing").answers}

    assert guards(listed[at(server, "one.ics")])
    assert at(server, "") in listed


def test_a_uid_that_is_taken(server: str) -> None:
    assert preconditions(raw(server, "same-uid")) & {"no-uid-conflict", "unique-scheduling-object-resource"}
