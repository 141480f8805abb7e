"""Memory does not grow with the number of large messages, whatever small things are made between them."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

MB = 1 << 20
SIZES = [16 * MB, *range(15 * MB, 16 * MB, MB // 4)]
"""The first is what teaches glibc to take the others from the heap."""
READ = """
import re, sys
from pathlib import Path
from calsync_cli.core.model import Held
from calsync_cli.local.attic import Attic
from calsync_cli.local.maildir.store import Maildir

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

root = Path(sys.argv[1])
box = Maildir(root, "inbox", Attic(root / "attic"))
refs = sorted(path.name for path in (root / "inbox/new").iterdir())
before, kept = peak(), []
for held in box.fetch(refs):
    assert isinstance(held, Held)
    kept.extend(bytes(4000) for _ in range(100))
    del held
print((peak() - before) // 1024)
"""
"""In a process of its own: the allocator is one for all of it."""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="no glibc: there is nothing to be set")
def test_each_message_is_larger_than_the_one_before_and_none_is_left_in_memory(tmp_path: Path) -> None:
    for sub in ("new", "cur", "tmp"):
        (tmp_path / "inbox" / sub).mkdir(parents=True)
    for at, size in enumerate(SIZES):
        with (tmp_path / "inbox" / "new" / f"{at}.host").open("wb") as file:
            file.truncate(size)  # nothing is written

    ran = subprocess.run([sys.executable, "-c", READ, tmp_path], check=True, capture_output=True, text=True)

    assert int(ran.stdout) < 1.5 * max(SIZES) / MB
