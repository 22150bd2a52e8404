"""Any times and lengths, written and read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cutroom.render.document.values import Length, read_time, write_time


@given(st.fractions(0, 20_000, max_denominator=60_000))
def test_document_values_times_come_back(seconds):
    assert read_time(write_time(seconds)) == seconds


@given(st.integers(-(10**9), 10**9), st.booleans())
def test_document_values_lengths_come_back(thousandths, is_percent):
    length = Length(thousandths / 1000, is_percent)
    assert Length.read(length.write()) == length
