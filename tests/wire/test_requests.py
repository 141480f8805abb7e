"""Requests say what they are meant to say, whatever is in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from calsync_cli.providers.caldav import wire

# What XML can carry at all.
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1)


@given(st.lists(TEXT.map(str.strip).filter(bool), min_size=1))
def test_a_multiget_asks_for_the_hrefs_given(hrefs: list[str]) -> None:
    root = etree.fromstring(wire.multiget(hrefs))

    assert [href.text for href in root.iter(f"{{{wire.DAV}}}href")] == hrefs
    assert root.tag == f"{{{wire.CALDAV}}}calendar-multiget"


@given(TEXT)
def test_a_sync_token_comes_back_as_it_was(token: str) -> None:
    root = etree.fromstring(wire.sync_collection(token))

    assert root.findtext(f"{{{wire.DAV}}}sync-token") == token


def test_no_sync_report_carries_a_limit() -> None:
    assert b"limit" not in wire.sync_collection("")


def test_a_propfind_names_every_property_asked() -> None:
    asked = (*wire.AT_A_GLANCE, wire.CTAG, *wire.WHO)

    root = etree.fromstring(wire.propfind(asked))

    assert [str(element.tag) for element in root[0]] == list(asked)
