"""How durations, sizes and amounts are written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calsync_cli.config.units import Amount, Unfit, amount, duration, size


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("5m", 300), ("1h", 3600), ("30d", 2_592_000), ("2w", 1_209_600), (" 5m ", 300)]
)
def test_a_duration_is_a_number_and_a_unit(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "00m", "-5m", "1.5h", "5 m", "5M", "\u0665m", "9999999d", "5m5"])
def test_anything_else_is_no_duration(text):
    with pytest.raises(Unfit):
        duration(text)


@pytest.mark.parametrize(("text", "number"), [("800", 800), ("64K", 65536), ("25M", 26214400), ("1G", 1 << 30)])
def test_a_size_is_in_bytes(text, number):
    assert size(text) == number


@pytest.mark.parametrize("text", ["", "M", "25MB", "25m", "-1", "1.5M", "²M"])
def test_anything_else_is_no_size(text):
    with pytest.raises(Unfit):
        size(text)


@pytest.mark.parametrize(
    ("text", "meant", "of_forty"), [("25%", Amount(25, percent=True), 10), ("50", Amount(50), 50), ("0", Amount(0), 0)]
)
def test_an_amount_is_a_number_or_a_share(text, meant, of_forty):
    assert amount(text) == meant
    assert amount(text).of(40) == of_forty


@pytest.mark.parametrize("text", ["", "%", "101%", "-1", "2.5%", "25 %", "\u0661\u0660%"])
def test_anything_else_is_no_amount(text):
    with pytest.raises(Unfit):
        amount(text)
