"""Times, lengths and colours: every way to write them, exactly, and what is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cutroom.render.document.values import Color, Length, read_time


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (2, Fraction(2)),
        (1.1, Fraction(11, 10)),
        ("1/3", Fraction(1, 3)),
        ("0:01.5", Fraction(3, 2)),
        ("01:02:03.25", Fraction(14893, 4)),
        (" 7 ", Fraction(7)),
        (1e-05, Fraction(1, 100_000)),
        (-0.5, Fraction(-1, 2)),
    ],
)
def test_document_values_times_are_read_exactly(written, seconds):
    assert read_time(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "x", "1/0", "1:2:3:4", True, None, [], "1e999999999", "nan", "inf", "9" * 60]
)
def test_document_values_refuse_what_is_no_time(written):
    with pytest.raises(ValueError, match="must be seconds"):
        read_time(written)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        (12, Length(12)),
        (-0.5, Length(-0.5)),
        ("50%", Length(50, is_percent=True)),
        ("-12.5 %", Length(-12.5, is_percent=True)),
        (".5%", Length(0.5, is_percent=True)),
    ],
)
def test_document_values_lengths_are_read(written, length):
    assert Length.read(written) == length
    assert Length.read(length.write()) == length


@pytest.mark.parametrize(
    "written", ["12px", "%", "", None, True, 1e7, float("inf"), float("nan"), "9" * 400 + "%"]
)
def test_document_values_refuse_what_is_no_length(written):
    with pytest.raises(ValueError, match="must be"):
        Length.read(written)


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#f80", Color(255, 136, 0)),
        ("#F808", Color(255, 136, 0, 136)),
        ("#ff880080", Color(255, 136, 0, 128)),
        ("Navy", Color(0, 0, 128)),
        ("rebeccapurple", Color(0x66, 0x33, 0x99)),
        ("transparent", Color(0, 0, 0, 0)),
    ],
)
def test_document_values_colors_are_read(written, color):
    assert Color.read(written) == color
    assert Color.read(color.write()) == color


@pytest.mark.parametrize("written", ["#ff", "ff8800", "#gggggg", "redd", "", None, 0xFF8800, "#١٢٣"])
def test_document_values_refuse_what_is_no_color(written):
    with pytest.raises(ValueError, match="must be a colour"):
        Color.read(written)
