"""Frames and seconds: exact there and back, at every rate that broadcasters use."""

from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles import FrameGrid, read_rate


def test_between_two_frames_is_not_on_the_grid():
    assert not FrameGrid(Fraction(25)).is_on(Fraction(1, 50))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", Fraction(25)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("24000/1001", Fraction(24000, 1001)),
        (" 59.94 ", Fraction(60000, 1001)),
        ("24", Fraction(24)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_are_read_exactly(text, rate):
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0", "-25", "1/0", "nan", "1e9", "25 fps"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(Refused, match="frame rate") as caught:
        read_rate(text)
    assert caught.value.code_word == "bad_rate"
