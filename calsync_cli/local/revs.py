"""Which version of a file: fingerprints from stat alone, honest about changes that stat cannot show.

A file system's clock ticks in steps (4 ms on ext4, 1 s on some). A program that writes in place twice within one step,
without a change of size, leaves the same fingerprint twice. So a file changed less than two seconds ago is *young*:
its rev carries a suffix that never occurs again, and the next look reads it once more.

Files that calsync wrote are not young: the digits below the millisecond of their mtime are a mark computed from the
rest. Whoever writes into such a file afterwards replaces the mark, so the fingerprint changes whatever the clock does.
"""

from __future__ import annotations

import os

from calsync_cli.core.model import Rev

YOUNG_NS = 2_000_000_000
_MS = 1_000_000


def fingerprint(st: os.stat_result) -> Rev:
    """What a file is known by while it is not young. Neither links nor renames change it (they change ctime)."""
    return Rev(f"{st.st_mtime_ns};{st.st_size};{st.st_ino}")


def marked(now_ns: int, size: int) -> int:
    """The mtime that a file of `size` bytes gets when calsync writes it now: true to the millisecond."""
    ms = now_ns // _MS
    return ms * _MS + (ms * 7919 + size * 104729 + 1) % _MS


def ours(st: os.stat_result) -> bool:
    """Calsync wrote these bytes, and nobody wrote into them since."""
    return st.st_mtime_ns == marked(st.st_mtime_ns, st.st_size)


def young(st: os.stat_result, now_ns: int) -> bool:
    """A later change may leave the same fingerprint. Times in the future count as young: a clock was wrong."""
    return st.st_mtime_ns > now_ns - YOUNG_NS and not ours(st)


def nonce() -> str:
    """A suffix for the revs of young files; no two looks share one."""
    return f";~{os.urandom(6).hex()}"


def rev_of(st: os.stat_result, now_ns: int, suffix: str) -> Rev:
    """The rev to report: the fingerprint, with the suffix while the file is young."""
    plain = fingerprint(st)
    return Rev(plain + suffix) if young(st, now_ns) else plain
