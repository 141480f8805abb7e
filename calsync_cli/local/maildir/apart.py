"""Large messages in memory lie apart from all else, so that the place of one goes back whole once it is let go of.

glibc maps large blocks by themselves at first. But once one of them is freed, it takes the next as large as that from
the heap (M_MMAP_THRESHOLD in mallopt(3): the threshold grows up to 32 MB). There whatever small thing is made after it
stays behind it, and a message that is some octets larger than the one before does not fit into its place any more: the
heap grows by each of them, or not, just as readdir(3) happens to order the files.
"""

from __future__ import annotations

from functools import cache

LARGE = 4 << 20
"""Octets. Smaller ones are together in a batch."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""malloc.h"""


def apart(octets: int) -> None:
    """A block of so many octets was made: if it is large, it and those after it go back to the system when freed."""
    if octets > LARGE:
        _settle()


@cache
def _settle() -> None:
    # imported here: ctypes is for large messages alone
    from calsync_cli.local import linux

    linux.mallopt(_M_MMAP_THRESHOLD, LARGE)
    linux.mallopt(_M_TRIM_THRESHOLD, 2 * LARGE)  # as glibc itself would have it beside that threshold
