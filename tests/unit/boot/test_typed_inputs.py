"""Inputs that are typed on a command line get the types that the template asks for."""

from __future__ import annotations

import pytest

from cutroom.base.errors import Refused
from cutroom.boot.template_files import read_inputs, with_types

DOCUMENT = {
    "inputs": {
        "year": {"type": "text", "default": ""},
        "count": {"type": "number", "default": 1},
        "loud": {"type": "boolean", "default": False},
        "names": {"type": "list", "items": {"type": "text"}},
    },
    "tracks": [],
}


def test_typed_inputs_have_the_types_of_the_template():
    typed = read_inputs(None, ["year=2024", "count=2.5", "loud=yes", "names=Ann, Bob", "other=1"])
    expected = {"year": "2024", "count": 2.5, "loud": True, "names": ["Ann", "Bob"], "other": "1"}
    assert with_types(DOCUMENT, typed) == expected
    assert with_types(DOCUMENT, {"year": 2024}) == {"year": 2024}
    assert with_types(DOCUMENT, None) == {}


def test_typed_inputs_win_over_those_of_a_file(tmp_path):
    file = tmp_path / "inputs.json"
    file.write_text('{"count": 3, "year": "1999"}')
    assert with_types(DOCUMENT, read_inputs(file, ["year=1.10"])) == {"count": 3, "year": "1.10"}


def test_typed_inputs_need_a_name():
    with pytest.raises(Refused) as caught:
        read_inputs(None, ["2024"])
    assert caught.value.code_word == "bad_input"
