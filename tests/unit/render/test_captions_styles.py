"""Captions as they are drawn, in every style."""

import itertools
from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.render.document.values import Color
from cutroom.render.fonts import FontBook
from cutroom.render.layer import LAYERS, Stage
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.scene.placing import bounds_of, look_at

BOOK = FontBook()
LAYER = LAYERS.load("captions")
WIDTH, HEIGHT = 640, 360
CUES = [
    {"startTime": 1, "endTime": 3, "text": "one two three four"},
    {"startTime": 4, "endTime": 5, "text": "שלום עולם"},
]
STYLES = CAPTION_STYLES.names()


def drawn(time, **fields):
    clip = LAYER.model.model_validate({"type": "captions", "cues": CUES, **fields})
    stage = Stage(WIDTH, HEIGHT, Fraction(30), Fraction(0), Fraction(6), {}, BOOK, Fraction(6))
    return look_at(clip, LAYER.prepare(clip, stage), Fraction(str(time)), Fraction(6), (WIDTH, HEIGHT))


def pixels(time, **fields):
    look = drawn(time, **fields)
    compositor = Compositor(WIDTH, HEIGHT, Color(0, 0, 0))
    return compositor.flatten(look.sprites, int(look.width), int(look.height)).pixels


def colors(picture):
    """Return how many pixels are wholly white, and wholly yellow."""
    white = (picture[..., :3] == 255).all(axis=-1).sum()
    yellow = ((picture[..., 2] == 255) & (picture[..., 1] == 212) & (picture[..., 0] == 0)).sum()
    return int(white), int(yellow)


def test_captions_styles_are_the_five():
    assert STYLES == ["box", "karaoke", "line", "pop", "typewriter"]


@pytest.mark.parametrize("style", STYLES)
def test_captions_styles_show_nothing_between_cues(style):
    assert drawn(0.5, style=style).sprites == ()
    assert drawn(3, style=style).sprites == ()
    assert drawn(1, style=style).sprites
    assert drawn(4.5, style=style).sprites


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("time", [1.2, 2.9, 4.4])
def test_captions_styles_draw_in_the_title_safe_area(style, time):
    for sprite in drawn(time, style=style).sprites:
        left, _, right, bottom = bounds_of(sprite)
        look = drawn(time, style=style)
        assert left >= -8
        assert right <= look.width + 8
        assert bottom <= look.height + 12


@pytest.mark.parametrize("style", STYLES)
def test_captions_styles_draw_each_word_once(style):
    keys = set()
    for frame in range(30, 90):
        keys |= {sprite.source.key for sprite in drawn(Fraction(frame, 30), style=style).sprites}
    most = {"line": 1, "karaoke": 8, "pop": 8, "box": 40, "typewriter": 40}.get(style, 60)
    assert len(keys) <= most


def test_captions_styles_fill_with_karaoke():
    found = [colors(pixels(time, style="karaoke")) for time in (1.0, 1.6, 2.2, 2.99)]
    whites, yellows = zip(*found, strict=True)
    assert list(whites) == sorted(whites, reverse=True)
    assert list(yellows) == sorted(yellows)
    assert yellows[0] < 5
    assert whites[-1] < 15


def test_captions_styles_fill_karaoke_from_the_right_in_hebrew():
    picture = pixels(4.2, style="karaoke")
    yellow = (picture[..., 2] == 255) & (picture[..., 1] == 212)
    white = (picture[..., :3] == 255).all(axis=-1)
    assert yellow.any(axis=0).argmax() > white.any(axis=0).argmax()


def test_captions_styles_pop_words_one_by_one():
    counts = [len(drawn(time, style="pop").sprites) for time in (1.05, 1.6, 1.95, 2.05)]
    assert counts[0] == 1
    assert counts[1] == 2
    assert max(counts) <= 3


def test_captions_styles_pop_in_capitals():
    assert pixels(1.3, style="pop", case="as-written").tobytes() != pixels(1.3, style="pop").tobytes()


def test_captions_styles_glide_the_box():
    lefts = [bounds_of(drawn(time, style="box").sprites[0])[0] for time in (1.3, 1.42, 1.46, 1.6)]
    assert lefts == sorted(lefts)
    assert lefts[0] < lefts[1] < lefts[3]


def test_captions_styles_type_letters():
    widths = []
    for frame in range(30, 88):
        boxes = [bounds_of(sprite) for sprite in drawn(Fraction(frame, 30), style="typewriter").sprites]
        widths.append(max(box[2] for box in boxes) - min(box[0] for box in boxes))
    assert widths[0] < 60
    assert all(b >= a - 1 for a, b in itertools.pairwise(widths))


def test_captions_styles_can_be_changed():
    look = drawn(1.2, style="line", size=50, lineHeight=1.0, background={"color": "#ff0000", "paddingY": 10})
    assert look.height == 70
    picture = pixels(
        1.2, style="line", background={"color": "#ff0000"}, color="#00ff00", outline={"width": 0}
    )
    assert {tuple(color) for color in picture.reshape(-1, 4)} >= {(0, 0, 255, 255), (0, 255, 0, 255)}


def test_captions_styles_draw_markup():
    texts = ("a word here", "a <i>word</i> here", "a <b>word</b> here")
    cues = [[{"startTime": 0, "endTime": 2, "text": text}] for text in texts]
    plain, slanted, bold = (drawn(1, cues=one, style="line").sprites[0].source for one in cues)
    assert len({plain.key, slanted.key, bold.key}) == 3
    assert bold.width > plain.width


def test_captions_styles_place_cues_where_they_say():
    cues = [{"startTime": 0, "endTime": 2, "text": "up", "place": "top"}]
    top, low = drawn(1, cues=cues, style="line"), drawn(1, cues=cues, style="line", y="100%")
    high = top.matrix.f + bounds_of(top.sprites[0])[1]
    assert 15 < high < 30
    assert low.matrix.f + bounds_of(low.sprites[0])[1] > 300


def test_captions_styles_show_two_places_at_once():
    cues = [
        {"startTime": 0, "endTime": 2, "text": "up", "place": "top"},
        {"startTime": 1, "endTime": 2, "text": "down"},
    ]
    assert [len(drawn(time, cues=cues, style="line").sprites) for time in (0.5, 1.5)] == [1, 2]


def test_captions_styles_that_nobody_knows_are_named():
    with pytest.raises(Refused, match=r"no caption_style named 'disco'.*karaoke"):
        drawn(1, style="disco")


def test_captions_styles_last_as_long_as_their_cues():
    clip = LAYER.model.model_validate({"type": "captions", "cues": CUES})
    assert LAYER.natural_length(clip, {}) == 5
    assert LAYER.media(clip) == ()
    assert (
        LAYER.media(LAYER.model.model_validate({"type": "captions", "src": "a.vtt"}))[0].kind == "subtitles"
    )
