"""Addresses as people type them, and what is refused before it could reach an event."""

from __future__ import annotations

import pytest

from calsync_cli.cli.event.addresses import invitees, read
from calsync_cli.core.draft import Invitee
from calsync_cli.core.errors import CalsyncError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("guest@example.com", [("guest@example.com", "")]),
        (" Guest@Example.COM ", [("guest@example.com", "")]),
        ("mailto:guest@example.com", [("guest@example.com", "")]),
        ("Guest <guest@example.com>", [("guest@example.com", "Guest")]),
        ("<guest@example.com>", [("guest@example.com", "")]),
        ('"Doe, Jane" <jane@example.com>', [("jane@example.com", "Doe, Jane")]),
        ("a@example.com,b@example.com", [("a@example.com", ""), ("b@example.com", "")]),
        ("a@example.com, B <b@example.com>,", [("a@example.com", ""), ("b@example.com", "B")]),
        ("o'brien+tag@example.com", [("o'brien+tag@example.com", "")]),
        ("rené@münchen.de", [("rené@xn--mnchen-3ya.de", "")]),
        ("root@localhost", [("root@localhost", "")]),
    ],
)
def test_an_address_is_read(text: str, wanted: list[tuple[str, str]]) -> None:
    got = read("--invite", text, invited=True)

    assert [(one.address, one.name) for one in got] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ",", "guest", "@example.com", "guest@", "a@b@c.d", "a b@example.com", "Guest guest@example.com", "a@-b.com", "a@b..com",
        "a@example.com\r\nATTENDEE:mailto:x@y.z", "a@exa\x00mple.com", "a\u202eb@example.com", "a;b@example.com", '"a"@example.com',
        "a@" + "x" * 64 + ".com", "x" * 65 + "@example.com", "a@[127.0.0.1]", "Name <a@b.com", "a@b.com>",
    ],
)  # fmt: skip
def test_what_is_none_is_refused_and_shown_without_what_cannot_be_seen(text: str) -> None:
    with pytest.raises(CalsyncError) as caught:
        read("--silent", text, invited=False)

    error = caught.value
    assert (error.code, error.variant, error.params["flag"]) == ("E001", "flag-value", "--silent")
    assert error.params["value"].isprintable()


def test_who_is_named_twice_is_there_once() -> None:
    got = invitees(invite=["a@example.com", "A <A@example.com>"], silent=["b@example.com"])

    assert got == (Invitee("a@example.com", True), Invitee("b@example.com", False))


def test_who_is_named_both_ways_is_refused() -> None:
    with pytest.raises(CalsyncError) as caught:
        invitees(invite=["a@example.com"], silent=["a@example.com"])

    assert caught.value.variant == "both"
