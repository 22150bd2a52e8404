"""The size that an SVG asks for."""

import pytest

from cutroom.render.sources.vector import read_svg_size


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 40 20"', (40, 20)),
        ('viewBox="0 0 40px 20px"', (300, 150)),  # no units stand there: as if it were missing
        ('viewBox="0 0 40px 20px" width="12pt" height="1in"', (16, 96)),
        ('viewBox="0,0,40,20" width="80"', (80, 40)),
        ('viewBox="0 0 40"', (300, 150)),
    ],
)
def test_vector_size(tmp_path, attributes, size):
    path = tmp_path / "picture.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>')
    assert read_svg_size(path) == pytest.approx(size)
