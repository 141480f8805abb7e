"""The tables of an account, as named migrations: each is applied once, in this order, and recorded by its name."""

from __future__ import annotations

_FIRST: tuple[str, ...] = (
    "CREATE TABLE IF NOT EXISTS migration(name TEXT PRIMARY KEY)",
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE link(
        id INTEGER PRIMARY KEY,
        half TEXT NOT NULL DEFAULT 'calendar',
        name TEXT NOT NULL,
        far_id TEXT NOT NULL,
        mode TEXT NOT NULL,
        is_primary INTEGER NOT NULL DEFAULT 0,
        cursor TEXT,
        glance TEXT NOT NULL DEFAULT '',
        rounds INTEGER NOT NULL DEFAULT 0,
        display TEXT NOT NULL DEFAULT '',
        color TEXT NOT NULL DEFAULT '',
        rights TEXT NOT NULL DEFAULT 'read',
        shown INTEGER NOT NULL DEFAULT 1,
        missing INTEGER NOT NULL DEFAULT 0,
        UNIQUE(half, name),
        UNIQUE(half, far_id))""",
    "CREATE TABLE body(sha BLOB PRIMARY KEY, content BLOB NOT NULL)",
    """CREATE TABLE pair(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        near_ref TEXT NOT NULL, near_rev TEXT NOT NULL, near_sha BLOB NOT NULL,
        far_ref TEXT NOT NULL, far_rev TEXT NOT NULL, far_sha BLOB NOT NULL,
        key TEXT NOT NULL, title TEXT NOT NULL,
        flags TEXT NOT NULL DEFAULT '', native BLOB NOT NULL DEFAULT x'',
        UNIQUE(link, near_ref),
        UNIQUE(link, far_ref))""",
    "CREATE INDEX pair_key ON pair(key)",
    """CREATE TABLE intent(
        op TEXT PRIMARY KEY,
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        pair INTEGER NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL,
        near_ref TEXT NOT NULL, near_rev TEXT NOT NULL, near_sha TEXT NOT NULL,
        far_ref TEXT NOT NULL, far_rev TEXT NOT NULL, far_sha TEXT NOT NULL,
        conflict TEXT NOT NULL, near_wanted INTEGER NOT NULL, far_wanted INTEGER NOT NULL,
        near_was TEXT NOT NULL DEFAULT '', far_was TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    """CREATE TABLE recheck(
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        side TEXT NOT NULL, ref TEXT NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL,
        title TEXT NOT NULL, key TEXT NOT NULL, loud INTEGER NOT NULL, tries INTEGER NOT NULL,
        since REAL NOT NULL, run INTEGER NOT NULL, near_rev TEXT NOT NULL DEFAULT '',
        PRIMARY KEY(link, side, ref)) WITHOUT ROWID""",
    """CREATE TABLE run(
        id INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, code TEXT NOT NULL DEFAULT '',
        report TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE happened(
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, link INTEGER NOT NULL,
        verdict TEXT NOT NULL, title TEXT NOT NULL, key TEXT NOT NULL, near INTEGER NOT NULL, far INTEGER NOT NULL,
        why TEXT NOT NULL, before BLOB, after BLOB, goal INTEGER, clash INTEGER NOT NULL, code TEXT NOT NULL)""",
    "CREATE INDEX happened_run ON happened(run)",
    """CREATE TABLE attic(
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, link INTEGER NOT NULL, calendar TEXT NOT NULL,
        side TEXT NOT NULL, ref TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL,
        name TEXT NOT NULL, undone REAL)""",
    """CREATE TABLE conflict(
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, link INTEGER NOT NULL, ref TEXT NOT NULL,
        key TEXT NOT NULL, title TEXT NOT NULL, notes TEXT NOT NULL, near_base BLOB NOT NULL, near BLOB NOT NULL,
        far_base BLOB NOT NULL, far BLOB NOT NULL, result BLOB NOT NULL, loser TEXT NOT NULL, resolved REAL)""",
    """CREATE TABLE consent(
        uid TEXT NOT NULL, recurrence_id TEXT NOT NULL DEFAULT '', address TEXT NOT NULL, choice TEXT NOT NULL,
        run INTEGER NOT NULL, PRIMARY KEY(uid, recurrence_id, address)) WITHOUT ROWID""",
    "CREATE TABLE hushed(sha BLOB PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
)

AGENDA: tuple[str, ...] = (
    """CREATE TABLE agenda(
        calendar TEXT NOT NULL, ref TEXT NOT NULL, rev TEXT NOT NULL, kind TEXT NOT NULL, uid TEXT NOT NULL,
        id TEXT NOT NULL, first INTEGER, last INTEGER, seal INTEGER NOT NULL,
        PRIMARY KEY(calendar, ref)) WITHOUT ROWID""",
    "CREATE INDEX agenda_time ON agenda(first, last)",
    "CREATE INDEX agenda_id ON agenda(id)",
)
"""An index of the events on this disk; nothing is lost with it."""

MAIL: tuple[str, ...] = (
    "ALTER TABLE link ADD COLUMN near_glance TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE letter(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        near TEXT, near_rev TEXT NOT NULL, far TEXT, flags TEXT NOT NULL,
        message_id TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL,
        UNIQUE(link, near), UNIQUE(link, far))""",
    """CREATE TABLE parcel(
        op TEXT PRIMARY KEY,
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        kind TEXT NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE letter_wait(
        link INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
        side TEXT NOT NULL, ref TEXT NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL, title TEXT NOT NULL,
        key TEXT NOT NULL, loud INTEGER NOT NULL, tries INTEGER NOT NULL, near_rev TEXT NOT NULL,
        since REAL NOT NULL, run INTEGER NOT NULL, PRIMARY KEY(link, side, ref)) WITHOUT ROWID""",
    """CREATE TABLE withdrawn(
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, link INTEGER NOT NULL, folder TEXT NOT NULL,
        ref TEXT NOT NULL, message_id TEXT NOT NULL, flags TEXT NOT NULL, why TEXT NOT NULL, name TEXT NOT NULL,
        undone REAL)""",
    """CREATE TABLE posted(
        run INTEGER NOT NULL, link INTEGER NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY(run, link, what)) WITHOUT ROWID""",
)
"""Letters. Its waits and its part of the attic stand apart, so that no command takes one of them for an event's."""

BROUGHT_BACK: tuple[str, ...] = (
    "ALTER TABLE withdrawn ADD COLUMN title TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE withdrawn ADD COLUMN bin TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE withdrawn ADD COLUMN wanted REAL",
    "ALTER TABLE withdrawn ADD COLUMN begun INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE posted ADD COLUMN folder TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE letter_wait ADD COLUMN hushed INTEGER NOT NULL DEFAULT 0",
)
"""What undo has to know of a message in the provider's bin: which folder that is, and since when it is wanted back; the
log of folders that are mapped no more; and what a person said is to be left as it is."""

SHOWN: tuple[str, ...] = (
    """CREATE TABLE shown(
        folder TEXT NOT NULL, message INTEGER NOT NULL, uid INTEGER NOT NULL,
        PRIMARY KEY(folder, message)) WITHOUT ROWID""",
)
"""Which messages an account's folders showed last, where one message may be in several (Gmail). A cache: nothing is
lost with it."""

MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("001-first", _FIRST),
    ("002-agenda", AGENDA),
    ("003-mail", MAIL),
    ("004-brought-back", BROUGHT_BACK),
    ("005-shown", SHOWN),
)
"""(name, statements). A migration that has shipped is never changed; a new one is added."""
