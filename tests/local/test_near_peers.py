"""khal and vdirsyncer on the same directory: they read what calsync wrote, calsync takes what they wrote."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from vdirsyncer.storage.filesystem import FilesystemStorage
from vdirsyncer.vobject import Item

from calsync_cli.core.model import NOBODY, CollectionId, Held, Ref
from calsync_cli.core.ops import Create, Edit, Remove, Wrote
from calsync_cli.local.agenda import Agenda
from calsync_cli.local.attic import Attic
from calsync_cli.local.meta import Meta, set_marker
from calsync_cli.local.names import safe_name
from calsync_cli.local.vdir import Vdir
from tests.local.near_doubles import event


@pytest.fixture
def work(tmp_path: Path, attic: Attic) -> Vdir:
    agenda = Agenda(tmp_path / "agenda", attic)
    store = agenda.create(CollectionId("work"), Meta("Day job", "#00ff00"))
    set_marker(agenda.root, "root")
    set_marker(store.root, "work")
    return store


def khal(work: Vdir, *words: str) -> str:
    home = work.root.parent.parent
    config = home / "khal.conf"
    config.write_text(
        f"[calendars]\n[[agenda]]\npath = {work.root.parent}/*\ntype = discover\n"
        f"[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {home}/khal.db\n"
    )
    program = Path(sysconfig.get_path("scripts")) / "khal"
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, program, "-c", config, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(work: Vdir) -> list[str]:
    return khal(work, "list", "--format", "{title} @{calendar}", "2026-11-24", "2026-11-25").splitlines()[1:]


def write(work: Vdir, uid: str, title: str) -> Ref:
    ref = safe_name(uid, lambda _: False)
    (done,) = work.write([Create(ref, event(uid, title), NOBODY)])
    assert isinstance(done, Wrote)
    return ref


def held(work: Vdir, ref: Ref) -> Held:
    (found,) = work.fetch([ref])
    assert isinstance(found, Held)
    return found


def refs(work: Vdir) -> set[Ref]:
    (page,) = work.look(None, frozenset())
    assert page.unreadable == ()
    return {seen.ref for seen in page.seen}


def test_khal_lists_what_calsync_wrote_and_sees_every_change(work: Vdir) -> None:
    ref = write(work, "lunch@example.org", "Lunch")
    write(work, "🎉/../hostile", "Party")
    first = listed(work)

    list(work.write([Edit(held(work, ref), event("lunch@example.org", "Late lunch"), NOBODY)]))
    second = listed(work)
    list(work.write([Remove(held(work, ref), NOBODY)]))

    assert sorted(first) == ["Lunch @Day job", "Party @Day job"]
    assert sorted(second) == ["Late lunch @Day job", "Party @Day job"]
    assert listed(work) == ["Party @Day job"]


def test_khal_takes_name_and_colour_from_the_directory(work: Vdir) -> None:
    write(work, "lunch", "Lunch")

    told = khal(work, "--color", "list", "--format", "{calendar-color}{calendar}", "2026-11-24", "2026-11-25")

    assert "\x1b[38;2;0;255;0mDay job" in told


def test_calsync_takes_what_khal_adds(work: Vdir) -> None:
    write(work, "lunch", "Lunch")
    before = refs(work)

    khal(work, "new", "-a", "Day job", "2026-11-24", "14:00", "15:00", "Talk")

    (new,) = refs(work) - before
    assert b"SUMMARY:Talk" in held(work, new).content


def storage(work: Vdir) -> FilesystemStorage:
    return FilesystemStorage(path=str(work.root), fileext=".ics")


async def contents(store: FilesystemStorage) -> dict[str, str]:
    return {href: (await store.get(href))[0].raw async for href, _ in store.list()}


def test_vdirsyncer_reads_what_calsync_wrote(work: Vdir) -> None:
    ref = write(work, "lunch@example.org", "Lunch")

    assert asyncio.run(contents(storage(work))) == {ref: event("lunch@example.org", "Lunch").decode()}
    assert asyncio.run(storage(work).get_meta("displayname")) == "Day job"
    assert asyncio.run(storage(work).get_meta("color")) == "#00ff00"


def test_calsync_takes_what_vdirsyncer_wrote_byte_for_byte(work: Vdir) -> None:
    raw = event("lunch", "Lunch")

    href, _ = asyncio.run(storage(work).upload(Item(raw.decode())))

    assert refs(work) == {href}
    assert held(work, Ref(href)).content == raw


def test_each_notices_the_others_edit_and_refuses_to_overwrite_it(work: Vdir) -> None:
    ref = write(work, "lunch", "Lunch")
    base = held(work, ref)
    store = storage(work)
    _, etag = asyncio.run(store.get(ref))

    asyncio.run(store.update(ref, Item(event("lunch", "Theirs").decode()), etag))
    (stale,) = work.write([Edit(base, event("lunch", "Ours"), NOBODY)])
    (fresh,) = work.write([Edit(held(work, ref), event("lunch", "Ours"), NOBODY)])

    assert not isinstance(stale, Wrote)
    assert isinstance(fresh, Wrote)
    _, now = asyncio.run(store.get(ref))
    assert now != etag


def test_a_vdir_that_vdirsyncer_made_is_used_as_it_is(tmp_path: Path, attic: Attic) -> None:
    asyncio.run(FilesystemStorage.create_collection("personal", path=str(tmp_path / "calendars")))
    theirs = FilesystemStorage(path=str(tmp_path / "calendars" / "personal"), fileext=".ics")
    asyncio.run(theirs.set_meta("displayname", "Personal"))
    href, _ = asyncio.run(theirs.upload(Item(event("a").decode())))
    agenda = Agenda(tmp_path / "calendars", attic)

    (glance,) = agenda.glance()

    assert (glance.id, glance.name) == ("personal", "Personal")
    assert refs(agenda.open(glance.id)) == {href}
