"""Expressions filled from a few names."""

from __future__ import annotations

from cutroom.render.document.expression_values import Scope
from cutroom.render.document.placeholders import read_pattern

NAMES = {
    "n": 3,
    "half": 0.5,
    "name": "Ann",
    "items": [{"title": "x", "price": 1.5}, {"title": "y", "price": 2}],
    "none": None,
    "yes": True,
    "empty": [],
}


def fill(written, **names):
    return read_pattern(written).fill(Scope(NAMES | names))
