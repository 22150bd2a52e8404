"""Any values in the form of a template: nothing is lost on the way back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.web.template_form import fields_of, read_values
from template_fields import DEFINITIONS, sent

plain = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "headline": plain | st.just(""),
            "isLoud": st.booleans(),
            "count": st.integers(0, 10) | st.sampled_from([0.5, 2.5]),
            "tags": st.lists(plain, max_size=4),
            "slides": st.lists(
                st.fixed_dictionaries({"title": plain}, optional={"seconds": st.integers(1, 9)}), max_size=3
            ),
        },
        optional={"note": plain, "photo": st.sampled_from(["asset:1", "https://example.com/a.png"])},
    )
)
def test_form_loses_nothing(values):
    values = {"tint": "#fff"} | values
    assert read_values(DEFINITIONS, sent(fields_of(DEFINITIONS, values))) == values
