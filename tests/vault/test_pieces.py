"""Long secrets in pieces, on a keyring that can break off at any write."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsync_cli.core.errors import CalsyncError
from calsync_cli.vault.chunks import MARK, header_of, pieces
from calsync_cli.vault.os_keyring import KeyringVault
from calsync_cli.vault.secret import Secret


@dataclass
class Ring:
    """A keyring in memory that fails at its nth change."""

    name: str = "memory"
    kept: dict[str, str] = field(default_factory=dict)
    fuse: int = -1

    def read(self, service: str, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, service: str, name: str, text: str) -> None:
        self._burn()
        self.kept[name] = text

    def delete(self, service: str, name: str) -> None:
        self._burn()
        self.kept.pop(name, None)

    def _burn(self) -> None:
        if self.fuse == 0:
            raise CalsyncError("E501", "refused", backend="memory", reason="fuse")
        self.fuse -= 1


def vault(ring: Ring) -> KeyringVault:
    return KeyringVault("me", interactive=False, opened=lambda interactive: ring)


TEXTS = st.one_of(
    st.text(max_size=3000),
    st.text("a\U0001f600", min_size=1100, max_size=1300),
    st.text(max_size=20).map(lambda tail: MARK + tail),
    st.just(f"{MARK}abcd:2:10"),
)


@settings(deadline=None)
@given(first=TEXTS, second=TEXTS)
def test_any_text_comes_back_after_any_other(first, second):
    ring = Ring()
    vault(ring).put("token", Secret(first))
    vault(ring).put("token", Secret(second))

    assert vault(ring).get("token") == Secret(second)
    assert max(len(text.encode("utf-16-le", "surrogatepass")) for text in ring.kept.values()) <= 2560

    vault(ring).forget("token")
    assert ring.kept == {}


@pytest.mark.parametrize("length", [1199, 1200, 1201, 2400, 2401])
def test_the_borders_of_a_piece(length):
    assert "".join(pieces("x" * length)) == "x" * length
    assert max(map(len, pieces("x" * length))) <= 1200


def test_a_write_that_breaks_off_anywhere_leaves_the_old_secret_or_the_new():
    broke = 0
    for fuse in range(20):
        ring = Ring()
        vault(ring).put("token", Secret("old" * 1000))
        ring.fuse = fuse
        try:
            vault(ring).put("token", Secret("new" * 1000))
        except CalsyncError:
            broke += 1

        assert vault(ring).get("token") in (Secret("old" * 1000), Secret("new" * 1000))

    assert broke == 7


@pytest.mark.parametrize(
    "text", [None, "", "secret", MARK, MARK + "a", MARK + "a:b:c", MARK + "a:1", MARK + "a:٣:1", MARK + "a:1:2:3"]
)
def test_what_is_no_header_is_a_secret(text):
    assert header_of(text) is None


def test_half_a_secret_is_none():
    ring = Ring()
    vault(ring).put("token", Secret("x" * 5000))
    del ring.kept[next(name for name in ring.kept if "#" in name)]

    assert vault(ring).get("token") is None
