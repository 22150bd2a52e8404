"""Whatever a model writes around and instead of the JSON it was asked for."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.engines.translation_answer import read_lines


@settings(max_examples=50)
@given(
    st.text(max_size=60)
    | st.builds(
        json.dumps,
        st.recursive(
            st.none() | st.integers() | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["lines", "id", "text", "1"]), inner, max_size=3)
            ),
            max_leaves=8,
        ),
    )
)
def test_no_answer_raises(answer):
    lines = read_lines(answer, 3)
    assert set(lines) <= {1, 2, 3}
    assert all(isinstance(text, str) for text in lines.values())
