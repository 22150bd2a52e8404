"""Files with metadata that were cut and changed anywhere."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.media.orientation import of_picture
from oriented_files import jpeg_file, png_file, tiff_file, webp_file


@settings(max_examples=60)
@given(st.sampled_from([jpeg_file, png_file, webp_file, bytes]), st.data())
def test_orientation_never_fails_on_broken_files(wrap, data):
    content = bytearray(wrap(tiff_file(6, "<")))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    of_picture(io.BytesIO(bytes(content[:cut])))
