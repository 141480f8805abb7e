"""A password that was typed into a URL is refused, for the URL is kept and shown, and exported."""

from __future__ import annotations

import pytest

from calsync_cli.core.errors import CalsyncError
from calsync_cli.net.origin import origin_of


def test_a_url_with_a_password_in_it_is_refused_without_repeating_it() -> None:
    with pytest.raises(CalsyncError) as refused:
        origin_of("https://me:hunter2@dav.example.org/")

    assert (refused.value.code, refused.value.params) == ("E001", {"value": "dav.example.org/"})


def test_a_url_with_a_name_alone_is_taken() -> None:
    origin = origin_of("https://me@dav.example.org/")

    assert str(origin) == "https://dav.example.org"
