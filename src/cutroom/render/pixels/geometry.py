"""Boxes and scales of affine maps."""

from __future__ import annotations

import math

from cutroom.render.pixels.sprite import Matrix

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)


def scale(across: float, down: float) -> Matrix:
    """Return the map that stretches from the corner (0, 0)."""
    return Matrix(a=across, d=down)


def shift(x: float, y: float) -> Matrix:
    """Return the map that moves."""
    return Matrix(e=x, f=y)


def scales(matrix: Matrix) -> tuple[float, float]:
    """Return how long a pixel becomes, across and down."""
    return math.sqrt(matrix.a**2 + matrix.b**2), math.sqrt(matrix.c**2 + matrix.d**2)


def surround(matrix: Matrix, box: Box) -> Box:
    """Return the upright box around a mapped box."""
    left, top, right, bottom = box
    across = [matrix.a * x + matrix.c * y + matrix.e for x in (left, right) for y in (top, bottom)]
    down = [matrix.b * x + matrix.d * y + matrix.f for x in (left, right) for y in (top, bottom)]
    return min(across), min(down), max(across), max(down)


def intersect(first: Box, second: Box) -> Box:
    """Return what lies in both boxes; the right may then be left of the left."""
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )
