"""A set-up as a document: what is written is read again, and no bytes in its place do anything but E001."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsync_cli.app.dossier import PORTABLE, Dossier, Place, parsed, read_dossier, written
from calsync_cli.app.mail import limits, mapping, rounds
from calsync_cli.app.mail.papers import BIN, MAX_SIZE, NONE, SINCE, Box, Post
from calsync_cli.config.places import AccountName
from calsync_cli.core.errors import CalsyncError
from calsync_cli.core.model import CollectionId, Glance, Mode, Rights
from calsync_cli.state.settings import Connection

line = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=20)
word = st.text("abcdefgh", min_size=1, max_size=8)

connections = st.builds(
    Connection,
    provider=word,
    email=word,
    user=line,
    server=line,
    endpoint=line,
    principal=line,
    homes=st.lists(line, max_size=2).map(tuple),
    addresses=st.lists(line, max_size=2).map(tuple),
    traits=st.dictionaries(word, line, max_size=3),
    ca_file=line,
    halves=st.just(("calendar",)),
    secret=word,
    mail=st.sampled_from(("", "imaps://imap.example.org:993")),
)


PLAIN = Connection("caldav", "me@example.org", "me", "h", "https://h/", "/p/", (), (), secret="file")


@st.composite
def places(draw: st.DrawFn) -> tuple[Place, ...]:
    names = draw(st.lists(word, max_size=4, unique=True))
    return tuple(
        Place(
            Glance(CollectionId(f"/{name}/"), draw(line), draw(st.sampled_from(Rights)), "", draw(line)),
            name,
            Mode.TWO_WAY if number == 0 else draw(st.sampled_from((Mode.TWO_WAY, Mode.VIEW))),
            number == 0,
            draw(st.booleans()),
        )
        for number, name in enumerate(names)
    )


@st.composite
def posts(draw: st.DrawFn) -> Post:
    boxes = tuple(
        Box(name, CollectionId(f"{name}/{draw(line)}"), draw(st.sampled_from((Mode.TWO_WAY, Mode.VIEW))))
        for name in draw(st.lists(word, max_size=4, unique=True))
    )
    said = {NONE: "archive deleted", BIN: "Trash", SINCE: "1790000000.5", MAX_SIZE: "25000000"}
    return Post(boxes, {name: said[name] for name in draw(st.sets(st.sampled_from(sorted(said))))})


dossiers = st.builds(
    Dossier,
    account=word.map(lambda name: AccountName(f"{name}@example.org")),
    connection=connections,
    places=places(),
    settings=st.dictionaries(st.sampled_from(PORTABLE), line, max_size=3),
    bound=st.dictionaries(word, line, max_size=3),
    post=posts(),
)


@given(dossiers)
def test_what_was_written_is_read_again(dossier: Dossier) -> None:
    assert parsed(written(dossier)) == dossier


@given(dossiers)
def test_the_same_dossier_gives_the_same_bytes(dossier: Dossier) -> None:
    assert written(parsed(written(dossier))) == written(dossier)


@given(dossiers)
def test_what_an_older_version_wrote_is_read(dossier: Dossier) -> None:
    said = json.loads(written(replace(dossier, post=Post(), connection=replace(dossier.connection, mail=""))))

    assert (said["calsync"], "mail" in said, "mail" in said["connection"]) == (1, False, False)


def test_people_call_their_calendars_and_folders_what_they_like() -> None:
    name = "👩‍💻 work\u00a0mail"
    glance = Glance(CollectionId("/a/"), name, Rights.OWNER, "", "")
    place, box = Place(glance, "a", Mode.TWO_WAY, primary=True, shown=True), Box("a", CollectionId(name))
    dossier = Dossier(AccountName("me@example.org"), PLAIN, (place,), post=Post((box,)))

    assert parsed(written(dossier)) == dossier


@pytest.mark.parametrize(
    "mail",
    [
        {"folders": [{"local": "a", "remote": "A", "mode": "pull"}], "settings": {}},
        {"folders": [{"local": "", "remote": "A", "mode": "two-way"}], "settings": {}},
        {"folders": [{"local": name, "remote": "A", "mode": "two-way"} for name in "ab"], "settings": {}},
        {"folders": [{"local": name, "remote": name, "mode": "two-way"} for name in "aA"], "settings": {}},
        {"folders": [], "settings": {"mail_none": "elsewhere"}},
        {"folders": [], "settings": {"mail_since": "nan"}},
        {"folders": [], "settings": {"mail_max_size": "-1"}},
        {"folders": [], "settings": {"secret_token": "mine"}},
    ],
)
def test_what_a_round_would_stumble_over_is_refused(tmp_path: Path, mail: dict[str, Any]) -> None:
    said = json.loads(written(Dossier(AccountName("me@example.org"), PLAIN, ())))

    assert _told(tmp_path / "x.json", json.dumps({**said, "mail": mail}).encode()) == "E001"


def test_the_settings_that_go_along_are_those_that_rounds_read() -> None:
    assert (NONE, BIN, SINCE, MAX_SIZE) == (mapping.NONE, rounds.BIN, limits.SINCE, limits.MAX_SIZE)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


def _told(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    try:
        read_dossier(path)
    except CalsyncError as error:
        return error.code
    return ""


@given(dossiers, st.data())
def test_a_document_with_anything_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, dossier: Dossier, data: st.DataObject
) -> None:
    said: Any = json.loads(written(dossier))
    place: Any = said
    while isinstance(place, dict | list) and place and data.draw(st.booleans()):
        inner = place.values() if isinstance(place, dict) else place
        deeper = [one for one in inner if isinstance(one, dict | list) and one]
        if not deeper:
            break
        place = data.draw(st.sampled_from(deeper))
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(anything)

    assert _told(tmp_path_factory.mktemp("d") / "x.json", json.dumps(said).encode()) in {"", "E001"}


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    assert _told(tmp_path_factory.mktemp("d") / "x.json", raw) == "E001"
