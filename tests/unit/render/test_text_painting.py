"""From placed glyphs to pictures."""

import numpy as np
import pytest

from cutroom.render.document.values import Color
from cutroom.render.fonts import FontBook
from cutroom.render.pixels.gradients import Gradient
from cutroom.render.text.layout import TextStyle, lay_out
from cutroom.render.text.painting import Box, Ink, Wash, glyphs_of, paint

BOOK = FontBook()
RED = Color(255, 0, 0)


def painted(text="Ag", ink=None, shift=(0.0, 0.0), scale=1.0, **style):
    found = lay_out(text, TextStyle(**{"size": 60.0, **style}), BOOK)
    steps = [step for line in found.lines for step in glyphs_of(line.runs, ink or Ink(RED), shift, scale)]
    return paint(steps)


def test_text_painting_draws_in_the_colour():
    picture = painted().source.draw()
    assert picture.pixels[..., 3].max() == 255
    assert np.all(picture.pixels[..., 2] == picture.pixels[..., 3])
    assert picture.pixels[..., :2].max() == 0


@pytest.mark.parametrize("text", ["Ag", "ÅÇjgfy", "الْعَرَبِيَّةُ", "ปิ่นี้", "ख़्त्रीु", "😀👩‍🚀"])
@pytest.mark.parametrize("size", [18.0, 150.0])
def test_text_painting_cuts_nothing_off(text, size):
    pixels = painted(text, Ink(RED, Color(0, 0, 0), size / 12), size=size).source.draw().pixels
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert edge[:, 3].max() == 0


def test_text_painting_names_what_it_draws():
    keys = [
        painted().source.key,
        painted("Ah").source.key,
        painted(size=61.0).source.key,
        painted(weight=500).source.key,
        painted(ink=Ink(Color(254, 0, 0))).source.key,
        painted(ink=Ink(RED, Color(0, 0, 0), 2.0)).source.key,
        painted(ink=Ink(RED, Color(0, 0, 0), 3.0)).source.key,
        painted(shift=(0.5, 0.0)).source.key,
        painted(scale=2.0).source.key,
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("shift", [(3.0, 0.0), (-2.0, 17.0), (0.25, 0.25), (1000.0, 1000.0)])
def test_text_painting_moves_by_whole_pixels(shift):
    """Elsewhere by whole pixels: the same picture, bit for bit."""
    fraction = (shift[0] % 1, shift[1] % 1)
    one, other = painted(shift=fraction), painted(shift=shift)
    assert one.source.key == other.source.key
    assert (other.left - one.left, other.top - one.top) == (shift[0] - fraction[0], shift[1] - fraction[1])
    assert np.array_equal(one.source.draw().pixels, other.source.draw().pixels)


def test_text_painting_draws_outlines_below_letters():
    plain = painted(ink=Ink(RED)).source.draw().pixels
    outlined = painted(ink=Ink(RED, Color(0, 0, 255), 5.0)).source.draw().pixels
    assert (outlined[..., 3] > 0).sum() > 1.5 * (plain[..., 3] > 0).sum()
    solid = np.count_nonzero(plain[..., 2] == 255)
    assert np.count_nonzero((outlined[..., 2] == 255) & (outlined[..., 0] == 0)) == solid


def test_text_painting_washes_letters_with_gradients():
    gradient = Gradient.model_validate({"stops": [{"color": "#ff0000"}, {"color": "#0000ff"}], "angle": 90})
    pixels = painted("MMMMMM", Ink(Wash(gradient, (0, 0, 300, 60)))).source.draw().pixels
    solid = pixels[..., 3] == 255
    columns = np.arange(pixels.shape[1])[None, :].repeat(pixels.shape[0], axis=0)
    left, right = solid & (columns < 60), solid & (columns > pixels.shape[1] - 60)
    assert pixels[left][:, 2].mean() > 100 + pixels[left][:, 0].mean()
    assert pixels[right][:, 0].mean() > 40 + pixels[right][:, 2].mean()
    assert np.all(pixels[..., :3] <= pixels[..., 3:])


def test_text_painting_leaves_emoji_their_colours():
    one, other = painted("😀", Ink(RED)).source.draw(), painted("😀", Ink(Color(0, 0, 255))).source.draw()
    assert np.array_equal(one.pixels, other.pixels)


def test_text_painting_draws_boxes_below():
    box = Box(0.0, 0.0, 100.0, 80.0, 0.0, Color(0, 255, 0))
    found = lay_out("I", TextStyle(size=60), BOOK)
    both = paint([box, *glyphs_of(found.lines[0].runs, Ink(RED))])
    pixels = both.source.draw().pixels
    assert tuple(pixels[70, 90]) == (0, 255, 0, 255)
    assert np.any((pixels[..., 2] == 255) & (pixels[..., 1] == 0))


def test_text_painting_of_nothing_is_nothing():
    assert painted(" ") is None
    assert paint([]) is None
