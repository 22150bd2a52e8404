"""Expressions of any characters and any numbers: a value or a refusal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.document.expression_values import ExpressionError
from filled_patterns import fill

NUMBERS = st.integers(-100, 100) | st.floats(-100, 100).map(lambda value: round(value, 3))


@given(a=NUMBERS, b=NUMBERS, c=NUMBERS.filter(bool), sign=st.sampled_from("+-*/%"))
@settings(max_examples=80)
def test_document_expression_reckons_as_python_does(a, b, c, sign):
    expected = {"+": b + c, "-": b - c, "*": b * c, "/": b / c, "%": b % c}[sign]
    assert fill("{{b " + sign + " c}}", b=b, c=c) == pytest.approx(expected)
    assert fill("{{(a < b) == (b > a)}}", a=a, b=b) is True
    assert fill("{{a - b * c}}", a=a, b=b, c=c) == pytest.approx(a - b * c)


@given(st.text(alphabet="{}()[]|&!<>=+-*/%.,'\"\\ an1?:é_", max_size=60))
@settings(max_examples=300)
def test_document_expression_reads_or_refuses_anything(written):
    try:
        value = fill("{{" + written + "}}", a=2, an="x")
    except ExpressionError as error:
        value = error.message
    assert value is None or isinstance(value, str | bool | int | float | list | dict)
    assert not (isinstance(value, float) and math.isnan(value))
