"""Templates of any shape and of far too much: read, or refused quickly with paths."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused
from cutroom.render.document.reading import read_template
from template_documents import document, faults, text


def test_document_with_too_much_in_it_is_refused_quickly():
    began = time.process_time()
    million = [text()] * 1_000_000
    assert "items" in faults(document(*million))["$.tracks[0].clips"]["message"]
    many = [{"clips": [text()] * 1000}] * 900
    assert "values" in faults({"tracks": many})["$"]["message"]
    assert "clips in all" in faults(document(*[text(repeat={"over": 10_000})] * 100))["$.tracks"]["message"]
    nested = text()
    for _ in range(9):
        nested = {"type": "group", "clips": [nested]}
    assert "8 groups" in next(iter(faults(document(nested)).values()))["message"]
    doubled = text(repeat={"over": 10})
    for _ in range(7):
        doubled = {"type": "group", "repeat": {"over": 10}, "clips": [doubled]}
    assert "clips in all" in faults(document(doubled))["$.tracks"]["message"]
    assert time.process_time() - began < 3


SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["{{a}}", "{{item}}", "text", "50%", "", "{{", "auto"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "clips", "when", "repeat", "over", "x", "keyframes", "text", "tracks"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(SCRAPS, SCRAPS, st.dictionaries(st.sampled_from(["a", "b"]), SCRAPS, max_size=2))
@settings(max_examples=150, deadline=None)
def test_document_of_any_shape_is_read_or_refused_with_paths(clips, inputs, values):
    for written in (
        clips,
        {"tracks": clips},
        {"tracks": [{"clips": clips}], "inputs": inputs},
        document(clips, inputs={"a": inputs}),
    ):
        try:
            read_template(written, values)
        except Refused as refused:
            refusal = refused
        else:
            continue
        assert refusal.code_word == "bad_template"
        assert all(error["path"].startswith("$") for error in (refusal.details or {})["errors"])
