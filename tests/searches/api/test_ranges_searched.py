"""Ranges of any kind, well written or not, of files of any size."""

from hypothesis import given
from hypothesis import strategies as st

from cutroom.api.ranges import Unsatisfiable, parse_range


@given(
    st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True), st.integers(0, 500)
)
def test_every_range_lies_inside_the_file(header, size):
    try:
        found = parse_range(header, size)
    except Unsatisfiable:
        return
    if found is not None:
        assert 0 <= found[0] < found[1] <= size
