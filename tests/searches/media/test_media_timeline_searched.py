"""Blocks of any sizes, cut anew."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.blocks import Rechunker


@given(sizes=st.lists(st.integers(0, 50), max_size=30), size=st.integers(1, 40))
def test_rechunking_changes_sizes_only(sizes: list[int], size: int):
    sound = np.arange(2 * sum(sizes), dtype=np.float32).reshape(2, -1)
    chunks = Rechunker(2, size)
    found = []
    position = 0
    for count in sizes:
        found += list(chunks.push(sound[:, position : position + count]))
        position += count
    assert all(block.shape == (2, size) for block in found)
    found.append(chunks.rest())
    assert np.array_equal(np.concatenate(found, axis=1), sound)
    assert chunks.rest().shape == (2, 0)
