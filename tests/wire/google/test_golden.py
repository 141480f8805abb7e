"""Events as Google tells them and the very files they become; files and the very JSON that they are sent as."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calsync_cli.core.lines import parse
from calsync_cli.core.zones import Zones
from calsync_cli.providers.google.patching import patch
from calsync_cli.providers.google.reading import content_of
from calsync_cli.providers.google.writing import Draft, draft_of, kind_of
from tests.servers.google.validator import Discovery, document
from tests.wire.google.shelf import FRAME

GOLDEN = Path(__file__).parent / "golden"
TOLD = sorted(path.stem for path in GOLDEN.glob("*.json") if not path.name.endswith(".sent.json"))
FILES = sorted(path.stem for path in GOLDEN.glob("*.ics"))


def members(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GOLDEN / f"{name}.json").read_text())
    return found


def file(name: str) -> bytes:
    return (GOLDEN / f"{name}.ics").read_bytes()


def shown(draft: Draft) -> dict[str, Any]:
    """A draft as it stands in NAME.sent.json."""
    return {
        "uid": draft.uid,
        "organizer": draft.organizer,
        "master": draft.master,
        "overrides": dict(draft.overrides),
        "excluded": sorted(draft.excluded),
    }


@pytest.fixture(scope="module")
def discovery() -> Iterator[Discovery]:
    try:
        yield Discovery(document())
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", TOLD)
def test_events_become_this_very_file(name: str) -> None:
    assert content_of(members(name), FRAME) == file(name)


@pytest.mark.parametrize("name", TOLD)
def test_the_order_of_the_members_makes_no_difference(name: str) -> None:
    shuffled = members(name)
    random.Random(name).shuffle(shuffled)

    assert content_of(shuffled[::-1], FRAME) == file(name)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_sent_as_this_very_json(name: str) -> None:
    sent = json.loads((GOLDEN / f"{name}.sent.json").read_text())

    assert shown(draft_of(file(name), FRAME)) == sent


@pytest.mark.parametrize("name", TOLD)
def test_what_comes_from_google_and_was_not_edited_is_not_sent(name: str) -> None:
    one, other = (draft_of(content_of(members(name), FRAME), FRAME) for _ in range(2))

    pairs = [
        (one.master or {}, other.master or {}),
        *((one.overrides[at], other.overrides[at]) for at in one.overrides),
    ]
    assert [patch(was, now) for was, now in pairs] == [{}] * len(pairs)


@pytest.mark.parametrize("name", TOLD)
def test_every_zone_that_a_file_names_is_in_it(name: str) -> None:
    tree = parse(file(name), mend=False)
    named = {part.split("TZID=")[1].split(":")[0] for part in file(name).decode().split("\r\n") if ";TZID=" in part}

    assert all(Zones(tree).block(zone) for zone in named)


@pytest.mark.parametrize("name", sorted({*TOLD} - {"hostile"}))
def test_the_events_are_such_as_google_tells(name: str, discovery: Discovery) -> None:
    assert [problem for event in members(name) for problem in discovery.event(event)] == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_sent_is_what_google_takes(name: str, discovery: Discovery) -> None:
    sent = draft_of(file(name), FRAME)

    bodies = [*([sent.master] if sent.master else []), *sent.overrides.values()]
    assert [problem for body in bodies for problem in discovery.event(body)] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("birthday", "birthday"), ("out-of-office", "outOfOffice"), ("locked", "locked"), ("timed", "")],
)
def test_an_event_that_is_not_to_be_written_says_so(name: str, kind: str) -> None:
    assert kind_of(file(name)) == kind
