"""neomutt, notmuch and mu on the same Maildirs: they read what calsync wrote, calsync finds what they changed."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from calsync_cli.core.mail.nouns import ANSWERED, FLAGGED, SEEN
from calsync_cli.core.model import NO_FLAGS, NOBODY, Held, Ref, Rev
from calsync_cli.core.ops import Create, Mark, Move, Wrote
from calsync_cli.local.maildir.folders import Maildirs
from calsync_cli.local.maildir.store import Maildir
from calsync_cli.local.meta import set_marker
from tests.local.maildir.conftest import ARCHIVE
from tests.local.maildir.letters import deliver, held, letter, names, seen
from tests.programs import needed


def run(home: Path, *words: str) -> str:
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    environment |= {"TERM": "xterm", "LC_ALL": "C.UTF-8", "NOTMUCH_CONFIG": str(home / "notmuch.conf")}
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout + done.stderr


def write(box: Maildir, name: str, *flags: str) -> Ref:
    ref = box.new_ref()
    (done,) = box.write([Create(ref, letter(name), NOBODY, frozenset(flags))])
    assert isinstance(done, Wrote)
    return ref


# ── notmuch ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Notmuch:
    """An index over all Maildirs, as a user sets it up."""

    def __init__(self, mail: Maildirs) -> None:
        self.home = mail.root.parent
        (self.home / "notmuch.conf").write_text(
            f"[database]\npath={mail.root}\n[user]\nname=A\nprimary_email=a@example.org\n"
            "[new]\ntags=unread;inbox\n[maildir]\nsynchronize_flags=true\n"
        )
        self("new")

    def __call__(self, *words: str) -> str:
        return run(self.home, needed("notmuch", "notmuch"), *words)

    def subjects(self, query: str) -> list[str]:
        return sorted(line.rpartition("; ")[2].split(" (")[0] for line in self("search", query).splitlines())


@pytest.fixture
def notmuch(mail: Maildirs) -> Notmuch:
    needed("notmuch", "notmuch")
    return Notmuch(mail)


def test_notmuch_reads_what_calsync_wrote_with_its_flags(
    mail: Maildirs, inbox: Maildir, archive: Maildir, notmuch: Notmuch
) -> None:
    set_marker(mail.root, "root")
    set_marker(inbox.path, "inbox")
    write(inbox, "fresh")
    write(inbox, "read", SEEN)
    write(archive, "old", SEEN, FLAGGED, ANSWERED)

    told = notmuch("new")

    assert "Added 3 new messages" in told
    assert "warning" not in told.lower()
    assert [
        notmuch.subjects(query) for query in ("*", "tag:unread", "tag:flagged", "tag:replied", "folder:archive")
    ] == [
        ["fresh", "old", "read"],
        ["fresh"],
        ["old"],
        ["old"],
        ["old"],
    ]


def test_calsync_sees_the_tags_that_notmuch_makes_flags(inbox: Maildir, notmuch: Notmuch) -> None:
    ref = write(inbox, "fresh")
    before = seen(inbox)
    notmuch("new")

    notmuch("tag", "-unread", "+flagged", "--", "*")

    assert before == {ref: NO_FLAGS}
    assert seen(inbox) == {ref: {SEEN, FLAGGED}}
    assert held(inbox, ref).content == letter("fresh")


def test_notmuch_follows_flags_and_moves_that_calsync_makes(inbox: Maildir, notmuch: Notmuch) -> None:
    ref = write(inbox, "fresh")
    notmuch("new")

    list(inbox.write([Mark(ref, Rev(""), frozenset({SEEN}), NO_FLAGS), Move(ref, Rev(""), ARCHIVE, ref, NOBODY)]))
    told = notmuch("new")

    assert "Detected 1 file rename" in told
    assert notmuch.subjects("tag:unread") == []
    assert notmuch.subjects("folder:archive") == ["fresh"]


# ── neomutt ──────────────────────────────────────────────────────────────────────────────────────────────────────


def neomutt(box: Maildir, keys: str) -> None:
    """Open the Maildir, type `keys`, leave. Batch mode wants a terminal: script(1) gives it one."""
    program = needed("neomutt", "neomutt")
    config = box.path.parent.parent / "neomuttrc"
    config.write_text(
        f"set folder={box.path.parent}\nset mbox_type=Maildir\nset spoolfile=+inbox\nset sleep_time=0\nset confirmappend=no\n"
        f"set delete=yes\nset quit=yes\nset move=no\nset wait_key=no\nset maildir_trash=no\nset mark_old=no\nset header_cache=\n"
        f'push "{keys}<quit>"\n'
    )
    run(
        box.path.parent.parent,
        needed("script", "bsdutils"),
        "-qec",
        f"{program} -n -F {config} -f {box.path}",
        "/dev/null",
    )


def test_neomutt_reads_flags_moves_and_deletes_what_calsync_wrote(inbox: Maildir, archive: Maildir) -> None:
    kept, gone, moved = write(inbox, "kept"), write(inbox, "gone"), write(inbox, "moved")
    before = seen(inbox)

    neomutt(
        inbox,
        "<tag-pattern>~s gone<enter><tag-prefix><delete-message>"
        "<untag-pattern>.<enter><tag-pattern>~s kept<enter><tag-prefix><flag-message>"
        "<untag-pattern>.<enter><tag-pattern>~s moved<enter><tag-prefix><save-message>+archive<enter>",
    )

    assert before.keys() == {kept, gone, moved}
    assert seen(inbox, *before) == {kept: {FLAGGED}}
    (carried,) = seen(archive)
    assert b"Subject: moved" in held(archive, carried).content


def test_what_neomutt_copied_has_a_name_of_its_own_and_the_same_message(inbox: Maildir, archive: Maildir) -> None:
    ref = write(inbox, "one", SEEN)

    neomutt(inbox, "<copy-message>+archive<enter>")

    (copied,) = archive.sketch([Ref(name) for name in seen(archive)])
    (first,) = inbox.sketch([ref])
    assert copied.ref != ref
    assert copied.message_id == first.message_id == "one@example.org"


# ── mu ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mu_reads_what_calsync_wrote(mail: Maildirs, inbox: Maildir) -> None:
    mu = needed("mu", "maildir-utils")
    write(inbox, "fresh")
    write(inbox, "read", SEEN)
    home = mail.root.parent

    run(home, mu, "init", f"--maildir={mail.root}")
    run(home, mu, "index", "--quiet")

    assert run(home, mu, "find", "--fields=s", "flag:unread").split() == ["fresh"]
    assert run(home, mu, "find", "--fields=s", "--sortfield=s", "maildir:/inbox").split() == ["fresh", "read"]


# ── a crowd ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_beside_a_program_that_reflags_everything_no_message_is_ever_missing(inbox: Maildir) -> None:
    known = {f"m{n}" for n in range(300)}
    for name in known:
        deliver(inbox, f"new/{name}")
    stop = threading.Event()

    def busy() -> None:
        infos = (":2,", ":2,S", ":2,FS", None)
        for round_ in range(10_000):
            for path in [*(inbox.path / "new").iterdir(), *(inbox.path / "cur").iterdir()]:
                if stop.is_set():
                    return
                base = path.name.split(":")[0]
                info = infos[(round_ + hash(base)) % 4]
                path.rename(inbox.path / "new" / base if info is None else inbox.path / "cur" / (base + info))

    crowd = threading.Thread(target=busy)
    crowd.start()
    try:
        missing = [known - seen(inbox, *known).keys() for _ in range(25)]
        found = [type(one) for one in inbox.fetch([Ref(name) for name in sorted(known)])]
    finally:
        stop.set()
        crowd.join()

    assert missing == [set()] * 25
    assert set(found) == {Held}
    assert len(names(inbox)) == 300
